import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.quality import (
    geometry_types,
    in_range,
    mended,
    not_crossed,
    not_swapped,
    null_geometry,
    unique,
)

BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
SPIKE = shapely.Polygon([(0, 0), (10, 0), (10, 10), (5, 10), (5, 10.001), (5, 10), (0, 10)])


def frame(shapes: list, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"row": range(1, len(shapes) + 1), **columns}, geometry=shapes, crs=4326)


def test_a_bow_tie_is_not_mended() -> None:
    assert mended(BOW_TIE) is None


def test_a_spike_is_mended_and_keeps_its_area() -> None:
    assert not SPIKE.is_valid
    assert mended(SPIKE).is_valid
    assert mended(SPIKE).area == pytest.approx(100.0)


def test_overlapping_parts_of_a_multipolygon_are_united() -> None:
    overlap = shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)])
    assert mended(overlap).equals(shapely.box(0, 0, 3, 2))


def test_a_multipolygon_with_a_bow_tie_is_not_mended() -> None:
    assert mended(shapely.MultiPolygon([shapely.box(5, 5, 6, 6), BOW_TIE])) is None


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=7))
def test_what_is_mended_is_one_valid_piece_of_nearly_the_same_area(corners: list[tuple[int, int]]) -> None:
    ring = shapely.Polygon(corners)
    whole = mended(ring)
    if whole is not None:
        assert whole.is_valid
        assert whole.geom_type == "Polygon"
        assert whole.area == pytest.approx(abs(ring.area), rel=0.0101)


def test_each_check_finds_its_rows_and_only_those() -> None:
    square = shapely.box(103.84, 1.35, 103.85, 1.36)
    swapped = shapely.box(1.35, 103.84, 1.36, 103.85)
    shapes = [square, None, shapely.Polygon(), shapely.Point(103.84, 1.35), swapped, square, square]
    rows = frame(shapes)
    found = {
        check.name: [finding.row for finding in check.find(rows)]
        for check in (null_geometry(), geometry_types(frozenset({"Polygon"})), not_swapped())
    }
    assert found == {"geometry.null": [2, 3], "geometry.type": [4], "coordinates.swapped": [5]}


def test_coordinates_off_the_earth_and_at_zero_are_found() -> None:
    shapes = [shapely.Point(200, 1), shapely.Point(0, 0), shapely.Point(114, 30), None, shapely.Point(1, 91)]
    reasons = {finding.row: finding.problem.reason for finding in in_range().find(frame(shapes))}
    assert reasons == {1: "coordinates.range", 2: "coordinates.zero", 5: "coordinates.range"}


def test_infinite_coordinates_are_off_the_earth() -> None:
    shapes = [shapely.Point(np.inf, np.inf), shapely.Point(114, 30)]
    assert [finding.row for finding in in_range().find(frame(shapes))] == [1]


def test_a_bow_tie_says_where_it_crosses() -> None:
    (finding,) = not_crossed().find(frame([BOW_TIE, shapely.box(0, 0, 1, 1)]))
    assert finding.row == 1
    assert finding.problem.reason == "geometry.bow_tie"
    assert "1 1" in finding.problem.message.en
    assert "蝴蝶结" in finding.problem.message.zh


def test_the_first_of_equal_keys_stays() -> None:
    rows = frame([None] * 4, code=["a", "b", "a", None])
    (finding,) = unique("code", "代码").find(rows)
    assert (finding.row, finding.column, finding.value) == (3, "代码", "a")
    assert finding.problem.reason == "duplicate.code"
    assert "Row 1" in finding.problem.message.en
