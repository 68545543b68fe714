"""How positions hang on the graph: sources by row, targets by the nodes and chains they are found from."""

from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.answers import Rows
from gridmap.core.coverage.graph import Graph, Places, Records
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.snapping import Positions, entered
from gridmap.core.topology import Booleans, Floats, Integers


class Links(NamedTuple):
    """How positions hang on the graph.

    Attributes
    ----------
    chain : shape (k,), -1 for a position that is not entered.
    along, leg : shape (k,), metres from the first end of the chain, and straight to it.
    first, second : shape (k,), the nodes at the ends of the chain.
    to_first, to_second : shape (k,), metres to these, leg included.
    """

    chain: Rows
    along: Floats
    leg: Floats
    first: Rows
    second: Rows
    to_first: Floats
    to_second: Floats


STUB = np.dtype([("metres", np.float64), ("target", np.uint32), ("unused", np.int32)])
"""The way from a node to a target: its length, leg included, and the target by its place in `Stubs`."""


class Stubs(NamedTuple):
    """Targets that are entered, in the order of their chains, found from the chains and the nodes they hang on.

    Attributes
    ----------
    on_chain : shape (c + 1,); the targets of chain k are those from ``on_chain[k]`` to ``on_chain[k + 1]``.
    row, along, leg : shape (entered targets,), as they were given.
    at_node : shape (n + 1,); the stubs of node k are those from ``at_node[k]`` to ``at_node[k + 1]``.
    to : shape (stubs,), records of `STUB`, two for each target.
    """

    on_chain: Places
    row: Rows
    along: Floats
    leg: Floats
    at_node: Places
    to: Records


def links_of(network: Network, graph: Graph, positions: Positions, passable: Booleans) -> Links:
    """Return how positions hang on the graph of the passable edges."""
    rows = entered(network, positions, passable)
    edge, offset, chains = positions.edge[rows], positions.offset[rows], graph.chains
    chain = np.full(len(positions), -1, dtype=np.int32)
    first, second = chain.copy(), chain.copy()
    along, leg, rest = (np.zeros(len(positions)) for _ in range(3))
    forward = chains.is_forward[edge]
    chain[rows], leg[rows] = chains.of_edge[edge], positions.leg[rows]
    along[rows] = chains.before[edge] + np.where(forward, offset, network.metres[edge] - offset)
    first[rows], second[rows] = chains.first[chain[rows]], chains.second[chain[rows]]
    rest[rows] = chains.metres[chain[rows]] - along[rows]
    return Links(chain, along, leg, first, second, leg + along, leg + rest)


def stubs_of(graph: Graph, links: Links) -> Stubs:
    """Return targets by node and by chain."""
    linked = np.flatnonzero(links.chain >= 0)
    row = linked[np.argsort(links.chain[linked], kind="stable")]
    node = np.concatenate([links.first[row], links.second[row]])
    metres = np.concatenate([links.to_first[row], links.to_second[row]])
    order = np.argsort(node, kind="stable")
    to = np.zeros(len(node), dtype=STUB)
    to["metres"], to["target"] = metres[order], np.tile(np.arange(len(row)), 2)[order]
    return Stubs(
        _begins(links.chain[row], len(graph.chains.metres)),
        row.astype(np.int32),
        links.along[row],
        links.leg[row],
        _begins(node, graph.nodes),
        to,
    )


def _begins(groups: Integers | Rows, count: int) -> Places:
    """Return where each group begins once its members lie together, and where the last ends."""
    sizes = np.bincount(groups, minlength=count)
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
