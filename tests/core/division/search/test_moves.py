"""Single cells moved across borders."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.search.moves import move_cells
from gridmap.core.division.search.objective import BALANCED
from gridmap.core.division.search.search import bench_for, prepare, search, true_cost
from gridmap.core.model import Band
from tests.core.division.lattices import SIDE, hangs_together, lattice

BAND = Band(30, 50)


@given(
    st.lists(st.integers(0, 30), min_size=5, max_size=64),
    st.lists(st.integers(1, 30), min_size=3, max_size=40),
    st.integers(0, 1000),
)
@settings(max_examples=60, deadline=None)
def test_moves_lower_the_cost_and_leave_every_grid_connected(
    households: list[int], metres: list[int], seed: int
) -> None:
    town = lattice(households, metres)
    problem = prepare(town, BAND, BALANCED)
    label = search(problem, 1, bench_for(problem), np.array([seed], dtype=np.uint64))
    before, grids = true_cost(label, problem), len(np.unique(label))
    move_cells(label, problem)
    assert true_cost(label, problem) <= before + 1e-6
    assert hangs_together(town, label)
    assert len(np.unique(label)) == grids


def test_a_dent_in_a_border_is_straightened() -> None:
    problem = prepare(lattice([1], [10], ranks=1), Band(31, 33), BALANCED)
    straight = np.repeat(np.arange(SIDE) >= SIDE // 2, SIDE).astype(np.int64)
    label = straight.copy()
    label[SIDE * 4 + 3] = 0
    move_cells(label, problem)
    assert list(label) == list(straight)
