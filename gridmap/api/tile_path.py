"""The short way to a tile, as plain ASGI: of some 50 µs that a tile in memory takes, FastAPI would add 200."""

from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from gridmap.api.tile_answers import TileAnswer, find_tile, tile_answer
from gridmap.core.tiling import TILE_MATRIX_SETS, TileAddress
from gridmap.db.collections import COLLECTIONS
from gridmap.services.tiles import Tiles, WantedTile

METHODS = ("GET", "HEAD")
PARTS = 9
"""``/ogc/collections/{collection}/tiles/{set}/{matrix}/{row}/{column}`` has so many, the empty one before the first slash
included."""


class TilePath:
    """Answer plain addresses of tiles; pass on whatever has a query, is not there, or cannot be had right now."""

    def __init__(self, app: ASGIApp, tiles: Tiles) -> None:
        self.app = app
        self.tiles = tiles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request or pass it on."""
        answer = await self._answer(scope) if scope["type"] == "http" else None
        if answer is None:
            await self.app(scope, receive, send)
            return
        scope["is_tile"] = True
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope) -> TileAnswer | None:
        if scope["query_string"] or scope["method"] not in METHODS:
            return None
        wanted = read_address(scope["path"])
        if wanted is None:
            return None
        try:
            tile = await find_tile(self.tiles, wanted)
        except Exception:  # noqa: BLE001 (the application asks again, and says what is wrong)
            return None
        return tile_answer(self.tiles.memory, wanted.key, tile, scope["headers"])


@lru_cache(maxsize=10_000)
def read_address(path: str) -> WantedTile | None:
    """Return the tile of a path in its plainest form; None for any other path."""
    parts = path.split("/")
    if len(parts) != PARTS or parts[1] != "ogc" or parts[2] != "collections" or parts[4] != "tiles":
        return None
    collection, matrix_set = COLLECTIONS.get(parts[3]), TILE_MATRIX_SETS.get(parts[5])
    matrix, row, column = parts[6], parts[7], parts[8].removesuffix(".mvt")
    if collection is None or matrix_set is None or not all(map(_is_plain, (matrix, row, column))):
        return None
    return WantedTile(collection, TileAddress(matrix_set, int(matrix), int(column), int(row)))


def _is_plain(number: str) -> bool:
    return number.isascii() and number.isdigit() and len(number) <= 9 and (number[0] != "0" or number == "0")
