"""Square towns for the tests of the search."""

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.topology import Integers

SIDE = 8


def lattice(households: list[int], metres: list[int], *, ranks: int = 3) -> Graph:
    """Return a town of 8 × 8 cells; the lists, and so many ranks, are repeated as often as need be."""
    cell = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    first = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    table = np.zeros((len(first), 4))
    table[np.arange(len(first)), np.arange(len(first)) % ranks] = np.resize(metres, len(first))
    none = np.full(SIDE * SIDE, -1)
    return Graph(np.resize(households, SIDE * SIDE), first, second, table, none, none)


def hangs_together(graph: Graph, label: Integers) -> bool:
    """Tell whether every grid is connected."""
    same = label[graph.first] == label[graph.second]
    pieces = components(len(label), graph.first[same], graph.second[same])
    return len(np.unique(pieces)) == len(np.unique(label))
