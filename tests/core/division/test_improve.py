"""Improvement never makes a division worse, and repairs what can be repaired."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph, build_graph
from gridmap.core.division.improve import improve
from gridmap.core.division.objective import BALANCED
from gridmap.core.division.search import Problem, prepare, search, true_cost
from gridmap.core.model import Band
from gridmap.core.topology import Integers, components

SIDE = 8


def lattice(households: list[int], metres: list[int]) -> Problem:
    """Return a square town of 8 × 8 cells."""
    cell = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    first = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    table = np.zeros((len(first), 4))
    table[:, 0] = np.resize(metres, len(first))
    none = np.full(SIDE * SIDE, -1)
    graph = Graph(np.resize(households, SIDE * SIDE), first, second, table, none, none)
    return prepare(graph, Band(30, 50), BALANCED)


def hangs_together(problem: Problem, label: Integers) -> bool:
    same = label[problem.first] == label[problem.second]
    pieces = components(len(label), problem.first[same], problem.second[same])
    return len(np.unique(pieces)) == len(np.unique(label))


@given(
    st.lists(st.integers(0, 30), min_size=5, max_size=64),
    st.lists(st.integers(1, 30), min_size=3, max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_grids_still_hang_together_and_never_cost_more(households: list[int], metres: list[int]) -> None:
    problem = lattice(households, metres)
    state = np.array([3], dtype=np.uint64)
    before, label = search(problem, trees=1, state=state, noise=1.0, is_strict=False)
    after = improve(problem, label, rounds=30, state=state)
    assert hangs_together(problem, after)
    assert true_cost(after, problem) <= before + 1e-6
    assert list(np.unique(after)) == list(range(after.max() + 1))


def test_cells_each_by_themselves_are_repaired_into_the_band() -> None:
    problem = lattice([5], [10])
    label = improve(problem, np.arange(SIDE * SIDE), rounds=400, state=np.array([1], dtype=np.uint64))
    held = np.bincount(label, problem.households)
    assert ((held >= 30) & (held <= 50)).all()


def test_one_cell_is_left_alone() -> None:
    nothing = np.empty(0, np.int64)
    problem = prepare(
        build_graph(np.array([40]), nothing, nothing, np.empty(0), nothing), Band(30, 50), BALANCED
    )
    assert list(improve(problem, np.array([0]), rounds=5, state=np.array([1], dtype=np.uint64))) == [0]
