"""Which cells touch, and what a border between them costs."""

import numpy as np
import pytest

from gridmap.core.division.graph import Graph, build_graph
from gridmap.core.division.lines import ARTERIAL, INNER, ROAD, WEAK


def graph(count: int, segments: list[tuple[int, int, float, int]]) -> Graph:
    left, right, metres, rank = (np.array(column) for column in zip(*segments, strict=True))
    return build_graph(np.ones(count, dtype=np.int64), left, right, metres.astype(float), rank)


def test_segments_of_a_pair_are_summed_up_by_rank() -> None:
    found = graph(2, [(0, 1, 3.0, INNER), (1, 0, 10.0, ROAD), (0, 1, 2.0, ROAD)])
    assert (found.first[0], found.second[0]) == (0, 1)
    assert list(found.metres[0]) == [3, 0, 12, 0]
    assert found.cost[0] == pytest.approx(3 * 5 + 12)
    assert found.rank[0] == 2


@pytest.mark.parametrize(("rank", "cost"), [(INNER, 50), (WEAK, 20), (ROAD, 10), (ARTERIAL, -5)])
def test_what_lies_along_a_border_decides_its_cost(rank: int, cost: float) -> None:
    assert graph(2, [(0, 1, 10.0, rank)]).cost[0] == cost


def test_a_short_contact_counts_only_where_nothing_else_joins() -> None:
    found = graph(3, [(0, 1, 9.0, INNER), (0, 2, 0.5, INNER), (1, 2, 0.01, INNER)])
    assert list(zip(found.first, found.second, strict=True)) == [(0, 1), (0, 2)]
    assert len(set(found.parts())) == 1
    triangle = graph(3, [(0, 1, 9.0, INNER), (1, 2, 9.0, INNER), (0, 2, 0.5, INNER)])
    assert len(triangle.first) == 2


def test_cells_that_do_not_touch_are_separate_parts() -> None:
    found = graph(4, [(0, 2, 9.0, INNER), (1, 3, 9.0, INNER)])
    part = found.parts()
    assert part[0] == part[2] != part[1]


def test_a_part_is_renumbered_in_the_order_given() -> None:
    found = graph(4, [(0, 2, 9.0, INNER), (2, 3, 7.0, ROAD)]).within(np.array([3, 2]))
    assert (list(found.first), list(found.second), found.cost[0]) == ([0], [1], 7)


def test_one_cell_alone_has_no_edges() -> None:
    nothing = np.empty(0, dtype=np.int64)
    found = build_graph(np.array([5]), nothing, nothing, np.empty(0), nothing)
    assert len(found.first) == 0
    assert list(found.parts()) == [0]
