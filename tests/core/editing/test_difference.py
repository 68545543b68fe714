"""Two plans compared."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.editing import difference, pair_grids


def test_grids_with_most_households_in_common_continue_each_other() -> None:
    one, other = np.array([1, 1, 1, 2, 2]), np.array([7, 7, 8, 8, 8])
    found = difference(one, other, np.array([10, 20, 5, 10, 10]))
    assert found.partner == {1: 7, 2: 8}
    assert found.moved.tolist() == [False, False, True, False, False]
    assert found.households_moved == 5


def test_a_new_number_alone_moves_nobody() -> None:
    found = difference(np.array([1, 2]), np.array([5, 3]), np.array([1, 1]))
    assert (found.households_moved, found.moved.any()) == (0, False)


def test_nothing_compared_with_nothing_is_nothing() -> None:
    none = np.empty(0, dtype=np.int64)
    assert difference(none, none, none).households_moved == 0


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(0, 9)), min_size=1))
def test_each_grid_continues_at_most_one_and_the_largest_overlap_always_counts(
    rows: list[tuple[int, int, int]],
) -> None:
    one, other, households = (np.array(column) for column in zip(*rows, strict=True))
    partner = pair_grids(one, other, households)
    assert len(set(partner.values())) == len(partner)
    common = {
        pair: households[(one == pair[0]) & (other == pair[1])].sum()
        for pair in zip(one.tolist(), other.tolist(), strict=True)
    }
    best = max(common.values())
    assert any(common.get((grid, partner[grid]), -1) == best for grid in partner)
