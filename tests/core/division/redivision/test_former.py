"""The former grid of each cell, though the cells were drawn anew."""

import numpy as np
from shapely import box

from gridmap.core.division.graph import build_graph
from gridmap.core.division.layout import Layout
from gridmap.core.division.redivision.former import former_grids
from gridmap.core.topology import Integers, shared_segments


def row_of_three(households: list[int], cell_of_carrier: list[int]) -> Layout:
    """Three cells of 10 × 10 m in a row."""
    borders = shared_segments(np.array([box(x, 0, x + 10, 10) for x in (0, 10, 20)]))
    inner = borders.right >= 0
    cells = np.array(cell_of_carrier, dtype=np.int64)
    graph = build_graph(
        np.bincount(cells, households, minlength=3).astype(np.int64),
        borders.left[inner],
        borders.right[inner],
        borders.lengths()[inner],
        np.zeros(int(inner.sum()), dtype=np.int64),
    )
    names = np.array([str(number) for number in range(len(cells))], dtype=object)
    return Layout(
        graph,
        borders,
        names,
        names,
        np.array(households, dtype=np.int64),
        cells,
        np.full(3, -1, dtype=np.int64),
    )


WEST_AND_EAST = np.array([box(0, 0, 15, 10), box(15, 0, 30, 10)], dtype=object)


def former(layout: Layout, grids: list[int]) -> list[int]:
    told: Integers = np.array(grids, dtype=np.int64)
    return former_grids(layout, told, WEST_AND_EAST).tolist()


def test_a_cell_follows_most_of_its_households_wherever_it_lies() -> None:
    assert former(row_of_three([5, 4, 6], [0, 0, 2]), [1, 0, 0])[::2] == [1, 0]


def test_an_empty_cell_follows_its_ground() -> None:
    assert former(row_of_three([0], [0]), [1])[0] == 0
    assert former(row_of_three([0], [0]), [1])[2] == 1


def test_a_cell_of_new_homes_was_in_no_grid() -> None:
    assert former(row_of_three([5, 6], [0, 2]), [-1, 1])[::2] == [-1, 1]


def test_there_may_be_no_former_grid_at_all() -> None:
    none = former_grids(row_of_three([5], [0]), np.array([-1]), np.array([], dtype=object))
    assert none.tolist() == [-1, -1, -1]
