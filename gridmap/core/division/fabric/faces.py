"""Faces: what noded segments enclose, and which face lies on either side of each.

Half-edges as in de Berg et al., *Computational Geometry* (2008), ch. 2: number 2e runs along edge e from its first
node to its second, 2e + 1 back. A boundary that encloses nothing to its left is that of an island; a ray to the west
finds the face around it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.buckets import Index, index, table_size, west_of
from gridmap.core.threads import at_once, in_runs
from gridmap.core.topology import Booleans, Floats, Integers

_MIX = -7046029254386353131
"""The golden ratio as a signed 64-bit number, for hashing (Knuth)."""


class Net(NamedTuple):
    """Nodes and the edges between them, each edge once.

    Attributes
    ----------
    nodes : shape (k, 2), millimetres.
    first, second : shape (e,), the nodes of each edge; the first is the more western, or southern, one.
    """

    nodes: Integers
    first: Integers
    second: Integers


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Edges and faces of the plane.

    Attributes
    ----------
    ends : shape (e, 4), x and y of both ends of each edge, from west to east, millimetres.
    lengths : shape (e,), metres.
    left, right : shape (e,), faces on either side of each edge, -1 outside.
    area : shape (f,), square metres.
    edge_of_piece : shape (p,), of the pieces given.
    is_forward : shape (p,), whether a piece runs as its edge does.
    squares : the edges by place.
    """

    ends: Integers
    lengths: Floats
    left: Integers
    right: Integers
    area: Floats
    edge_of_piece: Integers
    is_forward: Booleans
    squares: Index


def arrange_pieces(pieces: Integers) -> Arrangement:
    """Find the faces between noded segments.

    Parameters
    ----------
    pieces : shape (n, 4), segments that touch only at common ends; the same segment may be there several times.
    """
    net, edge, is_forward = _net(pieces)
    ends, lengths = _measured(net)
    (cycle, area, lowest), squares = at_once(lambda: _cycles(net), lambda: index(ends, np.arange(len(ends))))
    face = _faces(cycle, area, net.nodes[lowest], squares)
    inside = np.zeros(int((area > 0).sum()), dtype=np.int64)
    np.add.at(inside, face[face >= 0], area[face >= 0])
    return Arrangement(
        ends,
        lengths,
        face[cycle[0::2]],
        face[cycle[1::2]],
        inside / 2e6,
        edge,
        is_forward,
        squares,
    )


def locate(points: Integers, plane: Arrangement) -> Integers:
    """Return the face that holds each point, -1 outside; a point on an edge is in the face above or to the right.

    Parameters
    ----------
    points : shape (n, 2), millimetres.
    """
    found = in_runs(lambda run: _locate(points[run], plane.squares, plane.left, plane.right), len(points))
    return np.concatenate(found)


@compiled
def _numbered(keys: Integers) -> tuple[Integers, Integers]:
    """Return the number of each key, different keys counted as they come, and where each came first."""
    size = table_size(len(keys))
    shift = 64 - int(np.log2(size))
    taken = np.full(size, -1, dtype=np.int64)
    number, came, count = np.empty(len(keys), dtype=np.int64), np.empty(len(keys), dtype=np.int64), 0
    for nth in range(len(keys)):
        key = keys[nth]
        place = ((key * np.int64(_MIX)) >> shift) & (size - 1)
        while taken[place] >= 0 and keys[came[taken[place]]] != key:
            place = (place + 1) & (size - 1)
        if taken[place] < 0:
            taken[place], came[count] = count, nth
            count += 1
        number[nth] = taken[place]
    return number, came[:count]


def _net(pieces: Integers) -> tuple[Net, Integers, Booleans]:
    """Return the nodes and edges of pieces, the edge of each piece, and whether it runs as its edge does."""
    tips = pieces.reshape(-1, 2)
    low = tips.min(axis=0) if len(tips) else np.zeros(2, dtype=np.int64)
    key = (tips[:, 0] - low[0]) << np.int64(32) | (tips[:, 1] - low[1])
    node, came = _numbered(key)
    is_forward = key[0::2] < key[1::2]
    first, second = np.where(is_forward, node[0::2], node[1::2]), np.where(is_forward, node[1::2], node[0::2])
    edge, once = _numbered(first * np.int64(len(came)) + second)
    return Net(tips[came], first[once], second[once]), edge, is_forward


@compiled
def _measured(net: Net) -> tuple[Integers, Floats]:
    """Return the coordinates of both ends, and the metres, of each edge."""
    ends, lengths = np.empty((len(net.first), 4), dtype=np.int64), np.empty(len(net.first))
    for edge in range(len(ends)):
        x0, y0 = net.nodes[net.first[edge]]
        x1, y1 = net.nodes[net.second[edge]]
        ends[edge] = x0, y0, x1, y1
        lengths[edge] = np.sqrt(float(x1 - x0) ** 2 + float(y1 - y0) ** 2) / 1000.0
    return ends, lengths


