"""Ridges: the Voronoi lines between samples of different labels, block by block.

A ridge is followed from where three labels meet to the next such place, straightened (Douglas and Peucker 1973) and cut
to the box around its block.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.buckets import grown
from gridmap.core.division.fabric.delaunay import Mesh, centres, following, new_mesh, preceding, triangulate
from gridmap.core.division.fabric.lines import INNER, RANKS
from gridmap.core.threads import in_threads
from gridmap.core.topology import Floats, Integers

STRAIGHTEN = (200.0, 0.15, 1_000.0)
"""Millimetres by which a ridge may be straightened: this share of the narrowest gap it runs through, but no less than
the first and no more than the last."""
RUNS = 8
"""Runs of blocks that are worked on at once."""
MARGIN_MM = 1_000
"""Ridges reach this far out of the box around a block."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Points that stand for a label inside a block.

    Attributes
    ----------
    points : shape (n, 2), millimetres.
    label, block : shape (n,).
    side : shape (n,), the block across the line that a sample stands for; -1 for a sample of a building.
    rank : shape (n,), of that line (see `lines`).
    """

    points: Integers
    label: Integers
    block: Integers
    side: Integers
    rank: Integers


@dataclass(frozen=True, slots=True)
class Ridges:
    """Lines between labels, straight piece by straight piece.

    Attributes
    ----------
    ends : shape (n, 4), x and y of both ends, millimetres.
    left, right : shape (n,), label on either side.
    block : shape (n,).
    rank : shape (n,), the highest of the samples on either side, along the greater part of the line; `INNER` where
        both stand for the same side, for there a ridge runs across what lies along them.
    """

    ends: Integers
    left: Integers
    right: Integers
    block: Integers
    rank: Integers


class _Room(NamedTuple):
    """Memory for one block after the other.

    Attributes
    ----------
    seen : of each half-edge, whether its ridge has been followed.
    chain : half-edges crossed along a ridge.
    path : corners of a ridge.
    kept : whether a corner stays.
    centre : of the circle through each triangle.
    """

    seen: Integers
    chain: Integers
    path: Floats
    kept: Integers
    centre: Floats


class _Own(NamedTuple):
    """Samples of one block."""

    label: Integers
    side: Integers
    rank: Integers


def ridges(samples: Samples, boxes: Integers) -> Ridges:
    """Return the lines between samples of different labels of one block.

    Parameters
    ----------
    samples : points with label and block; a block with one label yields no line.
    boxes : shape (b, 4), west, south, east and north of each block.
    """
    order = np.argsort(samples.block, kind="stable")
    held, first = np.unique(samples.block[order], return_index=True)
    points = samples.points[order]
    own = samples.label[order], samples.side[order], samples.rank[order]
    first, boxes = np.append(first, len(order)), boxes[held]

    def draw(run: tuple[int, int]) -> Integers:
        begin, end = run
        some = slice(first[begin], first[end])
        rows = _ridges(
            points[some],
            _Own(*(column[some] for column in own)),
            first[begin : end + 1] - first[begin],
            boxes[begin:end],
        )
        rows[:, 6] += begin
        return rows

    rows = np.concatenate(list(in_threads(draw, _runs(first))))
    return Ridges(rows[:, :4], rows[:, 4], rows[:, 5], held[rows[:, 6]], rows[:, 7])


def _runs(first: Integers) -> list[tuple[int, int]]:
    """Split blocks into runs of about as many samples each, to be worked on at once."""
    cuts = np.unique(np.searchsorted(first, np.linspace(0, first[-1], RUNS + 1)))
    cuts[-1] = len(first) - 1
    return list(pairwise(cuts.tolist())) or [(0, 0)]


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
    at[count] = x - reach, y - reach
    at[count + 1] = x + reach, y - reach
    at[count + 2] = x + reach, y + reach
    at[count + 3] = x - reach, y + reach
    return at


@compiled
def _parts(own: _Own, mesh: Mesh, half: int) -> bool:
    """Tell whether a half-edge joins two different labels, neither of them the frame's."""
    one, two = mesh.corner[half], mesh.corner[following(half)]
    return bool(one < len(own.label) and two < len(own.label) and own.label[one] != own.label[two])


@compiled
def _degree(own: _Own, mesh: Mesh, triangle: int) -> int:
    """Return how many ridges meet in a triangle."""
    return (
        int(_parts(own, mesh, 3 * triangle))
        + int(_parts(own, mesh, 3 * triangle + 1))
        + int(_parts(own, mesh, 3 * triangle + 2))
    )


