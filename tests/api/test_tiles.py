"""Vector tiles of the tiny town."""

import math
from typing import Any, Never

import httpx
import mapbox_vector_tile
import morecantile
import pytest
from shapely import affinity, box
from shapely.geometry import shape
from sqlalchemy import Engine, text

from gridmap.core.tiling import TILE_MATRIX_SETS, WEB_MERCATOR_QUAD, TileAddress, TileMatrixSet
from gridmap.db.collections import COLLECTIONS
from gridmap.db.published import reading
from gridmap.db.tiles import LAYERS, tile_statement
from gridmap.services.tiles import Tiles
from tests.api.conftest import index_of_tiles, plan_of_many

TOWN = (116.405, 39.905)

COLUMNS = {
    "areas": {"code", "name", "level"},
    "area_labels": {"code", "name", "level"},
    "grids": {"code", "name", "kind", "households", "households_estimated", "in_band", "band"},
    "grid_labels": {"code", "label", "households", "band"},
    "buildings": {"floors", "use"},
    "cells": {"households"},
    "places": {"name", "kind"},
    "facilities": {"name", "kind", "tier"},
    "roads": {"class", "name"},
    "organisations": {"name", "kind"},
}


def tile_at(longitude: float, latitude: float, zoom: int) -> tuple[int, int, int]:
    """Return zoom, row and column of the tile over a point."""
    size = 2**zoom
    mercator = math.asinh(math.tan(math.radians(latitude))) / math.pi
    return zoom, int((1 - mercator) / 2 * size), int((longitude + 180) / 360 * size)


def tile_over(
    matrix_set: TileMatrixSet, longitude: float, latitude: float, zoom: int
) -> tuple[int, int, int]:
    """Return matrix, row and column of the tile over a point, at about the scale of a zoom."""
    if matrix_set is WEB_MERCATOR_QUAD:
        return tile_at(longitude, latitude, zoom)
    matrix = zoom - matrix_set.zoom_of_first + matrix_set.first
    side = matrix_set.side / 2 ** (matrix - matrix_set.first)
    return matrix, int((90 - latitude) / side), int((longitude + 180) / side)


def address(collection: str, tile: tuple[int, int, int]) -> str:
    return f"/ogc/collections/{collection}/tiles/WebMercatorQuad/{tile[0]}/{tile[1]}/{tile[2]}"


def lasting(answer: httpx.Response) -> dict[str, str]:
    """Return the headers that do not depend on the request and its way."""
    return {
        name: value for name, value in answer.headers.items() if name not in ("x-request-id", "vary", "date")
    }


def layers(client: httpx.Client, collection: str, tile: tuple[int, int, int]) -> dict[str, Any]:
    answer = client.get(address(collection, tile))
    assert answer.status_code in (200, 204), answer.text
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def features_around(
    client: httpx.Client, layer: str, zoom: int, *, of: str | None = None
) -> list[dict[str, Any]]:
    """Return the features of a layer on the tiles of a collection that cover the town."""
    _, north, west = tile_at(116.395, 39.915, zoom)
    _, south, east = tile_at(116.455, 39.895, zoom)
    collection = of or {"area_labels": "areas", "grid_labels": "grids"}.get(layer, layer)
    tiles = [(zoom, row, column) for row in range(north, south + 1) for column in range(west, east + 1)]
    decoded = [layers(client, collection, tile) for tile in tiles]
    return [feature for found in decoded if layer in found for feature in found[layer]["features"]]


@pytest.mark.parametrize("layer", COLUMNS)
def test_a_layer_has_the_columns_promised_and_database_ids(client: httpx.Client, layer: str) -> None:
    found = features_around(client, layer, 14)
    assert set().union(*(feature["properties"] for feature in found)) == COLUMNS[layer]
    collection = {"area_labels": "areas", "grid_labels": "grids"}.get(layer, layer)
    items = client.get(f"/ogc/collections/{collection}/items?limit=100").json()["features"]
    assert {feature["id"] for feature in found} == {item["id"] for item in items}


@pytest.mark.parametrize("zoom", [8, 12, 16])
def test_every_grid_has_one_label_on_all_tiles_of_a_zoom(client: httpx.Client, zoom: int) -> None:
    labels = features_around(client, "grid_labels", zoom)
    assert sorted(label["properties"]["label"] for label in labels) == ["001", "市场", "花园网格"]


def test_grids_tell_where_they_lie_against_the_band(client: httpx.Client) -> None:
    grids = {feature["id"]: feature["properties"] for feature in features_around(client, "grids", 14)}
    assert {number: grid["band"] for number, grid in grids.items()} == {1: "in", 2: "under", 3: "dedicated"}
    assert [grids[1]["in_band"], grids[2]["in_band"], "in_band" in grids[3]] == [True, False, False]


