"""Search the graph from sources outwards, no farther than a radius, and stop where another source is nearer.

A label-correcting search with a queue (E. F. Moore, 1959), a few neighbouring sources at a time in the order of memory: each
group floods a few hundred nodes that fit in the cache, and never a node that another source is nearer to. Within such a small
radius it meets few nodes twice and needs no heap. The order in which nodes are met does not change the sums, so the distances
are those of Dijkstra to the last bit.

Whether a way is shorter cannot be foreseen, and a processor that guesses wrong waits. So the hot loops write what they may
have found in any case, and count it only if it is so.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled, inlined, prefetch
from gridmap.core.coverage.answers import Nearest, Rows
from gridmap.core.coverage.graph import Arcs, Places, Records
from gridmap.core.coverage.links import Stubs
from gridmap.core.topology import Booleans, Floats

TOGETHER = 4
"""Sources that flood the graph at once."""
AHEAD = 16
"""So many nodes before their turn the memory of their stubs is fetched."""


KNOWN = np.dtype([("metres", np.float64), ("source", np.int32), ("state", np.int32)])
"""What is known of a node or a target: inf and any source where nothing is. `state`: 1 if a node waits; the row of a target."""


class Desk(NamedTuple):
    """Where a search writes: nothing known, and no node waiting, before and after.

    Attributes
    ----------
    nodes : shape (n,), records of `KNOWN`.
    targets : shape (entered targets,), records of `KNOWN`.
    touched : shape (n + 1,), the nodes that became known.
    found : shape (entered targets + 1,), the targets that became known.
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


class Found(NamedTuple):
    """Pairs as a search finds them, each once, in no order to rely on.

    Attributes
    ----------
    source, target : shape (p,), rows.
    metres : shape (p,).
    """

    source: Rows
    target: Rows
    metres: Floats


def new_desk(nodes: int, stubs: Stubs) -> Desk:
    """Return a desk for a graph of so many nodes and the targets on it."""
    of_nodes, of_targets = np.zeros(nodes, dtype=KNOWN), np.zeros(len(stubs.row), dtype=KNOWN)
    of_nodes["metres"] = of_targets["metres"] = np.inf
    of_targets["state"] = stubs.row
    return Desk(
        of_nodes,
        of_targets,
        np.empty(nodes + 1, dtype=np.uint32),
        np.empty(len(stubs.row) + 1, dtype=np.uint32),
        np.empty(1 << nodes.bit_length(), dtype=np.uint32),
    )


@compiled
def search_nearest(query: Query, sources: Records, order: Rows, answer: Nearest) -> None:
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
def search_pairs(query: Query, sources: Records, order: Rows) -> Found:
    """Return all pairs within the limit, the sources in the order given."""
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
    return Found(source[:size], target[:size], metres[:size])


@compiled
def search_near(query: Query, gates: Records, sources: Records) -> Rows:
    """Return the rows of the sources from which a walk within the limit may pass one of some links, sorted."""
    reached = _flood(query, gates, np.arange(len(gates), dtype=np.int32))
    nodes, near, count = query.desk.nodes, np.empty(len(sources), dtype=np.int32), 0
    for row in range(len(sources)):
        source = sources[row]
        if source["chain"] >= 0:
            by_first = source["to_first"] + nodes[source["first"]]["metres"]
            by_second = source["to_second"] + nodes[source["second"]]["metres"]
            if min(by_first, by_second) <= query.limit:
                near[count] = row
                count += 1
    for node in query.desk.touched[:reached]:
        nodes[node]["metres"] = np.inf
    return near[:count]


@compiled
def _reached_targets(query: Query, sources: Records, order: Rows) -> int:
    """Write the targets within the limit to the desk; return how many these are."""
    count = _beside(query, sources, order)
    reached = _flood(query, sources, order)
    stubs, limit = query.stubs, query.limit
    targets, found = query.desk.targets, query.desk.found
    nodes, touched, at_node, to = query.desk.nodes, query.desk.touched, stubs.at_node, stubs.to
    for k in range(reached):
        node = touched[k]
        prefetch(to, at_node[touched[min(k + AHEAD, reached - 1)]])
        here, row = nodes[node]["metres"], nodes[node]["source"]
        nodes[node]["metres"] = np.inf
        for stub in range(at_node[node], at_node[node + np.uint32(1)]):
            metres, place = here + to[stub]["metres"], to[stub]["target"]
            _, is_new = _offer(targets[place], metres, row, limit)
            found[count] = place
            count += is_new
    return count


@compiled
def _beside(query: Query, sources: Records, order: Rows) -> int:
    """Write the targets on the chains of sources to the desk, as far as the way along the chain is; return how many these are."""
    stubs, limit, count = query.stubs, query.limit, 0
    targets, found = query.desk.targets, query.desk.found
    for row in order:
        source = sources[row]
        for place in range(stubs.on_chain[source["chain"]], stubs.on_chain[source["chain"] + 1]):
            metres = source["leg"] + abs(source["along"] - stubs.along[place]) + stubs.leg[place]
            _, is_new = _offer(targets[place], metres, row, limit)
            found[count] = place
            count += is_new
    return count


@compiled
def _flood(query: Query, sources: Records, order: Rows) -> int:
    """Write metres and nearest source of all nodes within the limit to the desk; return how many these are."""
    nodes, touched, queue = query.desk.nodes, query.desk.touched, query.desk.queue
    limit, reached = query.limit, 0
    for group in range(0, len(order), TOGETHER):
        tail = 0
        for row in order[group : group + TOGETHER]:
            source = sources[row]
            for node, metres in (
                (source["first"], source["to_first"]),
                (source["second"], source["to_second"]),
            ):
                is_nearer, is_new = _offer(nodes[node], metres, row, limit)
                touched[reached] = node
                reached += is_new
                tail = _queue(queue, node, nodes[node], is_nearer, tail)
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
            if gate >= 0 and not is_open[gate]:
                continue
            is_nearer, is_new = _offer(nodes[ahead], metres, row, limit)
            touched[reached] = ahead
            reached += is_new
            tail = _queue(queue, ahead, nodes[ahead], is_nearer, tail)
            prefetch(to, begin[ahead])
    return reached


@inlined
def _offer(known: np.void, metres: float, row: int, limit: float) -> tuple[np.bool_, int]:
    """Let a source be the one known if it is within the limit and nearer, or as near and of a lesser row.

    Returns
    -------
    Whether it is now, and 1 if nothing was known before, else 0.
    """
    before, source = known["metres"], known["source"]
    is_nearer = (metres <= limit) & ((metres < before) | ((metres == before) & (row < source)))
    known["metres"] = metres if is_nearer else before
    known["source"] = row if is_nearer else source
    return is_nearer, int(is_nearer & (before == np.inf))


@inlined
def _queue(queue: Places, node: int, known: np.void, is_nearer: np.bool_, tail: int) -> int:
    """Let a node wait that became nearer, if it does not; return the end of the queue."""
    state = known["state"]
    queue[tail & (len(queue) - 1)] = node
    known["state"] = state | is_nearer
    return int(tail + (is_nearer & (state == 0)))
