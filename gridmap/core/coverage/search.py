"""Search the graph from sources outwards, no farther than a radius, and stop where another source is nearer.

A label-correcting search with a queue (E. F. Moore, 1959), a few neighbouring sources at a time in the order of memory: each
group floods a few hundred nodes that fit in the cache, and never a node that another source is nearer to. Within such a small
radius it meets few nodes twice and needs no heap. The order in which nodes are met does not change the sums, so the distances
are those of Dijkstra to the last bit.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled, inlined
from gridmap.core.coverage.answers import Nearest, Rows
from gridmap.core.coverage.graph import Arcs, Places, Records
from gridmap.core.coverage.links import Links, Stubs
from gridmap.core.topology import Booleans, Floats

TOGETHER = 16
"""Sources that flood the graph at once."""


KNOWN = np.dtype([("metres", np.float64), ("source", np.int32), ("state", np.int32)])
"""What is known of a node or a target: inf and any source where nothing is. `state`: 1 if a node waits; the row of a target."""


class Desk(NamedTuple):
    """Where a search writes: nothing known, and no node waiting, before and after.

    Attributes
    ----------
    nodes : shape (n,), records of `KNOWN`.
    targets : shape (entered targets,), records of `KNOWN`.
    touched : shape (n,), the nodes that became known.
    found : shape (entered targets,), the targets that became known.
    queue : shape (a power of 2 above n,), the nodes that wait.
    """

    nodes: Records
    targets: Records
    touched: Places
    found: Places
    queue: Places


class Query(NamedTuple):
    """What is searched, and how far.

    Attributes
    ----------
    is_open : shape (g,), of gates.
    limit : metres.
    """

    arcs: Arcs
    stubs: Stubs
    is_open: Booleans
    limit: float
    desk: Desk


def new_desk(nodes: int, stubs: Stubs) -> Desk:
    """Return a desk for a graph of so many nodes and the targets on it."""
    of_nodes, of_targets = np.zeros(nodes, dtype=KNOWN), np.zeros(len(stubs.row), dtype=KNOWN)
    of_nodes["metres"] = of_targets["metres"] = np.inf
    of_targets["state"] = stubs.row
    return Desk(
        of_nodes,
        of_targets,
        np.empty(nodes, dtype=np.uint32),
        np.empty(len(stubs.row), dtype=np.uint32),
        np.empty(1 << nodes.bit_length(), dtype=np.uint32),
    )


@compiled
def search_nearest(query: Query, sources: Links, order: Rows, answer: Nearest) -> None:
    """Fill in the nearest source of each target in an answer that comes with inf and -1.

    Parameters
    ----------
    order : rows of the sources that are entered, those close on the ground close together.
    """
    count = _reached_targets(query, sources, order)
    for place in query.desk.found[:count]:
        known = query.desk.targets[place]
        answer.metres[known["state"]], answer.source[known["state"]] = known["metres"], known["source"]
        known["metres"] = np.inf


@compiled
def search_pairs(query: Query, sources: Links, order: Rows) -> tuple[Rows, Rows, Floats]:
    """Return source, target and metres of all pairs within the limit, the sources in the order given."""
    size = 0
    source, target = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32)
    metres = np.empty(1024)
    for k in range(len(order)):
        count = _reached_targets(query, sources, order[k : k + 1])
        while size + count > len(source):
            source = np.concatenate((source, source))
            target = np.concatenate((target, target))
            metres = np.concatenate((metres, metres))
        for place in query.desk.found[:count]:
            known = query.desk.targets[place]
            source[size], target[size], metres[size] = order[k], known["state"], known["metres"]
            known["metres"] = np.inf
            size += 1
    return source[:size], target[:size], metres[:size]


@compiled
def search_nodes(query: Query, sources: Links, order: Rows) -> Places:
    """Return the nodes within the limit of any source."""
    nodes = query.desk.touched[: _flood(query, sources, order)].copy()
    for node in nodes:
        query.desk.nodes[node]["metres"] = np.inf
    return nodes


@compiled
def _reached_targets(query: Query, sources: Links, order: Rows) -> int:
    """Write the targets within the limit to the desk; return how many these are."""
    stubs, limit, count = query.stubs, query.limit, 0
    targets, found = query.desk.targets, query.desk.found
    for row in order:
        chain, along, leg = sources.chain[row], sources.along[row], sources.leg[row]
        for place in range(stubs.on_chain[chain], stubs.on_chain[chain + 1]):
            metres = leg + abs(along - stubs.along[place]) + stubs.leg[place]
            if metres <= limit and _is_nearer(metres, row, targets[place]):
                count = _note(found, place, targets[place], count)
                targets[place]["metres"], targets[place]["source"] = metres, row
    reached = _flood(query, sources, order)
    nodes, touched, at_node, to = query.desk.nodes, query.desk.touched, stubs.at_node, stubs.to
    for node in touched[:reached]:
        here, row = nodes[node]["metres"], nodes[node]["source"]
        nodes[node]["metres"] = np.inf
        for stub in range(at_node[node], at_node[node + np.uint32(1)]):
            metres, place = here + to[stub]["metres"], to[stub]["target"]
            if metres <= limit and _is_nearer(metres, row, targets[place]):
                count = _note(found, place, targets[place], count)
                targets[place]["metres"], targets[place]["source"] = metres, row
    return count


@compiled
def _flood(query: Query, sources: Links, order: Rows) -> int:
    """Write metres and nearest source of all nodes within the limit to the desk; return how many these are."""
    nodes, touched, queue = query.desk.nodes, query.desk.touched, query.desk.queue
    limit, reached = query.limit, 0
    for group in range(0, len(order), TOGETHER):
        tail = 0
        for row in order[group : group + TOGETHER]:
            for is_second in (False, True):
                node = sources.second[row] if is_second else sources.first[row]
                metres = sources.to_second[row] if is_second else sources.to_first[row]
                if metres <= limit and _is_nearer(metres, row, nodes[node]):
                    reached = _note(touched, node, nodes[node], reached)
                    nodes[node]["metres"], nodes[node]["source"] = metres, row
                    tail = _queue(queue, nodes[node], node, tail)
        reached = _spread(query, reached, tail)
    return reached


@compiled
def _spread(query: Query, reached: int, tail: int) -> int:
    """Go on from the nodes that wait until none does; return how many are known."""
    begin, to, is_open, limit = query.arcs.begin, query.arcs.to, query.is_open, query.limit
    nodes, touched, queue, head = query.desk.nodes, query.desk.touched, query.desk.queue, 0
    while head < tail:
        node = queue[head & (len(queue) - 1)]
        head += 1
        nodes[node]["state"] = 0
        here, row = nodes[node]["metres"], nodes[node]["source"]
        for place in range(begin[node], begin[node + np.uint32(1)]):
            arc = to[place]
            metres, gate, ahead = here + arc["metres"], arc["gate"], arc["node"]
            is_way = metres <= limit and (gate < 0 or is_open[gate])
            if is_way and _is_nearer(metres, row, nodes[ahead]):
                reached = _note(touched, ahead, nodes[ahead], reached)
                nodes[ahead]["metres"], nodes[ahead]["source"] = metres, row
                tail = _queue(queue, nodes[ahead], ahead, tail)
    return reached


@inlined
def _is_nearer(metres: float, row: int, known: np.void) -> bool:
    """Tell whether a source is nearer than the one known, or as near and of a lesser row."""
    return bool(metres < known["metres"] or (metres == known["metres"] and row < known["source"]))


@inlined
def _note(noted: Places, it: int, known: np.void, count: int) -> int:
    """Note what is about to become known; return how much is."""
    if known["metres"] == np.inf:
        noted[count] = it
        count += 1
    return count


@inlined
def _queue(queue: Places, known: np.void, node: int, tail: int) -> int:
    """Let a node wait, if it does not; return the end of the queue."""
    if known["state"] == 0:
        known["state"] = 1
        queue[tail & (len(queue) - 1)] = node
        tail += 1
    return tail
