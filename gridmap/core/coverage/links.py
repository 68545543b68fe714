"""How positions hang on the graph: sources by row, targets by the nodes and chains they are found from."""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.answers import Rows
from gridmap.core.coverage.graph import Chains, Graph, Places, Records
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.snapping import Positions
from gridmap.core.topology import Booleans, Floats, Integers

LINK = np.dtype(
    [(name, np.int32) for name in ("chain", "first", "second", "unused")]
    + [(name, np.float64) for name in ("along", "leg", "to_first", "to_second")]
)
"""How a position hangs on the graph: its chain (-1: it is not entered) and the nodes at the ends of that; metres from the first
end, straight to the chain, and to either end, leg included."""


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


def links_of(network: Network, graph: Graph, positions: Positions, enters: Booleans) -> Records:
    """Return how positions hang on the graph, records of `LINK`.

    Parameters
    ----------
    enters : shape (m,), the edges from which the network is entered, as `enterable` returns them.
    """
    links = np.zeros(len(positions), dtype=LINK)
    given = Given(positions.edge, positions.offset, positions.leg)
    _link(graph.chains, network.metres, enters, given, links)
    return links


class Given(NamedTuple):
    """Positions as `gridmap.core.coverage.snapping.Positions` has them, without their reasons."""

    edge: Rows
    offset: Floats
    leg: Floats


@compiled
def _link(chains: Chains, metres: Floats, enters: Booleans, given: Given, links: Records) -> None:
    """Fill in the links of positions on edges of so many metres."""
    for k in range(len(links)):
        edge, link = given.edge[k], links[k]
        link["chain"] = -1
        if edge >= 0 and enters[edge]:
            chain, leg, offset = chains.of_edge[edge], given.leg[k], given.offset[k]
            along = chains.before[edge] + (offset if chains.is_forward[edge] else metres[edge] - offset)
            link["chain"], link["along"], link["leg"] = chain, along, leg
            link["first"], link["second"] = chains.first[chain], chains.second[chain]
            link["to_first"], link["to_second"] = leg + along, leg + (chains.metres[chain] - along)


def stubs_of(graph: Graph, links: Records) -> Stubs:
    """Return targets by node and by chain."""
    linked = np.flatnonzero(links["chain"] >= 0)
    row = linked[np.argsort(links["chain"][linked], kind="stable")]
    node = np.concatenate([links["first"][row], links["second"][row]])
    metres = np.concatenate([links["to_first"][row], links["to_second"][row]])
    order = np.argsort(node, kind="stable")
    to = np.zeros(len(node), dtype=STUB)
    to["metres"], to["target"] = metres[order], np.tile(np.arange(len(row)), 2)[order]
    return Stubs(
        _begins(links["chain"][row], len(graph.chains.metres)),
        row.astype(np.int32),
        links["along"][row],
        links["leg"][row],
        _begins(node, graph.nodes),
        to,
    )


def _begins(groups: Integers | Rows, count: int) -> Places:
    """Return where each group begins once its members lie together, and where the last ends."""
    sizes = np.bincount(groups, minlength=count)
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
