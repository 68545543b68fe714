"""Which polygons hold which faces, told from the polygons' outlines among the edges, without a point test.

Faces between which no outline runs are one zone. A polygon holds the zones on the inner side of its outline and all
that can be reached from them without crossing it.
"""

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.topology import Booleans, Integers


@compiled
def _root(parent: Integers, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def groups(count: int, first: Integers, second: Integers, joins: Booleans) -> Integers:
    """Number the groups of `count` nodes that the chosen pairs join, in the order of their first node."""
    parent = np.arange(count)
    for nth in range(len(first)):
        if joins[nth]:
            one, two = _root(parent, first[nth]), _root(parent, second[nth])
            parent[max(one, two)] = min(one, two)
    number, found = np.empty(count, dtype=np.int64), 0
    for node in range(count):
        root = _root(parent, node)
        if root == node:
            number[node] = found
            found += 1
        else:
            number[node] = number[root]
    return number


def first_holding(
    faces: int, left: Integers, right: Integers, edge: Integers, polygon: Integers, is_left: Booleans
) -> Integers:
    """Return for each face the first polygon that holds it, -1 if none does.

    Parameters
    ----------
    faces : number of faces.
    left, right : shape (e,), faces on either side of each edge, -1 outside.
    edge, polygon : shape (n,), edges that pieces of outlines lie on.
    is_left : shape (n,), whether the inside of the polygon is on the left of the edge.
    """
    is_open = np.ones(len(left), dtype=bool)
    is_open[edge] = False
    zone = groups(faces + 1, left + 1, right + 1, is_open)
    edges, polygons, inner = _net(edge, polygon, is_left)
    held = _flood(zone[left + 1], zone[right + 1], edges, polygons, inner, np.unique(edge))
    return held[zone[1:]]


def _net(edge: Integers, polygon: Integers, is_left: Booleans) -> tuple[Integers, Integers, Booleans]:
    """Sort pieces of outlines by polygon, and drop those that one polygon runs along on both sides."""
    count = np.int64(edge.max(initial=0) + 1)
    keys, nth = np.unique(polygon * count + edge, return_inverse=True)
    net = np.bincount(nth, np.where(is_left, 1.0, -1.0), minlength=len(keys))
    keys, net = keys[net != 0], net[net != 0]
    return keys % count, keys // count, net > 0


@compiled
def _flood(
    left: Integers, right: Integers, edge: Integers, polygon: Integers, is_left: Booleans, walls: Integers
) -> Integers:
    """Return for each zone the first polygon that holds it."""
    zones = max(left.max(), right.max()) + 1 if len(left) else 1
    held = np.full(zones, -1, dtype=np.int64)
    begin, around = _walls_around(left, right, walls, zones)
    barred, seen = np.full(len(left), -1, dtype=np.int64), np.full(zones, -1, dtype=np.int64)
    stack = np.empty(zones, dtype=np.int64)
    start = 0
    while start < len(edge):
        number, end, waiting = polygon[start], start, 0
        while end < len(edge) and polygon[end] == number:
            barred[edge[end]] = number
            end += 1
        for nth in range(start, end):
            inner = left[edge[nth]] if is_left[nth] else right[edge[nth]]
            if seen[inner] != number:
                seen[inner] = number
                stack[waiting] = inner
                waiting += 1
        while waiting:
            waiting -= 1
            zone = stack[waiting]
            if held[zone] < 0:
                held[zone] = number
            for nth in range(begin[zone], begin[zone + 1]):
                wall = around[nth]
                beyond = right[wall] if left[wall] == zone else left[wall]
                if barred[wall] != number and seen[beyond] != number:
                    seen[beyond] = number
                    stack[waiting] = beyond
                    waiting += 1
        start = end
    return held


@compiled
def _walls_around(left: Integers, right: Integers, walls: Integers, zones: int) -> tuple[Integers, Integers]:
    """Return the walls around each zone: those of zone k are ``around[begin[k]:begin[k + 1]]``."""
    begin = np.zeros(zones + 1, dtype=np.int64)
    for wall in walls:
        begin[left[wall] + 1] += 1
        begin[right[wall] + 1] += 1
    begin = np.cumsum(begin)
    place, around = begin.copy(), np.empty(2 * len(walls), dtype=np.int64)
    for wall in walls:
        around[place[left[wall]]] = wall
        place[left[wall]] += 1
        around[place[right[wall]]] = wall
        place[right[wall]] += 1
    return begin, around
