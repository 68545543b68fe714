"""Homes as anyone may know them. Two communities: grids 0 and 1 and homes in no grid, and grid 2."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.norms import TargetGroup
from gridmap.core.coverage.public_homes import household_pools, people_pools, public_homes, share_out
from gridmap.core.coverage.situation import Homes
from tests.core.coverage.situations import homes_of

GRIDS = (0, 1, -1, 2)
COMMUNITIES = (0, 0, 0, 1)
UNKNOWN = float("nan")


def town(households: list[float], units: list[int], people: list[float] | None = None) -> Homes:
    return homes_of(
        households,
        grid=[GRIDS[unit] for unit in units],
        community=[COMMUNITIES[unit] for unit in units],
        rural=[False, False],
        people=None if people is None else {TargetGroup.AGED_60: people},
    )


def public(households: list[float], units: list[int]) -> list[float]:
    return public_homes(town(households, units)).households.tolist()


def test_a_home_of_ten_households_keeps_its_count_and_small_ones_share_theirs() -> None:
    assert public([40, 10, 9, 1, 3], [0] * 5) == [40, 10, 5, 4, 4]


def test_a_home_that_is_kept_back_shares_with_the_small_ones() -> None:
    homes = replace(town([40, 12, 4], [0] * 3), kept_back=np.array([False, True, False]))
    assert public_homes(homes).households.tolist() == [40, 8, 8]


def test_too_few_in_a_grid_are_joined_within_their_community() -> None:
    assert public([4, 3, 8], [0, 1, 2]) == [5, 5, 5]
    assert public([4, 9, 9], [0, 1, 1]) == [8, 7, 7]


def test_too_few_in_a_community_are_not_counted_whatever_lies_next_to_it() -> None:
    shown = public([4, 9, 9, 3, 50], [0, 0, 0, 3, 3])
    np.testing.assert_array_equal(shown, [8, 7, 7, UNKNOWN, 50])


def test_whom_nobody_counted_stays_not_counted() -> None:
    np.testing.assert_array_equal(public([UNKNOWN, 9, 3], [0, 0, 0]), [UNKNOWN, 6, 6])


def test_people_of_a_group_are_shared_out_by_households() -> None:
    homes = public_homes(town([30, 10, 20], [0, 0, 0], [1, 1, 4]))
    assert homes.people[TargetGroup.AGED_60].tolist() == [3, 1, 2]


def test_a_grid_without_people_of_a_group_says_so_only_if_it_is_large() -> None:
    large = public_homes(town([30, 20, 20], [0, 1, 1], [0, 3, 4])).people[TargetGroup.AGED_60]
    assert large.tolist() == [0, 4, 3]
    small = public_homes(town([4, 40, 40], [0, 1, 1], [0, 7, 3])).people[TargetGroup.AGED_60]
    assert small.sum() == 10


def test_fewer_than_five_people_in_a_community_are_not_told() -> None:
    assert np.isnan(public_homes(town([30, 40], [0, 1], [1, 3])).people[TargetGroup.AGED_60]).all()


def test_shares_are_whole_and_the_first_of_equal_homes_gets_the_larger_one() -> None:
    assert share_out(11, np.ones(3)).tolist() == [4, 4, 3]
    assert share_out(7, np.zeros(2)).tolist() == [4, 3]
    assert share_out(0, np.ones(2)).tolist() == [0, 0]


def drawn_town(drawn: list[tuple[float, int, int]]) -> tuple[Homes, np.ndarray]:
    households, units, people = (list(column) for column in zip(*drawn, strict=True))
    homes = town(households, units, people)
    return homes, homes.people[TargetGroup.AGED_60]


counts = st.one_of(st.integers(1, 60).map(float), st.integers(1, 9).map(float), st.just(UNKNOWN))
rows = st.lists(st.tuples(counts, st.integers(0, 3), st.integers(0, 12)), min_size=1, max_size=30)


@settings(deadline=None)
@given(rows)
def test_every_pool_stands_for_ten_households_and_none_or_five_people(
    drawn: list[tuple[float, int, int]],
) -> None:
    homes, people = drawn_town(drawn)
    pools = household_pools(homes)
    assert all(np.nansum(homes.households[pool]) >= 10 and len(pool) > 1 for pool in pools)
    seen = public_homes(homes)
    told = people_pools(seen, people)
    for pool in told:
        assert np.nansum(seen.households[pool]) >= 10
        assert people[pool].sum() == 0 or people[pool].sum() >= 5
    for parts in (pools, told):
        assert len(np.unique(np.concatenate([*parts, []]))) == sum(map(len, parts))


@settings(deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_the_homes_of_a_pool_could_hold_one_another_s_counts(
    drawn: list[tuple[float, int, int]], random: Random
) -> None:
    """Small homes of a grid change their counts with one another, and all its homes their people: the same is seen."""
    homes, people = drawn_town(drawn)
    seen = public_homes(homes)
    households, others = homes.households.copy(), people.copy()
    for pools, counts in ((household_pools(homes), households), (people_pools(seen, people), others)):
        for pool in pools:
            for grid in np.unique(homes.grid[pool]):
                rows = pool[homes.grid[pool] == grid].tolist()
                counts[rows] = counts[random.sample(rows, len(rows))]
    other = replace(homes, households=households, people={TargetGroup.AGED_60: others})
    again = public_homes(other)
    np.testing.assert_array_equal(seen.households, again.households)
    np.testing.assert_array_equal(*(one.people[TargetGroup.AGED_60] for one in (seen, again)))


@settings(deadline=None)
@given(rows, rows)
def test_what_is_asked_of_another_area_changes_nothing(
    first: list[tuple[float, int, int]], second: list[tuple[float, int, int]]
) -> None:
    """A community alone and beside another: the same public homes, so that the difference of both tells nothing."""
    alone = [(households, 3, people) for households, _, people in first]
    beside = [(households, min(unit, 2), people) for households, unit, people in second]
    together = [*alone, *beside]
    one, both = (town([row[0] for row in drawn], [row[1] for row in drawn]) for drawn in (alone, together))
    np.testing.assert_array_equal(public_homes(one).households, public_homes(both).households[: len(alone)])
