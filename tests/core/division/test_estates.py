"""Which buildings are one estate."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gridmap.core.division.estates import Addresses, find_estates, house_number, stem
from gridmap.core.topology import Integers

NO_COMPOUNDS = np.empty(0, dtype=object)


def texts(given: list | None, count: int) -> np.ndarray:
    column = np.full(count, None, dtype=object)
    column[:] = given if given is not None else [None] * count
    return column


def estates(
    at: list[tuple[float, float]],
    *,
    name: list | None = None,
    street: list | None = None,
    number: list | None = None,
    community: list[int] | None = None,
    compounds: list | None = None,
) -> Integers:
    count = len(at)
    addresses = Addresses(texts(name, count), texts(street, count), texts(number, count))
    return find_estates(
        np.asarray(shapely.points(np.array(at, dtype=float).reshape(-1, 2))),
        np.array(community or [0] * count, dtype=np.int64),
        addresses,
        np.array(compounds, dtype=object) if compounds else NO_COMPOUNDS,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("翠苑一区12幢", "翠苑一区"),
        ("翠苑一区 12 号楼", "翠苑一区"),
        ("阳光花园Ａ座", "阳光花园"),
        ("文鼎苑3幢2座", "文鼎苑"),
        ("Hillview Tower 3", "Hillview"),
        ("Sunny Court Blk 101A", "Sunny Court"),
        ("Sunny Court", "Sunny Court"),
        ("翠苑小区", "翠苑小区"),
        ("12号楼", None),
        ("Block 7", None),
        ("", None),
        (None, None),
    ],
)
def test_the_number_of_the_building_is_no_part_of_the_estate_s_name(
    name: str | None, expected: str | None
) -> None:
    assert stem(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("101", ("", 101, 101)),
        ("101A", ("", 101, 101)),
        ("１２号", ("", 12, 12)),
        ("12弄3号", ("12弄", 3, 3)),
        ("5号院3号楼", ("5号院", 3, 3)),
        ("101-105", ("", 101, 105)),
        ("105-101", ("", 105, 105)),
        ("Blk 101", ("", 101, 101)),
        ("甲", None),
        (None, None),
    ],
)
def test_house_numbers_are_read_as_people_write_them(text: str | None, expected: tuple | None) -> None:
    assert house_number(text) == expected


def test_a_compound_comes_before_a_name_and_a_name_before_a_street() -> None:
    found = estates(
        [(0, 0), (10, 0), (20, 0), (30, 0), (40, 0), (50, 0)],
        name=["甲苑1幢", "甲苑2幢", "甲苑3幢", "甲苑4幢", None, None],
        street=["路"] * 6,
        number=["1", "2", "3", "4", "5", "6"],
        compounds=[box(-5, -5, 15, 5)],
    )
    assert list(found) == [0, 0, 1, 1, 2, 2]


def test_the_smallest_of_several_compounds_counts() -> None:
    found = estates([(0, 0), (10, 0), (50, 0), (60, 0)], compounds=[box(-5, -5, 99, 5), box(-5, -5, 20, 5)])
    assert len(set(found.tolist())) == 2
    assert found[0] == found[1] != found[2] == found[3]


def test_nothing_joins_a_building_that_stands_for_itself_nor_two_communities() -> None:
    assert list(estates([(0, 0), (10, 0)], name=["甲苑1幢", "乙苑1幢"])) == [-1, -1]
    assert list(estates([(0, 0), (10, 0)], name=["甲苑1幢", "甲苑2幢"], community=[0, 1])) == [-1, -1]
    assert list(estates([(0, 0)], name=["甲苑1幢"])) == [-1]
    assert list(estates([])) == []


def test_odd_and_even_sides_of_a_street_are_two_estates() -> None:
    at = [(x * 12.0, side * 25.0) for side in (0, 1) for x in range(4)]
    found = estates(at, street=["文三路"] * 8, number=["1", "3", "5", "7", "2", "4", "6", "8"])
    assert len(set(found[:4])) == len(set(found[4:])) == 1
    assert found[0] != found[4]


def test_blocks_numbered_one_after_the_other_are_one_estate() -> None:
    at = [(x * 30.0, 0.0) for x in range(10)]
    found = estates(at, street=["Bishan St 12"] * 10, number=[f"Blk {101 + nth}" for nth in range(10)])
    assert list(found) == [0] * 10


def test_a_gap_in_numbers_or_on_the_ground_ends_a_run() -> None:
    at = [(0, 0), (20, 0), (40, 0), (60, 0), (400, 0), (420, 0)]
    found = estates(at, street=["路"] * 6, number=["1", "3", "11", "13", "15", "17"])
    assert list(found) == [0, 0, 1, 1, 2, 2]


def test_ranges_and_entrances_of_one_number_hold_together() -> None:
    found = estates([(0, 0), (20, 0), (40, 0)], street=["路"] * 3, number=["101-105", "107", "107A"])
    assert list(found) == [0, 0, 0]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.integers(0, 1),
            st.sampled_from([None, "甲1幢", "甲2幢", "乙3幢"]),
            st.sampled_from([None, "路", "街"]),
            st.sampled_from([None, "1", "2", "3-5", "12弄7号", "x"]),
        ),
        max_size=20,
    )
)
def test_every_estate_has_two_buildings_of_one_community_at_least(rows: list) -> None:
    at, community, name, street, number = (
        (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 5
    )
    found = estates(
        [(x * 40.0, 0.0) for x in at], name=name, street=street, number=number, community=community
    )
    for estate in set(found.tolist()) - {-1}:
        members = np.flatnonzero(found == estate)
        assert len(members) > 1
        assert len({community[member] for member in members}) == 1
    assert set(found.tolist()) - {-1} == set(range(int(found.max(initial=-1)) + 1))
