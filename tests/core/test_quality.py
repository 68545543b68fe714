import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.quality import (
    Problem,
    chinese_number,
    geometry_types,
    in_range,
    is_null,
    mended,
    not_crossed,
    not_swapped,
    null_geometry,
    read_count,
    read_floors,
    read_measure,
    read_year,
    unique,
)

BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
SPIKE = shapely.Polygon([(0, 0), (10, 0), (10, 10), (5, 10), (5, 10.001), (5, 10), (0, 10)])


def frame(shapes: list, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"row": range(1, len(shapes) + 1), **columns}, geometry=shapes, crs=4326)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三百", 300),
        ("三百二十", 320),
        ("两千零五", 2005),
        ("十二", 12),
        ("一万二千三百四十五", 12345),
        ("三〇〇", 300),
        ("二〇二四", 2024),
        ("叁佰", 300),
        ("貳萬", 20000),
        ("3百", 300),
        ("12万", 120000),
        ("零", 0),
    ],
)
def test_chinese_numbers_are_understood(text, number):
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "三百户", "约三百", "abc", "３a"])
def test_what_is_no_chinese_number_is_none(text):
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [("300", 300), ("12.0", 12), ("1,200", 1200), ("３００", 300), ("300户", 300), ("0", 0), (" 7 ", 7)],
)
def test_counts_are_read(text, count):
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["", "nan", "NaN", "-", "—", "null", "None", "N/A", "未知"])
def test_what_says_nothing_is_null_not_zero(text):
    assert is_null(text)
    for read in (read_count, read_floors, read_measure, read_year):
        assert read(text) is None


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("-5", "count.negative", None),
        ("三百", "count.text", "300"),
        ("三百户", "count.text", "300"),
        ("about 300", "count.text", None),
        ("2.5", "count.fraction", None),
        ("1e3", "count.text", None),
        ("99999999999999999999", "count.too_large", None),
        ("=SUM(A1:A3)", "value.formula", None),
    ],
)
def test_what_is_no_count_says_why_and_what_to_do(text, reason, hint):
    problem = read_count(text)
    assert isinstance(problem, Problem)
    assert problem.reason == reason
    assert problem.message.zh
    assert problem.hint.zh
    if hint:
        assert hint in problem.hint.en
        assert hint in problem.hint.zh


@given(st.integers(0, 1_000_000))
def test_every_whole_number_is_read_as_itself(number):
    assert read_count(str(number)) == number
    assert read_count(f"{number:,}") == number
    assert read_count(f"{number}.0") == number


@given(st.text(max_size=20))
def test_no_text_makes_reading_fail(text):
    for read in (read_count, read_floors, read_measure, read_year):
        assert read(text) is None or isinstance(read(text), int | float | Problem)


@pytest.mark.parametrize(
    ("text", "floors"), [("6", 6), ("2.5", 2), ("0", None), ("6层", 6), ("18F", 18), ("5;6", 6), ("0.5", 1)]
)
def test_floors_are_read(text, floors):
    assert read_floors(text) == floors


@pytest.mark.parametrize("text", ["-1", "six", "2000"])
def test_floors_that_cannot_be_are_problems(text):
    assert isinstance(read_floors(text), Problem)


@pytest.mark.parametrize(
    ("text", "measure"), [("0", None), ("12.5", 12.5), ("1,200 m²", 1200.0), ("12 米", 12.0), ("80㎡", 80.0)]
)
def test_measures_are_read_and_zero_is_unknown(text, measure):
    assert read_measure(text) == measure


@pytest.mark.parametrize(
    "text", ["1980", "1980-05-02", "1980/5/2", "1980年5月", "19800502", "198005", "1980.0"]
)
def test_of_a_date_only_the_year_is_kept(text):
    assert read_year(text) == 1980


@pytest.mark.parametrize("text", ["80", "18000", "1700", "may", "9999"])
def test_what_is_no_year_is_a_problem(text):
    assert isinstance(read_year(text), Problem)


def test_a_bow_tie_is_not_mended():
    assert mended(BOW_TIE) is None


def test_a_spike_is_mended_and_keeps_its_area():
    assert not SPIKE.is_valid
    assert mended(SPIKE).is_valid
    assert mended(SPIKE).area == pytest.approx(100.0)


def test_overlapping_parts_of_a_multipolygon_are_united():
    overlap = shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)])
    assert mended(overlap).equals(shapely.box(0, 0, 3, 2))


def test_a_multipolygon_with_a_bow_tie_is_not_mended():
    assert mended(shapely.MultiPolygon([shapely.box(5, 5, 6, 6), BOW_TIE])) is None


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=4, max_size=7))
def test_what_is_mended_is_one_valid_piece_of_nearly_the_same_area(corners):
    ring = shapely.Polygon(corners)
    whole = mended(ring)
    if whole is not None:
        assert whole.is_valid
        assert whole.geom_type == "Polygon"
        assert whole.area == pytest.approx(abs(ring.area), rel=0.0101)


def test_each_check_finds_its_rows_and_only_those():
    square = shapely.box(103.84, 1.35, 103.85, 1.36)
    swapped = shapely.box(1.35, 103.84, 1.36, 103.85)
    shapes = [square, None, shapely.Polygon(), shapely.Point(103.84, 1.35), swapped, square, square]
    rows = frame(shapes)
    found = {
        check.name: [finding.row for finding in check.find(rows)]
        for check in (null_geometry(), geometry_types(frozenset({"Polygon"})), not_swapped())
    }
    assert found == {"geometry.null": [2, 3], "geometry.type": [4], "coordinates.swapped": [5]}


def test_coordinates_off_the_earth_and_at_zero_are_found():
    shapes = [shapely.Point(200, 1), shapely.Point(0, 0), shapely.Point(114, 30), None, shapely.Point(1, 91)]
    reasons = {finding.row: finding.problem.reason for finding in in_range().find(frame(shapes))}
    assert reasons == {1: "coordinates.range", 2: "coordinates.zero", 5: "coordinates.range"}


def test_infinite_coordinates_are_off_the_earth():
    shapes = [shapely.Point(np.inf, np.inf), shapely.Point(114, 30)]
    assert [finding.row for finding in in_range().find(frame(shapes))] == [1]


def test_a_bow_tie_says_where_it_crosses():
    (finding,) = not_crossed().find(frame([BOW_TIE, shapely.box(0, 0, 1, 1)]))
    assert finding.row == 1
    assert finding.problem.reason == "geometry.bow_tie"
    assert "1 1" in finding.problem.message.en
    assert "蝴蝶结" in finding.problem.message.zh


def test_the_first_of_equal_keys_stays():
    rows = frame([None] * 4, code=["a", "b", "a", None])
    (finding,) = unique("code", "代码").find(rows)
    assert (finding.row, finding.column, finding.value) == (3, "代码", "a")
    assert finding.problem.reason == "duplicate.code"
    assert "Row 1" in finding.problem.message.en
