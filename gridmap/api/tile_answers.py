"""How a tile is answered: coding, tag, and the headers that every answer carries."""

import asyncio
from functools import lru_cache
from typing import NamedTuple

from gridmap.api.headers import SAFE_HEADERS
from gridmap.services.tiles import Tile, TileKey, TileMemory, Tiles, WantedTile
from gridmap.services.tiles.memory import ENCODINGS

MEDIA_TYPE = b"application/vnd.mapbox-vector-tile"

Header = tuple[bytes, bytes]

COMMON: list[Header] = [
    (b"cache-control", b"no-cache"),
    (b"vary", b"Accept-Encoding"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag"),
    *((name.lower().encode(), value.encode()) for name, value in SAFE_HEADERS.items()),
]


class TileAnswer(NamedTuple):
    """Status, headers and body of an answer with a tile."""

    status: int
    headers: list[Header]
    body: bytes


async def find_tile(tiles: Tiles, wanted: WantedTile) -> Tile:
    """Return a tile, from memory or when it comes; see `Tiles.find` for what it raises."""
    remembered = tiles.remembered(wanted)
    return remembered if remembered is not None else await asyncio.wrap_future(tiles.find(wanted))


def tile_answer(memory: TileMemory, key: TileKey, tile: Tile, request_headers: list[Header]) -> TileAnswer:
    """Answer with a tile, coded as the reader prefers; 304 if the reader holds it, 204 where nothing is drawn.

    The tag is strong: it tells one coding of a body from the other (RFC 9110, 8.8.3).
    """
    accepted, held = b"", b""
    for name, value in request_headers:
        if name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            held = value
    coding = preferred_coding(accepted) if tile.body else ""
    tag = f'"{tile.tag}-{coding}"' if coding else f'"{tile.tag}"'
    headers = [(b"etag", tag.encode()), *COMMON]
    if held and _is_held(held.decode("latin-1"), tile.tag):
        return TileAnswer(304, headers, b"")
    if not tile.body:
        return TileAnswer(204, headers, b"")
    body = memory.encode(key, tile, coding) if coding else tile.body
    headers += [(b"content-type", MEDIA_TYPE), (b"content-length", b"%d" % len(body))]
    if coding:
        headers.append((b"content-encoding", coding.encode()))
    return TileAnswer(200, headers, body)


@lru_cache(maxsize=1000)
def preferred_coding(accepted: bytes) -> str:
    """Return the content coding we prefer of those a reader accepts; empty for none (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = _weight(weight)
    acceptable = [name for name in ENCODINGS if weights.get(name, weights.get("*", 0)) > 0]
    return max(acceptable, key=lambda name: weights.get(name, weights.get("*", 0)), default="")


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _is_held(if_none_match: str, tag: str) -> bool:
    """Tell whether the reader holds this tile in any coding, comparing weakly (RFC 9110, 13.1.2)."""
    names = [name.strip().removeprefix("W/").strip('"') for name in if_none_match.split(",")]
    return "*" in names or any(name.split("-")[0] == tag for name in names)
