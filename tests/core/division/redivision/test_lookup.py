"""What became of each grid."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.division.redivision.lookup import Link, Succession, lookup

Row = tuple[int | None, int | None, str]


def links(*carriers: tuple[int, int, int]) -> list[Link]:
    """Return the lookup of carriers, each with its old grid, its new grid and its households."""
    old, new, households = (np.array(column, dtype=np.int64) for column in zip(*carriers, strict=True))
    return lookup(old, new, households, np.ones(len(carriers), dtype=bool))


def rows(found: list[Link]) -> list[Row]:
    return [(link.old, link.new, str(link.kind)) for link in found]


def test_a_grid_with_the_same_homes_is_unchanged() -> None:
    """0 |a b| → 0 |a b|"""
    found = links((0, 0, 10), (0, 0, 20))
    assert found == [Link(0, 0, Succession.UNCHANGED, 30, 2, continues=True)]


def test_a_grid_that_became_two_was_split_and_the_larger_part_goes_on() -> None:
    """0 |a b| → 0 |a|, 1 |b|"""
    found = links((0, 0, 10), (0, 1, 20))
    assert rows(found) == [(0, 0, "S"), (0, 1, "S")]
    assert [link.continues for link in found] == [False, True]


def test_two_grids_that_became_one_were_merged() -> None:
    """0 |a|, 1 |b| → 0 |a b|"""
    assert rows(links((0, 0, 10), (1, 0, 20))) == [(0, 0, "M"), (1, 0, "M")]


def test_a_home_that_went_over_makes_both_grids_irregular_and_both_go_on() -> None:
    """0 |a b|, 1 |c| → 0 |a|, 1 |b c|"""
    found = links((0, 0, 30), (0, 1, 10), (1, 1, 30))
    assert rows(found) == [(0, 0, "X"), (0, 1, "X"), (1, 1, "X")]
    assert [link.continues for link in found] == [True, False, True]


def test_a_split_and_a_merger_elsewhere_are_told_apart() -> None:
    found = links((0, 0, 1), (0, 1, 1), (1, 2, 1), (2, 2, 1), (3, 3, 1))
    assert rows(found) == [(0, 0, "S"), (0, 1, "S"), (1, 2, "M"), (2, 2, "M"), (3, 3, "U")]


def test_an_empty_shed_that_went_over_changes_nothing() -> None:
    assert rows(links((0, 0, 10), (0, 1, 0), (1, 1, 10))) == [(0, 0, "U"), (1, 1, "U")]


def test_grids_without_homes_are_known_by_their_other_buildings() -> None:
    assert rows(links((0, 0, 10), (1, 1, 0))) == [(0, 0, "U"), (1, 1, "U")]


def test_a_grid_of_new_homes_has_no_old_one_and_one_whose_homes_are_gone_no_new_one() -> None:
    assert rows(links((0, 0, 10), (-1, 1, 10), (1, -1, 5))) == [(0, 0, "U"), (1, None, "X"), (None, 1, "X")]


def test_points_on_the_ground_are_no_carriers() -> None:
    found = lookup(np.zeros(2, np.int64), np.zeros(2, np.int64), np.array([5, 0]), np.array([True, False]))
    assert [(link.households, link.carriers) for link in found] == [(5, 1)]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=25))
def test_households_add_up_and_each_grid_goes_on_at_most_once(carriers: list[tuple[int, int, int]]) -> None:
    found = links(*carriers)
    assert sum(link.households for link in found) == sum(households for *_, households in carriers)
    on = [link for link in found if link.continues]
    assert len({link.old for link in on}) == len({link.new for link in on}) == len(on)
    assert {link.old for link in found} >= {old for old, *_ in carriers}
    for link in found:
        beside = [other for other in found if other.old == link.old or other.new == link.new]
        assert (link.kind is Succession.UNCHANGED) == (beside == [link] and None not in (link.old, link.new))
