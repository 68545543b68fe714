"""The server as a process, read by the programs people use."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import httpx
import pyogrio
import pytest
from sqlalchemy import Engine, text

from gridmap.api.server import run
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.db.migrations import migrate
from gridmap.errors import Conflict
from gridmap.settings import Settings
from tests.api.conftest import settle

TOKEN = "a secret of more than thirty-two characters"
POINT = {"type": "Point", "coordinates": [116.405, 39.905]}
SERVE = """
import sys
from gridmap.api.server import run
from gridmap.settings import Settings
from tests.api.conftest import settle
run(url=sys.argv[1], settings=Settings(port=int(sys.argv[2]), lang="zh"), workers=int(sys.argv[3]))
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def start(engine: Engine, port: int, workers: int = 1) -> subprocess.Popen[str]:
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, url, str(port), str(workers)], stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return process
    process.kill()
    raise AssertionError(process.communicate()[1])


def stop(process: subprocess.Popen[str]) -> str:
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    return said


@pytest.fixture(scope="module")
def address(town: Engine) -> Iterator[str]:
    """Address of a running server."""
    port = free_port()
    process = start(town, port)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.communicate()


@pytest.mark.parametrize("workers", [1, 2])
def test_the_server_says_where_it_is_and_ends_cleanly_on_ctrl_c(town: Engine, workers: int) -> None:
    port = free_port()
    process = start(town, port, workers)
    assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
    said = stop(process)
    assert f"网格图已启动：http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    assert process.returncode == 0


def test_a_port_that_is_taken_is_told(town: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings(port=listener.getsockname()[1])
        with pytest.raises(Conflict, match="Cannot listen"):
            run(url=str(town.url), settings=settings)


def test_geopandas_reads_every_page_with_types(address: str) -> None:
    grids = gpd.read_file(f"OAPIF:{address}/ogc", layer="grids", PAGE_SIZE=2)
    assert list(grids["households"]) == [400, 200, 0]
    assert grids.crs == "EPSG:4326"
    assert grids.total_bounds == pytest.approx([116.4, 39.9, 116.41, 39.91]), "longitude first, as ever"
    chosen = gpd.read_file(
        f"OAPIF:{address}/ogc", layer="grids", where="households > 100 AND kind = 'general'"
    )
    assert list(chosen["households"]) == [400, 200]
    buildings = gpd.read_file(f"OAPIF:{address}/ogc", layer="buildings", PAGE_SIZE=5)
    assert len(buildings) == buildings["name"].nunique() == 36
    assert (
        len(gpd.read_file(f"OAPIF:{address}/ogc", layer="buildings", bbox=(116.41, 39.9, 116.42, 39.91))) == 4
    )


def test_gdal_lists_the_collections_and_reads_a_tile(address: str) -> None:
    assert len(pyogrio.list_layers(f"OAPIF:{address}/ogc")) == 8
    tile = f"MVT:/vsicurl/{address}/ogc/collections/grids/tiles/WebMercatorQuad/14/6208/13489.mvt"
    assert "grids" in [name for name, _ in pyogrio.list_layers(tile)]


def test_a_database_that_restarts_is_told_as_such_and_loses_nothing_that_was_acknowledged(
    homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDMAP_API_EDITOR_TOKEN", TOKEN)
    cluster = Cluster(homes / "restarting", durable=True)
    cluster.up()
    migrate(cluster.url())
    engine = connect(cluster.url())
    settle(engine)
    port = free_port()
    process = start(engine, port)
    items, tile = (
        "/ogc/collections/grids/items?limit=3",
        "/ogc/collections/grids/tiles/WebMercatorQuad/14/6208/13489",
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        right = {path: client.get(path) for path in (items, tile)}
    seen: list[tuple[str, int, bool]] = []
    written: list[tuple[str, int]] = []
    ended = threading.Event()

    def ask(path: str) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            while not ended.is_set():
                answer = client.get(path, headers={"If-None-Match": "none"})
                is_right = path == items or answer.content == right[tile].content
                seen.append((path, answer.status_code, is_right or answer.status_code != 200))
                time.sleep(0.02)

    def write(writer: int) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/geo+json"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, headers=headers) as client:
            while not ended.is_set():
                name = f"{writer}-{len(written)}"
                place = {"type": "Feature", "geometry": POINT, "properties": {"kind": "park", "name": name}}
                written.append((name, client.post("/ogc/collections/places/items", json=place).status_code))
                time.sleep(0.02)

    threads = [threading.Thread(target=ask, args=(path,)) for path in (items, items, tile, tile)]
    threads += [threading.Thread(target=write, args=(writer,)) for writer in range(2)]
    for thread in threads:
        thread.start()
    engine.dispose()
    time.sleep(0.5)
    cluster.down()
    time.sleep(0.5)
    cluster.up()
    time.sleep(3)
    ended.set()
    for thread in threads:
        thread.join()
    stop(process)
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM gridmap.place WHERE kind = 'park'")).scalars().all()
    engine.dispose()
    cluster.down()
    assert {status for _, status in written} == {201, 503}
    assert {status for _, status in written[-5:]} == {201}
    assert len(names) == len(set(names))
    assert {name for name, status in written if status == 201} <= set(names), "what was acknowledged is kept"
    assert {status for _, status, _ in seen} == {200, 503}
    assert all(is_right for _, _, is_right in seen)
    assert {status for _, status, _ in seen[-20:]} == {200}


@pytest.mark.parametrize(
    "head",
    [
        b"GET /ogc/collections/grids/items?filter=" + b"x" * 1_000_000 + b" HTTP/1.1\r\n",
        b"GET /ogc HTTP/1.1\r\nX-Long: " + b"x" * 1_000_000 + b"\r\n",
    ],
    ids=["address", "header"],
)
def test_a_million_letters_in_an_address_or_a_header_are_refused_or_answered_and_nothing_ends(
    address: str, head: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=20) as connection:
        try:
            connection.sendall(head + b"Host: map.test\r\nConnection: close\r\n\r\n")
            answer = connection.recv(100)
        except ConnectionError:
            answer = b""
    assert answer[9:12] in (b"", b"200", b"400", b"414", b"431"), answer
    assert httpx.get(f"{address}/healthz").status_code == 200
