"""No count of fewer than five people is shown, and none is found by subtraction."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.coverage.k_rule import is_tellable, shown_units

COUNTS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 40)), min_size=1, max_size=8
)


def shown(counts: list[tuple[int, int]], households: list[int] | None = None) -> list[bool]:
    units = len(counts)
    size = np.array(households or [100] * units, dtype=np.float64)
    parent = np.zeros(units, dtype=int)
    return shown_units(np.array(counts, dtype=np.float64), size, parent, np.array([True])).tolist()


def test_counts_of_nobody_and_of_five_are_shown() -> None:
    assert shown([(0, 5), (40, 0), (12, 7)]) == [True, True, True]


def test_a_second_unit_is_hidden_so_that_the_first_is_not_found_by_subtraction() -> None:
    assert shown([(3, 40), (50, 60), (20, 20), (90, 90)]) == [False, True, False, True]


def test_units_are_hidden_until_what_is_hidden_is_large_enough_together() -> None:
    assert shown([(1, 0), (0, 9), (0, 12), (30, 30)]) == [False, False, False, False]


def test_few_households_hide_a_unit_whatever_its_people() -> None:
    assert shown([(9, 9), (9, 10), (50, 50)], households=[9, 100, 100]) == [False, False, True]


def test_units_below_one_that_is_hidden_are_hidden() -> None:
    found = shown_units(
        np.full((3, 1), 50.0), np.full(3, 100.0), np.array([0, 1, -1]), np.array([False, True])
    )
    assert found.tolist() == [False, True, True]


@given(COUNTS)
def test_neither_a_count_nor_the_rest_of_the_parent_tells_of_fewer_than_five(
    rows: list[tuple[int, int, int]],
) -> None:
    table = np.array(rows, dtype=np.float64)
    counts, households = table[:, :2], table[:, 2]
    whole = counts.sum(axis=0)
    if households.sum() < 10 or ((whole > 0) & (whole < 5)).any():
        return
    found = shown_units(counts, households, np.zeros(len(rows), dtype=int), np.array([True]))
    assert not ((counts[found] > 0) & (counts[found] < 5)).any()
    assert (households[found] >= 10).all()
    rest = counts[~found].sum(axis=0)
    assert not ((rest > 0) & (rest < 5)).any()
    assert found.all() or len(rows) == 1 or (~found).sum() >= 2


def test_counts_of_nobody_and_of_ten_may_be_shown_and_so_may_differences() -> None:
    assert is_tellable(np.array([0.0, 1.0, 9.0, 10.0, -3.0, -10.0])).tolist() == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]
