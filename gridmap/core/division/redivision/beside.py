"""The neighbours of each cell, ready for compiled loops."""

from typing import NamedTuple

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.topology import Floats, Integers


class Beside(NamedTuple):
    """Neighbours: those of cell i, and what a border with each costs, lie at ``start[i]:start[i + 1]``."""

    start: Integers
    neighbour: Integers
    cost: Floats

    def of(self, cell: int) -> Integers:
        """Return the neighbours of a cell."""
        return self.neighbour[self.start[cell] : self.start[cell + 1]]


def beside(graph: Graph, cost: Floats) -> Beside:
    """Return the neighbours of each cell of a graph.

    Parameters
    ----------
    cost : shape (m,), of each edge.
    """
    one = np.concatenate([graph.first, graph.second])
    order = np.argsort(one, kind="stable")
    return Beside(
        np.searchsorted(one[order], np.arange(len(graph.households) + 1)).astype(np.int64),
        np.concatenate([graph.second, graph.first])[order],
        np.tile(cost, 2)[order],
    )
