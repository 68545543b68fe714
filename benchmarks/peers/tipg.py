"""TiPg, the peer that serves features and tiles from PostGIS by Python.

It is installed into an environment of its own in the temporary folder, from the package index, each time it is measured.
"""

import os
import socket
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

VERSION = "tipg==1.6.1"
COLLECTION = "peer.buildings"
PATIENCE = 60.0
"""Seconds after which an answer has failed, or a server has not started."""

TABLE = """
CREATE SCHEMA peer;
CREATE TABLE peer.buildings AS
SELECT id, name, use, floors, house_number, street, households, households_estimated, stand_in, grid, community,
    geom::geometry(Polygon, 4326) AS geom
FROM published.buildings ORDER BY id;
ALTER TABLE peer.buildings ADD PRIMARY KEY (id);
CREATE INDEX ON peer.buildings USING gist (geom);
ANALYZE peer.buildings;
"""


def plain_table(engine: Engine) -> None:
    """Make a plain table of the rows, columns, key and index of the view that ours reads."""
    with engine.begin() as connection:
        connection.execute(text(TABLE))


@contextmanager
def tipg(url: str, *, workers: int) -> Iterator[int]:
    """Run TiPg on the plain table and give its port."""
    with tempfile.TemporaryDirectory(prefix="gridmap-tipg-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        packages = [VERSION, "uvicorn", "uvloop", "httptools"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True, timeout=600)
        port = _free_port()
        command = [python, "-m", "uvicorn", "tipg.main:app", "--workers", str(workers), "--port", str(port)]
        server = subprocess.Popen(
            [*map(str, command), "--log-level", "warning"],
            env=os.environ
            | {
                "DATABASE_URL": _with_socket_as_host(url),
                "TIPG_DB_SCHEMAS": '["peer"]',
                "TIPG_MAX_FEATURES_PER_QUERY": "10000",
                "PYTHONPATH": "",
            },
        )
        try:
            _await_answer(f"http://127.0.0.1:{port}/collections/{COLLECTION}")
            yield port
        finally:
            server.terminate()
            server.wait(PATIENCE)


def _with_socket_as_host(url: str) -> str:
    """Return the address of a database behind a socket as TiPg takes it: the folder is the host, percent-encoded."""
    address = make_url(url)
    folder = quote(str(address.query["host"]), safe="")
    return f"postgresql://{address.username}@{folder}:{address.query['port']}/{address.database}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _await_answer(address: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)
