"""The search of one part: against brute force, and the same on any number of threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph
from gridmap.core.division.search.objective import BALANCED
from gridmap.core.division.search.portfolio import EFFORT, out_of_band, partition
from gridmap.core.division.search.search import prepare, true_cost
from gridmap.core.model import Band
from gridmap.core.topology import Integers
from tests.core.division.lattices import hangs_together, lattice, planted

BAND = Band(30, 50)


def state(seed: int = 1) -> np.ndarray:
    return np.array([seed], dtype=np.uint64)


def divided(graph: Graph, mode: str = "fast", seed: int = 1, start: Integers | None = None) -> Integers:
    return partition(graph, BAND, BALANCED, EFFORT[mode], state(seed), start=start)


def strip(households: list[int], metres: list[int]) -> Graph:
    """Return cells in two rows, side by side."""
    half = len(households) // 2
    cell = np.arange(2 * half).reshape(2, half)
    first = np.concatenate([cell[:, :-1].ravel(), cell[0]])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1]])
    table, none = np.zeros((len(first), 4)), np.full(2 * half, -1)
    table[np.arange(len(first)), np.arange(len(first)) % 3] = np.resize(metres, len(first))
    return Graph(np.array(households), first, second, table, none, none)


def least_cost(graph: Graph) -> float:
    """Try every division of a small graph into connected grids: cut each edge or not."""
    problem, least = prepare(graph, BAND, BALANCED), np.inf
    for labels in product(range(3), repeat=len(graph.households) - 1):
        label = np.unique((0, *labels), return_inverse=True)[1]
        if hangs_together(graph, label) and not out_of_band(label, graph.households, BAND):
            least = min(least, true_cost(label, problem))
    return least


@given(
    st.lists(st.integers(8, 20), min_size=8, max_size=8),
    st.lists(st.integers(1, 30), min_size=10, max_size=10),
)
@settings(max_examples=8, deadline=None)
def test_quality_finds_the_optimum_of_small_parts(households: list[int], metres: list[int]) -> None:
    graph = strip(households, metres)
    least, problem = least_cost(graph), prepare(graph, BAND, BALANCED)
    label = divided(graph, "quality")
    if sum(households) < 4 * BAND.minimum:  # no more than three grids were tried
        assert (out_of_band(label, graph.households, BAND) == 0) == np.isfinite(least)
    if np.isfinite(least):
        assert true_cost(label, problem) <= least + 1e-6


@given(
    st.lists(st.integers(0, 30), min_size=5, max_size=64),
    st.lists(st.integers(1, 30), min_size=3, max_size=40),
    st.sampled_from(["fast", "quality"]),
)
@settings(max_examples=8, deadline=None)
def test_every_grid_hangs_together_and_is_numbered(
    households: list[int], metres: list[int], mode: str
) -> None:
    town = lattice(households, metres)
    label = divided(town, mode)
    assert hangs_together(town, label)
    assert list(np.unique(label)) == list(range(label.max() + 1))


def test_a_given_division_is_improved_and_not_changed_in_place() -> None:
    town = lattice([5], [10])
    start = np.arange(64) // 8
    label = divided(town, start=start)
    problem = prepare(town, BAND, BALANCED)
    assert true_cost(label, problem) < true_cost(start, problem)
    assert list(start) == list(np.arange(64) // 8)


def test_one_cell_is_one_grid() -> None:
    nothing = np.empty(0, np.int64)
    one = Graph(np.array([40]), nothing, nothing, np.empty((0, 4)), np.array([-1]), np.array([-1]))
    assert list(divided(one)) == [0]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_result_depends_on_the_seed_alone_whatever_the_number_of_threads(threads: int) -> None:
    towns = [lattice([3, 9, 5, number], [7, 12, 5]) for number in range(1, 9)]
    alone = [divided(town, seed=number) for number, town in enumerate(towns)]
    with ThreadPoolExecutor(threads) as pool:
        together = list(pool.map(lambda pair: divided(pair[1], seed=pair[0]), enumerate(towns)))
    assert [list(one) for one in together] == [list(one) for one in alone]


def test_a_part_that_cannot_be_kept_in_the_band_has_few_grids_outside_it() -> None:
    town = lattice([40, 1, 1, 1, 1, 1, 1, 1, 90], [10])
    few = replace(EFFORT["fast"], repairs=2)
    label = partition(town, BAND, BALANCED, few, state())
    assert out_of_band(label, town.households, BAND) >= (town.households > BAND.maximum).sum()
    assert hangs_together(town, label)


@pytest.mark.parametrize("seed", range(20))
def test_a_division_within_a_narrow_band_is_found_where_there_is_one(seed: int) -> None:
    band = Band(300, 340)
    graph = planted(seed, 9, band)
    label = partition(graph, band, BALANCED, EFFORT["fast"], state(seed))
    assert out_of_band(label, graph.households, band) == 0
    assert hangs_together(graph, label)
