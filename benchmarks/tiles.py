"""Serve tiles of buildings, cold and from memory, and see changes.

Ours: `gridmap serve --workers 2`, asked by wrk over 8 connections. *Cold*: each tile of the city of zooms 13 to 16 is
asked for once, after all caches were emptied; peer: pgbench runs the same SQL for the same tiles over 8 connections.
*From memory*: the same tiles again and again, gzip, after some seconds in which both workers come to have them; peer:
nginx sends the same gzip bodies from files. *Stampede*: 200 clients ask for one cold tile at once; counted are the
queries that made it. *TiPg* serves a plain table of the same buildings with two workers, as it does by default: all
columns, nothing kept. *Fresh*: a building is changed, and its tile asked for again until it shows the change.
"""

import gzip
import http.client
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import asinh, floor, pi, radians, tan
from pathlib import Path

from sqlalchemy import Engine, text

from benchmarks.city import COMMUNITY_HEIGHT, COMMUNITY_WIDTH, SOUTH, WEST, Cities
from benchmarks.measuring import Line, in_turns, percentile, rate, within
from benchmarks.peers.tipg import COLLECTION, plain_table, tipg
from gridmap.core.tiling import WEB_MERCATOR_QUAD, TileAddress
from gridmap.db.collections import COLLECTIONS
from gridmap.db.engine import transaction
from gridmap.db.tiles import tile_statement

TITLE = "Tiles"
LEAST_COLD = 0.75
LEAST_CACHED = 0.35
LEAST_COLD_TIPG, LEAST_CACHED_TIPG = 2.0, 80.0
MOST_FRESH_MS = 1000.0
ZOOMS = (13, 14, 15, 16)
CONNECTIONS, THREADS, WORKERS = 8, 2, 2
CLIENTS = 200
EDITS = 200
SECONDS = 5
SECONDS_AT_MOST = 20
PATIENCE = 60.0
"""Seconds after which an answer has failed."""

Tile = tuple[int, int, int]
"""Zoom, column, row."""


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    tiles, rounds = tiles_of(cities), cities.sizes.rounds
    with cities.copy("settled") as engine, working_folder() as folder:
        plain_table(engine)
        url = cities.cluster.url("copy")
        with serving(url) as port:
            lines = [
                _cold(engine, url, port, tiles, folder, rounds=rounds),
                _cached(port, tiles, folder, rounds=rounds),
            ]
            with tipg(url, workers=WORKERS) as other:
                lines += _against_tipg(engine, port, other, tiles, folder, rounds=rounds)
            return [*lines, *alone(engine, port, tiles)]


def alone(engine: Engine, port: int, tiles: list[Tile]) -> list[Line]:
    """Return the lines that need no peer."""
    return [_stampede(engine, port, tiles), _fresh(engine, port)]


def _against_tipg(
    engine: Engine, port: int, other: int, tiles: list[Tile], folder: Path, *, rounds: int
) -> Iterator[Line]:
    """Ask both for the same tiles: ours cold and from memory, theirs, which keeps none, as they are made."""
    cold = wrk_script(folder / "cold.lua", [address(tile) for tile in tiles], is_once=True)
    again = wrk_script(folder / "again.lua", [address(tile) for tile in tiles], coding="gzip")
    theirs = wrk_script(folder / "tipg.lua", [address_at_tipg(tile) for tile in tiles], is_once=True)

    def made() -> float:
        empty_caches(engine)
        return wrk(port, cold, seconds=SECONDS_AT_MOST)

    def from_tipg() -> float:
        return wrk(other, theirs, seconds=SECONDS_AT_MOST)

    rates = in_turns({"ours": made, "peer": from_tipg}, rounds=rounds)
    yield rate("cold, against TiPg 1.6.1", rates["ours"], rates["peer"], least=LEAST_COLD_TIPG)
    wrk(port, again, seconds=SECONDS)
    rates = in_turns({"ours": lambda: wrk(port, again, seconds=SECONDS), "peer": from_tipg}, rounds=rounds)
    yield rate("from memory, against TiPg 1.6.1", rates["ours"], rates["peer"], least=LEAST_CACHED_TIPG)


def tiles_of(cities: Cities) -> list[Tile]:
    """Return the tiles of the city in a random order that is always the same."""
    tiles = [tile for zoom in ZOOMS for tile in tiles_of_city(zoom, cities.sizes.side)]
    random.Random(5).shuffle(tiles)
    return tiles


def _cold(engine: Engine, url: str, port: int, tiles: list[Tile], folder: Path, *, rounds: int) -> Line:
    script = wrk_script(folder / "once.lua", [address(tile) for tile in tiles], is_once=True)

    def ours() -> float:
        empty_caches(engine)
        return wrk(port, script, seconds=SECONDS_AT_MOST)

    rates = in_turns({"ours": ours, "peer": lambda: pgbench(url, tiles, folder)}, rounds=rounds)
    what = f"cold: {len(tiles)} tiles of zooms 13–16, {CONNECTIONS} connections"
    return rate(what, rates["ours"], rates["peer"], least=LEAST_COLD)


