"""Which cells touch, and what a border between them would cost.

A border of one metre costs 5 inside a compound, 2 along a service road or wall, and 1 along a street. Along a river,
railway or arterial it is a gain: a longer border does less harm than a grid that lies on both sides of one.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division.lines import ARTERIAL, INNER, ROAD, WEAK
from gridmap.core.topology import Floats, Integers, components

COST = {INNER: 5.0, WEAK: 2.0, ROAD: 1.0, ARTERIAL: -0.5}
"""Cost of a metre of border, by what lies along it. 5 : 2 : 1 keeps compounds whole at hardly any loss of compactness."""
CONTACT_M = 1.0
"""Cells that share less than this do not count as neighbours, unless nothing else holds a community together."""
TOUCH_M = 0.02


@dataclass(frozen=True, slots=True)
class Graph:
    """Cells of one community and the borders they share.

    Attributes
    ----------
    households : shape (n,).
    first, second : shape (m,), the cells of each pair of neighbours, ``first < second``.
    metres : shape (m, 4), of common border by rank (see `lines`).
    """

    households: Integers
    first: Integers
    second: Integers
    metres: Floats

    @property
    def cost(self) -> Floats:
        """Cost of a border along each edge."""
        return np.asarray(self.metres @ np.array([COST[rank] for rank in range(4)]))

    @property
    def rank(self) -> Integers:
        """What lies along the larger part of each edge."""
        return np.asarray(self.metres.argmax(axis=1), dtype=np.int64)

    def parts(self) -> Integers:
        """Return the number of the part in which each cell lies; parts do not touch."""
        return components(len(self.households), self.first, self.second)

    def within(self, cells: Integers) -> "Graph":
        """Return the graph of some of the cells, renumbered in the order given."""
        place = np.full(len(self.households), -1, dtype=np.int64)
        place[cells] = np.arange(len(cells))
        kept = (place[self.first] >= 0) & (place[self.second] >= 0)
        one, two = place[self.first[kept]], place[self.second[kept]]
        return Graph(self.households[cells], np.minimum(one, two), np.maximum(one, two), self.metres[kept])


def build_graph(
    households: Integers, left: Integers, right: Integers, metres: Floats, rank: Integers
) -> Graph:
    """Sum segments up into edges.

    Cells are neighbours if they share a metre of border. What is then still apart is joined by any contact of more
    than 2 cm.

    Parameters
    ----------
    households : shape (n,), of each cell.
    left, right, metres, rank : shape (s,), segments between cells.
    """
    count = np.int64(len(households))
    keys, nth = np.unique(np.minimum(left, right) * count + np.maximum(left, right), return_inverse=True)
    table = np.zeros((len(keys), 4))
    np.add.at(table, (nth, rank), metres)
    first, second = keys // count, keys % count
    total = table.sum(axis=1)
    strong = total >= CONTACT_M
    part = components(int(count), first[strong], second[strong])
    kept = strong | ((total > TOUCH_M) & (part[first] != part[second]))
    return Graph(households, first[kept], second[kept], table[kept])