def test_outlines_do_not_end_at_the_edge_of_a_tile(client: httpx.Client) -> None:
    grids = layers(client, "grids", tile_at(*TOWN, 17))["grids"]["features"]
    corners = [
        number
        for feature in grids
        for ring in feature["geometry"]["coordinates"]
        for point in ring
        for number in point
    ]
    assert min(corners) == -64
    assert max(corners) == 4096 + 64


COUNTED = {name: layer for name, layer in LAYERS.items() if layer.counts is not None}


@pytest.mark.parametrize("collection", COUNTED)
@pytest.mark.parametrize("levels_up", [1, 3, 7])
def test_below_the_zoom_of_features_squares_count_all_of_them(
    client: httpx.Client, collection: str, levels_up: int
) -> None:
    layer = COUNTED[collection]
    assert layer.counts is not None
    zoom = layer.detail - levels_up
    squares = [
        square["properties"] for square in features_around(client, layer.counts.name, zoom, of=collection)
    ]
    items = client.get(f"/ogc/collections/{collection}/items?limit=1000").json()["features"]
    assert sum(square["count"] for square in squares) == len(items)
    for column in layer.counts.sums:
        assert sum(square[column] for square in squares) == sum(item["properties"][column] for item in items)


def test_small_roads_are_left_out_of_low_zooms(client: httpx.Client) -> None:
    assert {road["properties"]["class"] for road in features_around(client, "roads", 12)} == {"primary"}
    assert {road["properties"]["class"] for road in features_around(client, "roads", 13)} == {
        "primary",
        "service",
    }


def test_a_tile_elsewhere_is_empty(client: httpx.Client) -> None:
    assert client.get(address("buildings", tile_at(0, 0, 14))).status_code == 204


