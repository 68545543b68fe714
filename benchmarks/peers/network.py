"""What the peers are given: the cells of one community, who touches whom, and what cutting there costs."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Floats, Integers

WEIGHTS = np.array([5.0, 2.0, 1.0, 1.0])
"""Cost of a metre of border: on nothing, on a wall and the like, on a street, on an arterial."""
Peer = Callable[["Network", Band], Integers]
"""Gives the grid of each cell of a network that hangs together; may raise `PeerFailed`."""


class PeerFailed(Exception):
    """A peer gave no division, or not in time."""


@dataclass(frozen=True, slots=True)
class Network:
    """Cells that hang together.

    Attributes
    ----------
    households : shape (n,).
    first, second, cost : shape (m,), pairs of neighbours, and the cost of the border between them.
    """

    households: Integers
    first: Integers
    second: Integers
    cost: Floats

    def within(self, cells: Integers) -> "Network":
        """Return the network of some cells, renumbered in the order given."""
        place = np.full(len(self.households), -1, dtype=np.int64)
        place[cells] = np.arange(len(cells))
        kept = (place[self.first] >= 0) & (place[self.second] >= 0)
        return Network(
            self.households[cells], place[self.first[kept]], place[self.second[kept]], self.cost[kept]
        )

    def rows(self) -> tuple[Integers, Integers, Integers]:
        """Return the neighbours of each cell as compressed rows: starts, neighbours, and costs as whole numbers."""
        one, two = np.concatenate([self.first, self.second]), np.concatenate([self.second, self.first])
        order = np.lexsort((two, one))
        start = np.searchsorted(one[order], np.arange(len(self.households) + 1))
        weight = np.maximum(1, np.rint(np.tile(self.cost, 2)[order])).astype(np.int64)
        return start.astype(np.int64), two[order], weight


def network_of(graph: Graph) -> Network:
    """Return what peers are given of a graph."""
    return Network(graph.households, graph.first, graph.second, graph.metres @ WEIGHTS)


def cut_cost(network: Network, label: Integers) -> float:
    """Return the cost of all borders between different grids."""
    return float(network.cost[label[network.first] != label[network.second]].sum())


def bad_grids(network: Network, label: Integers, band: Band) -> Booleans:
    """Tell which grids hang not together or are out of the band; grids are numbered without gaps."""
    count = int(label.max()) + 1
    held = np.bincount(label, network.households, minlength=count)
    same = label[network.first] == label[network.second]
    piece = components(len(label), network.first[same], network.second[same])
    pieces = np.bincount(label[np.unique(piece, return_index=True)[1]], minlength=count)
    return np.asarray((pieces != 1) | (held < band.minimum) | (held > band.maximum))


def numbered(label: Integers) -> Integers:
    """Return labels numbered without gaps."""
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


def likely_count(households: int, band: Band) -> int:
    """Return the number of grids nearest to the middle of the band, out of those that arithmetic allows if any."""
    middle = households * 2 / (band.minimum + band.maximum)
    allowed = range(-(-households // band.maximum), households // band.minimum + 1)
    return min(allowed, key=lambda count: abs(count - middle), default=max(1, round(middle)))


def by_parts(peer: Peer, graph: Graph, band: Band) -> Integers:
    """Let a peer divide each part of a graph that holds households; any other part is one grid."""
    whole, part = network_of(graph), graph.parts()
    label, used = np.zeros(len(part), dtype=np.int64), 0
    for number in range(int(part.max(initial=-1)) + 1):
        cells = np.flatnonzero(part == number)
        piece = whole.within(cells)
        found = peer(piece, band) if piece.households.any() else np.zeros(len(cells), dtype=np.int64)
        label[cells] = numbered(found) + used
        used = int(label[cells].max()) + 1
    return label


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop work after so many seconds of CPU, which is a failure; for work that runs in the interpreter of the main thread."""

    def stop(*_: object) -> None:
        raise PeerFailed(f"took more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
