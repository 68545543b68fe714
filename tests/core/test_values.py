import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.values import (
    Problem,
    chinese_number,
    is_null,
    read_count,
    read_floors,
    read_measure,
    read_year,
)


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
def test_chinese_numbers_are_understood(text: str, number: int) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "三百户", "约三百", "abc", "３a"])
def test_what_is_no_chinese_number_is_none(text: str) -> None:
    assert chinese_number(text) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [("300", 300), ("12.0", 12), ("1,200", 1200), ("３００", 300), ("300户", 300), ("0", 0), (" 7 ", 7)],
)
def test_counts_are_read(text: str, count: int) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["", "nan", "NaN", "-", "—", "null", "None", "N/A", "未知"])
def test_what_says_nothing_is_null_not_zero(text: str) -> None:
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
def test_what_is_no_count_says_why_and_what_to_do(text: str, reason: str, hint: str | None) -> None:
    problem = read_count(text)
    assert isinstance(problem, Problem)
    assert problem.reason == reason
    assert problem.message.zh
    assert problem.hint.zh
    if hint:
        assert hint in problem.hint.en
        assert hint in problem.hint.zh


@given(st.integers(0, 1_000_000))
def test_every_whole_number_is_read_as_itself(number: int) -> None:
    assert read_count(str(number)) == number
    assert read_count(f"{number:,}") == number
    assert read_count(f"{number}.0") == number


@given(st.text(max_size=20))
def test_no_text_makes_reading_fail(text: str) -> None:
    for read in (read_count, read_floors, read_measure, read_year):
        assert read(text) is None or isinstance(read(text), int | float | Problem)


@pytest.mark.parametrize(
    ("text", "floors"), [("6", 6), ("2.5", 2), ("0", None), ("6层", 6), ("18F", 18), ("5;6", 6), ("0.5", 1)]
)
def test_floors_are_read(text: str, floors: int | None) -> None:
    assert read_floors(text) == floors


@pytest.mark.parametrize("text", ["-1", "six", "2000"])
def test_floors_that_cannot_be_are_problems(text: str) -> None:
    assert isinstance(read_floors(text), Problem)


@pytest.mark.parametrize(
    ("text", "measure"), [("0", None), ("12.5", 12.5), ("1,200 m²", 1200.0), ("12 米", 12.0), ("80㎡", 80.0)]
)
def test_measures_are_read_and_zero_is_unknown(text: str, measure: float | None) -> None:
    assert read_measure(text) == measure


@pytest.mark.parametrize(
    "text", ["1980", "1980-05-02", "1980/5/2", "1980年5月", "19800502", "198005", "1980.0"]
)
def test_of_a_date_only_the_year_is_kept(text: str) -> None:
    assert read_year(text) == 1980


@pytest.mark.parametrize("text", ["80", "18000", "1700", "may", "9999"])
def test_what_is_no_year_is_a_problem(text: str) -> None:
    assert isinstance(read_year(text), Problem)
