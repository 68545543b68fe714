"""Ridges: the Voronoi lines between samples of different labels, block by block.

A ridge is followed from where three labels meet to the next such place, straightened by at most `STRAIGHTEN_MM`
(Douglas and Peucker 1973) and cut to the box around its block.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.delaunay import centres, following, preceding, triangulate
from gridmap.core.topology import Floats, Integers

STRAIGHTEN_MM = 200.0
MARGIN_MM = 1_000
"""Ridges reach this far out of the box around a block."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Points that stand for a label inside a block.

    Attributes
    ----------
    points : shape (n, 2), millimetres.
    label, block : shape (n,).
    rank : shape (n,), what lies along a ridge beside the sample (see `lines`).
    """

    points: Integers
    label: Integers
    block: Integers
    rank: Integers


@dataclass(frozen=True, slots=True)
class Ridges:
    """Lines between labels, straight piece by straight piece.

    Attributes
    ----------
    ends : shape (n, 4), x and y of both ends, millimetres.
    left, right : shape (n,), label on either side.
    block : shape (n,).
    rank : shape (n,), the highest of the samples along the line.
    """

    ends: Integers
    left: Integers
    right: Integers
    block: Integers
    rank: Integers


def ridges(samples: Samples, boxes: Integers) -> Ridges:
    """Return the lines between samples of different labels of one block.

    Parameters
    ----------
    samples : points with label and block; a block with one label yields no line.
    boxes : shape (b, 4), low and high x and y of each block: west, south, east, north.
    """
    order = np.argsort(samples.block, kind="stable")
    held, first = np.unique(samples.block[order], return_index=True)
    ends, about = _ridges(
        samples.points[order],
        samples.label[order],
        samples.rank[order],
        np.append(first, len(order)),
        boxes[held],
    )
    return Ridges(ends, about[:, 0], about[:, 1], held[about[:, 2]], about[:, 3])


@compiled
def _spread(value: int) -> int:
    """Put a zero before each of 16 bits."""
    value = (value | (value << 8)) & 0x00FF00FF
    value = (value | (value << 4)) & 0x0F0F0F0F
    value = (value | (value << 2)) & 0x33333333
    return (value | (value << 1)) & 0x55555555


@compiled
def _winding_order(points: Integers) -> Integers:
    """Return an order in which points near each other follow each other (Morton 1966)."""
    key = np.empty(len(points), dtype=np.int64)
    west, south = points[:, 0].min(), points[:, 1].min()
    wide = max(points[:, 0].max() - west, points[:, 1].max() - south, 1)
    for nth in range(len(points)):
        column = (points[nth, 0] - west) * 1023 // wide
        row = (points[nth, 1] - south) * 1023 // wide
        key[nth] = _spread(column) | (_spread(row) << 1)
    return np.argsort(key, kind="mergesort")


@compiled
def _framed(points: Integers, box: Integers) -> Integers:
    """Return points with the corners of a frame so far away that its lines stay outside the box."""
    count = len(points)
    at = np.empty((count + 4, 2), dtype=np.int64)
    at[:count] = points
    west, south = min(box[0], points[:, 0].min()), min(box[1], points[:, 1].min())
    east, north = max(box[2], points[:, 0].max()), max(box[3], points[:, 1].max())
    reach = 2 * (east - west + north - south + 1000)
    x, y = (west + east) // 2, (south + north) // 2
    for nth in range(4):
        at[count + nth, 0] = x + (reach if nth == 1 or nth == 2 else -reach)
        at[count + nth, 1] = y + (reach if nth >= 2 else -reach)
    return at


@compiled
def _parts(label: Integers, corner: Integers, half: int) -> bool:
    """Tell whether a half-edge joins two different labels, neither of them the frame's."""
    one, two = corner[half], corner[following(half)]
    return one < len(label) and two < len(label) and label[one] != label[two]


@compiled
def _degree(label: Integers, corner: Integers, triangle: int) -> int:
    """Return how many ridges meet in a triangle."""
    return (
        int(_parts(label, corner, 3 * triangle))
        + int(_parts(label, corner, 3 * triangle + 1))
        + int(_parts(label, corner, 3 * triangle + 2))
    )


@compiled
def _onward(label: Integers, corner: Integers, half: int) -> int:
    """Return the other half-edge of a triangle that a ridge coming in over one leaves by."""
    ahead = following(half)
    return ahead if _parts(label, corner, ahead) else preceding(half)


