"""Which cells touch, and what lies along the borders they share."""

import numpy as np

from gridmap.core.division.fabric.lines import INNER, ROAD
from gridmap.core.division.graph import Graph, build_graph, side_by_side


def graph(count: int, segments: list[tuple[int, int, float, int]]) -> Graph:
    left, right, metres, rank = (np.array(column) for column in zip(*segments, strict=True))
    return build_graph(np.ones(count, dtype=np.int64), left, right, metres.astype(float), rank)


def test_segments_of_a_pair_are_summed_up_by_rank() -> None:
    found = graph(2, [(0, 1, 3.0, INNER), (1, 0, 10.0, ROAD), (0, 1, 2.0, ROAD)])
    assert (found.first[0], found.second[0]) == (0, 1)
    assert list(found.metres[0]) == [3, 0, 12, 0]
    assert found.rank[0] == 2


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
    assert (list(found.first), list(found.second), found.metres[0, ROAD]) == ([0], [1], 7)


def test_cells_are_of_no_estate_and_no_former_grid_unless_it_is_said() -> None:
    found = graph(2, [(0, 1, 9.0, INNER)])
    assert list(found.estate) == list(found.former) == [-1, -1]


def test_a_part_keeps_the_estate_and_the_former_grid_of_its_cells() -> None:
    one, two = np.array([0, 1]), np.array([1, 2])
    whole = build_graph(
        np.ones(3, dtype=np.int64),
        one,
        two,
        np.full(2, 9.0),
        np.full(2, INNER),
        estate=np.array([7, 7, 8]),
        former=np.array([0, 1, 1]),
    )
    part = whole.within(np.array([2, 1]))
    assert (list(part.estate), list(part.former)) == ([8, 7], [1, 1])


def test_one_cell_alone_has_no_edges() -> None:
    nothing = np.empty(0, dtype=np.int64)
    found = build_graph(np.array([5]), nothing, nothing, np.empty(0), nothing)
    assert len(found.first) == 0
    assert list(found.parts()) == [0]


def test_graphs_side_by_side_do_not_touch() -> None:
    one, two = graph(2, [(0, 1, 9.0, INNER)]), graph(3, [(0, 2, 7.0, ROAD)])
    both = side_by_side([one, two])
    assert list(zip(both.first, both.second, strict=True)) == [(0, 1), (2, 4)]
    assert (len(both.households), both.metres[1, ROAD]) == (5, 7)
