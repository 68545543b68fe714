"""OGC API Tiles: vector tiles of every collection in WebMercatorQuad."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from gridmap.api import documents
from gridmap.api.dependencies import Chosen, Db, Filtered, Language, filter_alone, nothing_else
from gridmap.errors import NotFound, Text
from gridmap.services.browsing import read_tile

router = APIRouter(prefix="/ogc", tags=["OGC API Tiles"])
ALONE = [Depends(nothing_else)]


@router.get("/tileMatrixSets", dependencies=ALONE, response_model=dict[str, Any])
def tile_matrix_sets(request: Request) -> JSONResponse:
    """List the tile matrix sets."""
    return JSONResponse(documents.tile_matrix_sets(request))


@router.get("/tileMatrixSets/WebMercatorQuad", dependencies=ALONE, response_model=dict[str, Any])
def tile_matrix_set() -> JSONResponse:
    """Define WebMercatorQuad."""
    return JSONResponse(documents.tile_matrix_set())


@router.get("/collections/{collection_id}/tiles", dependencies=ALONE, response_model=dict[str, Any])
def tile_sets(request: Request, language: Language, chosen: Chosen) -> JSONResponse:
    """List the tile sets of a collection."""
    return JSONResponse(documents.tile_sets(request, language, chosen))


@router.get(
    "/collections/{collection_id}/tiles/WebMercatorQuad", dependencies=ALONE, response_model=dict[str, Any]
)
def tile_set(request: Request, language: Language, chosen: Chosen) -> JSONResponse:
    """Describe a collection's tile set."""
    return JSONResponse(documents.tile_set(request, language, chosen))


@router.get(
    "/collections/{collection_id}/tiles/WebMercatorQuad/{z}/{y}/{x}",
    dependencies=[Depends(filter_alone)],
    response_class=Response,
)
def tile(
    *,
    chosen: Chosen,
    filtered: Filtered,
    z: int,
    y: int,
    x: str,
    db: Db,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the tile at zoom, row and column with the features of the filter; 204 where nothing is drawn."""
    body = read_tile(db, chosen, z=z, x=_column(x), y=y, condition=filtered)
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if _names(if_none_match, etag):
        return Response(status_code=304, headers=headers)
    if not body:
        return Response(status_code=204, headers=headers)
    return Response(body, headers=headers, media_type=documents.TILE)


def _column(text: str) -> int:
    """Return the column; its address may end in ``.mvt``, without which GDAL does not know a tile."""
    number = text.removesuffix(".mvt")
    if not number.isascii() or not number.isdigit():
        raise NotFound(
            Text(en=f"“{text}” is not the column of a tile.", zh=f"“{text}”不是瓦片的列号。"),
            hint=Text(en="The order is zoom, row, column.", zh="次序为级别、行、列。"),
        )
    return int(number)


def _names(if_none_match: str | None, etag: str) -> bool:
    """Tell whether the reader holds this version, comparing weakly (RFC 9110 §13.1.2)."""
    if if_none_match is None:
        return False
    held = [name.strip().removeprefix("W/") for name in if_none_match.split(",")]
    return "*" in held or etag.removeprefix("W/") in held