@compiled
def _follow(
    label: Integers, corner: Integers, twin: Integers, half: int, chain: Integers, seen: Integers
) -> int:
    """Walk along a ridge from a triangle over one of its half-edges; return the number of half-edges crossed."""
    count = 0
    while True:
        chain[count] = half
        seen[half] = seen[twin[half]] = 1
        count += 1
        other = twin[half]
        if _degree(label, corner, other // 3) != 2:
            return count
        half = _onward(label, corner, other)
        if seen[half]:
            return count


@compiled
def _straighten(path: Floats, count: int, kept: Integers, stack: Integers) -> int:
    """Choose the corners of a path that stay; return how many."""
    kept[:count] = 0
    kept[0] = kept[count - 1] = 1
    stack[0], stack[1], waiting, chosen = 0, count - 1, 2, 2
    while waiting:
        waiting -= 2
        low, high = stack[waiting], stack[waiting + 1]
        ax, ay = path[low]
        dx, dy = path[high, 0] - ax, path[high, 1] - ay
        length = np.hypot(dx, dy)
        far, worst = -1, STRAIGHTEN_MM
        for nth in range(low + 1, high):
            px, py = path[nth, 0] - ax, path[nth, 1] - ay
            share = (px * dx + py * dy) / (length * length) if length > 0 else 0.0
            share = min(1.0, max(0.0, share))
            aside = np.hypot(px - share * dx, py - share * dy)
            if aside > worst:
                far, worst = nth, aside
        if far >= 0:
            kept[far] = 1
            chosen += 1
            stack[waiting], stack[waiting + 1], stack[waiting + 2], stack[waiting + 3] = low, far, far, high
            waiting += 4
    return chosen


@compiled
def _clip(ax: float, ay: float, bx: float, by: float, box: Integers) -> tuple[float, float]:
    """Return the shares of a segment between which it lies in a box; the first is larger if it does not."""
    low, high = 0.0, 1.0
    for axis in range(2):
        start, way = (ax, bx - ax) if axis == 0 else (ay, by - ay)
        least, most = box[axis] - MARGIN_MM - start, box[axis + 2] + MARGIN_MM - start
        if way == 0.0:
            if least > 0.0 or most < 0.0:
                return 1.0, 0.0
            continue
        one, two = least / way, most / way
        low, high = max(low, min(one, two)), min(high, max(one, two))
    return low, high


@compiled
def _ridges(
    points: Integers, label: Integers, rank: Integers, first: Integers, boxes: Integers
) -> tuple[Integers, Integers]:
    """Return the ends of all ridges, and label on the left, label on the right, place of the block and rank of each."""
    most = 0
    for block in range(len(boxes)):
        most = max(most, first[block + 1] - first[block])
    corner, twin = np.empty(6 * most + 6, dtype=np.int64), np.empty(6 * most + 6, dtype=np.int64)
    stack, chain = np.empty(6 * most + 6, dtype=np.int64), np.empty(6 * most + 6, dtype=np.int64)
    seen, kept = np.empty(6 * most + 6, dtype=np.int64), np.empty(6 * most + 6, dtype=np.int64)
    path = np.empty((6 * most + 6, 2))
    ends, about, count = np.empty((4096, 4), dtype=np.int64), np.empty((4096, 4), dtype=np.int64), 0
    for block in range(len(boxes)):
        begin, end = first[block], first[block + 1]
        own, beside = label[begin:end], rank[begin:end]
        if (own == own[0]).all():
            continue
        at = _framed(points[begin:end], boxes[block])
        halves = triangulate(at, _winding_order(points[begin:end]), corner, twin, stack)
        centre = centres(at, corner, halves)
        seen[:halves] = 0
        for loops in range(2):
            for half in range(halves):
                if seen[half] or not _parts(own, corner, half):
                    continue
                if loops == 0 and _degree(own, corner, half // 3) == 2:
                    continue
                length = _follow(own, corner, twin, half, chain, seen)
                highest = 0
                path[0] = centre[half // 3]
                for nth in range(length):
                    crossed = chain[nth]
                    path[nth + 1] = centre[twin[crossed] // 3]
                    highest = max(highest, beside[corner[crossed]], beside[corner[twin[crossed]]])
                _straighten(path, length + 1, kept, stack)
                last = 0
                for nth in range(1, length + 1):
                    if not kept[nth]:
                        continue
                    ax, ay, bx, by = path[last, 0], path[last, 1], path[nth, 0], path[nth, 1]
                    last = nth
                    low, high = _clip(ax, ay, bx, by, boxes[block])
                    if low >= high:
                        continue
                    if count == len(ends):
                        longer, more = (
                            np.empty((2 * count, 4), dtype=np.int64),
                            np.empty((2 * count, 4), dtype=np.int64),
                        )
                        longer[:count], more[:count] = ends, about
                        ends, about = longer, more
                    ends[count, 0], ends[count, 1] = (
                        np.rint(ax + low * (bx - ax)),
                        np.rint(ay + low * (by - ay)),
                    )
                    ends[count, 2], ends[count, 3] = (
                        np.rint(ax + high * (bx - ax)),
                        np.rint(ay + high * (by - ay)),
                    )
                    about[count, 0], about[count, 1] = own[corner[twin[half]]], own[corner[half]]
                    about[count, 2], about[count, 3] = block, highest
                    count += 1
    return ends[:count], about[:count]
