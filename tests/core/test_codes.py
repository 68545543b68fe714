import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.codes import GridCode, grid_code, next_number, parse_area_code, parse_grid_code
from gridmap.core.model import AreaLevel
from gridmap.errors import Invalid


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("110000000000", AreaLevel.PROVINCE, None),
        ("110100000000", AreaLevel.CITY, "110000000000"),
        ("110101000000", AreaLevel.COUNTY, "110100000000"),
        ("110101001000", AreaLevel.STREET, "110101000000"),
        ("110101001001", AreaLevel.COMMUNITY, "110101001000"),
    ],
)
def test_trailing_zeros_tell_the_level_and_the_parent(
    code: str, level: AreaLevel, parent: str | None
) -> None:
    parsed = parse_area_code(code)
    assert parsed.statistical
    assert parsed.level is level
    assert parsed.parent == parent
    assert parsed.warnings == ()


@pytest.mark.parametrize("code", ["63000030-001", "A6303-0165-00", "BSSZ03", "06075012302", "x.y_z"])
def test_codes_of_other_countries_are_kept_as_they_are(code: str) -> None:
    parsed = parse_area_code(code)
    assert parsed.text == code
    assert not parsed.statistical
    assert parsed.level is None
    assert parsed.parent is None


def test_full_width_digits_and_blanks_are_put_right() -> None:
    assert parse_area_code(" １１０１０１００１００１ ").text == "110101001001"


@pytest.mark.parametrize("code", ["", "-", "a b", "社区一", "x/y", "'; drop", "-001", "a" * 41])
def test_a_code_of_unsafe_form_is_refused_in_both_languages(code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_area_code(code)
    assert "area code" in caught.value.message.en
    assert "区划代码" in caught.value.message.zh
    assert caught.value.hint is not None


@pytest.mark.parametrize("code", ["1.10101E+11", "1.10101001001e11"])
def test_a_code_rounded_by_a_spreadsheet_is_refused_with_the_cure(code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_area_code(code)
    assert caught.value.facts["reason"] == "code.rounded"
    assert "文本" in caught.value.hint.zh


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("990101001001", "no province"),
        ("110101700001", "no range of GB/T 10114"),
        ("110101001600", "no known range"),
        ("110101000001", "without a street"),
    ],
)
def test_digits_outside_the_standards_are_warned_of_and_kept(code: str, words: str) -> None:
    parsed = parse_area_code(code)
    assert parsed.text == code
    assert any(words in warning.en for warning in parsed.warnings)


def test_grid_codes_have_fifteen_digits_or_a_dash() -> None:
    assert grid_code("110101001001", 7) == "110101001001007"
    assert grid_code("BSSZ03", 7) == "BSSZ03-007"
    assert grid_code("63000030-001", 12) == "63000030-001-012"


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_a_grid_number_beyond_three_digits_is_refused(number: int) -> None:
    with pytest.raises(Invalid):
        grid_code("110101001001", number)


AREA_CODES = st.one_of(
    st.from_regex(r"[0-9]{12}", fullmatch=True),
    st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,20}[A-Za-z0-9]", fullmatch=True),
)


@given(AREA_CODES, st.integers(1, 999))
def test_a_grid_code_comes_apart_into_what_it_was_made_of(area: str, number: int) -> None:
    code = grid_code(area, number)
    assert parse_grid_code(code) == GridCode(area, number)
    assert str(parse_grid_code(code)) == code


@pytest.mark.parametrize("code", ["110101001001", "BSSZ03", "BSSZ03-000", "110101001001000", "-001", "x-12"])
def test_what_is_no_grid_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_grid_code(code)
    assert "网格编码" in caught.value.message.zh


def test_grid_numbers_are_never_used_again() -> None:
    assert next_number([]) == 1
    assert next_number([1, 5, 3]) == 6
    with pytest.raises(Invalid):
        next_number([999])
