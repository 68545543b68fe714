"""Dedicated sites: read, set aside, and grids of their own.

0        100      200       300     A community of 300 × 100 m: six homes of 60 households in the west and
+---------+--------+---------+      six in the east; a park of 100 × 100 m between them, in which a keeper lives
| h  h  h |  park  | h  h  h |      and which has a household of 1.
| h  h  h |   k    | h  h  h |
+---------+--------+---------+
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box
from shapely.geometry.base import BaseGeometry

from gridmap.core.division import Division, FindingKind, divide
from gridmap.core.division.sites import read_sites, site_of
from gridmap.core.model import Band, Verdict

CRS = "EPSG:32650"
PARK = box(100, 0, 200, 100)


def table(shapes: list[BaseGeometry], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


COMMUNITY = table([box(0, 0, 300, 100)], code=["A"], name=["甲"])
HOMES = [box(x, y, x + 12, y + 12) for x in (10, 40, 70, 210, 240, 270) for y in (20, 65)]
BUILDINGS = table([*HOMES, box(145, 45, 155, 55)], households=[60] * 12 + [1])
NO_LINES = table([], **{"class": []})


def divided(sites: list[BaseGeometry], names: list[str] | None = None, **given: Any) -> Division:
    layers = {"buildings": BUILDINGS, "cells": None, "lines": NO_LINES} | given
    frame = table(sites, **({"name": names} if names else {}))
    return divide(layers.pop("communities", COMMUNITY), sites=frame, band=Band(300, 500), **layers)[0]


def test_a_site_is_a_grid_of_its_own_and_the_parts_it_leaves_are_divided_each_by_itself() -> None:
    found = divided([PARK], ["中心公园"])
    assert found.verdict is Verdict.DIVIDED
    assert found.grids["kind"].tolist() == ["general", "dedicated", "general"]
    assert found.grids["households"].tolist() == [360, 1, 360]
    assert found.grids["in_band"].tolist() == [True, False, True]
    assert found.names.tolist() == [None, "中心公园", None]
    assert found.polygons[1].equals(PARK)
    assert found.households == 721
    kinds = {finding.kind: finding for finding in found.findings}
    assert kinds[FindingKind.DEDICATED_SITE].where == ("中心公园",)
    assert shapely.coverage_is_valid(found.polygons)


def test_without_sites_nothing_changes() -> None:
    assert (divided([]).is_dedicated == [False, False]).all()


def test_left_over_land_without_households_goes_with_the_site_beside_it() -> None:
    found = divided([box(100, 0, 300, 90)], buildings=BUILDINGS.iloc[:6])
    assert found.is_dedicated.tolist() == [False, True]
    west = divided([box(100, 0, 295, 100)], buildings=BUILDINGS.iloc[:6])
    assert west.is_dedicated.tolist() == [False, True]
    assert west.polygons[1].area == pytest.approx(20_000)


def test_a_community_that_is_all_site_is_one_dedicated_grid() -> None:
    found = divided([box(-10, -10, 310, 110)])
    assert found.is_dedicated.tolist() == [True]
    assert found.grids["households"].tolist() == [721]
    assert found.verdict is Verdict.DIVIDED


def test_a_site_across_a_community_line_is_a_grid_in_each() -> None:
    halves = table([box(0, 0, 150, 100), box(150, 0, 300, 100)], code=["A", "B"], name=["甲", "乙"])
    one, two = divide(
        halves, buildings=BUILDINGS, cells=None, lines=NO_LINES, sites=table([PARK]), band=Band(300, 500)
    )
    assert [one.is_dedicated.sum(), two.is_dedicated.sum()] == [1, 1]
    assert one.polygons[one.is_dedicated][0].area == two.polygons[two.is_dedicated][0].area == 5000
    assert one.households + two.households == 721


def test_a_road_through_a_site_does_not_part_it() -> None:
    road = table([shapely.LineString([(0, 50), (300, 50)])], **{"class": ["residential"]})
    assert divided([PARK], lines=road).is_dedicated.sum() == 1


def test_small_areas_on_a_site_are_dedicated() -> None:
    areas = table([box(0, 0, 100, 100), PARK, box(200, 0, 300, 100)], households=[360, 20, 360])
    found = divided([box(95, -5, 205, 105)], ["园区"], cells=areas)
    assert found.grids["kind"].tolist() == ["general", "dedicated", "general"]
    assert found.grids["households"].tolist() == [360, 20, 360]
    assert found.names[1] == "园区"


def test_large_land_without_households_is_proposed() -> None:
    wide = table([box(0, 0, 300, 1100)], code=["A"], name=["甲"])
    road = table([shapely.LineString([(0, 100), (300, 100)])], **{"class": ["residential"]})
    found = divided([], communities=wide, lines=road)
    (proposal,) = found.proposals
    assert proposal.hectares == pytest.approx(30)
    assert proposal.polygon.equals(box(0, 100, 300, 1100))
    finding = next(one for one in found.findings if one.kind is FindingKind.LARGE_EMPTY_LAND)
    assert finding.where == ("1. (30.0 ha)",)
    accepted = divided([proposal.polygon], ["北山"], communities=wide, lines=road)
    assert accepted.proposals == ()
    assert accepted.is_dedicated.sum() == 1


def test_sites_lose_what_earlier_ones_have_and_slivers_do_not_count() -> None:
    communities = np.array([box(0, 0, 100, 100), box(100, 0, 200, 100)], dtype=object)
    parts = read_sites(table([box(0, 0, 50, 50), box(0, 0, 102, 100)], name=["一", None]), communities)
    assert parts.names.tolist() == ["一", ""]
    assert shapely.area(parts.shapes).tolist() == [2500, 7500]
    assert site_of(parts, parts).tolist() == [0, 1]
