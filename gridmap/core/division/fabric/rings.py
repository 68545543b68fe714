"""Polygons from the segments between labels: rings walked with the label on the left."""

from typing import NamedTuple

import numpy as np
import shapely

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.noding import whole
from gridmap.core.topology import Floats, Geometries, Integers, Segments


class _Ways(NamedTuple):
    """Segments in the direction in which a label lies on the left.

    Attributes
    ----------
    points : shape (k, 2), millimetres.
    source, target : shape (n,), points a way runs from and to.
    label : shape (n,).
    begin, leaving : the ways from point k are ``leaving[begin[k]:begin[k + 1]]``.
    """

    points: Integers
    source: Integers
    target: Integers
    label: Integers
    begin: Integers
    leaving: Integers


def label_polygons(borders: Segments, count: int) -> Geometries:
    """Return the polygon around each label.

    Every vertex of the segments stays, so that neighbours match vertex by vertex.

    Parameters
    ----------
    borders : segments with a label on either side, negative where there is none; those with one label are ignored.
    count : labels run from 0 to `count` - 1.

    Returns
    -------
    shape (count,), Polygon, MultiPolygon or None where a label is not there.
    """
    parting = borders.left != borders.right
    start, end = borders.start[parting], borders.end[parting]
    label = np.concatenate([borders.left[parting], borders.right[parting]])
    held = label >= 0
    if not held.any():
        return np.full(count, None, dtype=object)
    from_, to = np.concatenate([start, end])[held], np.concatenate([end, start])[held]
    ways = _ways(whole(from_), whole(to), label[held])
    way, ring = _rings(ways)
    return _polygons(from_[way], ring, _twice(ways, way, ring), label[held][way], count)


def _ways(source: Integers, target: Integers, label: Integers) -> _Ways:
    low = source.min(axis=0)
    one, two = ((ends[:, 0] - low[0]) << np.int64(32) | (ends[:, 1] - low[1]) for ends in (source, target))
    keys = np.unique(one)
    leaving = np.argsort(one, kind="stable")
    begin = np.searchsorted(one[leaving], keys)
    points = np.column_stack([keys >> np.int64(32), keys & np.int64(0xFFFFFFFF)])
    return _Ways(
        points,
        np.searchsorted(keys, one),
        np.searchsorted(keys, two),
        label,
        np.append(begin, len(one)),
        leaving,
    )


@compiled
def _is_sharper(ways: _Ways, way: int, one: int, two: int) -> bool:
    """Tell whether, turning clockwise at its end from where a way came, `one` comes before `two`."""
    x, y = ways.points[ways.target[way]]
    back, first, second = (
        ways.points[ways.source[way]],
        ways.points[ways.target[one]],
        ways.points[ways.target[two]],
    )
    bx, by, ax, ay = back[0] - x, back[1] - y, first[0] - x, first[1] - y
    cx, cy = second[0] - x, second[1] - y
    a_far, c_far = bx * ay - by * ax > 0, bx * cy - by * cx > 0
    if a_far != c_far:
        return bool(c_far)
    return bool(ax * cy - ay * cx < 0)


@compiled
def _onward(ways: _Ways, walked: Integers, way: int) -> int:
    """Return the way to go on by, so that nothing of the label lies to the right; -1 if none is left."""
    node, best = ways.target[way], -1
    for nth in range(ways.begin[node], ways.begin[node + 1]):
        other = ways.leaving[nth]
        if walked[other] or ways.label[other] != ways.label[way]:
            continue
        if best < 0 or _is_sharper(ways, way, other, best):
            best = other
    return best


@compiled
def _rings(ways: _Ways) -> tuple[Integers, Integers]:
    """Walk around all labels; where a walk comes back to a point, a ring is cut off, so that none touches itself.

    Returns
    -------
    the ways, ring by ring, and the ring of each.
    """
    count = len(ways.source)
    walked, visit = np.zeros(count, dtype=np.int64), np.full(len(ways.points), -1, dtype=np.int64)
    trail, order, ring = (
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int64),
    )
    rings = done = 0
    for start in range(count):
        way, depth = -1 if walked[start] else start, 0
        while way >= 0:
            walked[way] = 1
            visit[ways.source[way]] = depth
            trail[depth] = way
            depth += 1
            low = visit[ways.target[way]]
            if low >= 0:
                for cut in trail[low:depth]:
                    visit[ways.source[cut]] = -1
                    order[done], ring[done] = cut, rings
                    done += 1
                rings, depth = rings + 1, low
            way = _onward(ways, walked, way) if depth else -1
    return order[:done], ring[:done]


def _twice(ways: _Ways, way: Integers, ring: Integers) -> Integers:
    """Return twice the area of each ring in square millimetres, negative for a hole."""
    one, two = ways.points[ways.source[way]], ways.points[ways.target[way]]
    return np.add.reduceat(
        one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0], np.flatnonzero(np.diff(ring, prepend=-1))
    )


def _polygons(at: Floats, ring: Integers, twice: Integers, label: Integers, count: int) -> Geometries:
    """Make polygons of rings: holes go into the shell of their label."""
    rings, of_ring = shapely.linearrings(at, indices=ring), label[np.diff(ring, prepend=-1) != 0]
    shells = np.flatnonzero(twice > 0)
    shells = shells[np.argsort(of_ring[shells], kind="stable")]
    polygons = shapely.polygons(rings[shells])
    of_shell = of_ring[shells]
    for number in np.unique(of_ring[twice < 0]):
        own = np.flatnonzero(of_shell == number)
        holes = rings[(twice < 0) & (of_ring == number)]
        home = _around(polygons[own], holes) if len(own) > 1 else np.zeros(len(holes), dtype=np.int64)
        for nth, shell in enumerate(own):
            polygons[shell] = shapely.Polygon(rings[shells[shell]], list(holes[home == nth]))
    parts = np.bincount(of_shell, minlength=count)
    first = np.cumsum(parts) - parts
    found = np.full(count, None, dtype=object)
    found[parts == 1] = polygons[first[parts == 1]]
    for number in np.flatnonzero(parts > 1):
        found[number] = shapely.MultiPolygon(list(polygons[first[number] : first[number] + parts[number]]))
    return found


def _around(shells: Geometries, holes: Geometries) -> Integers:
    """Return for each hole the smallest shell that covers it."""
    covers = shapely.covers(shells[None], shapely.polygons(holes)[:, None])
    return np.asarray(np.where(covers, shapely.area(shells)[None], np.inf).argmin(axis=1))
