"""The dynamic programme against brute force, and the random trees under it."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph
from gridmap.core.division.objective import BALANCED
from gridmap.core.division.search import (
    OUTSIDE,
    Problem,
    closing,
    cut_tree,
    draw,
    prepare,
    room_for,
    search,
    spanning_tree,
    true_cost,
)
from gridmap.core.model import Band
from gridmap.core.topology import components

BAND = Band(30, 50)


def problem(
    households: list[int], edges: list[tuple[int, int]], metres: list[float] | None = None
) -> Problem:
    table = np.zeros((len(edges), 4))
    table[:, 0] = metres if metres is not None else 1.0
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    none = np.full(len(households), -1)
    graph = Graph(np.array(households), first.copy(), second.copy(), table, none, none)
    return prepare(graph, BAND, BALANCED)


def state(seed: int = 1) -> np.ndarray:
    return np.array([seed], dtype=np.uint64)


def least_cost(given_problem: Problem, beyond: int) -> float:
    """Try every way to cut the edges of a tree."""
    edges, least = range(len(given_problem.first)), np.inf
    for size in range(len(edges) + 1):
        for cuts in combinations(edges, size):
            kept = np.ones(len(edges), dtype=bool)
            kept[list(cuts)] = False
            label = components(
                len(given_problem.households), given_problem.first[kept], given_problem.second[kept]
            )
            held = np.bincount(label, given_problem.households).astype(int)
            if held.max() > given_problem.high + beyond:
                continue
            total = given_problem.cost[~kept].sum()
            total += sum(closing(int(one), given_problem, beyond) for one in held)
            least = min(least, float(total))
    return least


@st.composite
def trees(pick: st.DrawFn) -> Problem:
    count = pick(st.integers(1, 9))
    parents = [pick(st.integers(0, node - 1)) for node in range(1, count)]
    households = [pick(st.integers(0, 60)) for _ in range(count)]
    metres = [float(pick(st.integers(1, 40))) for _ in parents]
    return problem(households, [(up, node + 1) for node, up in enumerate(parents)], metres)


@given(trees(), st.sampled_from([0, 50]))
@settings(max_examples=150, deadline=None)
def test_no_way_to_cut_a_tree_is_cheaper_than_the_one_found(given_problem: Problem, beyond: int) -> None:
    tree = spanning_tree(given_problem, 1.0, state())
    found, label = cut_tree(tree, given_problem, beyond, room_for(given_problem, beyond))
    assert found == pytest.approx(least_cost(given_problem, beyond))
    if np.isfinite(found):
        assert true_cost(label, given_problem) == pytest.approx(found)


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
    found, label = search(problem(households, edges), trees=300, state=state(), noise=100.0, is_strict=True)
    assert np.isfinite(found) == is_divisible(households, edges)
    if np.isfinite(found):
        assert connected(tuple(label), edges)


def test_a_tower_over_the_band_stands_alone_when_the_band_cannot_be_kept() -> None:
    _, label = search(
        problem([90, 20, 20, 20, 20], [(0, 1), (1, 2), (2, 3), (3, 4)]),
        trees=5,
        state=state(),
        noise=1.0,
        is_strict=False,
    )
    assert list(label == label[0]) == [True, False, False, False, False]
    assert len(set(label)) == 3


def test_a_grid_outside_the_band_costs_more_the_further_it_is_off() -> None:
    one = problem([1], [])
    assert closing(40, one, 50) == 0
    assert closing(50, one, 0) == pytest.approx(BALANCED.balance * 0.01)
    assert closing(29, one, 0) == np.inf
    assert OUTSIDE < closing(29, one, 50) < closing(10, one, 50) < 2 * OUTSIDE
    assert closing(51, one, 50) < closing(90, one, 50)


def test_a_tree_enters_a_compound_by_one_street_only() -> None:
    """Two compounds of three cells, joined by three streets: at low noise the tree takes one of them."""
    inner = [(0, 1), (1, 2), (3, 4), (4, 5)]
    streets = [(0, 3), (1, 4), (2, 5)]
    table = np.zeros((7, 4))
    table[:4, 0] = table[4:, 2] = 10.0
    first, second = np.array(inner + streets).T
    none = np.full(6, -1)
    graph = Graph(np.ones(6, dtype=np.int64), first.copy(), second.copy(), table, none, none)
    given_problem = prepare(graph, BAND, BALANCED)
    tree = spanning_tree(given_problem, 1.0, state())
    across = [(node < 3) != (tree.parent[node] < 3) for node in tree.order[1:]]
    assert sum(across) == 1


def test_random_numbers_repeat_with_the_state_and_fill_the_unit_interval() -> None:
    first, second = state(7), state(7)
    drawn = [draw(first) for _ in range(2000)]
    assert drawn == [draw(second) for _ in range(2000)]
    assert 0 <= min(drawn) < 0.01
    assert 0.99 < max(drawn) < 1
    assert np.mean(drawn) == pytest.approx(0.5, abs=0.03)
