"""The best of many trees, against brute force."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.division.search.cutting import OUTSIDE
from gridmap.core.division.search.objective import BALANCED
from gridmap.core.division.search.search import Problem, bench_for, prepare, search, true_cost
from gridmap.core.model import Band
from gridmap.core.topology import Integers

BAND = Band(30, 50)


def problem(households: list[int], edges: list[tuple[int, int]]) -> Problem:
    table = np.zeros((len(edges), 4))
    table[:, 0] = 1.0
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    none = np.full(len(households), -1)
    graph = Graph(np.array(households), first.copy(), second.copy(), table, none, none)
    return prepare(graph, BAND, BALANCED)


def searched(given_problem: Problem, trees: int = 5, seed: int = 1) -> Integers:
    return search(given_problem, trees, bench_for(given_problem), np.array([seed], dtype=np.uint64))


def connected(label: tuple[int, ...], edges: list[tuple[int, int]]) -> bool:
    inside = [(one, two) for one, two in edges if label[one] == label[two]]
    one, two = np.array(inside, dtype=np.int64).reshape(-1, 2).T
    return len(set(components(len(label), one, two))) == len(set(label))


def groupings(count: int) -> Iterator[tuple[int, ...]]:
    """Return every way to group so many cells."""
    if count == 0:
        yield ()
        return
    for label in groupings(count - 1):
        for group in range(max(label, default=-1) + 2):
            yield (*label, group)


def is_divisible(households: list[int], edges: list[tuple[int, int]]) -> bool:
    """Try every grouping of the cells of a small graph."""
    for label in groupings(len(households)):
        held = np.bincount(label, households)
        if ((held >= 30) & (held <= 50)).all() and connected(label, edges):
            return True
    return False


@st.composite
def small_graphs(pick: st.DrawFn) -> tuple[list[int], list[tuple[int, int]]]:
    count = pick(st.integers(2, 6))
    edges = [(pick(st.integers(0, node - 1)), node) for node in range(1, count)]
    edges += [
        (one, two) for one in range(count) for two in range(one + 1, count) if pick(st.integers(0, 3)) == 0
    ]
    return [pick(st.integers(0, 50)) for _ in range(count)], sorted(set(edges))


@given(small_graphs())
@settings(max_examples=80, deadline=None)
def test_trees_drawn_at_random_find_a_division_exactly_where_there_is_one(
    graph: tuple[list[int], list[tuple[int, int]]],
) -> None:
    households, edges = graph
    given_problem = problem(households, edges)
    label = searched(given_problem, trees=100)
    assert (true_cost(label, given_problem) < OUTSIDE) == is_divisible(households, edges)
    assert connected(tuple(label), edges)


def test_a_tower_over_the_band_stands_alone_when_the_band_cannot_be_kept() -> None:
    label = searched(problem([90, 20, 20, 20, 20], [(0, 1), (1, 2), (2, 3), (3, 4)]))
    assert list(label == label[0]) == [True, False, False, False, False]
    assert len(set(label)) == 3


def test_a_part_too_small_for_one_grid_is_one_grid() -> None:
    assert list(searched(problem([3, 2], [(0, 1)]))) == [0, 0]


def test_the_same_state_gives_the_same_division() -> None:
    given_problem = problem([10] * 12, [(cell, cell + 1) for cell in range(11)])
    assert list(searched(given_problem, seed=7)) == list(searched(given_problem, seed=7))


@pytest.mark.parametrize(("metre", "key"), [(8.0, 0.0), (1.0, 0.75), (-3.0, 1.0)])
def test_what_is_dear_to_cut_has_a_low_key(metre: float, key: float) -> None:
    one = problem([40, 40], [(0, 1)])
    table = np.array([[10.0, 0.0, 0.0, 0.0]])
    none = np.full(2, -1)
    objective = type(BALANCED)(border=(metre, 1.0, 1.0, 1.0), estate=0.0)
    graph = Graph(np.array([40, 40]), one.part.first, one.part.second, table, none, none)
    assert prepare(graph, BAND, objective).part.key[0] == pytest.approx(key)
