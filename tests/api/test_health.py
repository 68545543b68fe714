"""Whether the server lives and is ready."""

from collections.abc import Callable
from pathlib import Path

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.db.engine import connect
from gridmap.settings import Settings


def test_a_server_on_the_newest_schema_is_ready(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json()["status"] == "ready"


def test_a_server_on_an_older_schema_lives_but_is_not_ready(
    engine: Engine, reach: Callable[[FastAPI], httpx.Client]
) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE gridmap.alembic_version SET version_num = '0001'"))
    client = reach(create_app(Settings(), engine))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["facts"]["present"] == "0001"
    assert "gridmap db migrate" in answer.json()["hint"]["zh"]
    assert client.get("/healthz").status_code == 200


def test_a_server_without_its_database_says_so(
    tmp_path: Path, reach: Callable[[FastAPI], httpx.Client]
) -> None:
    client = reach(create_app(Settings(), connect(f"postgresql://nobody@/none?host={tmp_path}")))
    for address in (
        "/readyz",
        "/api/v1/overview",
        "/ogc/collections",
        "/ogc/collections/grids/tiles/WebMercatorQuad/9/0/0",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["title"]) == (503, "Unavailable")
    assert client.get("/ogc").status_code == 200


def test_a_fault_is_told_by_its_number_and_nothing_else(
    reach: Callable[[FastAPI], httpx.Client], settings: Settings, town: Engine
) -> None:
    app: FastAPI = create_app(settings, town)
    app.state.pools = None
    answer = reach(app).get("/api/v1/overview")
    assert answer.status_code == 500
    assert answer.json()["facts"]["fault"] in answer.json()["messages"]["zh"]
    assert "NoneType" not in answer.text


def test_every_answer_carries_the_headers_that_keep_browsers_safe(client: httpx.Client) -> None:
    for address in ("/", "/docs", "/ogc", "/api/v1/overview", "/nothing.js"):
        headers = client.get(address).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
