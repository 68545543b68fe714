"""Cells joined to clusters."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.search.coarse import coarsen
from gridmap.core.division.search.objective import BALANCED
from gridmap.core.division.search.search import bench_for, border_cost, prepare
from gridmap.core.model import Band
from tests.core.division.lattices import hangs_together, lattice


@given(
    st.lists(st.integers(0, 30), min_size=5, max_size=64),
    st.lists(st.integers(1, 30), min_size=3, max_size=40),
    st.integers(0, 60),
)
@settings(max_examples=60, deadline=None)
def test_clusters_hang_together_hold_their_cells_and_cost_what_cells_cost(
    households: list[int], metres: list[int], most: int
) -> None:
    town = lattice(households, metres)
    problem = prepare(town, Band(30, 50), BALANCED)
    coarse, cluster = coarsen(problem, most, bench_for(problem).tree, np.array([1], dtype=np.uint64))
    held = np.bincount(cluster, problem.part.households)
    assert hangs_together(town, cluster)
    assert list(held) == list(coarse.part.households)
    assert (held[np.bincount(cluster) > 1] <= most).all()
    grids = np.arange(len(held)) % 3
    assert np.isclose(border_cost(grids, coarse.part), border_cost(grids[cluster], problem.part))


def test_only_cells_with_nothing_between_them_are_joined() -> None:
    problem = prepare(lattice([1], [10]), Band(30, 50), BALANCED)
    _, cluster = coarsen(problem, 1000, bench_for(problem).tree, np.array([1], dtype=np.uint64))
    inner = problem.part.key < 0.35
    assert (cluster[problem.part.first[inner]] == cluster[problem.part.second[inner]]).all()
    assert len(np.unique(cluster)) > 1
