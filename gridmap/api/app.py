"""Put the application together from its settings and its database."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from sqlalchemy import Engine
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from gridmap.api.dependencies import no_zero_bytes
from gridmap.api.errors import add_error_handlers
from gridmap.api.headers import AnswerHead, OpenToAll, SafeHeaders
from gridmap.api.media import DescribedApplication
from gridmap.api.pace import MOST_TRIES_A_MINUTE, Pace
from gridmap.api.pools import Pools
from gridmap.api.requests import NotedRequests
from gridmap.api.routes import (
    browse,
    changes,
    coverage,
    docs,
    drafts,
    exports,
    features,
    gates,
    health,
    jobs,
    landing,
    layers,
    news,
    plans,
    query,
    saved,
    siting,
    styles,
    tiles,
    what_if,
)
from gridmap.api.schemas import Problem
from gridmap.api.tile_path import TilePath
from gridmap.api.web import web_application
from gridmap.db.engine import connect
from gridmap.services.exporting.handing import Desk
from gridmap.services.exporting.shelf import Shelf
from gridmap.services.extents import Extents
from gridmap.services.paging import PageTokens
from gridmap.services.ready import ReadyStudies
from gridmap.services.tiles import Tiles
from gridmap.settings import Settings

SUMMARY = "Community grids of 300–500 households and what lies in them. 社区网格及其人、地、物、事、组织。"

COMPRESSION = 5
"""Level of gzip: 9 takes five times as long for 1 % less."""

ROUTES = (
    health,
    landing,
    features,
    changes,
    tiles,
    styles,
    layers,
    news,
    browse,
    saved,
    query,
    plans,
    drafts,
    gates,
    coverage,
    what_if,
    siting,
    exports,
    jobs,
    docs,
)

REFUSED: dict[str, Any] = {"model": Problem, "description": "What was wrong, as application/problem+json"}
FAILED: dict[str, Any] = {"model": Problem, "description": "What failed, as application/problem+json"}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hear of changes to tiles while the application runs, and close its connections in the end."""
    app.state.tiles.start()
    yield
    app.state.tiles.stop()
    app.state.pools.close()


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """Return the application.

    It keeps no state but pools of connections beside the engine, whose owner closes it, who asked in the last minute, how
    many exports are under way, studies ready for what-if, and tiles.
    """
    app = DescribedApplication(
        title="gridmap",
        summary=SUMMARY,
        version=version("gridmap"),
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(no_zero_bytes)],
        lifespan=lifespan,
        responses={"4XX": REFUSED, "5XX": FAILED},
    )
    app.state.pools = Pools(engine)
    app.state.tokens = PageTokens(engine)
    app.state.editor_token = settings.api_editor_token
    app.state.standards = settings.data / "standards"
    app.state.shelf = Shelf(settings.shelf)
    app.state.desk = Desk(settings.shelf)
    app.state.pace = Pace()
    app.state.pace_of_tries = Pace(MOST_TRIES_A_MINUTE)
    app.state.ready = ReadyStudies()
    app.state.extents = Extents()
    app.state.tiles = Tiles(engine, others=[app.state.extents.memory])
    add_error_handlers(app)
    for routes in ROUTES:
        app.include_router(routes.router)
    app.router.default = web_application(settings.web)
    app.add_middleware(GZipMiddleware, compresslevel=COMPRESSION)
    for middleware in (OpenToAll, SafeHeaders, AnswerHead):
        app.add_middleware(middleware)
    return app


def front_door(app: FastAPI) -> ASGIApp:
    """Return what a server runs: the application, before it the short way to tiles, and around both what notes requests."""
    return NotedRequests(TilePath(app, app.state.tiles))


def openapi_document() -> dict[str, object]:
    """Return the OpenAPI document of the whole interface, from which clients generate their types."""
    return create_app(Settings(), connect("postgresql:///")).openapi()


def write_openapi(file: Path) -> None:
    """Write the OpenAPI document to a file."""
    file.write_text(json.dumps(openapi_document(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
