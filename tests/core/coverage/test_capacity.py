"""Places shared among all who depend on them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.answers import Pairs, sorted_pairs
from gridmap.core.coverage.capacity import judge_capacity, two_step
from gridmap.errors import Invalid

LINKS = st.sets(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=50)


def pairs_of(links: set[tuple[int, int]]) -> Pairs:
    both = np.array(sorted(links), dtype=np.int64).reshape(-1, 2)
    return sorted_pairs(both[:, 0], both[:, 1], np.ones(len(both)))


def test_two_facilities_share_their_places_as_worked_out_by_hand() -> None:
    served = two_step(pairs_of({(0, 0), (0, 1), (1, 1)}), np.array([30.0, 10.0]), np.array([20.0, 5.0]))
    assert served.access.tolist() == [0.5, 1.0]
    assert served.load.tolist() == [2.0, 2.0]
    assert served.imbalance == 0


def test_a_capacity_that_is_not_known_leaves_the_access_open_above() -> None:
    served = two_step(pairs_of({(0, 0), (1, 0), (1, 1)}), np.array([10.0, 10.0]), np.array([5.0, np.nan]))
    assert served.is_partial.tolist() == [True, True]
    assert np.isnan(served.load).tolist() == [False, True]
    needed, reached = np.array([0.4, 0.4]), np.array([True, True])
    assert judge_capacity(served, needed, reached).tolist() == ["met", "unknown"]


def test_nobody_in_reach_and_no_places_at_all_are_told_apart() -> None:
    served = two_step(pairs_of({(1, 0)}), np.array([10.0]), np.array([5.0, 0.0]))
    assert served.load.tolist() == [0.0, np.inf]
    assert served.access.tolist() == [0.0]


def test_outcomes_of_capacity() -> None:
    served = two_step(pairs_of({(0, 0), (0, 1)}), np.array([50.0, 50.0, 5.0]), np.array([100.0]))
    needed = np.array([1.0, 1.1, 0.1])
    assert judge_capacity(served, needed, np.array([True, True, False])).tolist() == ["met", "unmet", "unmet"]
    assert judge_capacity(served, np.full(3, np.nan), np.ones(3, dtype=bool)).tolist() == ["not_set"] * 3


@pytest.mark.parametrize(("demand", "supply", "word"), [(-1.0, 1.0, "demand"), (1.0, -1.0, "capacity")])
def test_negative_numbers_are_refused(demand: float, supply: float, word: str) -> None:
    with pytest.raises(Invalid, match=word):
        two_step(pairs_of({(0, 0)}), np.array([demand]), np.array([supply]))


@settings(deadline=None)
@given(
    LINKS,
    st.lists(st.integers(0, 500), min_size=10, max_size=10),
    st.lists(st.integers(0, 99), min_size=5, max_size=5),
)
def test_what_is_given_out_is_what_is_there(
    links: set[tuple[int, int]], demand: list[int], supply: list[int]
) -> None:
    people, places = np.array(demand, dtype=np.float64), np.array(supply, dtype=np.float64)
    served = two_step(pairs_of(links), people, places)
    assert abs(served.imbalance) <= 1e-12
    for home in range(10):
        ratios = [
            supply[one] / total
            for one, other in links
            if other == home and (total := sum(demand[each] for source, each in links if source == one))
        ]
        assert served.access[home] == pytest.approx(sum(ratios))
