"""Changes are told as they happen, to whoever listens."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect, transaction
from tests.api.conftest import settle
from tests.api.test_server import free_port, start, stop
from tests.conftest import copy_of

SOON = 5.0
TOWN = (116.395, 39.895, 116.455, 39.915)


@pytest.fixture
def changing(cluster: Cluster, template_database: str) -> Iterator[Engine]:
    """Engine on a town of its own."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        settle(engine)
        yield engine
        engine.dispose()


@contextmanager
def listening(port: int) -> Iterator[Iterator[dict[str, Any]]]:
    """Give what is told, from when the server says that it listens; what it tells of its own start is left out."""
    with (
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=SOON) as client,
        client.stream("GET", "/api/v1/changes") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert [next(lines), next(lines)] == [": listening", "retry: 2000"]
        told = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
        yield (event for event in told if len(event["changes"]) < 8)


def build(engine: Engine, statement: str) -> None:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text(statement))


def test_a_change_is_told_within_a_second_with_its_layer_and_where(changing: Engine) -> None:
    port = free_port()
    process = start(changing, port, workers=2)
    with listening(port) as one, listening(port) as other:
        assert "gridmap_listeners 2.0" in httpx.get(f"http://127.0.0.1:{port}/metrics").text
        begun = time.monotonic()
        build(changing, "UPDATE gridmap.facility SET name = name || '一'")
        events = [next(one), next(other)]
        assert time.monotonic() - begun < 1
    stop(process)
    for event in events:
        [change] = event["changes"]
        west, south, east, north = change["bbox"]
        assert change["layer"] == "facilities"
        assert TOWN[0] <= west <= east <= TOWN[2]
        assert TOWN[1] <= south <= north <= TOWN[3]


def test_many_changes_in_a_moment_are_told_in_few_events(changing: Engine) -> None:
    port = free_port()
    process = start(changing, port)
    with listening(port) as events:
        for _ in range(30):
            build(changing, "UPDATE gridmap.road SET name = 'x'")
        build(changing, "UPDATE gridmap.place SET name = 'x'")
        seen = 0
        for event in events:
            seen += 1
            if any(change["layer"] == "places" for change in event["changes"]):
                break
    stop(process)
    assert seen < 12


def test_who_listens_does_not_keep_the_server_from_ending(changing: Engine) -> None:
    port = free_port()
    process = start(changing, port)
    with listening(port) as events:
        begun = time.monotonic()
        said = stop(process)
        assert time.monotonic() - begun < 3
        with pytest.raises(httpx.RemoteProtocolError):
            next(events)
    assert "Traceback" not in said
    assert "ERROR" not in said
    assert process.returncode == 0


def test_another_parameter_is_refused(client: httpx.Client) -> None:
    assert client.get("/api/v1/changes?x=1").status_code == 400
