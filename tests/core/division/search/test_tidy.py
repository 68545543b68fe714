"""Empty land that hangs on a grid by its end goes to the grid beside it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.division.fabric.lines import ROAD
from gridmap.core.division.graph import Graph, build_graph
from gridmap.core.division.parts import components
from gridmap.core.division.search.tidy import tidied
from gridmap.core.topology import Integers


def graph_of(households: list[int], borders: list[tuple[int, int, float]]) -> Graph:
    first, second, metres = zip(*borders, strict=True)
    return build_graph(
        np.array(households), np.array(first), np.array(second), np.array(metres), np.full(len(metres), ROAD)
    )


def hang_together(graph: Graph, label: Integers) -> bool:
    same = label[graph.first] == label[graph.second]
    parts = components(len(label), graph.first[same], graph.second[same])
    return len(np.unique(parts)) == len(np.unique(label))


def test_a_strip_goes_to_the_grid_it_runs_along() -> None:
    graph = graph_of([9, 9, 0], [(0, 1, 50), (0, 2, 10), (1, 2, 100)])
    assert tidied(graph, np.array([0, 1, 0])).tolist() == [0, 1, 1]


def test_a_strip_in_pieces_goes_piece_by_piece() -> None:
    graph = graph_of([9, 9, 0, 0], [(0, 1, 50), (0, 2, 10), (2, 3, 10), (1, 2, 60), (1, 3, 60)])
    assert tidied(graph, np.array([0, 1, 0, 0])).tolist() == [0, 1, 1, 1]


def test_land_stays_where_its_border_is_not_twice_as_long_elsewhere() -> None:
    graph = graph_of([9, 9, 0], [(0, 1, 50), (0, 2, 60), (1, 2, 100)])
    assert tidied(graph, np.array([0, 1, 0])).tolist() == [0, 1, 0]


def test_a_cell_with_homes_stays() -> None:
    graph = graph_of([9, 9, 1], [(0, 1, 50), (0, 2, 10), (1, 2, 100)])
    assert tidied(graph, np.array([0, 1, 0])).tolist() == [0, 1, 0]


def test_land_that_holds_a_grid_together_stays() -> None:
    graph = graph_of([9, 9, 0, 9], [(0, 2, 10), (2, 3, 10), (1, 2, 100)])
    assert tidied(graph, np.array([0, 1, 0, 0])).tolist() == [0, 1, 0, 0]


def test_the_last_cell_of_a_grid_stays() -> None:
    graph = graph_of([9, 0], [(0, 1, 100)])
    assert tidied(graph, np.array([0, 1])).tolist() == [0, 1]


@given(st.integers(0, 2**32 - 1))
def test_counts_and_connections_are_kept_and_the_border_grows_no_longer(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pairs = [(n, n + 1) for n in range(35) if n % 6 < 5] + [(n, n + 6) for n in range(30)]
    households = rng.integers(0, 3, 36) * rng.integers(0, 50, 36)
    graph = graph_of(households.tolist(), [(one, two, rng.uniform(2, 90)) for one, two in pairs])
    kept = rng.uniform(size=len(pairs)) < 0.6
    label = components(36, graph.first[kept], graph.second[kept])
    found = tidied(graph, label)
    assert np.bincount(found, households).tolist() == np.bincount(label, households).tolist()
    assert hang_together(graph, found)
    metres = graph.metres.sum(axis=1)
    before, after = (metres[one[graph.first] != one[graph.second]].sum() for one in (label, found))
    assert after <= before
