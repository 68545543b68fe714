"""Two Dimensional Tile Matrix Set and Tile Set Metadata 2.0, 17-083r4, annex A: tile matrix sets and tile set metadata."""

import math
from typing import Any

import morecantile
import pytest

from gridmap.core.tiling import TILE_MATRIX_SETS
from tests.ogc.conftest import ROOT, Read, rel

EVERY = pytest.mark.parametrize("name", TILE_MATRIX_SETS)
PIXEL_METRES = 0.28e-3
REGISTERED = ("WebMercatorQuad", "WorldCRS84Quad")


def test_the_list_leads_to_every_definition(read: Read) -> None:
    entries = read("/ogc/tileMatrixSets")["tileMatrixSets"]
    assert [entry["id"] for entry in entries] == list(TILE_MATRIX_SETS)
    for entry in entries:
        [address] = rel(entry, "self")
        assert read(address)["id"] == entry["id"]


@EVERY
def test_tile_matrix_set_has_its_members_and_its_matrices_run_from_coarse_to_fine(
    read: Read, name: str
) -> None:
    matrix_set = read(f"/ogc/tileMatrixSets/{name}")
    assert {"id", "title", "crs", "orderedAxes", "tileMatrices"} <= set(matrix_set)
    matrices = matrix_set["tileMatrices"]
    assert len({matrix["id"] for matrix in matrices}) == len(matrices)
    scales = [matrix["scaleDenominator"] for matrix in matrices]
    assert scales == sorted(scales, reverse=True)
    for matrix in matrices:
        assert matrix["cornerOfOrigin"] == "topLeft"
        assert len(matrix["pointOfOrigin"]) == 2
        assert matrix["tileWidth"] == matrix["tileHeight"] == 256


@EVERY
def test_scale_denominators_are_those_of_the_cells(read: Read, name: str) -> None:
    matrix_set = read(f"/ogc/tileMatrixSets/{name}")
    metres = 1.0 if matrix_set["crs"].endswith("3857") else math.pi * 6378137 / 180
    for matrix in matrix_set["tileMatrices"]:
        assert matrix["scaleDenominator"] * PIXEL_METRES / metres == pytest.approx(matrix["cellSize"])


@EVERY
def test_every_matrix_spans_the_same_part_of_the_world(read: Read, name: str) -> None:
    matrices = read(f"/ogc/tileMatrixSets/{name}")["tileMatrices"]
    spans = {round(item["cellSize"] * item["tileWidth"] * item["matrixWidth"], 6) for item in matrices}
    assert len(spans) == 1


@pytest.mark.parametrize("name", REGISTERED)
def test_a_registered_set_is_as_it_is_registered(read: Read, name: str) -> None:
    ours: dict[str, Any] = read(f"/ogc/tileMatrixSets/{name}")
    registered = morecantile.tms.get(name)
    assert ours["uri"] == str(registered.uri)
    for mine, theirs in zip(ours["tileMatrices"], registered.tileMatrices, strict=False):
        assert mine["id"] == theirs.id
        assert mine["scaleDenominator"] == pytest.approx(theirs.scaleDenominator)
        assert mine["pointOfOrigin"] == pytest.approx(list(theirs.pointOfOrigin))
        assert (mine["matrixWidth"], mine["matrixHeight"]) == (theirs.matrixWidth, theirs.matrixHeight)


@EVERY
def test_limits_of_a_tile_set_are_tiles_of_its_matrices(read: Read, name: str) -> None:
    matrices = {item["id"]: item for item in read(f"/ogc/tileMatrixSets/{name}")["tileMatrices"]}
    tile_set = read(f"{ROOT}/collections/grids/tiles/{name}")
    assert [limits["tileMatrix"] for limits in tile_set["tileMatrixSetLimits"]] == list(matrices)
    for limits in tile_set["tileMatrixSetLimits"]:
        matrix = matrices[limits["tileMatrix"]]
        assert 0 <= limits["minTileRow"] <= limits["maxTileRow"] < matrix["matrixHeight"]
        assert 0 <= limits["minTileCol"] <= limits["maxTileCol"] < matrix["matrixWidth"]
