"""The same questions answered by SciPy on the network as it is: slower, independent of the compiled search, its judge."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridmap.core.coverage.answers import TOLERANCE_M, Nearest, Pairs, sorted_pairs
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.snapping import Positions, entered
from gridmap.core.topology import Booleans, Floats

CHUNK = 64
"""Sources searched at once."""


def nearest_by_scipy(
    network: Network, sources: Positions, targets: Positions, radius: float, passable: Booleans
) -> Nearest:
    """Return the nearest source of each target, see `gridmap.core.coverage.reach.nearest`."""
    return pairs_by_scipy(network, sources, targets, radius, passable).nearest(len(targets))


def pairs_by_scipy(
    network: Network, sources: Positions, targets: Positions, radius: float, passable: Booleans
) -> Pairs:
    """Return all pairs within a radius, see `gridmap.core.coverage.reach.pairs`."""
    graph = _graph(network, sources, passable)
    rows = entered(network, sources, passable)
    ends = targets.where(within := entered(network, targets, passable))
    found = []
    for chunk in np.array_split(rows, -(-len(rows) // CHUNK) or 1):
        nodes = dijkstra(graph, indices=len(network.xy) + chunk, limit=radius + TOLERANCE_M)
        metres = _metres(network, sources.where(chunk), ends, nodes)
        source, target = np.nonzero(metres <= radius + TOLERANCE_M)
        found.append((chunk[source], within[target], metres[source, target]))
    source, target, metres = (np.concatenate(each) for each in zip(*found, strict=True))
    return sorted_pairs(source, target, metres)


def _graph(network: Network, sources: Positions, passable: Booleans) -> csr_array:
    """Return the passable edges both ways, and one-way stubs from a node of its own for each source."""
    nodes, open_ = len(network.xy), np.flatnonzero(passable)
    rows = entered(network, sources, passable)
    edge = sources.edge[rows]
    first, second, metres = network.first[open_], network.second[open_], network.metres[open_]
    start = np.concatenate([first, second, nodes + rows, nodes + rows])
    end = np.concatenate([second, first, network.first[edge], network.second[edge]])
    to_first = sources.leg[rows] + sources.offset[rows]
    to_second = sources.leg[rows] + (network.metres[edge] - sources.offset[rows])
    weight = np.concatenate([metres, metres, to_first, to_second])
    order = np.lexsort((weight, end, start))
    start, end, weight = start[order], end[order], weight[order]
    least = (np.diff(start, prepend=-1) != 0) | (np.diff(end, prepend=-1) != 0)
    size = nodes + len(sources)
    begin = np.concatenate([[0], np.cumsum(np.bincount(start[least], minlength=size))])
    return csr_array((weight[least], end[least], begin), shape=(size, size))


def _metres(network: Network, sources: Positions, targets: Positions, nodes: Floats) -> Floats:
    """Return the metres from each source to each target.

    Parameters
    ----------
    nodes : metres from each source to each node of the network; further columns do not matter.
    """
    edge, offset = targets.edge, targets.offset
    metres = np.minimum(
        nodes[:, network.first[edge]] + offset,
        nodes[:, network.second[edge]] + (network.metres[edge] - offset),
    )
    same = sources.edge[:, None] == edge[None, :]
    beside = sources.leg[:, None] + np.abs(sources.offset[:, None] - offset[None, :])
    return np.asarray(np.where(same, np.minimum(metres, beside), metres) + targets.leg)