def test_a_tile_is_not_sent_again_to_who_holds_it(client: httpx.Client) -> None:
    first = client.get(address("grids", tile_at(*TOWN, 14)))
    assert first.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert first.headers["cache-control"] == "no-cache"
    again = client.get(first.url, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(first.url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_address_may_end_in_mvt(client: httpx.Client) -> None:
    plain = address("grids", tile_at(*TOWN, 14))
    assert client.get(f"{plain}.mvt").content == client.get(plain).content


@pytest.mark.parametrize("tile", ["0/0/1", "1/2/0", "23/0/0", "-1/0/0", "3/1/x", "3/1/1.png", "3/1/²"])
def test_a_tile_outside_the_matrix_is_refused(client: httpx.Client, tile: str) -> None:
    answer = client.get(f"/ogc/collections/grids/tiles/WebMercatorQuad/{tile}")
    assert answer.status_code in (400, 404)
    assert answer.json()["messages"]["zh"]


def test_tile_sets_lead_to_tiles_that_answer(client: httpx.Client) -> None:
    listed = client.get("/ogc/collections/grids/tiles").json()["tilesets"]
    assert [tile_set["tileMatrixSetId"] for tile_set in listed] == list(TILE_MATRIX_SETS)
    for tile_set in listed:
        whole = client.get(tile_set["links"][0]["href"]).json()
        [template] = [link["href"] for link in whole["links"] if link["rel"] == "item"]
        matrix, row, column = tile_over(TILE_MATRIX_SETS[tile_set["tileMatrixSetId"]], *TOWN, 14)
        tile = client.get(template.format(tileMatrix=matrix, tileRow=row, tileCol=column))
        assert set(mapbox_vector_tile.decode(tile.content)) == {"grids", "grid_labels"}


def test_a_tile_set_tells_the_layers_of_its_tiles_and_their_columns(client: httpx.Client) -> None:
    layers_told = client.get("/ogc/collections/grids/tiles/WebMercatorQuad").json()["layers"]
    assert [(layer["id"], layer["minTileMatrix"], layer["maxTileMatrix"]) for layer in layers_told] == [
        ("grids", "8", "22"),
        ("grid_labels", "8", "22"),
        ("grid_counts", "0", "7"),
    ]
    assert set(layers_told[0]["propertiesSchema"]["properties"]) == COLUMNS["grids"]
    assert layers_told[0]["geometryDimension"] == 2
    tianditu = client.get("/ogc/collections/grids/tiles/CGCS2000Quad").json()["layers"]
    assert [layer["minTileMatrix"] for layer in tianditu] == ["8", "8", "1"]


@pytest.mark.parametrize("matrix_set", ["WorldCRS84Quad", "CGCS2000Quad"])
def test_a_tile_in_degrees_draws_things_where_they_are(client: httpx.Client, matrix_set: str) -> None:
    chosen = TILE_MATRIX_SETS[matrix_set]
    matrix, row, column = tile_over(chosen, *TOWN, 15)
    answer = client.get(f"/ogc/collections/grids/tiles/{matrix_set}/{matrix}/{row}/{column}")
    drawn = {
        feature["id"]: shape(feature["geometry"])
        for feature in mapbox_vector_tile.decode(answer.content)["grids"]["features"]
    }
    west, south, east, _north = chosen.bounds(matrix, column, row)
    unit = (east - west) / 4096
    assert drawn
    for number, outline in drawn.items():
        item = shape(client.get(f"/ogc/collections/grids/items/{number}").json()["geometry"])
        shown = affinity.affine_transform(outline, [unit, 0, 0, unit, west, south])
        expected = item.intersection(box(*chosen.bounds(matrix, column, row).wider(64 / 4096)))
        assert shown.hausdorff_distance(expected) < 2 * unit


@pytest.mark.parametrize("matrix_set", ["WebMercatorQuad", "WorldCRS84Quad", "CGCS2000Quad"])
def test_the_definition_of_a_tile_matrix_set_is_valid(client: httpx.Client, matrix_set: str) -> None:
    told = client.get(f"/ogc/tileMatrixSets/{matrix_set}").json()
    morecantile.TileMatrixSet.model_validate(told)
    assert [
        matrix["matrixWidth"] // told["tileMatrices"][0]["matrixWidth"] for matrix in told["tileMatrices"]
    ] == [2**number for number in range(len(told["tileMatrices"]))]


def test_there_is_no_other_tile_matrix_set(client: httpx.Client) -> None:
    for path in (
        "/ogc/tileMatrixSets/Mars",
        "/ogc/collections/grids/tiles/Mars",
        "/ogc/collections/grids/tiles/Mars/0/0/0",
    ):
        answer = client.get(path)
        assert (answer.status_code, "WebMercatorQuad" in answer.json()["hint"]["en"]) == (404, True)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip", "gzip"),
        ("zstd;q=0.1, gzip", "gzip"),
        ("zstd;q=0, *", "gzip"),
        ("*;q=0", None),
        ("br", None),
        ("gzip;q=none", None),
        ("", None),
    ],
)
def test_a_tile_is_coded_as_its_reader_prefers(
    client: httpx.Client, accepted: str, coding: str | None
) -> None:
    where = address("grids", tile_at(*TOWN, 14))
    plain = client.get(where, headers={"Accept-Encoding": "identity"})
    coded = client.get(where, headers={"Accept-Encoding": accepted})
    assert coded.headers.get("content-encoding") == coding
    assert coded.content == plain.content
    assert coded.headers["vary"] == "Accept-Encoding"
    assert (coded.headers["etag"] == plain.headers["etag"]) == (coding is None)
    assert not coded.headers["etag"].startswith("W/")


def test_head_tells_what_get_would(client: httpx.Client) -> None:
    where = address("grids", tile_at(*TOWN, 14))
    got, told = client.get(where), client.head(where)
    assert (told.status_code, told.content) == (200, b"")
    assert lasting(told) == lasting(got)


def test_the_long_way_answers_as_the_short_one(client: httpx.Client) -> None:
    where = address("grids", tile_at(*TOWN, 14))
    short, long = client.get(where), client.get(f"{where}?lang=zh")
    assert long.content == short.content
    assert lasting(long) == lasting(short)


def test_a_fault_of_ours_is_told_as_any_other(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Never:
        raise ZeroDivisionError

    monkeypatch.setattr(Tiles, "find", broken)
    answer = client.get(address("grids", (14, 1, 1)))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("zoom", [7, 14])
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_tile_has_the_same_bytes_however_it_is_read(town: Engine, collection: str, zoom: int) -> None:
    _, row, column = tile_at(*TOWN, zoom)
    query, values = tile_statement(COLLECTIONS[collection], TileAddress(WEB_MERCATOR_QUAD, zoom, column, row))
    bodies = set()
    for other_way in ("enable_seqscan", "enable_bitmapscan", "enable_hashagg"):
        with reading(town) as connection:
            connection.execute(text(f"SET LOCAL {other_way} = off"))
            bodies.add(bytes(connection.exec_driver_sql(query, values).scalar_one()))
    assert len(bodies) == 1


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_tile_is_read_from_the_index_on_its_stored_geometry(town: Engine, collection: str) -> None:
    zoom, row, column = tile_at(*TOWN, 14)
    query, values = tile_statement(COLLECTIONS[collection], TileAddress(WEB_MERCATOR_QUAD, zoom, column, row))
    assert index_of_tiles(collection) in plan_of_many(town, query, values)
