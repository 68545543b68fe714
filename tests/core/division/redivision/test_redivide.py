"""Dividing again: the fewest households change grid."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.division.redivision.moved import households_moved
from gridmap.core.division.redivision.redivide import Redivision, redivide
from gridmap.core.division.redivision.standing import continued
from gridmap.core.division.solve import Mode, random_state
from gridmap.core.model import Band, Verdict
from gridmap.core.topology import Integers

BAND = Band(30, 50)
Edges = list[tuple[int, int]]


def graph_of(households: list[int], edges: Edges, former: list[int]) -> Graph:
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T.copy()
    metres = np.zeros((len(edges), 4))
    metres[:, 0] = 10.0
    counts = np.array(households, dtype=np.int64)
    return Graph(counts, first, second, metres, np.full(len(counts), -1), np.array(former, dtype=np.int64))


def lattice(width: int, height: int) -> Edges:
    cell = lambda column, row: row * width + column  # noqa: E731
    across = [(cell(x, y), cell(x + 1, y)) for y in range(height) for x in range(width - 1)]
    return across + [(cell(x, y), cell(x, y + 1)) for y in range(height - 1) for x in range(width)]


def redivided(
    graph: Graph, mode: Mode = "quality", seed: int = 0, dedicated: list[int] | None = None
) -> Redivision:
    is_dedicated = np.zeros(int(graph.former.max(initial=-1)) + 1, dtype=bool)
    is_dedicated[dedicated or []] = True
    return redivide(graph, is_dedicated, "cell {}".format, BAND, mode=mode, state=random_state("A", seed))


def hang_together(graph: Graph, label: Integers) -> bool:
    inside = label[graph.first] == label[graph.second]
    pieces = components(len(label), graph.first[inside], graph.second[inside])
    return len(np.unique(pieces)) == len(np.unique(label))


def in_band(graph: Graph, label: Integers) -> bool:
    held = np.bincount(label, graph.households)
    return bool(((held >= BAND.minimum) & (held <= BAND.maximum)).all())


def partitions(count: int) -> Iterator[list[int]]:
    """Return every way to put cells into grids."""
    if count == 0:
        yield []
        return
    for label in partitions(count - 1):
        for grid in range(max(label, default=-1) + 2):
            yield [*label, grid]


def fewest_by_trying_all(graph: Graph) -> int | None:
    """Return the fewest households that must move, None if no division is in the band."""
    moved = [
        households_moved(graph.households, graph.former, np.append(continued(graph, label), -1)[label])
        for label in map(np.array, partitions(len(graph.households)))
        if in_band(graph, label) and hang_together(graph, label)
    ]
    return min(moved, default=None)


def test_what_is_in_order_stays_as_it_is() -> None:
    """Two grids of two cells in a row, 20 households each, and one that grew to 25."""
    found = redivided(graph_of([20, 25, 20, 20], [(0, 1), (1, 2), (2, 3)], [0, 0, 1, 1]))
    assert found.label.tolist() == [0, 0, 1, 1]
    assert (found.households_moved, found.is_minimum) == (0, True)


def test_a_grid_that_grew_gives_a_cell_to_its_neighbour() -> None:
    found = redivided(graph_of([20, 22, 10, 20, 15], [(0, 1), (1, 2), (2, 3), (3, 4)], [0, 0, 0, 1, 1]))
    assert found.label.tolist() == [0, 0, 1, 1, 1]
    assert found.predecessor.tolist() == [0, 1]
    assert (found.households_moved, found.at_least) == (10, 10)


def test_a_grid_passes_on_what_its_neighbour_cannot_hold() -> None:
    """The middle one of three grids in a row is full: it takes 10 over, and hands 10 on."""
    households = [20, 25, 10, 20, 20, 10, 20, 15]
    found = redivided(graph_of(households, [(i, i + 1) for i in range(7)], [0, 0, 0, 1, 1, 1, 2, 2]))
    assert found.label.tolist() == [0, 0, 1, 1, 1, 2, 2, 2]
    assert (found.households_moved, found.at_least) == (20, 20)


def test_a_grid_too_small_joins_its_neighbour() -> None:
    found = redivided(graph_of([5, 30, 15, 20], [(0, 1), (1, 2), (2, 3)], [0, 1, 2, 2]))
    assert found.label.tolist() == [0, 0, 1, 1]
    assert found.predecessor.tolist() == [1, 2]
    assert found.households_moved == 5


def test_a_grid_that_doubled_is_split_and_the_larger_part_goes_on() -> None:
    found = redivided(graph_of([20, 20, 20, 15], [(0, 1), (1, 2), (2, 3)], [0, 0, 0, 0]))
    assert found.label.tolist() == [0, 0, 1, 1]
    assert found.predecessor.tolist() == [0, -1]
    assert found.households_moved == 35


def test_a_new_building_joins_where_it_fits_and_counts_as_nobody_moved() -> None:
    found = redivided(graph_of([40, 15, 30], [(0, 1), (1, 2)], [0, -1, 1]))
    assert found.label.tolist() == [0, 1, 1]
    assert (found.households_moved, found.is_minimum) == (0, True)


def test_a_dedicated_grid_stays_out_of_it() -> None:
    """Nothing may join the campus between two grids, nor leave it."""
    found = redivided(graph_of([40, 3, 20, 18], [(0, 1), (1, 2), (2, 3)], [0, 1, 2, 2]), dedicated=[1])
    assert found.label.tolist() == [0, 1, 2, 2]
    assert found.is_dedicated.tolist() == [False, True, False]


def test_a_piece_cut_off_from_its_grid_joins_another() -> None:
    found = redivided(graph_of([35, 30, 5], [(0, 1), (1, 2)], [0, 1, 0]))
    assert found.label.tolist() == [0, 1, 1]
    assert (found.households_moved, found.is_minimum) == (5, True)


def test_what_became_impossible_keeps_its_plan_and_says_why() -> None:
    found = redivided(graph_of([30, 27], [(0, 1)], [0, 1]))
    assert found.verdict is Verdict.INFEASIBLE
    assert found.certificate is not None
    assert found.label.tolist() == [0, 1]
    assert found.households_moved == 0


households = st.integers(0, 25)


@st.composite
def changed(draw: st.DrawFn) -> Graph:
    """Draw a community of 3 × 2 or 3 × 3 cells with a former plan of connected grids, by now perhaps out of the band."""
    width, height = 3, draw(st.sampled_from([2, 3]))
    edges, count = lattice(width, height), width * height
    first, second = np.array(edges).T
    cut = np.array(draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges))))
    former = components(count, first[~cut], second[~cut]).tolist()
    if draw(st.booleans()):
        former[draw(st.integers(0, count - 1))] = -1
    former = np.unique(former, return_inverse=True)[1] - (-1 in former)
    return graph_of(draw(st.lists(households, min_size=count, max_size=count)), edges, former.tolist())


# A grid that an empty cell of no grid cuts in two: its smaller half joins another, which is in the band but not the least.
CUT_IN_TWO = graph_of([16, 0, 0, 15, 15, 15], lattice(3, 2), [0, -1, 0, 1, 0, 0])


@settings(max_examples=40, deadline=None)
@example(CUT_IN_TWO)
@given(changed())
def test_no_way_moves_fewer_than_proved_and_small_communities_reach_the_minimum(graph: Graph) -> None:
    assume(graph.households.any())
    fewest = fewest_by_trying_all(graph)
    found = redivided(graph)
    if fewest is None:
        assert found.verdict is not Verdict.DIVIDED
        return
    assert found.verdict is Verdict.DIVIDED
    assert in_band(graph, found.label)
    assert hang_together(graph, found.label)
    assert found.at_least <= fewest <= found.households_moved
    assert found.is_minimum


@settings(max_examples=40, deadline=None)
@given(changed(), st.integers(0, 5))
def test_the_fast_way_is_in_band_counts_right_and_repeats_itself(graph: Graph, seed: int) -> None:
    assume(graph.households.any())
    found, again = (redivided(graph, "fast", seed) for _ in range(2))
    assert found.label.tolist() == again.label.tolist()
    goes_on = np.append(found.predecessor, -1)[found.label]
    assert found.households_moved == int(
        graph.households[(graph.former >= 0) & (goes_on != graph.former)].sum()
    )
    assume(found.verdict is Verdict.DIVIDED)
    assert in_band(graph, found.label)
    assert hang_together(graph, found.label)


def test_grids_far_from_the_change_do_not_move() -> None:
    """Twelve grids of a 12 × 3 lattice, a column each; the first grows."""
    former = [cell % 12 for cell in range(36)]
    counts = [12] * 36
    counts[0] = 27
    found = redivided(graph_of(counts, lattice(12, 3), former), "fast")
    assert found.verdict is Verdict.DIVIDED
    held = np.append(found.predecessor, -1)[found.label]
    assert (held.reshape(3, 12)[:, 4:] == np.arange(4, 12)).all()


@pytest.mark.parametrize("mode", ["fast", "quality"])
def test_a_community_without_households_has_nothing_to_move(mode: Mode) -> None:
    found = redivided(graph_of([0, 0], [(0, 1)], [0, 0]), mode, dedicated=[0])
    assert found.label.tolist() == [0, 0]
    assert found.households_moved == 0