@compiled
def _tips(net: Net, half: int) -> tuple[int, int]:
    """Return the nodes a half-edge runs from and to."""
    edge = half >> 1
    return (net.second[edge], net.first[edge]) if half & 1 else (net.first[edge], net.second[edge])


@compiled
def _is_before(net: Net, one: int, two: int) -> bool:
    """Tell whether the first of two half-edges from one node comes first, counter-clockwise from east."""
    centre, goal = _tips(net, one)
    _, other = _tips(net, two)
    ax, ay = net.nodes[goal, 0] - net.nodes[centre, 0], net.nodes[goal, 1] - net.nodes[centre, 1]
    bx, by = net.nodes[other, 0] - net.nodes[centre, 0], net.nodes[other, 1] - net.nodes[centre, 1]
    a_low, b_low = ay < 0 or (ay == 0 and ax < 0), by < 0 or (by == 0 and bx < 0)
    if a_low != b_low:
        return bool(b_low)
    return bool(ax * by - ay * bx > 0)


@compiled
def _next(net: Net) -> Integers:
    """Return the half-edge that follows each one around the face on its left."""
    begin = np.zeros(len(net.nodes) + 1, dtype=np.int64)
    for edge in range(len(net.first)):
        begin[net.first[edge] + 1] += 1
        begin[net.second[edge] + 1] += 1
    begin = np.cumsum(begin)
    end, around = begin.copy(), np.empty(2 * len(net.first), dtype=np.int64)
    for half in range(len(around)):
        source, _ = _tips(net, half)
        place = end[source]
        end[source] += 1
        while place > begin[source] and _is_before(net, half, around[place - 1]):
            around[place] = around[place - 1]
            place -= 1
        around[place] = half
    following = np.empty(len(around), dtype=np.int64)
    for node in range(len(net.nodes)):
        clockwise = end[node] - 1
        for place in range(begin[node], end[node]):
            following[around[place] ^ 1] = around[clockwise]
            clockwise = place
    return following


@compiled
def _cycles(net: Net) -> tuple[Integers, Integers, Integers]:
    """Walk along all boundaries.

    Returns
    -------
    the boundary of each half-edge, numbered; twice the area to the left of each boundary; its westernmost node.
    """
    following = _next(net)
    cycle = np.full(len(following), -1, dtype=np.int64)
    area, lowest, count = np.zeros(len(cycle), dtype=np.int64), np.empty(len(cycle), dtype=np.int64), 0
    for start in range(len(cycle)):
        if cycle[start] >= 0:
            continue
        origin, _ = _tips(net, start)
        x, y = net.nodes[origin]
        lowest[count], half = origin, start
        while cycle[half] < 0:
            cycle[half] = count
            one, two = _tips(net, half)
            ax, ay, bx, by = net.nodes[one, 0], net.nodes[one, 1], net.nodes[two, 0], net.nodes[two, 1]
            area[count] += (ax - x) * (by - y) - (ay - y) * (bx - x)
            if ax < net.nodes[lowest[count], 0]:
                lowest[count] = one
            half = following[half]
        count += 1
    return cycle, area[:count], lowest[:count]


@compiled
def _faces(cycle: Integers, area: Integers, corner: Integers, squares: Index) -> Integers:
    """Return the face of each boundary: a number of its own, or that of the face around an island; -1 outside."""
    face, parent, count = np.full(len(area), -1, dtype=np.int64), np.full(len(area), -1, dtype=np.int64), 0
    for number in range(len(area)):
        if area[number] > 0:
            face[number] = count
            count += 1
            continue
        edge = west_of(squares, corner[number, 0], corner[number, 1])
        if edge >= 0:
            goes_up = squares.ends[edge, 3] > squares.ends[edge, 1]
            parent[number] = cycle[2 * edge + int(goes_up)]
    for number in range(len(area)):
        around = number
        while area[around] <= 0 and parent[around] >= 0:
            around = parent[around]
        face[number] = face[around]
    return face


@compiled
def _locate(points: Integers, squares: Index, left: Integers, right: Integers) -> Integers:
    face = np.full(len(points), -1, dtype=np.int64)
    for nth in range(len(points)):
        edge = west_of(squares, points[nth, 0], points[nth, 1])
        if edge >= 0:
            face[nth] = right[edge] if squares.ends[edge, 3] > squares.ends[edge, 1] else left[edge]
    return face
