"""Serve tiles of buildings that no cache holds.

Ours: `gridmap serve` as it starts by default, over HTTP connections that stay open. Peer: the same SQL by psycopg2 on
connections that stay open, without parallel workers, as the server runs it. Both are asked for the same tiles in the
same order by the same number of threads of one client, and must give the same bytes.
"""

import http.client
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import asinh, floor, pi, radians, tan
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol, TypeVar

import psycopg2
import psycopg2.extensions

from benchmarks.city import COMMUNITY_HEIGHT, COMMUNITY_WIDTH, SOUTH, WEST, Cities
from benchmarks.measuring import Line, against, in_turns, seconds_of
from gridmap.db.queries import sql

TITLE = "Uncached tiles"
LEAST = 0.75
ZOOMS = (14, 16)
THREADS = 4
PATIENCE = 20.0
"""Seconds after which an answer has failed."""

Tile = tuple[int, int, int]
"""Zoom, column, row."""
Fetch = Callable[[Tile], bytes]


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    url = cities.cluster.url("settled")
    with serving(url) as port, by_http(port) as ours, by_sql(url) as peer:
        return [_compare(zoom, ours, peer, cities) for zoom in ZOOMS]


def _compare(zoom: int, ours: Fetch, peer: Fetch, cities: Cities) -> Line:
    tiles = tiles_of_city(zoom, cities.sizes.side)
    random.Random(zoom).shuffle(tiles)
    tiles = (tiles * (cities.sizes.tiles // len(tiles) + 1))[: cities.sizes.tiles]
    if fetch_all(ours, tiles) != fetch_all(peer, tiles):
        raise AssertionError(f"tiles of zoom {zoom} differ from what the query gives")
    seconds = in_turns(
        {
            "ours": lambda: seconds_of(lambda: fetch_all(ours, tiles)),
            "peer": lambda: seconds_of(lambda: fetch_all(peer, tiles)),
        },
        rounds=cities.sizes.rounds,
    )
    what = f"{len(tiles)} tiles of zoom {zoom}, {THREADS} at once"
    return against(what, seconds["ours"], seconds["peer"], figure=LEAST, goal="least")


def tiles_of_city(zoom: int, side: int) -> list[Tile]:
    """Return the tiles of WebMercatorQuad that the city touches."""
    west, north = _tile_at(WEST, SOUTH + side * COMMUNITY_HEIGHT, zoom)
    east, south = _tile_at(WEST + side * COMMUNITY_WIDTH, SOUTH, zoom)
    return [(zoom, x, y) for y in range(north, south + 1) for x in range(west, east + 1)]


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    across, down = (lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2
    return floor(across * 2**zoom), floor(down * 2**zoom)


def fetch_all(fetch: Fetch, tiles: list[Tile]) -> list[bytes]:
    """Fetch tiles, `THREADS` at once."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(fetch, tiles))


@contextmanager
def serving(url: str) -> Iterator[int]:
    """Run the server and give its port."""
    server = subprocess.Popen(
        [Path(sys.executable).with_name("gridmap"), "serve", "--port", "0"],
        env=os.environ | {"GRIDMAP_DATABASE_URL": url, "GRIDMAP_LANG": "en"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        said = server.stderr.readline()
        found = re.search(r"http://[^ ]*:(\d+)", said)
        if found is None:
            raise AssertionError(f"the server did not start: {said.strip()}")
        yield int(found[1])
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def by_http(port: int) -> Iterator[Fetch]:
    """Give a function that asks the server."""

    def ask(connection: http.client.HTTPConnection, tile: Tile) -> bytes:
        zoom, x, y = tile
        connection.request("GET", f"/ogc/collections/buildings/tiles/WebMercatorQuad/{zoom}/{y}/{x}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 204):
            raise AssertionError(f"tile {tile} answered {answer.status}")
        return body

    with _kept_open(lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE), ask) as fetch:
        yield fetch


@contextmanager
def by_sql(url: str) -> Iterator[Fetch]:
    """Give a function that runs the query."""
    query = re.sub(r":([xyz])\b", r"%(\1)s", sql("tile_buildings").text)

    def connect() -> psycopg2.extensions.connection:
        limits = f"-c max_parallel_workers_per_gather=0 -c statement_timeout={PATIENCE * 1000:.0f}"
        connection = psycopg2.connect(url, options=limits)
        connection.autocommit = True
        return connection

    def ask(connection: psycopg2.extensions.connection, tile: Tile) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute(query, dict(zip("zxy", tile, strict=True)))
            row = cursor.fetchone()
        assert row is not None
        return bytes(row[0])

    with _kept_open(connect, ask) as fetch:
        yield fetch


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """Close it."""


C = TypeVar("C", bound=Closable)


@contextmanager
def _kept_open(connect: Callable[[], C], ask: Callable[[C, Tile], bytes]) -> Iterator[Fetch]:
    """Give a function that asks over one of `THREADS` connections, and close them at the end."""
    connections = [connect() for _ in range(THREADS)]
    idle: SimpleQueue[C] = SimpleQueue()
    for connection in connections:
        idle.put(connection)

    def fetch(tile: Tile) -> bytes:
        connection = idle.get()
        try:
            return ask(connection, tile)
        finally:
            idle.put(connection)

    try:
        yield fetch
    finally:
        for connection in connections:
            connection.close()
