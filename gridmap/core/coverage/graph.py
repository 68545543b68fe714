"""The network as a search walks it: nodes where a walker has a choice, in an order that keeps neighbours close in memory.

A chain is a run of edges between two such nodes. Distances within it need no search, so the graph has one arc each way per
chain. A gate's own piece is a chain of its own, with a length of infinity that a search looks behind only if the gate is open.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.core.compiled import compiled
from gridmap.core.coverage.network import Network, Nodes as Nodes
from gridmap.core.topology import Booleans, Floats, Integers


class Arcs(NamedTuple):
    """Arcs from each node k: those from ``begin[k]`` to ``begin[k + 1]``.

    Attributes
    ----------
    begin : shape (n + 1,).
    node : shape (a,), where the arc leads.
    metres : shape (a,), inf for one through a gate.
    gated : shape (a,), metres of an arc through a gate.
    gate : shape (a,), the gate an arc passes, -1: none.
    """

    begin: Nodes
    node: Nodes
    metres: Floats
    gated: Floats
    gate: Nodes


class Chains(NamedTuple):
    """Chains, and where each edge of the network lies in its chain.

    Attributes
    ----------
    first, second : shape (c,), the nodes of the graph at their ends.
    metres : shape (c,).
    gate : shape (c,), the gate a chain passes, -1: none.
    of_edge : shape (m,), the chain of each edge, -1: not walked.
    before : shape (m,), metres from the first end of the chain to the nearer end of the edge.
    is_forward : shape (m,), whether the edge runs from the chain's first end towards its second.
    """

    first: Nodes
    second: Nodes
    metres: Floats
    gate: Nodes
    of_edge: Nodes
    before: Floats
    is_forward: Booleans


class Graph(NamedTuple):
    """What is searched."""

    arcs: Arcs
    chains: Chains
    nodes: int


def build_graph(network: Network, passable: Booleans) -> Graph:
    """Return the graph of the passable edges, and of all edges that pass a gate.

    Parameters
    ----------
    passable : shape (m,), edges of the network. For the edges that pass a gate it is asked at each search.
    """
    walked = np.flatnonzero(passable | (network.gate >= 0))
    first, second = network.first[walked], network.second[walked]
    order = _by_place(network.xy)
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    begin, beside = _incident(rank[first], rank[second], len(order))
    stops = _stops(rank[first], rank[second], network.gate[walked] >= 0, np.diff(begin))
    found = _chains(begin, beside, rank[first], rank[second], network.metres[walked], stops)
    ends, metres, of_edge, before, is_forward, is_node = found
    number = (np.cumsum(is_node) - 1).astype(np.int32)
    gate = np.full(len(metres), -1, dtype=np.int32)
    gate[of_edge] = network.gate[walked]
    count = len(network.first)
    chains = Chains(
        number[ends[:, 0]],
        number[ends[:, 1]],
        metres,
        gate,
        _spread(of_edge, walked, count, -1),
        _spread(before, walked, count, 0.0),
        _spread(is_forward, walked, count, True),  # noqa: FBT003 (a value, not an option)
    )
    return Graph(_arcs(chains, int(is_node.sum())), chains, int(is_node.sum()))


def _arcs(chains: Chains, nodes: int) -> Arcs:
    """Return the arcs of chains, both ways, those of a node together; a chain back to its own node leads nowhere."""
    leads = np.flatnonzero(chains.first != chains.second)
    start = np.concatenate([chains.first[leads], chains.second[leads]])
    end = np.concatenate([chains.second[leads], chains.first[leads]])
    chain = np.tile(leads, 2)
    order = np.lexsort((end, start))
    chain = chain[order]
    begin = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=nodes))]).astype(np.int32)
    gate, metres = chains.gate[chain], chains.metres[chain]
    return Arcs(begin, end[order], np.where(gate >= 0, np.inf, metres), metres, gate)


def _spread(values: NDArray[np.generic], rows: Integers, count: int, rest: object) -> NDArray[np.generic]:
    whole = np.full(count, rest, dtype=values.dtype)
    whole[rows] = values
    return whole


def _by_place(xy: Floats) -> Integers:
    """Return nodes in Morton order: the bits of x and y in turns (G. M. Morton, 1966)."""
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    low, high = xy.min(axis=0), xy.max(axis=0)
    step = max(float((high - low).max()), 1.0) / 0xFFFF
    x, y = (_with_gaps(((xy[:, axis] - low[axis]) / step).astype(np.uint64)) for axis in (0, 1))
    return np.argsort(x | (y << np.uint64(1)), kind="stable")


def _with_gaps(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero bit before each of 16 bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values


def _incident(first: Nodes, second: Nodes, nodes: int) -> tuple[Integers, Integers]:
    """Return the edges at each node; a loop is there twice."""
    ends = np.concatenate([first, second])
    begin = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=nodes))])
    return begin, np.argsort(ends, kind="stable") % max(len(first), 1)


def _stops(first: Nodes, second: Nodes, is_gate: Booleans, degree: Integers) -> Booleans:
    """Tell at which nodes chains end: where there is no way on, or more than one, or a gate."""
    stops = np.asarray((degree != 2) & (degree > 0))
    stops[first[is_gate]] = stops[second[is_gate]] = True
    stops[first[first == second]] = True
    return stops


@compiled
def _chains(
    begin: Integers, beside: Integers, first: Nodes, second: Nodes, metres: Floats, stops: Booleans
) -> tuple[Nodes, Floats, Nodes, Floats, Booleans, Booleans]:
    """Follow chains from every stop; a ring without one gets one where it is found.

    Returns
    -------
    ends and metres of the chains; chain, metres before and direction of the edges; which nodes are ends.
    """
    edges = len(first)
    ends, length = np.empty((edges, 2), dtype=np.int32), np.zeros(edges)
    chain = np.full(edges, -1, dtype=np.int32)
    before, is_forward = np.zeros(edges), np.zeros(edges, dtype=np.bool_)
    stops = stops.copy()
    count = 0
    for of_rings in (False, True):
        for start in range(len(begin) - 1):
            if stops[start] == of_rings:
                continue
            for place in range(begin[start], begin[start + 1]):
                edge, node = beside[place], start
                if chain[edge] >= 0:
                    continue
                stops[start] = True
                while True:
                    chain[edge], before[edge], is_forward[edge] = count, length[count], first[edge] == node
                    length[count] += metres[edge]
                    node = second[edge] if first[edge] == node else first[edge]
                    if stops[node]:
                        break
                    pair = begin[node]
                    edge = beside[pair] if beside[pair] != edge else beside[pair + 1]
                ends[count, 0], ends[count, 1] = start, node
                count += 1
    return ends[:count], length[:count], chain, before, is_forward, stops
