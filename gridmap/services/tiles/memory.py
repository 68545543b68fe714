"""Tiles in the memory of a process: so many bytes of those asked for last, each until something on it changes."""

import hashlib
import zlib
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

import zstandard

from gridmap.core.tiling import Bounds

ENTRY_BYTES = 1000
"""What a tile takes beside its bytes, roughly."""

CHANGES_REMEMBERED = 1000
"""A tile that took longer to make than it takes for so many changes is not kept."""


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(level=5, wbits=zlib.MAX_WBITS | 16)
    return packer.compress(body) + packer.flush()


ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdCompressor(level=3).compress(body),
    "gzip": _gzip,
}
"""Content codings by preference (RFC 8878, RFC 1952), at levels beyond which a tile takes longer and is hardly smaller."""


class TileKey(NamedTuple):
    """What tells one tile from all others.

    Parameters
    ----------
    scope : whose rights it was made with.
    filtered : digest of the filter; empty for none.
    """

    scope: str
    layer: str
    matrix_set: str
    matrix: int
    row: int
    column: int
    filtered: str = ""

    def __str__(self) -> str:
        return "/".join(str(part) for part in self)


@dataclass(slots=True)
class Tile:
    """A tile as it is sent.

    Parameters
    ----------
    body : Mapbox vector tile; empty where nothing is drawn.
    degrees : bounds of everything that is drawn on it.
    encoded : the same body by content coding, as far as somebody asked for it.
    """

    body: bytes
    degrees: Bounds
    tag: str = field(init=False)
    encoded: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tag = hashlib.sha256(self.body).hexdigest()[:20]

    @property
    def size(self) -> int:
        """Bytes it takes in memory."""
        return ENTRY_BYTES + len(self.body) + sum(map(len, self.encoded.values()))


class _Change(NamedTuple):
    number: int
    layer: str
    degrees: Bounds


class TileMemory:
    """Tiles by their keys. Every method may be called from any thread.

    Nothing is kept while nobody tells it of changes.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._tiles: OrderedDict[TileKey, Tile] = OrderedDict()
        self._bytes = 0
        self._changes: deque[_Change] = deque(maxlen=CHANGES_REMEMBERED)
        self._number = 0
        self._is_told = False
        self._lock = Lock()

    def get(self, key: TileKey) -> Tile | None:
        """Return a tile, or None."""
        with self._lock:
            tile = self._tiles.get(key)
            if tile is not None:
                self._tiles.move_to_end(key)
            return tile

    @property
    def changes(self) -> int:
        """How many changes were told; a tile that is made from now on shows them."""
        return self._number

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return self._bytes

    def keep(self, key: TileKey, tile: Tile, *, since: int) -> None:
        """Keep a tile, unless something on it changed since it began to be made.

        Parameters
        ----------
        since : `changes` before it was made.
        """
        with self._lock:
            if not self._is_told or tile.size > self.most_bytes or self._has_changed(key, tile, since):
                return
            self._drop(key)
            self._tiles[key] = tile
            self._bytes += tile.size
            self._make_room()

    def encode(self, key: TileKey, tile: Tile, coding: str) -> bytes:
        """Return the body of a tile by a content coding, and keep it beside the tile."""
        packed = tile.encoded.get(coding)
        if packed is None:
            packed = ENCODINGS[coding](tile.body)
            with self._lock:
                if coding not in tile.encoded:
                    tile.encoded[coding] = packed
                    if self._tiles.get(key) is tile:
                        self._bytes += len(packed)
                        self._make_room()
        return packed

    def forget(self, layer: str, degrees: Bounds) -> None:
        """Forget the tiles of a layer that touch where something changed."""
        with self._lock:
            self._number += 1
            self._changes.append(_Change(self._number, layer, degrees))
            touched = [
                key for key, tile in self._tiles.items() if key.layer == layer and tile.degrees.meets(degrees)
            ]
            for key in touched:
                self._drop(key)

    def listen(self, *, is_told: bool) -> None:
        """Say whether changes are told from now on; whatever is kept may be out of date, and is forgotten."""
        with self._lock:
            self._is_told = is_told
            self._number += CHANGES_REMEMBERED + 1
            self._changes.clear()
            self._tiles.clear()
            self._bytes = 0

    def _has_changed(self, key: TileKey, tile: Tile, since: int) -> bool:
        """Tell whether a change touched a tile; those forgotten may have."""
        if self._number - since > len(self._changes):
            return True
        return any(
            change.number > since and change.layer == key.layer and change.degrees.meets(tile.degrees)
            for change in self._changes
        )

    def _drop(self, key: TileKey) -> None:
        tile = self._tiles.pop(key, None)
        if tile is not None:
            self._bytes -= tile.size

    def _make_room(self) -> None:
        while self._bytes > self.most_bytes:
            self._drop(next(iter(self._tiles)))
