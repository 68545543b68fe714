"""The same questions answered by SciPy on the network as it is: slower, independent of the compiled search, its judge."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridmap.core.coverage.answers import TOLERANCE_M, Nearest, Pairs, sorted_pairs
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.snapping import Positions, entered
from gridmap.core.topology import Booleans, Floats, Integers

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
    nodes = len(network.xy)
    found = [
        _within(network, sources, targets, chunk, distance[:, :nodes], radius, passable)
        for chunk in np.array_split(np.arange(len(sources)), -(-len(sources) // CHUNK) or 1)
        if len(chunk)
        for distance in [dijkstra(graph, indices=nodes + chunk, limit=radius + TOLERANCE_M)]
    ]
    if not found:
        return sorted_pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
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


def _within(
    network: Network,
    sources: Positions,
    targets: Positions,
    chunk: Integers,
    distance: Floats,
    radius: float,
    passable: Booleans,
) -> tuple[Integers, Integers, Floats]:
    """Return source, target and metres of the pairs of some sources within the radius."""
    target = entered(network, targets, passable)
    edge, offset, leg = targets.edge[target], targets.offset[target], targets.leg[target]
    metres = np.minimum(
        distance[:, network.first[edge]] + offset,
        distance[:, network.second[edge]] + (network.metres[edge] - offset),
    )
    same = sources.edge[chunk][:, None] == edge[None, :]
    beside = sources.leg[chunk][:, None] + np.abs(sources.offset[chunk][:, None] - offset[None, :])
    is_entered = np.isin(chunk, entered(network, sources, passable))[:, None]
    metres = np.where(same & is_entered, np.fmin(metres, beside), metres) + leg
    row, column = np.nonzero(metres <= radius + TOLERANCE_M)
    return chunk[row], target[column], metres[row, column]
