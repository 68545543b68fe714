"""One grid, 400 m × 200 m, with a primary road of two carriageways through it, 20 m apart.

+-----------+--+-----------+
|  a        |  |        b  |
+-----------+--+-----------+
"""

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Point, box

from benchmarks.shapes import inside_metres, spanned_metres

GRID = np.array([box(0, 0, 400, 200)], dtype=object)
ROADS = gpd.GeoDataFrame(
    {"class": ["primary"] * 2}, geometry=[LineString([(x, -50), (x, 250)]) for x in (190, 210)]
)
STREET = gpd.GeoDataFrame({"class": ["residential"]}, geometry=[ROADS.geometry[0]])


def homes(*places: tuple[float, float]) -> np.ndarray:
    return np.array([shapely.buffer(Point(place), 5) for place in places], dtype=object)


def test_homes_on_both_sides_span_a_road_once_for_both_carriageways() -> None:
    assert np.round(spanned_metres(GRID, homes((50, 100), (350, 100)), ROADS)).tolist() == [200]


def test_a_road_with_homes_on_one_side_is_inside_but_not_spanned() -> None:
    assert spanned_metres(GRID, homes((50, 100), (60, 100)), ROADS).tolist() == [0]
    assert np.round(inside_metres(GRID, ROADS)).tolist() == [340]


def test_a_street_is_spanned_by_nobody() -> None:
    assert spanned_metres(GRID, homes((50, 100), (350, 100)), STREET).tolist() == [0]
    assert inside_metres(GRID, STREET).tolist() == [0]
