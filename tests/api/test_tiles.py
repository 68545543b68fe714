"""Vector tiles of the tiny town."""

import math
from typing import Any

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Engine, text

from gridmap.db.collections import COLLECTIONS
from gridmap.db.published import reading
from gridmap.db.queries import FOLDER, load_queries

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


def address(collection: str, tile: tuple[int, int, int]) -> str:
    return f"/ogc/collections/{collection}/tiles/WebMercatorQuad/{tile[0]}/{tile[1]}/{tile[2]}"


def layers(client: httpx.Client, collection: str, tile: tuple[int, int, int]) -> dict[str, Any]:
    answer = client.get(address(collection, tile))
    assert answer.status_code in (200, 204), answer.text
    return mapbox_vector_tile.decode(answer.content) if answer.content else {}


def features_around(client: httpx.Client, layer: str, zoom: int) -> list[dict[str, Any]]:
    """Return the features of a layer on the tiles that cover the town."""
    _, north, west = tile_at(116.395, 39.915, zoom)
    _, south, east = tile_at(116.455, 39.895, zoom)
    collection = {"area_labels": "areas", "grid_labels": "grids"}.get(layer, layer)
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


@pytest.mark.parametrize(
    "collection", [item for item in COLLECTIONS.values() if item.lowest_zoom], ids=lambda item: item.id
)
def test_tiles_are_empty_below_the_lowest_zoom_of_a_collection(client: httpx.Client, collection: Any) -> None:
    answer = client.get(address(collection.id, tile_at(*TOWN, collection.lowest_zoom - 1)))
    assert (answer.status_code, answer.content) == (204, b"")


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
    [listed] = client.get("/ogc/collections/grids/tiles").json()["tilesets"]
    whole = client.get(listed["links"][0]["href"]).json()
    [template] = [link["href"] for link in whole["links"] if link["rel"] == "item"]
    zoom, row, column = tile_at(*TOWN, 14)
    tile = template.format(tileMatrix=zoom, tileRow=row, tileCol=column)
    assert client.get(tile).status_code == 200
    assert whole["layers"][0]["minTileMatrix"] == "8"


def test_the_tile_matrix_set_halves_from_zoom_to_zoom(client: httpx.Client) -> None:
    matrices = client.get("/ogc/tileMatrixSets/WebMercatorQuad").json()["tileMatrices"]
    assert [matrix["matrixWidth"] for matrix in matrices[:4]] == [1, 2, 4, 8]
    assert matrices[1]["scaleDenominator"] == pytest.approx(279541132.0143589)
    assert matrices[0]["cellSize"] == pytest.approx(156543.033928041)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_tile_is_read_from_the_index_on_its_stored_geometry(town: Engine, collection: str) -> None:
    zoom, row, column = tile_at(*TOWN, 14)
    query = load_queries(FOLDER)[f"tile_{collection}"]
    with reading(town) as connection:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.execute(text(f"EXPLAIN {query}"), {"z": zoom, "x": column, "y": row}).scalars()
        table = {"facilities": "facility"}.get(collection, collection.removesuffix("s"))
        assert f"{table}_geom_3857" in "\n".join(plan)
