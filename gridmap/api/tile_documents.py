"""The documents of OGC API Tiles: tile matrix sets, and tile sets with their layers (OGC 20-057, OGC 17-083r4)."""

from typing import Any

from fastapi import Request

from gridmap.api.documents import JSON, SCHEMAS, TILE, Document, link, root
from gridmap.core.tiling import PIXELS, TILE_MATRIX_SETS, TileMatrixSet
from gridmap.db.collections import Collection
from gridmap.db.tiles import LAYERS

SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"


def tile_matrix_sets(request: Request) -> Document:
    """Return the list of tile matrix sets."""
    entries = [
        {
            "id": matrix_set.id,
            "title": matrix_set.title,
            **({"uri": matrix_set.uri} if matrix_set.uri else {}),
            "crs": matrix_set.crs,
            "links": [link(f"{root(request)}/tileMatrixSets/{matrix_set.id}", "self", JSON)],
        }
        for matrix_set in TILE_MATRIX_SETS.values()
    ]
    return {"tileMatrixSets": entries, "links": [link(str(request.url), "self", JSON)]}


def tile_matrix_set(matrix_set: TileMatrixSet) -> Document:
    """Return the definition of a tile matrix set."""
    return {
        "id": matrix_set.id,
        "title": matrix_set.title,
        **({"uri": matrix_set.uri} if matrix_set.uri else {}),
        "crs": matrix_set.crs,
        "orderedAxes": list(matrix_set.axes),
        **({"wellKnownScaleSet": matrix_set.well_known} if matrix_set.well_known else {}),
        "tileMatrices": [
            _tile_matrix(matrix_set, number) for number in range(matrix_set.first, matrix_set.last + 1)
        ],
    }


def tile_sets(request: Request, language: str, described: Collection) -> Document:
    """Return the tile sets of a collection, one for each tile matrix set; every link in it can be followed as it is."""
    return {
        "links": [link(str(request.url), "self", JSON)],
        "tilesets": [
            _tile_set(request, language, described, matrix_set) for matrix_set in TILE_MATRIX_SETS.values()
        ],
    }


def tile_set(request: Request, language: str, described: Collection, matrix_set: TileMatrixSet) -> Document:
    """Return a tile set of a collection with its layers, and where its tiles are."""
    tiles = f"{root(request)}/collections/{described.id}/tiles/{matrix_set.id}"
    template = {**link(f"{tiles}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}", "item", TILE), "templated": True}
    document = _tile_set(request, language, described, matrix_set)
    return {
        **document,
        "links": [*document["links"], template],
        "tileMatrixSetLimits": [
            _limits(matrix_set, number) for number in range(matrix_set.first, matrix_set.last + 1)
        ],
        "layers": list(_layers(language, described, matrix_set)),
    }


def _limits(matrix_set: TileMatrixSet, number: int) -> Document:
    """Return the limits of a matrix: there is an answer to each of its tiles, 204 where nothing is drawn."""
    finer = 1 << (number - matrix_set.first)
    return {
        "tileMatrix": str(number),
        "minTileRow": 0,
        "maxTileRow": matrix_set.rows * finer - 1,
        "minTileCol": 0,
        "maxTileCol": matrix_set.columns * finer - 1,
    }


def _layers(language: str, described: Collection, matrix_set: TileMatrixSet) -> list[Document]:
    layer = LAYERS[described.id]
    title = described.title.in_language(language)
    detail = max(layer.detail - matrix_set.zoom_of_first + matrix_set.first, matrix_set.first)
    fields = {name: _field(described, name, language) for name in layer.columns}
    layers = [_layer(described.id, title, fields, _dimension(described), (detail, matrix_set.last))]
    if layer.labels is not None:
        layers.append(_layer(layer.labels.name, title, {}, 0, (detail, matrix_set.last)))
    if layer.counts is not None and detail > matrix_set.first:
        counted: Document = {name: {"type": "integer"} for name in ("count", *layer.counts.sums)}
        layers.append(_layer(layer.counts.name, title, counted, 0, (matrix_set.first, detail - 1)))
    return layers


def _layer(
    name: str, title: str, fields: Document, dimension: int | None, matrices: tuple[int, int]
) -> Document:
    return {
        "id": name,
        "title": title,
        "dataType": "vector",
        **({} if dimension is None else {"geometryDimension": dimension}),
        "minTileMatrix": str(matrices[0]),
        "maxTileMatrix": str(matrices[1]),
        **({"propertiesSchema": {"type": "object", "properties": fields}} if fields else {}),
    }


def _field(described: Collection, name: str, language: str) -> Document:
    column = described.column(name)
    if column is None:
        return {"type": "string"}
    return {"title": column.title.in_language(language), **SCHEMAS[column.type]}


def _dimension(described: Collection) -> int | None:
    """Return 0 for points, 1 for lines, 2 for surfaces; None for a collection of any of them."""
    return next(
        (
            dimension
            for dimension, word in enumerate(("point", "line", "polygon"))
            if word in described.geometry
        ),
        None,
    )


def _tile_set(request: Request, language: str, described: Collection, matrix_set: TileMatrixSet) -> Document:
    tiles = f"{root(request)}/collections/{described.id}/tiles/{matrix_set.id}"
    return {
        "title": described.title.in_language(language),
        "dataType": "vector",
        "crs": matrix_set.crs,
        "tileMatrixSetId": matrix_set.id,
        **({"tileMatrixSetURI": matrix_set.uri} if matrix_set.uri else {}),
        "links": [
            link(tiles, "self", JSON),
            link(f"{root(request)}/tileMatrixSets/{matrix_set.id}", SCHEME, JSON),
        ],
    }


def _tile_matrix(matrix_set: TileMatrixSet, number: int) -> dict[str, Any]:
    finer = 2 ** (number - matrix_set.first)
    west, north = matrix_set.corner
    origin = [west, north] if matrix_set.axes[0] in ("X", "Lon") else [north, west]
    return {
        "id": str(number),
        "scaleDenominator": matrix_set.scale_denominator(number),
        "cellSize": matrix_set.cell_size(number),
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": origin,
        "tileWidth": PIXELS,
        "tileHeight": PIXELS,
        "matrixWidth": matrix_set.columns * finer,
        "matrixHeight": matrix_set.rows * finer,
    }
