"""Faces: what noded segments enclose, and which face lies on either side of each.

Half-edges as in de Berg et al., *Computational Geometry* (2008), ch. 2: number 2e runs along edge e from its first
node to its second, 2e + 1 back. A boundary that encloses nothing to its left is that of an island; a ray to the west
finds the face around it.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.buckets import SIDE, fill, slot
from gridmap.core.topology import Booleans, Floats, Integers

_WIDE = np.int64(1) << np.int64(32)


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Nodes, edges and faces of the plane.

    Attributes
    ----------
    nodes : shape (k, 2), millimetres, sorted from west to east, then from south to north.
    first, second : shape (e,), nodes of each edge, ``first < second``; edges are sorted.
    left, right : shape (e,), faces on either side on the way from first to second, -1 outside.
    area : shape (f,), square metres.
    edge_of_piece : shape (p,), of the pieces given.
    is_forward : shape (p,), whether a piece runs from the first node of its edge to the second.
    """

    nodes: Integers
    first: Integers
    second: Integers
    left: Integers
    right: Integers
    area: Floats
    edge_of_piece: Integers
    is_forward: Booleans

    @property
    def ends(self) -> Integers:
        """Shape (e, 4), x and y of both ends of each edge."""
        return np.concatenate([self.nodes[self.first], self.nodes[self.second]], axis=1)

    @property
    def lengths(self) -> Floats:
        """Metres of each edge."""
        way = (self.nodes[self.second] - self.nodes[self.first]) / 1000.0
        return np.asarray(np.hypot(way[:, 0], way[:, 1]))


def arrange_pieces(ends: Integers) -> Arrangement:
    """Find the faces between noded segments.

    Parameters
    ----------
    ends : shape (n, 4), segments that touch only at common ends; the same segment may be there several times.
    """
    nodes, first, second, edge, is_forward = _graph(ends)
    cycle, area, leftmost = _cycles(nodes, first, second)
    face = _faces(nodes, first, second, cycle, area, leftmost)
    return Arrangement(
        nodes, first, second, face[cycle[0::2]], face[cycle[1::2]], area[area > 0] / 2e6, edge, is_forward
    )


