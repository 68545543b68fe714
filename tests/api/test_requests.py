"""Requests have an id, are counted, told without what is private in them, and sent away when there are too many."""

import io
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from gridmap.api import patience, requests
from gridmap.api.patience import PatientProtocol
from gridmap.api.pools import Pools
from gridmap.api.requests import JsonLines, log_as_json

TILE = "/ogc/collections/grids/tiles/WebMercatorQuad/14/6208/13489"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what is written to the log, requests included."""
    log_as_json(of_requests=True)
    ours = logging.getLogger("gridmap")
    stream = io.StringIO()
    [handler] = ours.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    ours.handlers, ours.propagate = [], True
    ours.setLevel(logging.NOTSET)
    requests.logger.setLevel(logging.NOTSET)


def counted(client: httpx.Client, pattern: str) -> float:
    told = client.get("/metrics").text
    return sum(float(value) for value in re.findall(f"^{pattern} ([0-9.e+]+)$", told, re.MULTILINE))


@pytest.mark.parametrize("path", ["/healthz", TILE, "/ogc/collections/grids/items/none"])
def test_an_answer_carries_the_id_of_its_request(client: httpx.Client, path: str) -> None:
    assert len(client.get(path).headers["x-request-id"]) == 32
    given = client.get(path, headers={"X-Request-Id": "proxy-7.b"})
    assert given.headers["x-request-id"] == "proxy-7.b"
    strange = client.get(path, headers={"X-Request-Id": "a b"})
    assert strange.headers["x-request-id"] != "a b"


def test_requests_are_counted_by_route_and_status(client: httpx.Client) -> None:
    route = r"/ogc/collections/\{collection_id\}/items/\{feature_id\}"
    pattern = f'gridmap_requests_total{{method="GET",route="{route}",status="%s"}}'
    found, missing = (counted(client, pattern % status) for status in (200, 404))
    client.get("/ogc/collections/grids/items/1")
    client.get("/ogc/collections/grids/items/999")
    assert counted(client, pattern % 200) == found + 1
    assert counted(client, pattern % 404) == missing + 1


def test_addresses_that_are_made_up_do_not_become_names_in_the_counts(client: httpx.Client) -> None:
    client.get("/nowhere/at/all")
    assert "nowhere" not in client.get("/metrics").text


def test_tiles_are_counted_by_layer_zoom_and_source(client: httpx.Client) -> None:
    pattern = 'gridmap_tiles_total{layer="grids",source="(?:made|kept|memory)",zoom="14"}'
    before = counted(client, pattern)
    client.get(TILE)
    client.get(TILE)
    assert counted(client, pattern) == before + 2


def test_the_log_tells_requests_but_nothing_that_was_asked(client: httpx.Client, log: io.StringIO) -> None:
    answer = client.get("/api/v1/search", params={"q": "花园路 1 号"})
    [line] = [json.loads(line) for line in log.getvalue().splitlines()]
    assert line["message"] == "GET /api/v1/search"
    assert (line["status"], line["request"]) == (200, answer.headers["x-request-id"])
    assert line["milliseconds"] > 0
    assert "花园路" not in log.getvalue()
    assert "%E8" not in log.getvalue()


def test_a_fault_is_logged_with_the_request_it_happened_in(log: io.StringIO) -> None:
    token = requests.request_id.set("r-1")
    try:
        int("inside")
    except ValueError:
        logging.getLogger("gridmap.api").exception("fault %s", "f-1")
    requests.request_id.reset(token)
    line = json.loads(log.getvalue())
    assert (line["request"], line["message"], line["level"]) == ("r-1", "fault f-1", "error")
    assert "ValueError: invalid literal" in line["traceback"]
    assert JsonLines().format(logging.makeLogRecord({"msg": "x", "levelname": "INFO"})).startswith('{"time"')


def test_who_comes_when_too_many_wait_is_sent_away(app: FastAPI, client: httpx.Client) -> None:
    pools: Pools = app.state.pools
    pools.reading.inside += pools.reading.most
    try:
        answer = client.get("/ogc/collections/grids/items")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["messages"]["zh"] == "正在处理的请求过多，请稍后再试。"
        assert client.get("/healthz").status_code == 200
        assert client.get(TILE).status_code == 200
    finally:
        pools.reading.inside -= pools.reading.most
    assert client.get("/ogc/collections/grids/items").status_code == 200
    assert pools.reading.inside == 0


def test_a_pool_lets_in_no_more_than_it_may_and_all_leave_again(app: FastAPI) -> None:
    pool = app.state.pools.writing
    entered = [pool.entered() for _ in range(pool.most)]
    for place in entered:
        place.__enter__()
    with pytest.raises(Exception, match="Too many requests"), pool.entered():
        pass
    for place in entered:
        place.__exit__(None, None, None)
    assert pool.inside == 0


@pytest.fixture
def impatient(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Port of a server that waits a fifth of a second for a request."""
    monkeypatch.setattr(patience, "SECONDS_FOR_HEAD", 0.2)
    monkeypatch.setattr(patience, "SECONDS_FOR_BODY", 0.2)
    config = uvicorn.Config(app, port=0, http=PatientProtocol, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /api/v1/coverage HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
    ],
)
def test_a_client_that_never_finishes_its_request_is_let_go(impatient: int, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", impatient), timeout=5) as connection:
        connection.sendall(said)
        assert connection.recv(100) == b""


def test_a_client_that_asks_twice_with_a_pause_is_answered_twice(impatient: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{impatient}") as client:
        assert client.get("/healthz").status_code == 200
        time.sleep(0.4)
        assert client.get("/healthz").status_code == 200
