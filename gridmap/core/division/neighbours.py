"""Communities that touch, and the graph of two of them together."""

import numpy as np

from gridmap.core.division.dedicated import graph_to_divide
from gridmap.core.division.fabric.cells import Fabric
from gridmap.core.division.graph import CONTACT_M, Graph, build_graph
from gridmap.core.division.layout import Layout
from gridmap.core.topology import Integers

MOST = 6
"""Neighbours offered: those with the longest common line."""


def neighbours_of(community: int, fabric: Fabric) -> list[int]:
    """Return the communities that share at least a metre of line with one, the longest line first."""
    owner = np.append(fabric.community, -1)
    left, right = owner[fabric.borders.left], owner[fabric.borders.right]
    beside = np.where(left == community, right, left)
    rows = ((left == community) != (right == community)) & (beside >= 0)
    rows = np.flatnonzero(rows)
    metres = np.bincount(beside[rows], fabric.borders.where(rows).lengths())
    longest = np.argsort(-metres, kind="stable")[:MOST]
    return [int(other) for other in longest if metres[other] >= CONTACT_M]


def joined_graph(one: int, other: int, fabric: Fabric, parts: list[Layout]) -> Graph:
    """Return the graph of two communities as if there were no line between them, dedicated sites left out.

    The cells of the first come first, numbered as in its own graph.
    """
    number = np.full(len(fabric.community) + 1, -1, dtype=np.int64)
    graphs, count = [], 0
    for community in (one, other):
        graph, cells = graph_to_divide(parts[community])
        first = np.searchsorted(fabric.community, community)
        number[first + cells] = count + np.arange(len(cells))
        graphs.append(graph)
        count += len(cells)
    left, right = number[fabric.borders.left], number[fabric.borders.right]
    rows = np.flatnonzero((left >= 0) & (right >= 0))
    return build_graph(
        np.concatenate([graph.households for graph in graphs]),
        left[rows],
        right[rows],
        fabric.borders.where(rows).lengths(),
        fabric.rank[rows],
        estate=_estates(graphs),
    )


def _estates(graphs: list[Graph]) -> Integers:
    """Return the estates of several graphs, told apart."""
    above = np.cumsum([0, *(int(graph.estate.max(initial=-1)) + 1 for graph in graphs)])
    return np.concatenate(
        [
            np.where(graph.estate >= 0, graph.estate + offset, -1)
            for graph, offset in zip(graphs, above[:-1], strict=True)
        ]
    )
