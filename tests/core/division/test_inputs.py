"""The input of a division, checked and given to its communities."""

from typing import Any

import geopandas as gpd
import pytest
import shapely
from shapely import Point, box
from shapely.geometry.base import BaseGeometry

from gridmap.core.division.findings import Ledger
from gridmap.core.division.inputs import City, read_city
from gridmap.core.model import Band
from gridmap.errors import Invalid

CRS = "EPSG:32650"


def table(shapes: list[BaseGeometry], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


TWO = table([box(0, 0, 50, 50), box(50, 0, 100, 50)], code=["A", "B"], name=["甲", "乙"])


def read(**layers: gpd.GeoDataFrame | None) -> City:
    given = {"communities": TWO, "buildings": None, "cells": None, "lines": table([])} | layers
    communities = given.pop("communities")
    return read_city(communities, band=Band(), ledger=Ledger(), **given)


def test_a_community_with_small_areas_does_not_count_its_buildings() -> None:
    buildings = table([Point(20, 20), Point(70, 20)], households=[3, 4])
    city = read(buildings=buildings, cells=table([box(50, 0, 100, 50)], households=[40]))
    assert list(city.carriers.households) == [3, 40]
    assert list(city.has_areas) == [False, True]
    assert list(city.seeds.carrier) == [0]


def test_empty_tables_need_no_columns() -> None:
    city = read(buildings=table([]), cells=table([]), lines=table([]))
    assert len(city.carriers.households) == 0
    assert len(city.barriers.lines) == 0


def test_heights_are_set_aside() -> None:
    city = read(buildings=table([shapely.force_3d(box(5, 5, 15, 15), 30.0)], households=[3]))
    assert not shapely.has_z(city.seeds.shapes).any()


@pytest.mark.parametrize("crs", [4326, 4490])
def test_degrees_are_refused(crs: int) -> None:
    with pytest.raises(Invalid, match="not a metric CRS"):
        read(communities=TWO.set_crs(crs, allow_override=True))


def test_codes_may_be_numbers() -> None:
    assert read(communities=TWO.assign(code=[11, 12])).codes == ("11", "12")


def test_estates_of_buildings_and_of_small_areas_are_told_apart() -> None:
    buildings = table(
        [Point(10, 20), Point(20, 20), Point(30, 20), Point(40, 20)],
        households=[1, 1, 1, 1],
        name=["甲苑1幢", "甲苑2幢", None, None],
    )
    compound = table([box(25, 10, 45, 30)])
    city = read(buildings=buildings, cells=table([box(50, 0, 100, 50)], households=[9]), compounds=compound)
    one, two, three, four, small_area = city.carriers.estate
    assert one == two != three == four
    assert small_area == -1
