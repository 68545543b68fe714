"""Rings around equal labels, walked along the segments that part them."""

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.noding import whole
from gridmap.core.topology import Floats, Geometries, Integers, Segments
import shapely


def label_polygons(borders: Segments, count: int) -> Geometries:
    """Return the polygon around all segments of each label.

    Parameters
    ----------
    borders : segments with a label on either side, negative where there is none.
    count : labels run from 0 to `count` - 1.

    Returns
    -------
    shape (count,), Polygon, MultiPolygon or None where a label is not there.
    """
    kept = borders.left != borders.right
    start, end = borders.start[kept], borders.end[kept]
    points, node = _nodes(np.concatenate([start, end]))
    first, second = node[: len(start)], node[len(start) :]
    ring, at, label, twice = _rings(points, first, second, borders.left[kept], borders.right[kept])
    at = np.concatenate([start, end])[at]
    return _polygons(at, ring, label, twice, count)


def _nodes(ends: Floats) -> tuple[Integers, Integers]:
    """Return the different points in millimetres, and which of them each end is."""
    at = whole(ends)
    low = at.min(axis=0) if len(at) else np.zeros(2, dtype=np.int64)
    key = (at[:, 0] - low[0]) << np.int64(32) | (at[:, 1] - low[1])
    keys, node = np.unique(key, return_inverse=True)
    return np.column_stack([keys >> np.int64(32), keys & np.int64(0xFFFFFFFF)]), node


@compiled
def _turns_less(points: Integers, node: int, back: int, one: int, two: int) -> bool:
    """Tell whether, turning clockwise at a node from the way back, `one` comes before `two`."""
    bx, by = points[back, 0] - points[node, 0], points[back, 1] - points[node, 1]
    ax, ay = points[one, 0] - points[node, 0], points[one, 1] - points[node, 1]
    cx, cy = points[two, 0] - points[node, 0], points[two, 1] - points[node, 1]
    a_side, c_side = bx * ay - by * ax, bx * cy - by * cx
    a_far = a_side > 0 or (a_side == 0 and bx * ax + by * ay > 0)
    c_far = c_side > 0 or (c_side == 0 and bx * cx + by * cy > 0)
    if a_far != c_far:
        return c_far
    return ax * cy - ay * cx < 0


@compiled
def _rings(
    points: Integers, first: Integers, second: Integers, left: Integers, right: Integers
) -> tuple[Integers, Integers, Integers, Floats]:
    """Walk around each label with it on the left; where a way comes back to a place, a ring is cut off.

    Returns
    -------
    the ring of each corner, the row of the corner among all starts and ends, the label of each ring, and twice its
    area, negative if it is a hole.
    """
    count = len(first)
    begin = np.zeros(len(points) + 1, dtype=np.int64)
    for nth in range(count):
        begin[first[nth] + 1] += left[nth] >= 0
        begin[second[nth] + 1] += right[nth] >= 0
    begin = np.cumsum(begin)
    place, leaving = begin.copy(), np.empty(begin[-1], dtype=np.int64)
    for half in range(2 * count):
        edge = half >> 1
        source, label = (first[edge], left[edge]) if half & 1 == 0 else (second[edge], right[edge])
        if label >= 0:
            leaving[place[source]] = half
            place[source] += 1
    walked = np.zeros(2 * count, dtype=np.bool_)
    ring, at = np.empty(2 * count, dtype=np.int64), np.empty(2 * count, dtype=np.int64)
    label_of, twice = np.empty(2 * count, dtype=np.int64), np.empty(2 * count)
    visit, trail = np.full(len(points), -1, dtype=np.int64), np.empty(2 * count, dtype=np.int64)
    rings = corners = 0
    for start in range(2 * count):
        label = left[start >> 1] if start & 1 == 0 else right[start >> 1]
        if label < 0 or walked[start]:
            continue
        depth, half = 0, start
        while half >= 0:
            walked[half] = True
            edge = half >> 1
            source, target = (first[edge], second[edge]) if half & 1 == 0 else (second[edge], first[edge])
            visit[source] = depth
            trail[depth] = half
            depth += 1
            if visit[target] >= 0:
                area, low = 0.0, visit[target]
                x, y = points[target]
                for step in range(low, depth):
                    cut = trail[step]
                    one = first[cut >> 1] if cut & 1 == 0 else second[cut >> 1]
                    two = second[cut >> 1] if cut & 1 == 0 else first[cut >> 1]
                    area += float(
                        (points[one, 0] - x) * (points[two, 1] - y)
                        - (points[one, 1] - y) * (points[two, 0] - x)
                    )
                    ring[corners], at[corners] = rings, (cut >> 1) + (0 if cut & 1 == 0 else count)
                    corners += 1
                    visit[one] = -1
                label_of[rings], twice[rings] = label, area
                rings += 1
                depth = low
            half_next = -1
            chosen = -1
            for nth in range(begin[target], begin[target + 1]):
                other = leaving[nth]
                if walked[other]:
                    continue
                if (left[other >> 1] if other & 1 == 0 else right[other >> 1]) != label:
                    continue
                goal = second[other >> 1] if other & 1 == 0 else first[other >> 1]
                if half_next < 0 or _turns_less(points, target, source, goal, chosen):
                    half_next, chosen = other, goal
            half = half_next if depth > 0 else -1
    return ring[:corners], at[:corners], label_of[:rings], twice[:rings]


def _polygons(at: Floats, ring: Integers, label: Integers, twice: Floats, count: int) -> Geometries:
    """Make polygons of rings: holes go into the shell of their label."""
    found = np.full(count, None, dtype=object)
    if not len(ring):
        return found
    rings = shapely.linearrings(at, indices=ring)
    shells, holes = np.flatnonzero(twice > 0), np.flatnonzero(twice < 0)
    shells = shells[np.argsort(label[shells], kind="stable")]
    home = np.searchsorted(label[shells], label[holes])
    for nth in np.flatnonzero(np.bincount(label[shells], minlength=count)[label[holes]] > 1):
        home[nth] += _around(rings[shells[label[shells] == label[holes[nth]]]], rings[holes[nth]])
    order = np.argsort(home, kind="stable")
    edges = np.searchsorted(home[order], np.arange(len(shells) + 1))
    polygons = shapely.polygons(rings[shells])
    for nth in np.flatnonzero(np.diff(edges)):
        polygons[nth] = shapely.Polygon(
            rings[shells[nth]], list(rings[holes[order[edges[nth] : edges[nth + 1]]]])
        )
    parts = np.bincount(label[shells], minlength=count)
    first = np.cumsum(parts) - parts
    found[parts == 1] = polygons[first[parts == 1]]
    for number in np.flatnonzero(parts > 1):
        found[number] = shapely.MultiPolygon(list(polygons[first[number] : first[number] + parts[number]]))
    return found


def _around(shells: Geometries, hole: shapely.Geometry) -> int:
    """Return which of several shells a hole lies in: the smallest that covers it."""
    whole_shells = shapely.polygons(shells)
    covers = shapely.covers(whole_shells, shapely.polygons(hole))
    area = np.where(covers, shapely.area(whole_shells), np.inf)
    return int(np.argmin(area))
