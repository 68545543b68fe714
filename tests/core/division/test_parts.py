"""What hangs together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridmap.core.division.parts import components

NODES = 12
EDGES = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)), max_size=20)


def test_components_are_counted_with_lonely_nodes() -> None:
    part = components(4, np.array([0]), np.array([2]))
    assert list(part) == [0, 1, 0, 2]


def test_nothing_has_no_components() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert len(components(0, nothing, nothing)) == 0


@given(EDGES)
def test_components_are_numbered_as_scipy_does(edges: list[tuple[int, int]]) -> None:
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    links = coo_matrix((np.ones(len(first)), (first, second)), shape=(NODES, NODES))
    assert list(components(NODES, first, second)) == list(connected_components(links, directed=False)[1])
