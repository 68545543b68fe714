"""What is near what: segments that meet, outlines that stand close, the nearest of many points."""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.buckets import (
    SIDE,
    Index,
    answers_from,
    grown,
    index,
    near,
    slot,
    table_size,
)
from gridmap.core.threads import in_runs
from gridmap.core.topology import Booleans, Integers


class Places(NamedTuple):
    """Points of which only those of one block are compared.

    Attributes
    ----------
    points : shape (n, 2), millimetres.
    block : shape (n,).
    """

    points: Integers
    block: Integers


@compiled
def _squared_distance(x: int, y: int, segment: Integers) -> float:
    """Return the squared distance of a point from a segment."""
    dx, dy = float(segment[2] - segment[0]), float(segment[3] - segment[1])
    px, py = float(x - segment[0]), float(y - segment[1])
    length = dx * dx + dy * dy
    share = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length > 0.0 else 0.0
    return (px - share * dx) ** 2 + (py - share * dy) ** 2


@compiled
def _meet(one: Integers, two: Integers) -> bool:
    """Tell whether two segments whose boxes meet have a point in common."""
    ax, ay, bx, by = one[2] - one[0], one[3] - one[1], two[2] - two[0], two[3] - two[1]
    a = ax * (two[1] - one[1]) - ay * (two[0] - one[0])
    b = ax * (two[3] - one[1]) - ay * (two[2] - one[0])
    c = bx * (one[1] - two[1]) - by * (one[0] - two[0])
    d = bx * (one[3] - two[1]) - by * (one[2] - two[0])
    return not ((a > 0 and b > 0) or (a < 0 and b < 0) or (c > 0 and d > 0) or (c < 0 and d < 0))


@compiled
def _squared_gap(one: Integers, two: Integers) -> float:
    """Return the squared distance between the ends of each of two segments and the other."""
    gap = _squared_distance(one[0], one[1], two)
    gap = min(gap, _squared_distance(one[2], one[3], two))
    gap = min(gap, _squared_distance(two[0], two[1], one))
    return min(gap, _squared_distance(two[2], two[3], one))


def meetings(ones: Integers, twos: Integers) -> Integers:
    """Return the pairs, of shape (m, 2), of segments of two sets that have a point in common."""
    squares = index(twos, np.arange(len(twos)))
    return np.concatenate(in_runs(lambda run: _meetings(ones, run, squares), len(ones)))


@compiled
def _meetings(ones: Integers, run: Integers, squares: Index) -> Integers:
    answers, twos = answers_from(squares), squares.ends
    pairs, count = np.empty((1024, 2), dtype=np.int64), 0
    for one in run:
        found = near(squares, answers, ones[one], 0, one)
        pairs = grown(pairs, count + found)
        for nth in range(found):
            if _meet(ones[one], twos[answers.found[nth]]):
                pairs[count] = one, answers.found[nth]
                count += 1
    return pairs[:count]


def closeness(ends: Integers, group: Integers, distances: Integers) -> Integers:
    """Count for each segment the distances within which an end of a segment of another group lies, or it lies itself.

    Parameters
    ----------
    ends, group : shapes (n, 4) and (n,).
    distances : millimetres, falling.
    """
    squares = index(ends, np.arange(len(ends)))
    return np.concatenate(in_runs(lambda run: _closeness(run, squares, group, distances), len(ends)))


@compiled
def _closeness(run: Integers, squares: Index, group: Integers, distances: Integers) -> Integers:
    answers, ends = answers_from(squares), squares.ends
    close = np.zeros(len(run), dtype=np.int64)
    for place in range(len(run)):
        one = run[place]
        found = near(squares, answers, ends[one], distances[0], one)
        for nth in range(found):
            two = answers.found[nth]
            if group[two] == group[one] or close[place] == len(distances):
                continue
            gap = _squared_gap(ends[one], ends[two])
            while close[place] < len(distances) and gap <= float(distances[close[place]]) ** 2:
                close[place] += 1
    return close


@compiled
def are_near(points: Integers, lines: Integers, distance: int) -> Booleans:
    """Tell which points lie within so many millimetres of a segment."""
    squares = index(lines, np.arange(len(lines)))
    answers = answers_from(squares)
    close, spot = np.zeros(len(points), dtype=np.bool_), np.empty(4, dtype=np.int64)
    for nth in range(len(points)):
        spot[:2], spot[2:] = points[nth], points[nth]
        for k in range(near(squares, answers, spot, distance, nth)):
            gap = _squared_distance(spot[0], spot[1], lines[answers.found[k]])
            close[nth] |= gap <= float(distance) ** 2
    return close


@compiled
def _place(point: Integers, block: int, size: int) -> int:
    """Return the slot of the square that a point lies in; every block has squares of its own."""
    return slot(point[0] // SIDE + 7919 * block, point[1] // SIDE, size)


@compiled
def _entered(places: Places) -> tuple[Integers, Integers]:
    """Enter points into squares: those in slot k are ``entry[first[k]:first[k + 1]]``."""
    size = table_size(len(places.block))
    first, entry = np.zeros(size + 2, dtype=np.int64), np.empty(len(places.block), dtype=np.int64)
    for nth in range(len(entry)):
        first[_place(places.points[nth], places.block[nth], size) + 2] += 1
    first = np.cumsum(first)
    for nth in range(len(entry)):
        place = _place(places.points[nth], places.block[nth], size) + 1
        entry[first[place]] = nth
        first[place] += 1
    return first[:-1], entry


@compiled
def nearest(wanted: Places, places: Places) -> Integers:
    """Return for each point the nearest place of its block; every block asked about must have one."""
    first, entry = _entered(places)
    size, found = len(first) - 1, np.full(len(wanted.block), -1, dtype=np.int64)
    for nth in range(len(found)):
        x, y = wanted.points[nth]
        block, best, ring = wanted.block[nth], np.inf, 0
        while best > (float(max(ring - 1, 0)) * SIDE) ** 2:
            for row in range(y // SIDE - ring, y // SIDE + ring + 1):
                step = 1 if abs(row - y // SIDE) == ring else 2 * ring
                for column in range(x // SIDE - ring, x // SIDE + ring + 1, step):
                    place = slot(column + 7919 * block, row, size)
                    for other in entry[first[place] : first[place + 1]]:
                        gap = (
                            np.hypot(float(places.points[other, 0] - x), float(places.points[other, 1] - y))
                            ** 2
                        )
                        if places.block[other] == block and gap < best:
                            best, found[nth] = gap, other
            ring += 1
    return found
