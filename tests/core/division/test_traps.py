"""Traps of real data that no other test of the division holds; docs/division.md lists all of them."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Polygon, box

from gridmap.core.division import Division, FindingKind, divide
from gridmap.core.model import Band, Verdict

CRS = "EPSG:32650"


def divided(
    outline: Polygon,
    homes: list[Polygon],
    counts: list[int],
    roads: list[LineString],
    kind: str = "residential",
) -> Division:
    return divide(
        gpd.GeoDataFrame({"code": ["A"], "name": ["A"]}, geometry=[outline], crs=CRS),
        buildings=gpd.GeoDataFrame({"households": counts}, geometry=homes, crs=CRS),
        cells=None,
        lines=gpd.GeoDataFrame({"class": [kind] * len(roads)}, geometry=roads, crs=CRS),
        band=Band(30, 50),
    )[0]


def home(x: float, y: float, size: float = 12) -> Polygon:
    return box(x - size / 2, y - size / 2, x + size / 2, y + size / 2)


def test_a_footprint_of_a_few_square_metres_keeps_its_households() -> None:
    found = divided(box(0, 0, 80, 20), [home(10, 10, 1), home(30, 10), home(70, 10, 0.4)], [20, 10, 35], [])
    assert found.households == 65
    assert found.verdict is Verdict.DIVIDED


def test_a_home_sticking_out_of_all_communities_counts_whole_and_its_grid_ends_at_the_line() -> None:
    found = divided(box(0, 0, 80, 20), [box(-4, 4, 8, 16), home(30, 10), home(70, 10)], [20, 15, 35], [])
    assert found.households == 70
    assert found.grids.union_all().symmetric_difference(box(0, 0, 80, 20)).area < 0.1


def test_a_home_mostly_outside_all_communities_is_not_of_this_one() -> None:
    found = divided(box(0, 0, 80, 20), [box(-20, 4, 4, 16), home(30, 10)], [20, 35], [])
    assert found.households == 35


def test_streets_stored_in_both_directions_count_once() -> None:
    homes = [home(10 + 20 * column, 10 + 20 * row) for column in range(6) for row in range(3)]
    street = LineString([(60, -5), (60, 65)])
    once = divided(box(0, 0, 120, 60), homes, [5] * 18, [street])
    again = divided(box(0, 0, 120, 60), homes, [5] * 18, [street, street.reverse(), street])
    assert again.score["border_m"] == pytest.approx(once.score["border_m"])
    assert list(again.assignment) == list(once.assignment)


def test_compounds_around_a_cul_de_sac_are_tiled_by_connected_grids() -> None:
    """A comb: three closes open to a street in the south, a wall around each.

    +--+--+--+--+--+--+
    |h ||h|h ||h|h ||h|     || is a close; the homes of one compound lie on both sides of it
    |h ||h|h ||h|h ||h|
    +-----------------+
    """
    closes = [LineString([(x, -5), (x, 90)]) for x in (40, 120, 200)]
    homes = [home(x + side, y) for x in (40, 120, 200) for side in (-20, 20) for y in (20, 50, 80)]
    shape = box(0, 0, 240, 100).difference(shapely.union_all([box(x - 2, 60, x + 2, 101) for x in (80, 160)]))
    found = divided(shape, homes, [6] * 18, closes)
    assert found.verdict is Verdict.DIVIDED
    assert set(found.grids.geom_type) == {"Polygon"}
    assert found.grids.union_all().symmetric_difference(shape).area < 0.1


@pytest.mark.parametrize(
    "place", [(385_447.0, 6_671_960.0), (-20_000.0, -4_400_000.0), (39_500_000.0, 4_429_000.0)]
)
def test_a_town_is_divided_alike_wherever_it_lies(place: tuple[float, float]) -> None:
    """In Helsinki, south of an origin, and in Beijing with the number of its zone before the easting."""
    outline = box(0, 0, 120, 60)
    homes = [home(10 + 20 * column, 10 + 20 * row) for column in range(6) for row in range(3)]
    roads = [LineString([(60, -5), (60, 65)]), LineString([(-5, 31), (125, 29)])]
    here = divided(outline, homes, [5] * 18, roads)
    there = divided(
        *(shapely.transform(part, lambda xy: xy + place) for part in (outline, homes)),
        [5] * 18,
        [shapely.transform(road, lambda xy: xy + place) for road in roads],
    )
    assert list(there.assignment) == list(here.assignment)
    assert list(there.grids.area) == pytest.approx(list(here.grids.area), abs=0.1)


@pytest.mark.parametrize("kind", ["river", "primary", "service", "wall"])
def test_a_line_that_ends_in_the_middle_of_a_block_does_not_bound_one(kind: str) -> None:
    homes = [home(10 + 20 * column, 10 + 20 * row) for column in range(6) for row in range(3)]
    found = divided(box(0, 0, 120, 60), homes, [5] * 18, [LineString([(61, -5), (61, 33)])], kind)
    assert found.verdict is Verdict.DIVIDED
    assert FindingKind.BUILDING_CUT not in {finding.kind for finding in found.findings}


def test_a_slit_between_two_communities_belongs_to_neither_and_an_overlap_to_one() -> None:
    outlines = [box(0, 0, 60, 60), box(60.4, 0, 120, 60), box(119.5, 0, 180, 60)]
    homes = [home(10 + 20 * column, 10 + 20 * row) for column in range(9) for row in range(3)]
    found = divide(
        gpd.GeoDataFrame({"code": list("ABC"), "name": list("ABC")}, geometry=outlines, crs=CRS),
        buildings=gpd.GeoDataFrame({"households": [5] * 27}, geometry=homes, crs=CRS),
        cells=None,
        lines=gpd.GeoDataFrame({"class": []}, geometry=[], crs=CRS),
        band=Band(30, 50),
    )
    grids = np.concatenate([one.grids.geometry.to_numpy() for one in found])
    assert shapely.coverage_is_valid(grids)
    assert sum(one.households for one in found) == 135
    assert shapely.area(grids).sum() == pytest.approx(59.6 * 60 + 60 * 60 + 60 * 60, abs=1)
