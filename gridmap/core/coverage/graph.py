"""The network as a search walks it: nodes where a walker has a choice, in an order that keeps neighbours close in memory.

A chain is a run of edges between two such nodes. Distances within it need no search, so the graph has one arc each way per
chain. A gate's own piece is a chain of its own, walked only while the gate is open.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.core.compiled import compiled
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.noding import Nodes
from gridmap.core.topology import Booleans, Floats, Integers

Records = NDArray[np.void]

Places = NDArray[np.uint32]
"""Indices of hot loops: without a sign they are never counted from the end, which saves a test each."""

ARC = np.dtype([("metres", np.float64), ("node", np.uint32), ("gate", np.int32)])
"""An arc: its length, where it leads, and the gate it passes, -1: none. What is read together lies together."""


class Arcs(NamedTuple):
    """Arcs from each node k: those from ``begin[k]`` to ``begin[k + 1]``.

    Attributes
    ----------
    begin : shape (n + 1,).
    to : shape (a,), records of `ARC`.
    """

    begin: Places
    to: Records


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
    """What is searched.

    Attributes
    ----------
    nodes : how many there are.
    gated : the chains that pass a gate, those of a gate together.
    at_gate : shape (g + 1,); those of gate k are the ones from ``at_gate[k]`` to ``at_gate[k + 1]``.
    """

    arcs: Arcs
    chains: Chains
    nodes: int
    gated: Nodes
    at_gate: Integers


def build_graph(network: Network, passable: Booleans) -> Graph:
    """Return the graph of the passable edges.

    Parameters
    ----------
    passable : shape (m,), edges of the network that can be walked when all gates are open.
    """
    walked = np.flatnonzero(passable)
    ends = _ranks(network.xy)[np.column_stack([network.first[walked], network.second[walked]])]
    begin, beside = _incident(ends, len(network.xy))
    stops = _stops(ends, network.gate[walked] >= 0, np.diff(begin))
    found = _chains(Incidence(begin, beside, ends), network.metres[walked], stops)
    number = (np.cumsum(found.stops) - 1).astype(np.int32)
    gate = np.full(len(found.metres), -1, dtype=np.int32)
    gate[found.chain] = network.gate[walked]
    of_edge = np.full(len(network.first), -1, dtype=np.int32)
    before, is_forward = np.zeros(len(of_edge)), np.ones(len(of_edge), dtype=bool)
    of_edge[walked], before[walked], is_forward[walked] = found.chain, found.before, found.is_forward
    first, second = number[found.ends].T
    chains = Chains(first, second, found.metres, gate, of_edge, before, is_forward)
    nodes = int(found.stops.sum())
    return Graph(_arcs(chains, nodes), chains, nodes, *_by_gate(gate, len(network.gates)))


def _by_gate(gate: Nodes, gates: int) -> tuple[Nodes, Integers]:
    """Return the chains that pass gates by these, and where those of each begin."""
    gated = np.flatnonzero(gate >= 0)
    order = np.argsort(gate[gated], kind="stable")
    sizes = np.bincount(gate[gated], minlength=gates)
    return gated[order].astype(np.int32), np.concatenate([[0], np.cumsum(sizes)])


def _arcs(chains: Chains, nodes: int) -> Arcs:
    """Return the arcs of chains, both ways, those of a node together; a chain back to its own node leads nowhere."""
    leads = np.flatnonzero(chains.first != chains.second)
    start = np.concatenate([chains.first[leads], chains.second[leads]])
    end = np.concatenate([chains.second[leads], chains.first[leads]])
    chain = np.tile(leads, 2)
    order = np.lexsort((end, start))
    chain = chain[order]
    begin = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=nodes))]).astype(np.uint32)
    to = np.zeros(len(chain), dtype=ARC)
    to["metres"], to["node"], to["gate"] = chains.metres[chain], end[order], chains.gate[chain]
    return Arcs(begin, to)


def _ranks(xy: Floats) -> Nodes:
    """Return the rank of each node in Morton order: the bits of x and y in turns (G. M. Morton, 1966)."""
    low = xy.min(axis=0, initial=np.inf)
    step = max(float((xy - low).max(initial=0.0)), 1.0) / 0xFFFF
    x, y = (_with_gaps(column.astype(np.uint64)) for column in ((xy - low) / step).T)
    rank = np.empty(len(xy), dtype=np.int32)
    rank[np.argsort(x | (y << np.uint64(1)), kind="stable")] = np.arange(len(xy), dtype=np.int32)
    return rank


def _with_gaps(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Put a zero bit before each of 16 bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values


class Incidence(NamedTuple):
    """The edges at each node k: ``beside[begin[k]:begin[k + 1]]``, a loop twice; and the two nodes of each edge."""

    begin: Integers
    beside: Integers
    ends: Nodes


class Followed(NamedTuple):
    """Chains as they were followed: ends and metres; chain, metres before and direction of edges; which nodes are ends."""

    ends: Nodes
    metres: Floats
    chain: Nodes
    before: Floats
    is_forward: Booleans
    stops: Booleans


def _incident(ends: Nodes, nodes: int) -> tuple[Integers, Integers]:
    flat = ends.T.ravel()
    begin = np.concatenate([[0], np.cumsum(np.bincount(flat, minlength=nodes))])
    return begin, np.argsort(flat, kind="stable") % max(len(ends), 1)


def _stops(ends: Nodes, is_gate: Booleans, degree: Integers) -> Booleans:
    """Tell at which nodes chains end: where there is no way on, or more than one, or a gate."""
    stops = np.asarray((degree != 2) & (degree > 0))
    stops[ends[is_gate | (ends[:, 0] == ends[:, 1])]] = True
    return stops


@compiled
def _chains(at: Incidence, metres: Floats, stops: Booleans) -> Followed:
    """Follow chains from every stop; a ring without one gets one where it is found."""
    edges, count = len(metres), 0
    found = Followed(
        np.empty((edges, 2), dtype=np.int32),
        np.zeros(edges),
        np.full(edges, -1, dtype=np.int32),
        np.zeros(edges),
        np.zeros(edges, dtype=np.bool_),
        stops.copy(),
    )
    for of_rings in (False, True):
        for start in range(len(at.begin) - 1):
            if found.stops[start] != of_rings:
                for edge in at.beside[at.begin[start] : at.begin[start + 1]]:
                    if found.chain[edge] < 0:
                        found.stops[start] = True
                        found.ends[count] = start
                        _follow(at, metres, found, edge, count)
                        count += 1
    return Followed(
        found.ends[:count], found.metres[:count], found.chain, found.before, found.is_forward, found.stops
    )


@compiled
def _follow(at: Incidence, metres: Floats, found: Followed, edge: int, chain: int) -> None:
    """Follow one chain along an edge from its first end until it ends."""
    node = found.ends[chain, 0]
    while True:
        found.chain[edge], found.before[edge] = chain, found.metres[chain]
        found.is_forward[edge] = at.ends[edge, 0] == node
        found.metres[chain] += metres[edge]
        node = at.ends[edge, 1] if at.ends[edge, 0] == node else at.ends[edge, 0]
        if found.stops[node]:
            found.ends[chain, 1] = node
            return
        place = at.begin[node]
        edge = at.beside[place] if at.beside[place] != edge else at.beside[place + 1]
