"""Which spellings are the same street and the same house number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.services.importing.addresses import number_keys, street_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BISHAN ST 12", "Bishan Street 12"),
        ("SIN MING AVE", "Sin Ming Avenue"),
        ("BRIGHT HILL DR", "Bright Hill Drive"),
        ("LOR 8 TOA PAYOH", "Lorong 8 Toa Payoh"),
        ("C'WEALTH CRES", "Commonwealth Crescent"),
        ("ST. GEORGE'S RD", "Saint Georges Road"),
        ("UPP THOMSON RD", "Upper  Thomson  Road"),
        ("JLN BT HO SWEE", "Jalan Bukit Ho Swee"),
        ("AMK CTRL 1", "AMK Central 1"),
        ("中山一路", "中山１路"),
        ("十二街", "12街"),
        ("建國門外大街", "建国门外大街"),
        (" 人民 路 ", "人民路"),
    ],
)
def test_two_spellings_are_one_street(one: str, other: str) -> None:
    assert street_key(one) == street_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bishan Street 12", "Bishan Street 13"),
        ("Saint Street", "Street Saint"),
        ("中山一路", "中山二路"),
        ("人民路", "人民街"),
        ("人民东路", "人民西路"),
        ("Sin Ming Avenue", "Sin Ming Road"),
    ],
)
def test_two_streets_stay_two(one: str, other: str) -> None:
    assert street_key(one) != street_key(other)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("12", ("12",)),
        ("12号", ("12",)),
        ("１２號", ("12",)),
        ("十二号", ("12",)),
        ("No. 12", ("12",)),
        ("Blk 101A", ("101a",)),
        ("101 a", ("101a",)),
        ("012", ("12",)),
        ("#12", ("12",)),
        ("10;12", ("10", "12")),
        ("10、12号", ("10", "12")),
        ("10-14", ("10-14",)),
        ("3弄5号", ("3弄5",)),
        ("3号楼", ("3",)),
        ("  ", ()),
    ],
)
def test_house_numbers_are_brought_to_one_form(written: str, keys: tuple[str, ...]) -> None:
    assert number_keys(written) == keys


def test_what_names_no_street_has_no_key() -> None:
    assert street_key(" ' - ") is None


@given(st.text(max_size=20))
def test_the_form_for_comparing_is_its_own_form(text: str) -> None:
    key = street_key(text)
    if key is not None:
        assert street_key(key.upper()) == key or street_key(key) == key
    for number in number_keys(text):
        assert "\n" not in number
        assert number