@compiled
def _follow(own: _Own, mesh: Mesh, room: _Room, half: int) -> int:
    """Walk along a ridge from a triangle over one of its half-edges; return the number of half-edges crossed."""
    count = 0
    while not room.seen[half]:
        other = mesh.twin[half]
        room.chain[count] = half
        room.seen[half] = room.seen[other] = 1
        count += 1
        if _degree(own, mesh, other // 3) == 2:
            half = following(other) if _parts(own, mesh, following(other)) else preceding(other)
    return count


@compiled
def _slack(mesh: Mesh, room: _Room, length: int) -> float:
    """Return by how much a ridge may be straightened."""
    least, share, most = STRAIGHTEN
    gap = most / share
    for nth in range(length):
        half = room.chain[nth]
        one, two = mesh.at[mesh.corner[half]], mesh.at[mesh.corner[following(half)]]
        gap = min(gap, np.hypot(float(two[0] - one[0]), float(two[1] - one[1])))
    return max(least, share * gap)


@compiled
def _straighten(path: Floats, kept: Integers, stack: Integers, slack: float) -> None:
    """Mark the corners of a path that stay."""
    kept[:] = 0
    kept[0] = kept[-1] = 1
    stack[0], stack[1], waiting = 0, len(path) - 1, 2
    while waiting:
        waiting -= 2
        low, high = stack[waiting], stack[waiting + 1]
        ax, ay = path[low]
        dx, dy = path[high, 0] - ax, path[high, 1] - ay
        length = dx * dx + dy * dy
        far, worst = -1, slack * slack
        for nth in range(low + 1, high):
            px, py = path[nth, 0] - ax, path[nth, 1] - ay
            share = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length > 0.0 else 0.0
            aside = (px - share * dx) ** 2 + (py - share * dy) ** 2
            if aside > worst:
                far, worst = nth, aside
        if far >= 0:
            kept[far] = 1
            stack[waiting], stack[waiting + 1], stack[waiting + 2], stack[waiting + 3] = low, far, far, high
            waiting += 4


@compiled
def _clip(start: Floats, end: Floats, box: Integers) -> tuple[float, float]:
    """Return the shares of a segment between which it lies in a box; the first is larger if it does not."""
    low, high = 0.0, 1.0
    for axis in range(2):
        way = end[axis] - start[axis]
        least, most = box[axis] - MARGIN_MM - start[axis], box[axis + 2] + MARGIN_MM - start[axis]
        if way == 0.0:
            if least > 0.0 or most < 0.0:
                return 1.0, 0.0
            continue
        one, two = least / way, most / way
        low, high = max(low, min(one, two)), min(high, max(one, two))
    return low, high


@compiled
def _between(start: float, end: float, share: float) -> float:
    """Return the place after a share of the way; at the end just there, so that what goes on from it begins there."""
    return end if share == 1.0 else start + share * (end - start)


@compiled
def _draw(path: Floats, kept: Integers, box: Integers, rows: Integers, count: int) -> int:
    """Enter the straight pieces of a path that lie in the box; return how many rows are filled."""
    start = path[0]
    for nth in range(1, len(path)):
        if not kept[nth]:
            continue
        end = path[nth]
        low, high = _clip(start, end, box)
        if low < high:
            for axis in range(2):
                rows[count, axis] = np.int64(np.rint(_between(start[axis], end[axis], low)))
                rows[count, axis + 2] = np.int64(np.rint(_between(start[axis], end[axis], high)))
            count += 1
        start = end
    return count


@compiled
def _walk(own: _Own, mesh: Mesh, room: _Room, half: int) -> tuple[int, int]:
    """Follow a ridge and put its corners on the path; return how many half-edges it crosses, and its rank."""
    length, crossings = _follow(own, mesh, room, half), np.zeros(RANKS, dtype=np.int64)
    room.path[0] = room.centre[half // 3]
    for nth in range(length):
        crossed = room.chain[nth]
        other = mesh.twin[crossed]
        room.path[nth + 1] = room.centre[other // 3]
        crossings[_rank_between(own, mesh.corner[crossed], mesh.corner[other])] += 1
    return length, int(np.argmax(crossings))


@compiled
def _rank_between(own: _Own, one: int, two: int) -> int:
    """Return what lies along a ridge between two samples."""
    return INNER if own.side[one] == own.side[two] else max(own.rank[one], own.rank[two])


@compiled
def _trace(own: _Own, mesh: Mesh, room: _Room, box: Integers) -> Integers:
    """Draw all ridges of a block: first those from where three labels meet or from the frame, then closed ones."""
    rows, count = np.empty((len(mesh.corner), 8), dtype=np.int64), 0
    centres(mesh, room.centre)
    room.seen[: len(mesh.corner)] = 0
    for closed in range(2):
        for half in range(len(mesh.corner)):
            if room.seen[half] or not _parts(own, mesh, half):
                continue
            if not closed and _degree(own, mesh, half // 3) == 2:
                continue
            length, rank = _walk(own, mesh, room, half)
            path, kept, last = room.path[: length + 1], room.kept[: length + 1], count
            _straighten(path, kept, mesh.stack, _slack(mesh, room, length))
            count = _draw(path, kept, box, rows, last)
            for row in range(last, count):
                rows[row, 4] = own.label[mesh.corner[mesh.twin[half]]]
                rows[row, 5], rows[row, 7] = own.label[mesh.corner[half]], rank
    return rows[:count]


@compiled
def _ridges(points: Integers, own: _Own, first: Integers, boxes: Integers) -> Integers:
    """Return ends, label on the left, label on the right, place of the block and rank of all ridges."""
    most = np.diff(first).max() if len(boxes) else 0
    mesh, room, rows, count = new_mesh(most), _new_room(most), np.empty((4096, 8), dtype=np.int64), 0
    for block in range(len(boxes)):
        begin, end = first[block], first[block + 1]
        mine = _Own(own.label[begin:end], own.side[begin:end], own.rank[begin:end])
        if (mine.label == mine.label[0]).all():
            continue
        at = points[begin:end]
        drawn = _trace(
            mine, triangulate(mesh, _framed(at, boxes[block]), _winding_order(at)), room, boxes[block]
        )
        drawn[:, 6] = block
        rows, last = grown(rows, count + len(drawn)), count
        count += len(drawn)
        rows[last:count] = drawn
    return rows[:count]


@compiled
def _new_room(points: int) -> _Room:
    size = 6 * points + 6
    return _Room(
        np.empty(size, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty((size, 2)),
        np.empty(size, dtype=np.int64),
        np.empty((size // 3, 2)),
    )
