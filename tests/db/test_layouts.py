"""Layouts as bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph
from gridmap.core.division.layout import Layout
from gridmap.core.topology import Segments
from gridmap.db.layouts import decode_grids, decode_layout, encode_grids, encode_layout

EASTING, NORTHING = 512_345.678, 3_456_789.012


def layout_of(left: list[int], right: list[int], start: np.ndarray, end: np.ndarray) -> Layout:
    sides = (np.array(side, dtype=np.int64) for side in (left, right))
    none = np.array([-1, -1])
    graph = Graph(
        np.array([3, 4]), np.array([0]), np.array([1]), np.array([[1.5, 0.0, 2.25, 0.0]]), none, none
    )
    cells = np.array([0, 1, 1])
    return Layout(
        graph=graph,
        borders=Segments(*sides, start, end),
        carriers=np.array([7, 8, 9], dtype=object),
        names=np.array(["a", "b", "c"], dtype=object),
        carried=np.array([3, 4, 0]),
        cell_of_carrier=cells,
        site=none,
    )


def corners(numbers: list[tuple[int, int]]) -> np.ndarray:
    """Corners on the grid of a millimetre, as noding leaves them."""
    far = np.array([round(EASTING * 1000), round(NORTHING * 1000)])
    return (np.array(numbers, dtype=np.int64).reshape(-1, 2) + far) / 1000.0


CORNER = st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6))
SIDE = st.integers(-1, 1)


@given(st.lists(st.tuples(SIDE, SIDE, CORNER, CORNER, st.booleans()), max_size=20))
def test_borders_are_read_back_corner_by_corner(
    rows: list[tuple[int, int, tuple[int, int], tuple[int, int], bool]],
) -> None:
    start, end = corners([row[2] for row in rows]), corners([row[3] for row in rows])
    for place in range(1, len(rows)):
        if rows[place][4]:
            start[place] = end[place - 1]
    given_layout = layout_of([row[0] for row in rows], [row[1] for row in rows], start, end)
    read = decode_layout(encode_layout(given_layout, np.array([70, 80, 90])))
    for name in ("left", "right", "start", "end"):
        assert np.array_equal(getattr(read.borders, name), getattr(given_layout.borders, name))


def test_graph_and_carriers_are_read_back_and_carriers_by_their_ids() -> None:
    given_layout = layout_of([0], [1], corners([(0, 0)]), corners([(0, 5)]))
    read = decode_layout(encode_layout(given_layout, np.array([70, 80, 2**40])))
    assert read.carriers.tolist() == [70, 80, 2**40]
    assert read.carried.tolist() == [3, 4, 0]
    assert read.cell_of_carrier.tolist() == [0, 1, 1]
    assert np.array_equal(read.graph.metres, given_layout.graph.metres)
    assert (read.graph.households.tolist(), read.graph.first.tolist()) == ([3, 4], [0])


def test_another_version_is_not_read() -> None:
    given_layout = layout_of([0], [1], corners([(0, 0)]), corners([(0, 5)]))
    content = encode_layout(given_layout, np.array([1, 2, 3])).replace(b'"version": 1', b'"version": 9')
    with pytest.raises(ValueError, match="9"):
        decode_layout(content)


@given(st.lists(st.integers(1, 999)))
def test_the_grid_of_each_cell_is_read_back(grids: list[int]) -> None:
    assert decode_grids(encode_grids(np.array(grids, dtype=np.int64))).tolist() == grids
