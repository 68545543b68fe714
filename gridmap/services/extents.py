"""Where the features of collections are, in space and time; read from all of them, so remembered until they change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine

from gridmap.core.tiling import WORLD, Bounds
from gridmap.db.collections import Collection
from gridmap.db.features import extent_query
from gridmap.db.published import reading
from gridmap.services.memory import ENTRY_BYTES, Memory

MOST_BYTES = 100 * ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class Extent:
    """Where the features of a collection are (degrees west, south, east, north), since when, and until when."""

    west: float
    south: float
    east: float
    north: float
    since: datetime | None
    until: datetime | None = None


class _Key(NamedTuple):
    layer: str


@dataclass(frozen=True, slots=True)
class _Known:
    """An extent, which any change of its layer may move; None: the layer is empty."""

    extent: Extent | None
    degrees: Bounds = WORLD
    size: int = ENTRY_BYTES


class Extents:
    """The extents of a process; `memory` is to be told of changes."""

    def __init__(self) -> None:
        self.memory: Memory[_Key, _Known] = Memory(MOST_BYTES)

    def of(self, engine: Engine, *collections: Collection) -> list[Extent | None]:
        """Return the extent of each collection; None for one that is empty."""
        known = {collection.id: self.memory.get(_Key(collection.id)) for collection in collections}
        missing = [collection for collection in collections if known[collection.id] is None]
        read = self._read(engine, missing) if missing else {}
        return [(known[collection.id] or read[collection.id]).extent for collection in collections]

    def _read(self, engine: Engine, collections: Sequence[Collection]) -> dict[str, _Known]:
        since = self.memory.changes
        found = zip(collections, read_extents(engine, *collections), strict=True)
        read = {collection.id: _Known(extent) for collection, extent in found}
        for layer, known in read.items():
            self.memory.keep(_Key(layer), known, since=since)
        return read


def read_extents(engine: Engine, *collections: Collection) -> list[Extent | None]:
    """Read the extent of each collection; None for one that is empty."""
    with reading(engine) as connection:
        rows = [connection.execute(extent_query(collection)).one() for collection in collections]
    return [None if row.west is None else Extent(**row._mapping) for row in rows]
