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
from gridmap.core.coverage.graph import Arcs
from gridmap.core.coverage.links import Links, Stubs
from gridmap.core.topology import Booleans, Floats

TOGETHER = 16
"""Sources that flood the graph at once."""


class Desk(NamedTuple):
    """Where a search writes: nothing known, and no node waiting, before and after.

    Attributes
    ----------
    metres, source : shape (n,), of nodes; inf and anything where unknown.
    touched : shape (n,), the nodes that became known.
    queue : shape (a power of 2 above n,), the nodes that wait.
    waits : shape (n,).
    best, nearest : shape (t,), metres and source of targets; inf and anything where unknown.
    found : shape (t,), the targets that became known.
    """

    metres: Floats
    source: Rows
    touched: Rows
    queue: Rows
    waits: Booleans
    best: Floats
    nearest: Rows
    found: Rows


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


def new_desk(nodes: int, targets: int) -> Desk:
    """Return a desk for a graph."""
    return Desk(
        metres=np.full(nodes, np.inf),
        source=np.full(nodes, -1, dtype=np.int32),
        touched=np.empty(nodes, dtype=np.int32),
        queue=np.empty(1 << nodes.bit_length(), dtype=np.int32),
        waits=np.zeros(nodes, dtype=bool),
        best=np.full(targets, np.inf),
        nearest=np.full(targets, -1, dtype=np.int32),
        found=np.empty(targets, dtype=np.int32),
    )


@compiled
def search_nearest(query: Query, sources: Links, order: Rows, answer: Nearest) -> None:
    """Fill in the nearest source of each target in an answer that comes with inf and -1.

    Parameters
    ----------
    order : rows of the sources that are entered, those close on the ground close together.
    """
    best, nearest, found = query.desk.best, query.desk.nearest, query.desk.found
    for target in found[: _reached_targets(query, sources, order)]:
        row = query.stubs.row[target]
        answer.metres[row], answer.source[row] = best[target], nearest[target]
        best[target] = np.inf


@compiled
def search_pairs(query: Query, sources: Links, order: Rows) -> tuple[Rows, Rows, Floats]:
    """Return source, target and metres of all pairs within the limit, the sources in the order given."""
    size, best, found = 0, query.desk.best, query.desk.found
    source, target = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32)
    metres = np.empty(1024)
    for k in range(len(order)):
        count = _reached_targets(query, sources, order[k : k + 1])
        while size + count > len(source):
            source = np.concatenate((source, source))
            target = np.concatenate((target, target))
            metres = np.concatenate((metres, metres))
        for it in found[:count]:
            source[size], target[size], metres[size] = order[k], query.stubs.row[it], best[it]
            best[it] = np.inf
            size += 1
    return source[:size], target[:size], metres[:size]


@compiled
def search_nodes(query: Query, sources: Links, order: Rows) -> Rows:
    """Return the nodes within the limit of any source."""
    nodes = query.desk.touched[: _flood(query, sources, order)].copy()
    query.desk.metres[nodes] = np.inf
    return nodes


@compiled
def _reached_targets(query: Query, sources: Links, order: Rows) -> int:
    """Write the targets within the limit to the desk; return how many these are."""
    stubs, limit, count = query.stubs, query.limit, 0
    best, nearest, found = query.desk.best, query.desk.nearest, query.desk.found
    for row in order:
        chain, along, leg = sources.chain[row], sources.along[row], sources.leg[row]
        for target in range(stubs.on_chain[chain], stubs.on_chain[chain + 1]):
            metres = leg + abs(along - stubs.along[target]) + stubs.leg[target]
            if metres <= limit and _is_nearer(metres, row, best[target], nearest[target]):
                count = _note(found, target, best[target], count)
                best[target], nearest[target] = metres, row
    reached = _flood(query, sources, order)
    known, owner, touched = query.desk.metres, query.desk.source, query.desk.touched
    at_node, target_of, metres_of = stubs.at_node, stubs.target, stubs.metres
    for node in touched[:reached]:
        here, row = known[node], owner[node]
        known[node] = np.inf
        for place in range(at_node[node], at_node[node + 1]):
            metres, target = here + metres_of[place], target_of[place]
            if metres <= limit and _is_nearer(metres, row, best[target], nearest[target]):
                count = _note(found, target, best[target], count)
                best[target], nearest[target] = metres, row
    return count


@compiled
def _flood(query: Query, sources: Links, order: Rows) -> int:
    """Write metres and nearest source of all nodes within the limit to the desk; return how many these are."""
    known, owner, touched = query.desk.metres, query.desk.source, query.desk.touched
    queue, waits, limit, reached = query.desk.queue, query.desk.waits, query.limit, 0
    for group in range(0, len(order), TOGETHER):
        tail = 0
        for row in order[group : group + TOGETHER]:
            for is_second in (False, True):
                node = sources.second[row] if is_second else sources.first[row]
                metres = sources.to_second[row] if is_second else sources.to_first[row]
                if metres <= limit and _is_nearer(metres, row, known[node], owner[node]):
                    reached = _note(touched, node, known[node], reached)
                    known[node], owner[node] = metres, row
                    tail = _queue(queue, waits, node, tail)
        reached = _spread(query, reached, tail)
    return reached


@compiled
def _spread(query: Query, reached: int, tail: int) -> int:
    """Go on from the nodes that wait until none does; return how many are known."""
    begin, node_of, metres_of = query.arcs.begin, query.arcs.node, query.arcs.metres
    gate, gated, is_open = query.arcs.gate, query.arcs.gated, query.is_open
    known, owner, touched = query.desk.metres, query.desk.source, query.desk.touched
    queue, waits, limit, head = query.desk.queue, query.desk.waits, query.limit, 0
    while head < tail:
        node = queue[head & (len(queue) - 1)]
        head += 1
        waits[node] = False
        here, row = known[node], owner[node]
        for arc in range(begin[node], begin[node + 1]):
            metres = here + metres_of[arc]
            if metres == np.inf and is_open[gate[arc]]:
                metres = here + gated[arc]
            if metres <= limit:
                to = node_of[arc]
                if _is_nearer(metres, row, known[to], owner[to]):
                    reached = _note(touched, to, known[to], reached)
                    known[to], owner[to] = metres, row
                    tail = _queue(queue, waits, to, tail)
    return reached


@inlined
def _is_nearer(metres: float, row: int, known: float, owner: int) -> bool:
    """Tell whether a source is nearer than the one known, or as near and of a lesser row."""
    return metres < known or (metres == known and row < owner)


@inlined
def _note(noted: Rows, it: int, known: float, count: int) -> int:
    """Note what becomes known; return how much is."""
    if known == np.inf:
        noted[count] = it
        count += 1
    return count


@inlined
def _queue(queue: Rows, waits: Booleans, node: int, tail: int) -> int:
    """Let a node wait, if it does not; return the end of the queue."""
    if not waits[node]:
        waits[node] = True
        queue[tail & (len(queue) - 1)] = node
        tail += 1
    return tail
