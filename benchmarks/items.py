"""Serve pages of buildings, with the number of those that match, and let GDAL read all of them.

Ours: `gridmap serve` with two workers. Peer: TiPg with two workers, on a plain table of the same rows, columns, key and
index as the view that ours reads. Both are asked by 8 connections that stay open for pages of the same boxes in the same
order, none twice, each with about 1,000 matches; the number of them must be the same. GDAL reads both by its driver OAPIF
in pages of 10,000, asks nothing of the columns, and must read every feature. TiPg is installed into an environment of its
own in the temporary folder, from the package index, when this subject is measured.
"""

import json
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyogrio

from benchmarks.city import COMMUNITY_HEIGHT, COMMUNITY_WIDTH, SOUTH, WEST, Cities
from benchmarks.measuring import Line, against, in_turns, seconds_of
from benchmarks.peers.tipg import COLLECTION, plain_table, tipg
from benchmarks.tiles import WORKERS, serving

TITLE = "Items"
CONNECTIONS = 8
LEAST = {10: 2.5, 1000: 12.0}
"""Limit of a page → times the peer's time that ours must save."""
MOST_OF_GDAL = 0.5
BOX = (COMMUNITY_WIDTH * 1.08, COMMUNITY_HEIGHT * 0.93)
"""Degrees; as large as a community, so that it holds about 1,000 buildings wherever it lies."""
PATIENCE = 60.0
"""Seconds after which an answer has failed, or a server has not started."""


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    with cities.copy("settled") as engine:
        plain_table(engine)
        url = cities.cluster.url("copy")
        with serving(url) as port, tipg(url, workers=WORKERS) as other:
            ours = Server(port, "/ogc", "buildings")
            peer = Server(other, "", COLLECTION)
            pages = [_pages(limit, ours, peer, cities) for limit in LEAST]
            return [*pages, _by_gdal(ours, peer, cities)]


class Server:
    """Where a server answers, and how it calls the buildings."""

    def __init__(self, port: int, root: str, collection: str) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}{root}"
        self.items = f"{root}/collections/{collection}/items"
        self.collection = collection

    def ask_all(self, queries: list[str]) -> list[int]:
        """Ask for pages over all connections at once, and return how many features matched each."""
        shares = [queries[first::CONNECTIONS] for first in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            answers = list(pool.map(self._ask, shares))
        return [answers[place % CONNECTIONS][place // CONNECTIONS] for place in range(len(queries))]

    def _ask(self, queries: list[str]) -> list[int]:
        """Ask one after the other over one socket, with as little work of our own as can be."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            return [self._matched(connection, query) for query in queries]

    def _matched(self, connection: socket.socket, query: str) -> int:
        connection.sendall(f"GET {self.items}?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        answer = connection.recv(65_536)
        while b"\r\n\r\n" not in answer:
            answer += connection.recv(65_536)
        head, _, first = answer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            raise AssertionError(f"{query} answered {head[:60]!r}")
        parts, missing = [first], int(length[1]) - len(first)
        while missing > 0:
            parts.append(connection.recv(min(missing, 1_048_576)))
            missing -= len(parts[-1])
        found = re.search(rb'"numberMatched": ?(\d+)', b"".join(parts))
        if found is None:
            raise AssertionError(f"{query} does not tell how many matched")
        return int(found[1])


def _pages(limit: int, ours: Server, peer: Server, cities: Cities) -> Line:
    rounds = cities.sizes.rounds
    number = cities.sizes.pages if limit < 100 else max(CONNECTIONS, cities.sizes.pages // 4)
    queries = [f"limit={limit}&bbox={box}" for box in _boxes(cities.sizes.side, number * (rounds + 1), limit)]
    if ours.ask_all(queries[:number]) != peer.ask_all(queries[:number]):
        raise AssertionError(f"pages of {limit}: the numbers of matches differ")
    turns = {"ours": iter(range(1, rounds + 1)), "peer": iter(range(1, rounds + 1))}

    def timed(name: str, server: Server) -> float:
        start = next(turns[name]) * number
        return seconds_of(lambda: server.ask_all(queries[start : start + number]))

    seconds = in_turns(
        {"ours": lambda: timed("ours", ours), "peer": lambda: timed("peer", peer)}, rounds=rounds
    )
    what = f"{number} pages of {limit}, {CONNECTIONS} connections"
    return against(what, seconds["ours"], seconds["peer"], figure=LEAST[limit], goal="least")


def _boxes(side: int, number: int, seed: int) -> Iterator[str]:
    """Yield boxes that lie in the city."""
    draw = random.Random(seed)
    width, height = BOX
    for _ in range(number):
        west = WEST + draw.random() * max(0.0, side * COMMUNITY_WIDTH - width)
        south = SOUTH + draw.random() * max(0.0, side * COMMUNITY_HEIGHT - height)
        yield f"{west:.6f},{south:.6f},{west + width:.6f},{south + height:.6f}"


def _by_gdal(ours: Server, peer: Server, cities: Cities) -> Line:
    seconds = in_turns(
        {
            name: lambda server=server: _read_all(server, cities)
            for name, server in (("ours", ours), ("peer", peer))
        },  # type: ignore[misc]
        rounds=cities.sizes.rounds,
    )
    what = f"{cities.sizes.buildings:,} buildings by GDAL {'.'.join(map(str, pyogrio.__gdal_version__))}"
    return against(what, seconds["ours"], seconds["peer"], figure=MOST_OF_GDAL, goal="most")


def _read_all(server: Server, cities: Cities) -> float:
    """Return the seconds in which a process of its own reads every feature."""
    script = "import json, sys; from benchmarks.items import read_by_gdal; print(json.dumps(read_by_gdal(*sys.argv[1:])))"
    done = subprocess.run(
        [sys.executable, "-c", script, server.address, server.collection],
        capture_output=True,
        check=False,
        timeout=10 * PATIENCE,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode != 0:
        raise AssertionError(f"GDAL failed: {done.stderr.decode().strip()[-150:]}")
    seconds, features = json.loads(done.stdout)
    if features != cities.sizes.buildings:
        raise AssertionError(f"GDAL read {features} features, not {cities.sizes.buildings}")
    return float(seconds)


def read_by_gdal(address: str, collection: str) -> tuple[float, int]:
    """Read a collection by the driver OAPIF, and return the seconds and the number of features."""
    start = time.perf_counter()
    _, table = pyogrio.read_arrow(f"OAPIF:{address}", layer=collection, PAGE_SIZE=10_000)
    return time.perf_counter() - start, table.num_rows