def _cached(port: int, tiles: list[Tile], folder: Path, *, rounds: int) -> Line:
    script = wrk_script(folder / "again.lua", [address(tile) for tile in tiles], coding="gzip")
    bodies = {address(tile): fetch(port, address(tile)) for tile in tiles}
    wrk(port, script, seconds=SECONDS)
    with nginx(folder, bodies) as peer_port:
        rates = in_turns(
            {
                "ours": lambda: wrk(port, script, seconds=SECONDS),
                "peer": lambda: wrk(peer_port, script, seconds=SECONDS),
            },
            rounds=rounds,
        )
    return rate("from memory, against files of nginx", rates["ours"], rates["peer"], least=LEAST_CACHED)


def _stampede(engine: Engine, port: int, tiles: list[Tile]) -> Line:
    """Count the queries that made one tile: each that did was kept, under a number of its own."""
    counts = []
    for tile in tiles[:5]:
        empty_caches(engine)
        with ThreadPoolExecutor(CLIENTS) as clients:
            answers = list(clients.map(lambda _, tile=tile: fetch(port, address(tile)), range(CLIENTS)))
        if len(set(answers)) != 1:
            raise AssertionError("one tile was answered in different ways")
        counts.append(float(made(port) - sum(counts)))
    return within(f"stampede: queries when {CLIENTS} clients ask for a cold tile", counts, 1, "queries")


def made(port: int) -> int:
    """Return how many tiles the workers have made since they began."""
    told = fetch(port, "/metrics").decode()
    found = re.findall(r'^gridmap_tiles_total{.*source="made".*} ([0-9.e+]+)$', told, re.MULTILINE)
    return round(sum(map(float, found)))


def _fresh(engine: Engine, port: int) -> Line:
    """Change a building, and ask until its tile is another one."""
    waits = []
    with engine.connect() as connection:
        identifier, lon, lat = connection.execute(
            text(
                "SELECT id, ST_X(c), ST_Y(c) FROM (SELECT id, ST_Centroid(geom) AS c FROM gridmap.building LIMIT 1) AS b"
            )
        ).one()
    where = address((16, *_tile_at(lon, lat, 16)))
    for number in range(EDITS):
        before = fetch(port, where)
        start = time.perf_counter()
        with transaction(engine, actor="benchmark", role="gridmap_app") as connection:
            connection.execute(
                text("UPDATE gridmap.building SET floors = :floors WHERE id = :id"),
                {"floors": 50 + number, "id": identifier},
            )
        while fetch(port, where) == before:
            pass
        waits.append((time.perf_counter() - start) * 1000)
    return percentile(f"fresh: 99 % of {EDITS} changes are seen within", waits, 0.99, MOST_FRESH_MS, "ms")


def tiles_of_city(zoom: int, side: int) -> list[Tile]:
    """Return the tiles of WebMercatorQuad that the city touches."""
    west, north = _tile_at(WEST, SOUTH + side * COMMUNITY_HEIGHT, zoom)
    east, south = _tile_at(WEST + side * COMMUNITY_WIDTH, SOUTH, zoom)
    return [(zoom, x, y) for y in range(north, south + 1) for x in range(west, east + 1)]


