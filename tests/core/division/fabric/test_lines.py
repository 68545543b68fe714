"""Lines cleaned and ranked."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, MultiLineString, box

from gridmap.core.division.fabric.lines import ARTERIAL, INNER, ROAD, WEAK, Barriers, read_barriers
from gridmap.core.model import LineClass
from gridmap.core.topology import Segments
from gridmap.errors import Invalid


def table(shapes: list, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32650")


AREA = np.array([box(0, 0, 100, 100)])
ACROSS = LineString([(0, 50), (100, 50)])


def read(shapes: list, classes: list[str]) -> Barriers:
    return read_barriers(table(shapes, **{"class": classes}), AREA)


def test_every_class_has_a_rank() -> None:
    shapes = [LineString([(0, y), (100, y)]) for y in range(len(LineClass))]
    assert set(read(shapes, list(LineClass)).rank) == {WEAK, ROAD, ARTERIAL}


def test_a_line_stored_twice_counts_once_at_its_highest_rank() -> None:
    found = read([ACROSS, ACROSS.reverse(), ACROSS], ["service", "primary", "wall"])
    assert list(found.rank) == [ARTERIAL]


def test_footways_bound_no_block() -> None:
    assert len(read([ACROSS], ["footway"]).lines) == 0


def test_river_areas_give_their_banks_and_multilines_their_parts() -> None:
    two = MultiLineString([[(0, 1), (9, 1)], [(0, 2), (9, 2)]])
    found = read([box(10, 10, 20, 90), two], ["river", "wall"])
    assert sorted(found.rank) == [WEAK, WEAK, ARTERIAL]


def test_lines_elsewhere_and_lines_without_length_are_left_out() -> None:
    elsewhere = LineString([(500, 500), (600, 600)])
    assert len(read([elsewhere, LineString([(5, 5), (5, 5)]), None], ["primary"] * 3).lines) == 0


def test_an_unknown_class_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="autobahn") as error:
        read([ACROSS], ["autobahn"])
    assert "residential" in error.value.in_language("zh")


def test_the_highest_rank_nearby_counts() -> None:
    found = read([ACROSS, LineString([(0, 51), (100, 51)])], ["wall", "river"])
    at = np.array([[50, 50.0], [50, 50.5], [50, 80.0], [50, 50.0]])
    borders = Segments(np.zeros(4, dtype=np.int64), np.ones(4, dtype=np.int64), at, at)
    raised = found.raised(np.array([INNER, INNER, INNER, ROAD]), borders, np.array([0.1, 2.0, 2.0, 0.0]))
    assert list(raised) == [WEAK, ARTERIAL, INNER, ROAD]


def test_a_border_near_a_path_is_a_weak_line() -> None:
    found = read([ACROSS], ["footway"])
    at = np.array([[50, 53.0], [50, 55.0], [50, 50.0]])
    borders = Segments(np.zeros(3, dtype=np.int64), np.ones(3, dtype=np.int64), at, at)
    assert list(found.raised(np.array([INNER, INNER, ROAD]), borders, np.zeros(3))) == [WEAK, INNER, ROAD]
