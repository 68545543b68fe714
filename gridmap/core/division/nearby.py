"""What is near what: segments that meet, outlines that stand close, the nearest of many points."""

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.buckets import SIDE, columns, fill, rows, slot
from gridmap.core.topology import Booleans, Integers


@compiled
def _apart(one: Integers, two: Integers, most: float) -> bool:
    """Tell whether the boxes around two segments are more than `most` apart."""
    return (
        min(two[0], two[2]) - max(one[0], one[2]) > most
        or min(one[0], one[2]) - max(two[0], two[2]) > most
        or min(two[1], two[3]) - max(one[1], one[3]) > most
        or min(one[1], one[3]) - max(two[1], two[3]) > most
    )


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
    """Tell whether two segments have a point in common."""
    ax, ay, bx, by = one[2] - one[0], one[3] - one[1], two[2] - two[0], two[3] - two[1]
    a = ax * (two[1] - one[1]) - ay * (two[0] - one[0])
    b = ax * (two[3] - one[1]) - ay * (two[2] - one[0])
    c = bx * (one[1] - two[1]) - by * (one[0] - two[0])
    d = bx * (one[3] - two[1]) - by * (one[2] - two[0])
    return not ((a > 0 and b > 0) or (a < 0 and b < 0) or (c > 0 and d > 0) or (c < 0 and d < 0))


@compiled
def _squared_gap(one: Integers, two: Integers) -> float:
    """Return the squared distance between two segments."""
    if _meet(one, two) and not _apart(one, two, 0.0):
        return 0.0
    return min(
        min(_squared_distance(one[0], one[1], two), _squared_distance(one[2], one[3], two)),
        min(_squared_distance(two[0], two[1], one), _squared_distance(two[2], two[3], one)),
    )


@compiled
def meetings(ones: Integers, twos: Integers) -> tuple[Integers, Integers]:
    """Return the pairs of segments of two sets, each of shape (n, 4), that have a point in common."""
    first, entry = fill(twos, np.arange(len(twos)), 1)
    mask, count = len(first) - 2, 0
    found = np.empty((1024, 2), dtype=np.int64)
    last = np.full(len(twos), -1, dtype=np.int64)
    for one in range(len(ones)):
        mine = ones[one]
        bottom, top = rows(mine, 1)
        for row in range(bottom, top + 1):
            west, east = columns(mine, row, 1)
            for column in range(west, east + 1):
                place = slot(column, row, mask)
                for nth in range(first[place], first[place + 1]):
                    two = entry[nth]
                    if last[two] == one:
                        continue
                    last[two] = one
                    if _apart(mine, twos[two], 0.0) or not _meet(mine, twos[two]):
                        continue
                    if count == len(found):
                        longer = np.empty((2 * count, 2), dtype=np.int64)
                        longer[:count] = found
                        found = longer
                    found[count, 0], found[count, 1] = one, two
                    count += 1
    return found[:count, 0], found[:count, 1]


@compiled
def closeness(ends: Integers, group: Integers, distances: Integers) -> Integers:
    """Count for each segment the distances within which a segment of another group lies.

    Parameters
    ----------
    ends, group : shapes (n, 4) and (n,).
    distances : millimetres, falling.
    """
    first, entry = fill(ends, np.arange(len(ends)), 0)
    mask, widest = len(first) - 2, distances[0]
    found = np.zeros(len(ends), dtype=np.int64)
    for one in range(len(ends)):
        mine = ends[one]
        bottom, top = rows(mine, widest)
        for row in range(bottom, top + 1):
            west, east = columns(mine, row, widest)
            for column in range(west, east + 1):
                place = slot(column, row, mask)
                for nth in range(first[place], first[place + 1]):
                    two = entry[nth]
                    if found[one] == len(distances) or group[two] == group[one]:
                        continue
                    if _apart(mine, ends[two], distances[found[one]]):
                        continue
                    gap = _squared_gap(mine, ends[two])
                    while found[one] < len(distances) and gap <= float(distances[found[one]]) ** 2:
                        found[one] += 1
    return found


@compiled
def are_near(points: Integers, lines: Integers, distance: int) -> Booleans:
    """Tell which points lie within so many millimetres of a segment."""
    first, entry = fill(lines, np.arange(len(lines)), distance)
    mask = len(first) - 2
    near = np.zeros(len(points), dtype=np.bool_)
    for nth in range(len(points)):
        x, y = points[nth]
        place = slot(x // SIDE, y // SIDE, mask)
        for k in range(first[place], first[place + 1]):
            if _squared_distance(x, y, lines[entry[k]]) <= float(distance) ** 2:
                near[nth] = True
                break
    return near


@compiled
def nearest(points: Integers, block: Integers, places: Integers, home: Integers) -> Integers:
    """Return for each point the nearest of the places in the same block; every block must have one.

    Parameters
    ----------
    points, block : shapes (n, 2) and (n,).
    places, home : shapes (m, 2) and (m,); home is the block of a place.
    """
    found = np.empty(len(points), dtype=np.int64)
    size = 64
    while size < 2 * len(places):
        size *= 2
    begin, entry = np.zeros(size + 2, dtype=np.int64), np.empty(len(places), dtype=np.int64)
    for nth in range(len(places)):
        begin[slot(places[nth, 0] // SIDE + 7919 * home[nth], places[nth, 1] // SIDE, size - 1) + 2] += 1
    begin = np.cumsum(begin)
    for nth in range(len(places)):
        place = slot(places[nth, 0] // SIDE + 7919 * home[nth], places[nth, 1] // SIDE, size - 1) + 1
        entry[begin[place]] = nth
        begin[place] += 1
    for nth in range(len(points)):
        x, y = points[nth]
        column, row, best, ring = x // SIDE, y // SIDE, np.inf, 0
        while best > (float(ring - 1) * SIDE) ** 2 or ring == 0:
            for up in range(row - ring, row + ring + 1):
                step = 1 if abs(up - row) == ring else 2 * ring
                for across in range(column - ring, column + ring + 1, step):
                    place = slot(across + 7919 * block[nth], up, size - 1)
                    for k in range(begin[place], begin[place + 1]):
                        other = entry[k]
                        if home[other] != block[nth]:
                            continue
                        gap = float(places[other, 0] - x) ** 2 + float(places[other, 1] - y) ** 2
                        if gap < best or (gap == best and other < found[nth]):
                            best, found[nth] = gap, other
            ring += 1
    return found
