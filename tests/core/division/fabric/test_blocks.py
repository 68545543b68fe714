"""What roads, walls, community lines and small areas enclose."""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, box
from shapely.geometry.base import BaseGeometry

from gridmap.core.division.fabric.blocks import Blocks, make_blocks, sliver_sides
from gridmap.core.division.fabric.noding import whole
from gridmap.core.division.findings import Ledger
from gridmap.core.division.inputs import read_city
from gridmap.core.model import Band


def table(shapes: list[BaseGeometry], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32650")


def blocks_of(
    community: BaseGeometry,
    roads: list[LineString],
    homes: list[BaseGeometry],
    areas: list[BaseGeometry] | None = None,
) -> Blocks:
    city = read_city(
        table([community], code=["A"], name=["A"]),
        buildings=table(homes, households=[10] * len(homes)),
        cells=None if areas is None else table(areas, households=[10] * len(areas)),
        lines=table(list(roads), **{"class": ["primary"] * len(roads)}),
        band=Band(),
        ledger=Ledger(),
    )
    points = shapely.get_coordinates(shapely.point_on_surface(city.seeds.shapes))
    return make_blocks(city, whole(points))


def across(x: float) -> LineString:
    return LineString([(x, -5), (x, 105)])


def test_a_road_across_makes_two_blocks() -> None:
    found = blocks_of(box(0, 0, 200, 100), [across(100)], [box(20, 20, 40, 40), box(150, 20, 170, 40)])
    assert list(found.area) == [10000, 10000]
    assert not found.is_sliver.any()
    assert found.ends[(found.left >= 0) & (found.right >= 0)].tolist() == [[100_000, 0, 100_000, 100_000]]


def test_a_median_without_homes_is_a_sliver_and_one_with_homes_is_not() -> None:
    roads, homes = [across(100), across(110)], [box(20, 20, 40, 40), box(150, 20, 170, 40)]
    assert blocks_of(box(0, 0, 200, 100), roads, homes).is_sliver.sum() == 1
    assert blocks_of(box(0, 0, 200, 100), roads, [*homes, box(102, 20, 108, 30)]).is_sliver.sum() == 0


def test_slivers_that_touch_are_one() -> None:
    roads = [across(100), across(110), LineString([(90, 50), (120, 50)])]
    found = blocks_of(box(0, 0, 200, 100), roads, [box(20, 20, 40, 40), box(150, 20, 170, 40)])
    assert found.is_sliver.sum() == 1
    sides = sliver_sides(found)
    assert np.hypot(*(sides.ends[:, 2:] - sides.ends[:, :2]).T).sum() == 200_000
    assert set(found.is_sliver[sides.sliver]) == {True}
    assert set(found.is_sliver[sides.across]) == {False}


def test_a_community_of_nothing_but_a_strip_is_a_block() -> None:
    found = blocks_of(box(0, 0, 200, 8), [], [])
    assert list(found.is_sliver) == [False]


def test_a_large_empty_block_is_no_sliver() -> None:
    found = blocks_of(box(0, 0, 200, 100), [across(100)], [box(20, 20, 40, 40)])
    assert not found.is_sliver.any()


def test_roads_do_not_cut_small_areas() -> None:
    found = blocks_of(
        box(0, 0, 200, 100), [across(50)], [], areas=[box(0, 0, 100, 100), box(100, 0, 200, 100)]
    )
    assert sorted(found.small_area) == [0, 1]


def test_land_without_small_area_counts_where_it_is_wide() -> None:
    narrow = blocks_of(box(0, 0, 120, 100), [], [], areas=[box(0, 0, 100, 100)])
    assert narrow.area.sum() == 10000
    wide = blocks_of(box(0, 0, 180, 100), [], [], areas=[box(0, 0, 100, 100)])
    assert sorted(wide.area) == pytest.approx([8000, 10000])