def _tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    across, down = (lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2
    return floor(across * 2**zoom), floor(down * 2**zoom)


def address(tile: Tile) -> str:
    """Return the path of a tile."""
    zoom, x, y = tile
    return f"/ogc/collections/buildings/tiles/WebMercatorQuad/{zoom}/{y}/{x}"


def address_at_tipg(tile: Tile) -> str:
    """Return the path of a tile as TiPg has it, with all columns, as it serves a table unless told otherwise."""
    zoom, x, y = tile
    return f"/collections/{COLLECTION}/tiles/WebMercatorQuad/{zoom}/{x}/{y}"


def empty_caches(engine: Engine) -> None:
    """Forget every tile, in the database and, by the news of a change everywhere, in the workers."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT gridmap.note_tile_change('buildings', ARRAY[ST_MakeEnvelope(-180, -90, 180, 90, 4326)])"
            )
        )
        connection.execute(text("DELETE FROM gridmap.kept_tile"))
    time.sleep(0.5)


def wrk(port: int, script: Path, *, seconds: float) -> float:
    """Ask over `CONNECTIONS` connections for some seconds, or until the script stops; return answers a second."""
    said = subprocess.run(
        [
            "wrk",
            f"-t{THREADS}",
            f"-c{CONNECTIONS}",
            f"-d{seconds:.0f}s",
            "-s",
            script,
            f"http://127.0.0.1:{port}",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise AssertionError(f"{script.name} failed: {said[-300:]}")
    found = re.search(r"RESULT (\d+) (\d+)", said)
    if found is None:
        raise AssertionError(f"wrk gave no result: {said}")
    requests, microseconds = int(found[1]), int(found[2])
    return requests / microseconds * 1e6


def wrk_script(file: Path, paths: list[str], *, coding: str | None = None, is_once: bool = False) -> Path:
    """Write a script for wrk that asks for every path, each thread for its share, and tells how long it took.

    Parameters
    ----------
    coding : content coding to accept.
    is_once : each thread stops after its last answer, instead of beginning again.
    """
    listed = ",\n".join(f'"{path}"' for path in paths)
    accept = f'wrk.headers["Accept-Encoding"] = "{coding}"' if coding else ""
    file.write_text(
        f"""
local ffi = require("ffi")
ffi.cdef("typedef struct {{ long seconds; long nanoseconds; }} moment; int clock_gettime(int clock, moment *now);")
local function now()
    local moment = ffi.new("moment[1]")
    ffi.C.clock_gettime(1, moment)
    return tonumber(moment[0].seconds) * 1e6 + tonumber(moment[0].nanoseconds) / 1e3
end
local paths = {{{listed}}}
local threads = {{}}
local at = 0
answered, started, ended = 0, 0, 0
{accept}
function setup(thread)
    thread:set("first", #threads)
    table.insert(threads, thread)
end
function request()
    if at == 0 then started = now() end
    at = at + 1
    return wrk.format("GET", paths[(first + {THREADS} * (at - 1)) % #paths + 1])
end
function response()
    answered, ended = answered + 1, now()
    if {str(is_once).lower()} and first + {THREADS} * answered >= #paths then wrk.thread:stop() end
end
function done()
    local requests, first, last = 0, math.huge, 0
    for _, thread in ipairs(threads) do
        requests = requests + thread:get("answered")
        first, last = math.min(first, thread:get("started")), math.max(last, thread:get("ended"))
    end
    print(string.format("RESULT %d %d", requests, last - first))
end
""",
        encoding="utf-8",
    )
    return file


def pgbench(url: str, tiles: list[Tile], folder: Path) -> float:
    """Return the tiles a second of PostgreSQL, asked over as many connections for the same tiles in equal shares."""
    scripts = []
    for share in range(CONNECTIONS):
        file = folder / f"share_{share}.sql"
        lines = [
            "SET max_parallel_workers_per_gather = 0;",
            "SET jit = off;",
            "SET role = gridmap_published;",
        ]
        for zoom, x, y in tiles[share::CONNECTIONS]:
            statement = tile_statement(COLLECTIONS["buildings"], TileAddress(WEB_MERCATOR_QUAD, zoom, x, y))
            lines.append(" ".join((statement.text % statement.values).split()) + ";")
        file.write_text("\n".join(lines), encoding="utf-8")
        scripts.append(file)
    start = time.perf_counter()
    running = [
        subprocess.Popen(
            ["pgbench", "-n", "-c1", "-t1", "-f", file, url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for file in scripts
    ]
    if any(process.wait(PATIENCE) for process in running):
        raise AssertionError("pgbench failed")
    return len(tiles) / (time.perf_counter() - start)


def fetch(port: int, path: str) -> bytes:
    """Return what an address answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status not in (200, 204):
        raise AssertionError(f"{path} answered {answer.status}")
    return body


@contextmanager
def serving(url: str) -> Iterator[int]:
    """Run the server and give its port, when all its workers answer."""
    server = subprocess.Popen(
        [Path(sys.executable).with_name("gridmap"), "serve", "--port", "0", "--workers", str(WORKERS)],
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
        port = int(found[1])
        with ThreadPoolExecutor(CONNECTIONS) as clients:
            list(clients.map(lambda _: fetch(port, "/healthz"), range(4 * CONNECTIONS)))
        time.sleep(2)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def nginx(folder: Path, bodies: dict[str, bytes]) -> Iterator[int]:
    """Run nginx on gzip files of tiles, and give its port."""
    port = 8971
    for path, body in bodies.items():
        file = folder / "files" / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(body, 5))
        file.write_bytes(body)
    settings = folder / "nginx.conf"
    settings.write_text(
        f"worker_processes {WORKERS}; pid {folder}/pid; error_log {folder}/log; daemon off; events {{}}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}/files; gzip_static on; }} }}\n",
        encoding="utf-8",
    )
    for place in (folder, *folder.rglob("*")):
        place.chmod(0o755 if place.is_dir() else 0o644)
    server = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", settings])
    try:
        time.sleep(1)
        yield port
    finally:
        server.terminate()
        server.wait()


@contextmanager
def working_folder() -> Iterator[Path]:
    """Give a folder that other accounts can read; it is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="gridmap-tiles-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