def _graph(ends: Integers) -> tuple[Integers, Integers, Integers, Integers, Booleans]:
    """Number the nodes and edges of segments."""
    low = ends.reshape(-1, 2).min(axis=0) if len(ends) else np.zeros(2, dtype=np.int64)
    keys, node = np.unique((ends[:, 0::2] - low[0]) * _WIDE + (ends[:, 1::2] - low[1]), return_inverse=True)
    node = node.reshape(-1, 2)
    is_forward = node[:, 0] < node[:, 1]
    count = np.int64(len(keys))
    pairs, edge = np.unique(node.min(axis=1) * count + node.max(axis=1), return_inverse=True)
    nodes = np.column_stack([keys // _WIDE, keys % _WIDE]) + low
    return nodes, pairs // max(count, 1), pairs % max(count, 1), edge, is_forward


@compiled
def _is_before(nodes: Integers, centre: int, one: int, two: int) -> bool:
    """Tell whether the way from a node to `one` comes before that to `two`, counter-clockwise from east."""
    ax, ay = nodes[one, 0] - nodes[centre, 0], nodes[one, 1] - nodes[centre, 1]
    bx, by = nodes[two, 0] - nodes[centre, 0], nodes[two, 1] - nodes[centre, 1]
    a_low, b_low = ay < 0 or (ay == 0 and ax < 0), by < 0 or (by == 0 and bx < 0)
    if a_low != b_low:
        return b_low
    return ax * by - ay * bx > 0


@compiled
def _next(nodes: Integers, first: Integers, second: Integers) -> Integers:
    """Return the half-edge that follows each one around the face on its left."""
    degree = np.zeros(len(nodes) + 1, dtype=np.int64)
    for edge in range(len(first)):
        degree[first[edge] + 1] += 1
        degree[second[edge] + 1] += 1
    begin = np.cumsum(degree)
    end = begin.copy()
    around = np.empty(2 * len(first), dtype=np.int64)
    for edge in range(len(first)):
        for half in range(2):
            source, target = (first[edge], second[edge]) if half == 0 else (second[edge], first[edge])
            place = end[source]
            end[source] += 1
            while place > begin[source]:
                other = around[place - 1]
                goal = second[other // 2] if other % 2 == 0 else first[other // 2]
                if not _is_before(nodes, source, target, goal):
                    break
                around[place] = other
                place -= 1
            around[place] = 2 * edge + half
    following = np.empty(2 * len(first), dtype=np.int64)
    for node in range(len(nodes)):
        for place in range(begin[node], begin[node + 1]):
            clockwise = place - 1 if place > begin[node] else begin[node + 1] - 1
            following[around[place] ^ 1] = around[clockwise]
    return following


@compiled
def _cycles(nodes: Integers, first: Integers, second: Integers) -> tuple[Integers, Integers, Integers]:
    """Number the boundaries.

    Returns
    -------
    the boundary of each half-edge; twice the area to the left of each boundary; its lowest numbered node.
    """
    following = _next(nodes, first, second)
    cycle = np.full(2 * len(first), -1, dtype=np.int64)
    area, leftmost, count = np.empty(len(cycle), dtype=np.int64), np.empty(len(cycle), dtype=np.int64), 0
    for start in range(len(cycle)):
        if cycle[start] >= 0:
            continue
        origin = first[start // 2]
        twice, lowest, half = 0, origin, start
        while cycle[half] < 0:
            cycle[half] = count
            one, two = (
                (first[half // 2], second[half // 2])
                if half % 2 == 0
                else (second[half // 2], first[half // 2])
            )
            ax, ay = nodes[one, 0] - nodes[origin, 0], nodes[one, 1] - nodes[origin, 1]
            bx, by = nodes[two, 0] - nodes[origin, 0], nodes[two, 1] - nodes[origin, 1]
            twice += ax * by - ay * bx
            lowest = min(lowest, one)
            half = following[half]
        area[count], leftmost[count] = twice, lowest
        count += 1
    return cycle, area[:count], leftmost[:count]


@compiled
def hit(x: int, y: int, ends: Integers, first: Integers, entry: Integers, west: int) -> int:
    """Return the edge that a ray to the west meets first, half a millimetre above a point; -1 if there is none."""
    mask, row, column = len(first) - 2, y // SIDE, x // SIDE
    best, found = -np.inf, -1
    while column >= west:
        place = slot(column, row, mask)
        for nth in range(first[place], first[place + 1]):
            edge = entry[nth]
            x0, y0, x1, y1 = ends[edge]
            if (y0 <= y) == (y1 <= y):
                continue
            at = x0 + (y + 0.5 - y0) * (x1 - x0) / (y1 - y0)
            if best < at < x:
                best, found = at, edge
        if best >= column * SIDE:
            break
        column -= 1
    return found


@compiled
def _west(nodes: Integers) -> int:
    return nodes[:, 0].min() // SIDE if len(nodes) else 0


@compiled
def _faces(
    nodes: Integers, first: Integers, second: Integers, cycle: Integers, area: Integers, leftmost: Integers
) -> Integers:
    """Return the face of each boundary: a number of its own, or that of the face around an island; -1 outside."""
    ends = _ends(nodes, first, second)
    begin, entry = fill(ends, np.arange(len(first)), 1)
    face, count = np.full(len(area), -1, dtype=np.int64), 0
    parent = np.full(len(area), -1, dtype=np.int64)
    west = _west(nodes)
    for number in range(len(area)):
        if area[number] > 0:
            face[number] = count
            count += 1
            continue
        at = nodes[leftmost[number]]
        edge = hit(at[0], at[1], ends, begin, entry, west)
        if edge >= 0:
            parent[number] = cycle[2 * edge + (1 if ends[edge, 3] > ends[edge, 1] else 0)]
    for number in range(len(area)):
        around = number
        while area[around] <= 0 and parent[around] >= 0:
            around = parent[around]
        face[number] = face[around]
    return face


@compiled
def _ends(nodes: Integers, first: Integers, second: Integers) -> Integers:
    ends = np.empty((len(first), 4), dtype=np.int64)
    for edge in range(len(first)):
        ends[edge, 0], ends[edge, 1] = nodes[first[edge]]
        ends[edge, 2], ends[edge, 3] = nodes[second[edge]]
    return ends


def locate(points: Integers, found: Arrangement) -> Integers:
    """Return the face that holds each point, -1 outside; a point on an edge is in the face above or to the right."""
    return _locate(points, _ends(found.nodes, found.first, found.second), found.left, found.right)


@compiled
def _locate(points: Integers, ends: Integers, left: Integers, right: Integers) -> Integers:
    begin, entry = fill(ends, np.arange(len(ends)), 1)
    face = np.full(len(points), -1, dtype=np.int64)
    west = min(ends[:, 0].min(), ends[:, 2].min()) // SIDE if len(ends) else 0
    for nth in range(len(points)):
        edge = hit(points[nth, 0], points[nth, 1], ends, begin, entry, west)
        if edge >= 0:
            face[nth] = right[edge] if ends[edge, 3] > ends[edge, 1] else left[edge]
    return face
