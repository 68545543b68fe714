"""OGC API Tiles: vector tiles of every collection in three tile matrix sets."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response

from gridmap.api import tile_documents
from gridmap.api.dependencies import Chosen, Filtered, Language, filter_alone, nothing_else
from gridmap.api.media import TileResponse
from gridmap.api.tile_answers import find_tile, tile_answer
from gridmap.core.tiling import TILE_MATRIX_SETS, TileAddress, TileMatrixSet
from gridmap.errors import NotFound, Text
from gridmap.services.tiles import Tiles, WantedTile

router = APIRouter(prefix="/ogc", tags=["OGC API Tiles"])
ALONE = [Depends(nothing_else)]


async def matrix_set_of(
    matrix_set_id: Annotated[str, Path(description=f"One of {', '.join(TILE_MATRIX_SETS)}")],
) -> TileMatrixSet:
    """Return the tile matrix set named in the path."""
    if matrix_set_id not in TILE_MATRIX_SETS:
        raise NotFound(
            Text(
                en=f"There is no tile matrix set “{matrix_set_id}”.",
                zh=f"没有名为“{matrix_set_id}”的瓦片矩阵集。",
            ),
            hint=Text(
                en=f"There are: {', '.join(TILE_MATRIX_SETS)}.",
                zh=f"可用的有：{'、'.join(TILE_MATRIX_SETS)}。",
            ),
        )
    return TILE_MATRIX_SETS[matrix_set_id]


ChosenSet = Annotated[TileMatrixSet, Depends(matrix_set_of)]


@router.get("/tileMatrixSets", dependencies=ALONE, response_model=dict[str, Any])
def tile_matrix_sets(request: Request) -> JSONResponse:
    """List the tile matrix sets."""
    return JSONResponse(tile_documents.tile_matrix_sets(request))


@router.get("/tileMatrixSets/{matrix_set_id}", dependencies=ALONE, response_model=dict[str, Any])
def tile_matrix_set(chosen_set: ChosenSet) -> JSONResponse:
    """Define a tile matrix set."""
    return JSONResponse(tile_documents.tile_matrix_set(chosen_set))


@router.get("/collections/{collection_id}/tiles", dependencies=ALONE, response_model=dict[str, Any])
def tile_sets(request: Request, language: Language, chosen: Chosen) -> JSONResponse:
    """List the tile sets of a collection."""
    return JSONResponse(tile_documents.tile_sets(request, language, chosen))


@router.get(
    "/collections/{collection_id}/tiles/{matrix_set_id}", dependencies=ALONE, response_model=dict[str, Any]
)
def tile_set(request: Request, language: Language, chosen: Chosen, chosen_set: ChosenSet) -> JSONResponse:
    """Describe a tile set of a collection: its layers, their columns, and where its tiles are."""
    return JSONResponse(tile_documents.tile_set(request, language, chosen, chosen_set))


@router.get(
    "/collections/{collection_id}/tiles/{matrix_set_id}/{z}/{y}/{x}",
    dependencies=[Depends(filter_alone)],
    response_class=TileResponse,
    responses={204: {"description": "Nothing is drawn here"}, 304: {"description": "You hold it"}},
)
async def tile(
    *, request: Request, chosen: Chosen, chosen_set: ChosenSet, filtered: Filtered, z: int, y: int, x: str
) -> Response:
    """Return the tile at matrix, row and column with the features of the filter; 204 where nothing is drawn."""
    tiles: Tiles = request.app.state.tiles
    wanted = WantedTile(chosen, TileAddress(chosen_set, z, _column(x), y), filtered)
    found = await find_tile(tiles, wanted)
    answer = tile_answer(tiles.memory, wanted.key, found, request.scope["headers"])
    response = Response(answer.body, answer.status)
    response.raw_headers = answer.headers
    return response


def _column(text: str) -> int:
    """Return the column; its address may end in ``.mvt``, without which GDAL does not know a tile."""
    number = text.removesuffix(".mvt")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise NotFound(
            Text(en=f"“{text}” is not the column of a tile.", zh=f"“{text}”不是瓦片的列号。"),
            hint=Text(en="The order is matrix (zoom), row, column.", zh="次序为级别、行、列。"),
        )
    return int(number)
