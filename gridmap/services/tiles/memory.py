"""Tiles in the memory of a process, in the codings that readers asked for."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import zstandard

from gridmap.core.tiling import Bounds
from gridmap.services.memory import ENTRY_BYTES, Memory


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


class TileMemory(Memory[TileKey, Tile]):
    """Tiles by their keys."""

    def encode(self, key: TileKey, tile: Tile, coding: str) -> bytes:
        """Return the body of a tile by a content coding, and keep it beside the tile."""
        packed = tile.encoded.get(coding)
        if packed is None:
            packed = ENCODINGS[coding](tile.body)
            with self._lock:
                if coding not in tile.encoded:
                    tile.encoded[coding] = packed
                    self._grown(key, tile, len(packed))
        return packed
