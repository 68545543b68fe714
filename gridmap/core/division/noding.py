"""Noding: segments split where they meet, so that they touch only at common ends.

Coordinates are whole millimetres, hence every test of side is exact. A point where two segments cross is rounded to
a millimetre, which bends both; what that makes cross is split in the next round, until nothing does (iterated snap
rounding, after Hobby 1999).
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.buckets import columns, fill, rows, slot
from gridmap.core.topology import Booleans, Floats, Integers

UNIT = 0.001
"""Metres of one step of the coordinates."""
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Pieces:
    """Segments after noding, each in the direction of the segment it comes from.

    Attributes
    ----------
    ends : shape (n, 4), x and y of both ends, millimetres.
    origin : shape (n,), row of the segment given.
    """

    ends: Integers
    origin: Integers


def whole(metres: Floats | float) -> Integers:
    """Return metres as whole millimetres."""
    return np.rint(np.asarray(metres) / UNIT).astype(np.int64)


def node(segments: Integers, is_new: Booleans) -> Pieces:
    """Split segments where they meet.

    Parameters
    ----------
    segments : shape (n, 4), x and y of both ends, millimetres.
    is_new : shape (n,); segments that are not new are known to meet one another only at common ends.
    """
    real = (segments[:, :2] != segments[:, 2:]).any(axis=1)
    ends, origin, active = segments[real], np.flatnonzero(real), is_new[real]
    for _ in range(ROUNDS):
        if not active.any():
            break
        split, at, count = _meetings(ends, active)
        if not count:
            break
        ends, origin, active = _split(ends, origin, split[:count], at[:count])
    return Pieces(ends, origin)


@compiled
def _append(
    split: Integers, at: Integers, count: int, segment: int, x: int, y: int
) -> tuple[Integers, Integers, int]:
    if count == len(split):
        longer, further = np.empty(2 * count, dtype=np.int64), np.empty((2 * count, 2), dtype=np.int64)
        longer[:count], further[:count] = split, at
        split, at = longer, further
    split[count] = segment
    at[count, 0], at[count, 1] = x, y
    return split, at, count + 1


@compiled
def _is_on(x: int, y: int, segment: Integers) -> bool:
    """Tell whether a point lies between the ends of a segment, within a millimetre of it."""
    dx, dy = segment[2] - segment[0], segment[3] - segment[1]
    px, py = x - segment[0], y - segment[1]
    along, length = px * dx + py * dy, dx * dx + dy * dy
    if along <= 0 or along >= length or (px == 0 and py == 0) or (px == dx and py == dy):
        return False
    aside = float(px * dy - py * dx)
    return aside * aside <= float(length)


@compiled
def _side(segment: Integers, x: int, y: int) -> int:
    return (segment[2] - segment[0]) * (y - segment[1]) - (segment[3] - segment[1]) * (x - segment[0])


@compiled
def _meetings(ends: Integers, active: Booleans) -> tuple[Integers, Integers, int]:
    """Return where segments are to be split: the segment, the point, and how many there are."""
    first, entry = fill(ends, np.flatnonzero(active), 1)
    mask = len(first) - 2
    split, at, count = np.empty(1024, dtype=np.int64), np.empty((1024, 2), dtype=np.int64), 0
    last = np.full(len(ends), -1, dtype=np.int64)
    for one in range(len(ends)):
        mine = ends[one]
        west, east = min(mine[0], mine[2]) - 1, max(mine[0], mine[2]) + 1
        south, north = min(mine[1], mine[3]) - 1, max(mine[1], mine[3]) + 1
        bottom, top = rows(mine, 1)
        for row in range(bottom, top + 1):
            begin, end = columns(mine, row, 1)
            for column in range(begin, end + 1):
                place = slot(column, row, mask)
                for nth in range(first[place], first[place + 1]):
                    two = entry[nth]
                    if last[two] == one or two == one or (active[one] and two < one):
                        continue
                    last[two] = one
                    other = ends[two]
                    if max(other[0], other[2]) < west or min(other[0], other[2]) > east:
                        continue
                    if max(other[1], other[3]) < south or min(other[1], other[3]) > north:
                        continue
                    touching = False
                    for tip in range(0, 4, 2):
                        if _is_on(mine[tip], mine[tip + 1], other):
                            split, at, count = _append(split, at, count, two, mine[tip], mine[tip + 1])
                            touching = True
                        if _is_on(other[tip], other[tip + 1], mine):
                            split, at, count = _append(split, at, count, one, other[tip], other[tip + 1])
                            touching = True
                    if touching:
                        continue
                    a, b = _side(mine, other[0], other[1]), _side(mine, other[2], other[3])
                    c, d = _side(other, mine[0], mine[1]), _side(other, mine[2], mine[3])
                    if (a > 0) == (b > 0) or (c > 0) == (d > 0) or a == 0 or b == 0 or c == 0 or d == 0:
                        continue
                    share = c / (c - d)
                    x = mine[0] + int(np.rint(share * (mine[2] - mine[0])))
                    y = mine[1] + int(np.rint(share * (mine[3] - mine[1])))
                    split, at, count = _append(split, at, count, one, x, y)
                    split, at, count = _append(split, at, count, two, x, y)
    return split, at, count


@compiled
def _split(
    ends: Integers, origin: Integers, split: Integers, at: Integers
) -> tuple[Integers, Integers, Booleans]:
    """Split segments at points; return the pieces, their origins and which of them are new."""
    first = np.zeros(len(ends) + 2, dtype=np.int64)
    for segment in split:
        first[segment + 2] += 1
    first = np.cumsum(first)
    points = np.empty((len(split), 2), dtype=np.int64)
    for nth in range(len(split)):
        place = first[split[nth] + 1]
        points[place] = at[nth]
        first[split[nth] + 1] += 1
    pieces = np.empty((len(ends) + len(split), 4), dtype=np.int64)
    source = np.empty(len(pieces), dtype=np.int64)
    fresh = np.zeros(len(pieces), dtype=np.bool_)
    count = 0
    for segment in range(len(ends)):
        begin, end = first[segment], first[segment + 1]
        dx, dy = ends[segment, 2] - ends[segment, 0], ends[segment, 3] - ends[segment, 1]
        for nth in range(begin + 1, end):
            x, y = points[nth]
            place = nth
            while place > begin and points[place - 1, 0] * dx + points[place - 1, 1] * dy > x * dx + y * dy:
                points[place] = points[place - 1]
                place -= 1
            points[place, 0], points[place, 1] = x, y
        x, y = ends[segment, 0], ends[segment, 1]
        for nth in range(begin, end + 1):
            to_x, to_y = (
                (points[nth, 0], points[nth, 1]) if nth < end else (ends[segment, 2], ends[segment, 3])
            )
            if to_x != x or to_y != y:
                pieces[count, 0], pieces[count, 1], pieces[count, 2], pieces[count, 3] = x, y, to_x, to_y
                source[count], fresh[count] = origin[segment], end > begin
                count += 1
            x, y = to_x, to_y
    return pieces[:count], source[:count], fresh[:count]
