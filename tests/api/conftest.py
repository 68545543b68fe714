"""A tiny town behind a live interface; the fixtures `town`, `app` and `client` are for the tests of standards too."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from gridmap.api.app import create_app, front_door
from gridmap.db.published import reading
from gridmap.settings import Settings

TOWN = Path(__file__).parent / "town.sql"


class InProcess(httpx.BaseTransport):
    """Hand requests to an application in this process; a fault inside becomes a 500, as in the world."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._ask(request))

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        transport = httpx.ASGITransport(front_door(self.app), raise_app_exceptions=False)
        copy = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        response = await transport.handle_async_request(copy)
        body = b"".join([part async for part in response.aiter_raw()])
        return httpx.Response(response.status_code, headers=response.headers, content=body)


Reach = Callable[[FastAPI], httpx.Client]


def client_of(app: FastAPI) -> httpx.Client:
    return httpx.Client(transport=InProcess(app), base_url="http://map.test", headers={"Accept": "*/*"})


def settle(engine: Engine) -> None:
    """Build the town: everything but its plan in one transaction, then the plan is put in force in another."""
    build, publish = TOWN.read_text(encoding="utf-8").split("-- publish --")
    for script in (build, publish):
        with engine.begin() as connection:
            connection.execute(text("SELECT set_config('gridmap.actor', 'test', true)"))
            connection.connection.cursor().execute(script)


@pytest.fixture
def reach() -> Reach:
    """Make a client of an application."""
    return client_of


@pytest.fixture
def empty_client(engine: Engine, settings: Settings) -> httpx.Client:
    """Client of a server whose database holds nothing."""
    return client_of(create_app(settings, engine))


def plan_of_many(engine: Engine, query: str, values: Mapping[str, Any]) -> str:
    """Return how a query is read where there are too many rows to read them all, one by one or by their key."""
    with reading(engine) as connection:
        for way in ("enable_seqscan", "enable_indexscan"):
            connection.execute(text(f"SET LOCAL {way} = off"))
        return "\n".join(connection.exec_driver_sql(f"EXPLAIN {query}", dict(values)).scalars())


def index_of_tiles(collection: str) -> str:
    """Return the name of the index that finds what lies on a tile."""
    table = {"facilities": "facility"}.get(collection, collection.removesuffix("s"))
    return f"{table}_geom_3857"
