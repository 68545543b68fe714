"""Peers get the same graphs, and the baselines are honest."""

import numpy as np
import pytest

pytest.importorskip("pymetis", reason="the peers are not installed: pip install -e '.[peers]'")

from benchmarks.division.exact import NotProved, cost_of_one_grid, division_cost, optimum
from benchmarks.families import FAMILIES, SMALL, make_town
from benchmarks.layouts import layouts_of
from benchmarks.peers.metis import merit, metis_runs
from benchmarks.peers.network import bad_grids, network_of
from benchmarks.peers.repair import Budget, repair
from gridmap.core.division.graph import Graph, build_graph
from gridmap.core.model import Band

BAND = Band()


def connected(graph: Graph) -> bool:
    return not graph.parts().any()


def test_repair_never_makes_what_metis_found_worse() -> None:
    town = make_town(FAMILIES["tower-heavy"], communities=4, seed=5)
    for layout in layouts_of(town):
        network = network_of(layout.graph)
        for run in metis_runs(network, BAND)[:3]:
            repaired = repair(network, BAND, run, Budget(60))
            assert merit(network, repaired, BAND) <= merit(network, run, BAND)


def test_a_grid_that_hangs_apart_is_bad() -> None:
    """Three cells in a row; the outer two are one grid."""
    graph = build_graph(
        np.array([200, 300, 200]), np.array([0, 1]), np.array([1, 2]), np.ones(2), np.zeros(2, dtype=np.int64)
    )
    assert bad_grids(network_of(graph), np.array([0, 1, 0]), BAND).tolist() == [True, False]


def brute_force(graph: Graph) -> float:
    """Return the least cost of all divisions, by going through every way to label the cells within the maximum."""
    best, network = np.inf, network_of(graph)

    def label_rest(label: list[int]) -> None:
        nonlocal best
        if np.bincount(label, graph.households[: len(label)]).max(initial=0) > BAND.maximum:
            return
        if len(label) == len(graph.households):
            whole = np.array(label)
            if not bad_grids(network, whole, BAND).any():
                best = min(best, division_cost(graph, BAND, whole))
            return
        for grid in range(max(label, default=-1) + 2):
            label_rest([*label, grid])

    label_rest([])
    return float(best)


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_that_of_going_through_all_divisions(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = [(x + 3 * y, x + 3 * y + 1) for x in range(2) for y in range(3)] + [(x, x + 3) for x in range(6)]
    first, second = np.array(pairs).T
    graph = build_graph(
        rng.integers(60, 180, 9),
        first,
        second,
        rng.uniform(5, 50, len(first)),
        rng.integers(0, 4, len(first)),
    )
    least = brute_force(graph)
    if np.isfinite(least):
        assert optimum(graph, BAND, known=np.inf, most_sets=10_000) == pytest.approx(least)
    else:
        with pytest.raises(NotProved):
            optimum(graph, BAND, known=np.inf, most_sets=10_000)


def test_no_division_costs_less_than_nothing_once_spanned_arterials_are_counted() -> None:
    for layout in layouts_of(make_town(SMALL[0], communities=4, seed=5)):
        graph = layout.graph
        alone = np.arange(len(graph.households))
        assert division_cost(graph, BAND, alone) + cost_of_one_grid(graph) >= 0
