"""Search the graph from sources outwards, no farther than a radius, and stop where another source is nearer.

A label-correcting search with buckets (R. B. Dial, 1969; U. Meyer and P. Sanders, 2003) that takes one source after the other
in the order of memory: each floods a few hundred nodes that fit in the cache, and never a node that another source is nearer
to. The order in which nodes are met does not change the sums, so the distances are those of Dijkstra to the last bit.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.answers import Nearest, Rows
from gridmap.core.coverage.graph import Arcs
from gridmap.core.coverage.links import Links, Stubs
from gridmap.core.topology import Booleans, Floats

LAST = -1
"""After the last node of a bucket; before the first stands ``~bucket``."""
UNLISTED = -(2**31)


class Desk(NamedTuple):
    """Where a search writes: nothing known, and no node listed, before and after.

    Attributes
    ----------
    metres, source : shape (n,), of nodes; inf and anything where unknown.
    touched : shape (n,), the nodes that became known.
    head : shape (buckets,), the first node listed in each bucket.
    before, after : shape (n,), the nodes listed beside each.
    best : shape (t,), metres of targets, inf where unknown.
    found : shape (t,), the targets that became known.
    """

    metres: Floats
    source: Rows
    touched: Rows
    head: Rows
    before: Rows
    after: Rows
    best: Floats
    found: Rows


class Query(NamedTuple):
    """What is searched, and how far.

    Attributes
    ----------
    is_open : shape (g,), of gates.
    limit : metres.
    per_metre : buckets for each metre; any number gives the same answer.
    """

    arcs: Arcs
    stubs: Stubs
    is_open: Booleans
    limit: float
    per_metre: float
    desk: Desk


def new_desk(nodes: int, targets: int, buckets: int) -> Desk:
    """Return a desk for a graph."""
    return Desk(
        metres=np.full(nodes, np.inf),
        source=np.full(nodes, -1, dtype=np.int32),
        touched=np.empty(nodes, dtype=np.int32),
        head=np.full(buckets, LAST, dtype=np.int32),
        before=np.full(nodes, UNLISTED, dtype=np.int32),
        after=np.full(nodes, LAST, dtype=np.int32),
        best=np.full(targets, np.inf),
        found=np.empty(targets, dtype=np.int32),
    )


@compiled
def search_nearest(query: Query, sources: Links, order: Rows, answer: Nearest) -> None:
    """Fill in the nearest source of each target in an answer that comes with inf and -1.

    Parameters
    ----------
    order : rows of the sources that are entered, those close on the ground close together.
    """
    stubs, desk = query.stubs, query.desk
    for row in order:
        chain = sources.chain[row]
        for place in range(stubs.on_chain[chain], stubs.on_chain[chain + 1]):
            metres = sources.leg[row] + abs(sources.along[row] - stubs.along[place]) + stubs.leg[place]
            _offer_target(query, answer, stubs.row[place], metres, row)
    for k in range(_flood(query, sources, order)):
        node = desk.touched[k]
        here, row = desk.metres[node], desk.source[node]
        desk.metres[node] = np.inf
        for place in range(stubs.at_node[node], stubs.at_node[node + 1]):
            _offer_target(query, answer, stubs.target[place], here + stubs.metres[place], row)


@compiled
def search_pairs(query: Query, sources: Links, order: Rows) -> tuple[Rows, Rows, Floats]:
    """Return source, target and metres of all pairs within the limit, the sources in the order given."""
    size, best = 0, query.desk.best
    source, target = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int32)
    metres = np.empty(1024)
    for k in range(len(order)):
        count = _targets_of(query, sources, order[k : k + 1])
        while size + count > len(source):
            source = np.concatenate((source, source))
            target = np.concatenate((target, target))
            metres = np.concatenate((metres, metres))
        for it in query.desk.found[:count]:
            source[size], target[size], metres[size] = order[k], it, best[it]
            best[it] = np.inf
            size += 1
    return source[:size], target[:size], metres[:size]


@compiled
def search_nodes(query: Query, sources: Links, order: Rows) -> tuple[Rows, Floats]:
    """Return the nodes within the limit of any source, and their metres."""
    nodes = query.desk.touched[: _flood(query, sources, order)].copy()
    metres = query.desk.metres[nodes]
    query.desk.metres[nodes] = np.inf
    return nodes, metres


@compiled
def _targets_of(query: Query, sources: Links, one: Rows) -> int:
    """Write the targets of one source to the desk; return how many these are."""
    stubs, desk, row, count = query.stubs, query.desk, one[0], 0
    chain = sources.chain[row]
    for place in range(stubs.on_chain[chain], stubs.on_chain[chain + 1]):
        metres = sources.leg[row] + abs(sources.along[row] - stubs.along[place]) + stubs.leg[place]
        count = _note_target(query, stubs.row[place], metres, count)
    for k in range(_flood(query, sources, one)):
        node = desk.touched[k]
        here = desk.metres[node]
        desk.metres[node] = np.inf
        for place in range(stubs.at_node[node], stubs.at_node[node + 1]):
            count = _note_target(query, stubs.target[place], here + stubs.metres[place], count)
    return int(count)


@compiled
def _note_target(query: Query, target: int, metres: float, count: int) -> int:
    """Note how far a target is; return how many are known."""
    known = query.desk.best[target]
    if metres <= query.limit and metres < known:
        query.desk.best[target] = metres
        if known == np.inf:
            query.desk.found[count] = target
            return count + 1
    return count


@compiled
def _offer_target(query: Query, answer: Nearest, target: int, metres: float, row: int) -> None:
    """Take a source for a target if it is nearer than the one known, or as near and of a lesser row."""
    known = answer.metres[target]
    if metres <= query.limit and (metres < known or (metres == known and row < answer.source[target])):
        answer.metres[target], answer.source[target] = metres, row


@compiled
def _flood(query: Query, sources: Links, order: Rows) -> int:
    """Write metres and nearest source of all nodes within the limit to the desk; return how many these are."""
    arcs, desk, reached = query.arcs, query.desk, 0
    for row in order:
        reached = _offer(query, sources.first[row], sources.to_first[row], row, reached)
        reached = _offer(query, sources.second[row], sources.to_second[row], row, reached)
        for bucket in range(int(query.limit * query.per_metre) + 1):
            while desk.head[bucket] != LAST:
                node = desk.head[bucket]
                _unlist(desk, node)
                here = desk.metres[node]
                for arc in range(arcs.begin[node], arcs.begin[node + 1]):
                    metres = here + arcs.metres[arc]
                    if metres == np.inf and query.is_open[arcs.gate[arc]]:
                        metres = here + arcs.gated[arc]
                    reached = _offer(query, arcs.node[arc], metres, row, reached)
    return int(reached)


@compiled
def _offer(query: Query, node: int, metres: float, row: int, reached: int) -> int:
    """Take a source for a node if it is nearer, or as near and of a lesser row; return how many nodes are known."""
    desk = query.desk
    known = desk.metres[node]
    if metres > query.limit or metres > known or (metres == known and row >= desk.source[node]):
        return reached
    if known == np.inf:
        desk.touched[reached] = node
        reached += 1
    desk.metres[node], desk.source[node] = metres, row
    if desk.before[node] != UNLISTED:
        _unlist(desk, node)
    _list(desk, node, int(metres * query.per_metre))
    return reached


@compiled
def _list(desk: Desk, node: int, bucket: int) -> None:
    """Put a node at the head of a bucket."""
    second = desk.head[bucket]
    desk.head[bucket], desk.before[node], desk.after[node] = node, ~bucket, second
    if second != LAST:
        desk.before[second] = node


@compiled
def _unlist(desk: Desk, node: int) -> None:
    """Take a node out of its bucket."""
    before, after = desk.before[node], desk.after[node]
    if before < 0:
        desk.head[~before] = after
    else:
        desk.after[before] = after
    if after != LAST:
        desk.before[after] = before
    desk.before[node] = UNLISTED
