"""Which cells touch, and what lies along the borders they share."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from gridmap.core.division.parts import components
from gridmap.core.topology import Floats, Integers

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
    estate : shape (n,), the estate of each cell: a compound or a run of one street, whose cells like to stay together;
        -1 if it is of none.
    former : shape (n,), the grid that held each cell in an earlier plan; -1 if none did.
    """

    households: Integers
    first: Integers
    second: Integers
    metres: Floats
    estate: Integers
    former: Integers

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
        return Graph(
            self.households[cells],
            np.minimum(one, two),
            np.maximum(one, two),
            self.metres[kept],
            self.estate[cells],
            self.former[cells],
        )


def side_by_side(graphs: Sequence[Graph]) -> Graph:
    """Return several graphs as one, their cells one after the other; those of different graphs are no neighbours."""
    counts = [len(graph.households) for graph in graphs]
    joined = {
        field.name: np.concatenate([getattr(graph, field.name) for graph in graphs])
        for field in fields(Graph)
    }
    offset = np.repeat(np.cumsum([0, *counts[:-1]]), [len(graph.first) for graph in graphs])
    return Graph(**joined | {"first": joined["first"] + offset, "second": joined["second"] + offset})


def build_graph(
    households: Integers,
    left: Integers,
    right: Integers,
    metres: Floats,
    rank: Integers,
    *,
    estate: Integers | None = None,
    former: Integers | None = None,
) -> Graph:
    """Sum segments up into edges.

    Cells are neighbours if they share a metre of border. What is then still apart is joined by any contact of more
    than 2 cm.

    Parameters
    ----------
    households : shape (n,), of each cell.
    left, right, metres, rank : shape (s,), segments between cells.
    estate, former : shape (n,), see `Graph`; -1 for every cell if None.
    """
    none = np.full(len(households), -1, dtype=np.int64)
    count = np.int64(len(households))
    keys, nth = np.unique(np.minimum(left, right) * count + np.maximum(left, right), return_inverse=True)
    table = np.bincount(nth * 4 + rank, metres, minlength=4 * len(keys)).reshape(-1, 4)
    first, second = keys // count, keys % count
    total = table.sum(axis=1)
    strong = total >= CONTACT_M
    part = components(int(count), first[strong], second[strong])
    kept = strong | ((total > TOUCH_M) & (part[first] != part[second]))
    return Graph(
        households,
        first[kept],
        second[kept],
        table[kept],
        none if estate is None else estate,
        none if former is None else former,
    )
