"""Improvement never makes a division worse, and repairs what can be repaired."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.search.improve import Rounds, _pick, divide_anew, plan_of
from gridmap.core.division.search.objective import BALANCED
from gridmap.core.division.search.search import bench_for, prepare, search, true_cost
from gridmap.core.model import Band
from tests.core.division.lattices import SIDE, hangs_together, lattice

BAND = Band(30, 50)


@given(
    st.lists(st.integers(0, 30), min_size=5, max_size=64),
    st.lists(st.integers(1, 30), min_size=3, max_size=40),
    st.sampled_from([0.0, 0.2]),
)
@settings(max_examples=60, deadline=None)
def test_grids_still_hang_together_and_never_cost_more(
    households: list[int], metres: list[int], heat: float
) -> None:
    town = lattice(households, metres)
    problem, state = prepare(town, BAND, BALANCED), np.array([3], dtype=np.uint64)
    label = search(problem, 1, bench_for(problem), state)
    before = true_cost(label, problem)
    divide_anew(label, problem, Rounds(6, heat, 20), bench_for(problem), state)
    assert hangs_together(town, label)
    assert true_cost(label, problem) <= before + 1e-6
    assert list(np.unique(label)) == list(range(label.max() + 1))


@pytest.mark.parametrize("heat", [0.0, 0.2])
def test_cells_each_by_themselves_are_repaired_into_the_band(heat: float) -> None:
    problem, label = prepare(lattice([5], [10]), BAND, BALANCED), np.arange(SIDE * SIDE)
    divide_anew(label, problem, Rounds(10, heat, 20), bench_for(problem), np.array([1], dtype=np.uint64))
    held = np.bincount(label, problem.part.households)
    assert ((held >= 30) & (held <= 50)).all()


def test_one_grid_is_left_alone() -> None:
    problem, label = prepare(lattice([1], [10]), Band(30, 70), BALANCED), np.zeros(SIDE * SIDE, np.int64)
    divide_anew(label, problem, Rounds(5, 0.0, 0), bench_for(problem), np.array([1], dtype=np.uint64))
    assert not label.any()


def test_two_grids_that_touch_are_chosen_where_chance_meets_hardly_a_border() -> None:
    problem, label = prepare(lattice([1], [10]), BAND, BALANCED), np.zeros(SIDE * SIDE, np.int64)
    label[0] = 1
    plan, state = plan_of(label, problem), np.array([1], dtype=np.uint64)
    for _ in range(300):
        _pick(plan, problem.part, 2, state)
        assert plan.chosen[:2].all()
