"""OGC API Tiles Part 1: Core, 20-057, annex A."""

from typing import Any

import httpx
import mapbox_vector_tile
import pytest

from gridmap.core.tiling import TILE_MATRIX_SETS
from gridmap.db.collections import COLLECTIONS
from tests.ogc.conftest import ROOT, Read, rel

EVERY = pytest.mark.parametrize("collection", COLLECTIONS)
MVT = "application/vnd.mapbox-vector-tile"
SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
VECTORS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
CONF = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
PLACE = {"WebMercatorQuad": (14, 6208, 13489), "WorldCRS84Quad": (13, 2279, 13489)}


def tile_sets(read: Read, collection: str) -> list[Any]:
    """Return the full metadata of each tile set that the list of a collection leads to."""
    described = read(f"/ogc/collections/{collection}/tiles")["tilesets"]
    return [read(rel(item, "self")[0]) for item in described]


def template(tile_set: Any) -> str:
    [found] = [link for link in tile_set["links"] if link["rel"] == "item"]
    assert found["templated"] is True
    assert found["type"] == MVT
    address: str = found["href"]
    return address


def tile(client: httpx.Client, address: str, matrix: Any, row: Any, column: Any) -> httpx.Response:
    return client.get(address.format(tileMatrix=matrix, tileRow=row, tileCol=column))


@pytest.mark.parametrize("name", ["core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30"])
def test_a01_conformance_success(read: Read, name: str) -> None:
    assert CONF + name in read("/ogc/conformance")["conformsTo"]


@EVERY
def test_a02_tc_op_and_a06_tc_success(client: httpx.Client, read: Read, collection: str) -> None:
    for tile_set in tile_sets(read, collection):
        for matrix in tile_set["tileMatrixSetLimits"]:
            answer = tile(
                client, template(tile_set), matrix["tileMatrix"], matrix["maxTileRow"], matrix["minTileCol"]
            )
            assert answer.status_code in (200, 204)
        if place := PLACE.get(tile_set["tileMatrixSetId"]):
            answer = tile(client, template(tile_set), *place)
            assert answer.status_code == (204 if collection == "cells" else 200), "cells lie farther east"
            assert answer.headers.get("content-type") == (None if collection == "cells" else MVT)


@pytest.mark.parametrize("name", ["tileMatrix", "tileRow", "tileCol"])
def test_a03_a04_a05_parameters_of_a_tile(definition: Any, name: str) -> None:
    described = definition["components"]["parameters"][name]
    assert described["in"] == "path"
    assert described["required"] is True
    assert described["schema"]["type"] == ("string" if name == "tileMatrix" else "integer")
    for path, methods in definition["paths"].items():
        if "{tileRow}" in path:
            assert {"$ref": f"#/components/parameters/{name}"} in methods["get"]["parameters"]


@EVERY
def test_a07_tc_error(client: httpx.Client, read: Read, collection: str) -> None:
    for tile_set in tile_sets(read, collection):
        address = template(tile_set)
        for limits in tile_set["tileMatrixSetLimits"][:3]:
            matrix, row, column = limits["tileMatrix"], limits["maxTileRow"], limits["maxTileCol"]
            for wrong in (
                (row + 1, column),
                (row, column + 1),
                (-1, column),
                (row, -1),
                (2**31 - 1, 2**31 - 1),
            ):
                assert tile(client, address, matrix, *wrong).status_code in (400, 404)
        for matrix in (-1, 99, "x", 2**40):
            assert tile(client, address, matrix, 0, 0).status_code in (400, 404)
        nothing_here = tile_set["tileMatrixSetLimits"][-1]
        assert tile(client, address, nothing_here["tileMatrix"], 0, 0).status_code == 204


@EVERY
def test_a08_tile_set_description(read: Read, collection: str) -> None:
    for tile_set in tile_sets(read, collection):
        matrix_set = TILE_MATRIX_SETS[tile_set["tileMatrixSetId"]]
        assert tile_set["dataType"] == "vector"
        assert tile_set["crs"] == matrix_set.crs
        assert tile_set.get("tileMatrixSetURI") == matrix_set.uri
        [scheme] = rel(tile_set, SCHEME)
        assert read(scheme)["id"] == matrix_set.id
        for name in ("tileMatrix", "tileRow", "tileCol"):
            assert f"{{{name}}}" in template(tile_set)
        for layer in tile_set["layers"]:
            assert layer["id"]
            assert layer["dataType"] == "vector"


@EVERY
def test_a09_tile_sets_list(client: httpx.Client, read: Read, collection: str) -> None:
    here = f"{ROOT}/collections/{collection}/tiles"
    described = read(here)
    assert rel(described, "self") == [here]
    assert [item["tileMatrixSetId"] for item in described["tilesets"]] == list(TILE_MATRIX_SETS)
    for item in described["tilesets"]:
        assert item["dataType"] == "vector"
        assert item["crs"]
        assert rel(item, "self") == [f"{here}/{item['tileMatrixSetId']}"]
        assert len(rel(item, SCHEME)) == 1
        for link in item["links"]:
            assert client.get(link["href"]).status_code == 200, link


def test_a12_desc_links_and_a13_operation(read: Read, collections: list[Any]) -> None:
    for item in collections:
        [address] = rel(item, VECTORS)
        assert address == f"{ROOT}/collections/{item['id']}/tiles"
        assert read(address)["tilesets"]


def test_mvt_content(client: httpx.Client, read: Read) -> None:
    for tile_set in tile_sets(read, "grids"):
        if place := PLACE.get(tile_set["tileMatrixSetId"]):
            layers = mapbox_vector_tile.decode(tile(client, template(tile_set), *place).content)
            assert set(layers) <= {layer["id"] for layer in tile_set["layers"]}
            for layer in layers.values():
                assert all(feature["geometry"]["coordinates"] for feature in layer["features"])


def test_oas30_completeness_and_operation_id(definition: Any) -> None:
    named = [operation["operationId"] for path in definition["paths"].values() for operation in path.values()]
    assert len(named) == len(set(named))
    suffixes = (".collection.vector.getTileSetsList", ".vector.getTileSet", ".vector.getTile")
    for suffix in (*suffixes, "getTileMatrixSetsList", "getTileMatrixSet"):
        assert any(name.endswith(suffix) for name in named), suffix
