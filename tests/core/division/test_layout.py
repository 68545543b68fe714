"""Layouts: the cells of one community as a value."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from gridmap.core.division.fabric.cells import build_fabric
from gridmap.core.division.findings import Ledger
from gridmap.core.division.inputs import read_city
from gridmap.core.division.layout import Layout, estate_of_cell, layouts
from gridmap.core.model import Band


@pytest.fixture
def two() -> list[Layout]:
    """Two communities of 40 × 20 m side by side, two homes in each.

    +----+----+----+----+
    | a  | b  | c  | d  |
    +----+----+----+----+
    """
    homes = [box(x + 5, 5, x + 15, 15) for x in (0, 20, 40, 60)]
    crs = "EPSG:32650"
    city = read_city(
        gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=[box(0, 0, 40, 20), box(40, 0, 80, 20)], crs=crs),
        buildings=gpd.GeoDataFrame(
            {"households": [1, 2, 3, 4], "name": list("abcd")}, geometry=homes, crs=crs
        ),
        cells=None,
        lines=gpd.GeoDataFrame({"class": []}, geometry=[], crs=crs),
        band=Band(),
        ledger=Ledger(),
    )
    return layouts(city, build_fabric(city, Ledger()))


def test_each_community_has_its_own_cells_from_0(two: list[Layout]) -> None:
    assert [sorted(one.graph.households) for one in two] == [[1, 2], [3, 4]]
    assert [len(one.graph.first) for one in two] == [1, 1]
    assert [one.name_of(int(one.cell_of_carrier[0])) for one in two] == ["a", "c"]


def test_its_grids_tile_it_and_match_those_of_the_neighbour(two: list[Layout]) -> None:
    whole = [one.polygons(np.array([0, 0]))[0] for one in two]
    assert [shape.area for shape in whole] == pytest.approx([800, 800])
    cells = np.concatenate([one.polygons(np.array([0, 1])) for one in two])
    assert [shape.area for shape in cells] == pytest.approx([400] * 4, abs=5)
    assert shapely.coverage_is_valid(cells)


def test_a_cell_is_of_the_estate_of_most_of_its_households() -> None:
    cell = np.array([0, 0, 0, 1, 1, 1, 3])
    estate = np.array([5, 5, 2, -1, 7, 7, -1])
    households = np.array([10, 10, 30, 0, 0, 0, 4])
    assert list(estate_of_cell(cell, estate, households, 4)) == [2, 7, -1, -1]
