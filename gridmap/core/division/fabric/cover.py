"""Which polygons hold which faces, told from the polygons' outlines among the edges, without a point test.

Faces between which no outline runs are one zone. A polygon holds the zones on the inner side of its outline and all
that can be reached from them without crossing it.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.faces import Arrangement
from gridmap.core.topology import Booleans, Integers


class Fences(NamedTuple):
    """Pieces of the outlines of polygons.

    Attributes
    ----------
    edge : shape (n,), the edge each lies on.
    polygon : shape (n,).
    is_left : shape (n,), whether the inside is on the left of the edge.
    """

    edge: Integers
    polygon: Integers
    is_left: Booleans


class _Zones(NamedTuple):
    """Edges with fences, and the zones on either side.

    Attributes
    ----------
    left, right : shape (e,), of all edges.
    begin, around : the fenced edges around zone k are ``around[begin[k]:begin[k + 1]]``.
    """

    left: Integers
    right: Integers
    begin: Integers
    around: Integers


@compiled
def _root(parent: Integers, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def groups(count: int, first: Integers, second: Integers, joins: Booleans) -> Integers:
    """Return the group of each of `count` nodes that the chosen pairs join, numbered by their first node."""
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


def faces_apart(plane: Arrangement, joins: Booleans) -> Integers:
    """Return the group of each face when faces across the chosen edges are one; that of the outside at the end."""
    group = groups(len(plane.area) + 1, plane.left + 1, plane.right + 1, joins)
    return np.append(group[1:], group[0])


def first_holding(plane: Arrangement, fences: Fences) -> Integers:
    """Return for each face the first polygon that holds it, -1 if none does."""
    is_open = np.ones(len(plane.left), dtype=bool)
    is_open[fences.edge] = False
    zone = faces_apart(plane, is_open)
    zones = _fenced(zone[plane.left], zone[plane.right], np.flatnonzero(~is_open), int(zone.max()) + 1)
    return _flood(zones, _net(fences))[zone[:-1]]


def _net(fences: Fences) -> Fences:
    """Sort fences by polygon, and drop those that run along both sides of an edge."""
    count = np.int64(fences.edge.max(initial=0) + 1)
    keys, nth = np.unique(fences.polygon * count + fences.edge, return_inverse=True)
    net = np.bincount(nth, np.where(fences.is_left, 1.0, -1.0), minlength=len(keys))
    keys, net = keys[net != 0], net[net != 0]
    return Fences(keys % count, keys // count, net > 0)


@compiled
def _fenced(left: Integers, right: Integers, edges: Integers, zones: int) -> _Zones:
    begin = np.zeros(zones + 1, dtype=np.int64)
    for edge in edges:
        begin[left[edge] + 1] += 1
        begin[right[edge] + 1] += 1
    begin = np.cumsum(begin)
    place, around = begin.copy(), np.empty(2 * len(edges), dtype=np.int64)
    for edge in edges:
        for zone in (left[edge], right[edge]):
            around[place[zone]] = edge
            place[zone] += 1
    return _Zones(left, right, begin, around)


@compiled
def _flood(zones: _Zones, fences: Fences) -> Integers:
    """Return for each zone the first polygon that holds it."""
    count = len(zones.begin) - 1
    held, seen = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    barred = np.full(len(zones.left), -1, dtype=np.int64)
    stack, start = np.empty(count, dtype=np.int64), 0
    while start < len(fences.edge):
        polygon, end, waiting = fences.polygon[start], start, 0
        while end < len(fences.edge) and fences.polygon[end] == polygon:
            barred[fences.edge[end]] = polygon
            end += 1
        for nth in range(start, end):
            edge = fences.edge[nth]
            inner = zones.left[edge] if fences.is_left[nth] else zones.right[edge]
            waiting = _reach(inner, polygon, seen, stack, waiting)
        while waiting:
            zone = stack[waiting - 1]
            waiting -= 1
            held[zone] = polygon if held[zone] < 0 else held[zone]
            for edge in zones.around[zones.begin[zone] : zones.begin[zone + 1]]:
                if barred[edge] != polygon:
                    beyond = zones.left[edge] + zones.right[edge] - zone
                    waiting = _reach(beyond, polygon, seen, stack, waiting)
        start = end
    return held


@compiled
def _reach(zone: int, polygon: int, seen: Integers, stack: Integers, waiting: int) -> int:
    """Put a zone on the stack unless it was there for this polygon; return the height of the stack."""
    if seen[zone] == polygon:
        return waiting
    seen[zone] = polygon
    stack[waiting] = zone
    return waiting + 1
