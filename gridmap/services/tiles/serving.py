"""Find a tile: in memory, kept by the database, or by making it; whoever asks meanwhile waits for the same one."""

import hashlib
import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from gridmap.core.tiling import TileAddress
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.tiles import tile_statement
from gridmap.db.tiles.connection import Found, TileConnection, Wanted
from gridmap.errors import GridmapError, NotFound, Text, Unavailable
from gridmap.services.memory import Memory
from gridmap.services.metrics import TILE_MEMORY, TILE_SECONDS, tiles_served
from gridmap.services.tiles.listening import Listener
from gridmap.services.tiles.memory import Tile, TileKey, TileMemory
from gridmap.services.tiles.telling import Audience

PUBLIC = "public"
"""Scope of what anyone may see."""

THREADS = 4
"""Tiles that a process makes at once, each over a connection of its own."""
MOST_WAITING = 200
"""Different tiles that may wait to be made; who asks for more is sent away for a moment."""
RETRY_SECONDS = 1

MEMORY, KEPT, MADE = "memory", "kept", "made"
"""Where a tile came from, as it is counted."""

MEMORY_BYTES = 64_000_000
KEPT_BYTES = 512_000_000


@dataclass(frozen=True, slots=True)
class WantedTile:
    """A tile that somebody asks for; `key` tells it from all others."""

    collection: Collection
    address: TileAddress
    condition: Condition | None = None
    key: TileKey = field(init=False)

    def __post_init__(self) -> None:
        matrix_set, matrix, column, row = self.address
        digest = _digest(self.condition) if self.condition else ""
        key = TileKey(PUBLIC, self.collection.id, matrix_set.id, matrix, row, column, digest)
        object.__setattr__(self, "key", key)


class Tiles:
    """The tiles of a database, for one process.

    Parameters
    ----------
    others : memories that are to hear of changes as that of the tiles does.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        others: Sequence[Memory[Any, Any]] = (),
        memory_bytes: int = MEMORY_BYTES,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self.memory = TileMemory(memory_bytes)
        self._engine = engine
        self.audience = Audience()
        self._listener = Listener(engine, [self.memory, *others], self.audience, most_kept_bytes=kept_bytes)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="gridmap tiles")
        self._own = threading.local()
        self._under_way: dict[TileKey, Future[Tile]] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to hear of changes; tiles are kept in memory from then on."""
        self._listener.start()

    def stop(self) -> None:
        """Let the tiles under way be finished, and hear nothing any more."""
        self._listener.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def remembered(self, wanted: WantedTile) -> Tile | None:
        """Return a tile if it is in memory."""
        tile = self.memory.get(wanted.key)
        if tile is not None:
            tiles_served(wanted.collection.id, wanted.address.zoom, MEMORY).inc()
        return tile

    def find(self, wanted: WantedTile) -> "Future[Tile]":
        """Return a tile that comes.

        Raises
        ------
        NotFound : the tile matrix set has no such tile.
        Unavailable : too many others are waited for. The tile to come may raise what the database refused.
        """
        key = wanted.key
        with self._lock:
            under_way = self._under_way.get(key)
            if under_way is not None:
                return under_way
            if not wanted.address.matrix_set.holds(*wanted.address[1:]):
                raise _no_such_tile(wanted.address)
            if len(self._under_way) >= MOST_WAITING:
                raise _too_many()
            coming = self._under_way[key] = Future()
        self._threads.submit(self._bring, key, wanted, coming)
        return coming

    def _bring(self, key: TileKey, wanted: WantedTile, coming: "Future[Tile]") -> None:
        """Find a tile for all who wait for it; whoever stops waiting must not stop it for the others."""
        coming.set_running_or_notify_cancel()
        try:
            tile = self._brought(key, wanted)
        except BaseException as error:  # noqa: BLE001 (whoever waits for the tile gets the error)
            self._close()
            self._forget_under_way(key)
            coming.set_exception(error)
            return
        self._forget_under_way(key)
        coming.set_result(tile)

    def _brought(self, key: TileKey, wanted: WantedTile) -> Tile:
        since, start = self.memory.changes, time.perf_counter()
        degrees = wanted.address.matrix_set.degrees(wanted.address.reach)
        found = self._found(Wanted(str(key), key.layer, degrees), wanted)
        assert found.body is not None
        tile = Tile(found.body, degrees)
        self.memory.keep(key, tile, since=since)
        source = MADE if found.is_made else KEPT
        tiles_served(key.layer, wanted.address.zoom, source).inc()
        TILE_SECONDS.labels(key.layer, source).observe(time.perf_counter() - start)
        TILE_MEMORY.set(self.memory.size)
        return tile

    def _found(self, kept: Wanted, wanted: WantedTile) -> Found:
        """Return what was found; a connection that stood idle may be broken, and is replaced once."""
        was_idle = hasattr(self._own, "connection")
        try:
            return self._asked(kept, wanted)
        except GridmapError:
            is_broken = self._close()
            if not (was_idle and is_broken):
                raise
            return self._asked(kept, wanted)

    def _asked(self, kept: Wanted, wanted: WantedTile) -> Found:
        if not hasattr(self._own, "connection"):
            self._own.connection = TileConnection(self._engine)
        connection: TileConnection = self._own.connection
        statement = tile_statement(wanted.collection, wanted.address, wanted.condition)
        while True:
            found = connection.find(kept, statement, is_lasting=wanted.condition is None)
            if found.body is not None:
                return found
            connection.wait(kept.key)

    def _close(self) -> bool:
        """Close the connection of this thread; return whether it was broken."""
        if not hasattr(self._own, "connection"):
            return False
        connection: TileConnection = self._own.connection
        del self._own.connection
        is_broken = connection.is_broken
        connection.close()
        return is_broken

    def _forget_under_way(self, key: TileKey) -> None:
        with self._lock:
            del self._under_way[key]


def _digest(condition: Condition) -> str:
    told = json.dumps([condition.text, condition.values], default=str, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _no_such_tile(address: TileAddress) -> NotFound:
    matrix_set, matrix, column, row = address
    return NotFound(
        Text(
            en=f"{matrix_set.id} has no tile {matrix}/{row}/{column}; its matrices are {matrix_set.first} to {matrix_set.last}.",
            zh=f"{matrix_set.id}（{matrix_set.first} 至 {matrix_set.last} 级）中没有瓦片 {matrix}/{row}/{column}。",
        ),
        hint=Text(en="The order is matrix (zoom), row, column.", zh="次序为级别、行、列。"),
    )


def _too_many() -> Unavailable:
    return Unavailable(
        Text(
            en="Too many tiles are being made; try again in a moment.", zh="正在生成的瓦片过多，请稍后再试。"
        ),
        retry_after=RETRY_SECONDS,
    )
