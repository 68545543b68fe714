"""Put the application together from its settings and its database."""

from importlib.metadata import version

from fastapi import Depends, FastAPI
from sqlalchemy import Engine
from starlette.middleware.gzip import GZipMiddleware

from gridmap.api.dependencies import no_zero_bytes
from gridmap.api.errors import add_error_handlers
from gridmap.api.headers import AnswerHead, OpenToAll, SafeHeaders
from gridmap.api.routes import browse, docs, features, health, landing, tiles
from gridmap.api.web import web_application
from gridmap.db.engine import connect
from gridmap.settings import Settings

SUMMARY = "Community grids of 300–500 households and what lies in them. 社区网格及其人、地、物、事、组织。"


def create_app(settings: Settings, engine: Engine) -> FastAPI:
    """Return the application. It keeps no state but the engine, whose owner closes it."""
    app = FastAPI(
        title="gridmap",
        summary=SUMMARY,
        version=version("gridmap"),
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(no_zero_bytes)],
    )
    app.state.engine = engine
    add_error_handlers(app)
    for routes in (health, landing, features, tiles, browse, docs):
        app.include_router(routes.router)
    app.mount("/", web_application(settings.web))
    for middleware in (GZipMiddleware, OpenToAll, SafeHeaders, AnswerHead):
        app.add_middleware(middleware)
    return app


def openapi_document() -> dict[str, object]:
    """Return the OpenAPI document of the whole interface, from which clients generate their types."""
    return create_app(Settings(), connect("postgresql:///")).openapi()
