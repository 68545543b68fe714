"""Noding: segments split where they meet, so that they touch only at common ends.

Coordinates are whole millimetres, hence every test of side is exact. A point where two segments cross is rounded to
a millimetre, which bends both; what that makes cross is split in the next round, until nothing does (iterated snap
rounding, after Hobby, "Practical segment intersection with finite precision output", 1999).
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.buckets import Index, answers_from, grown, index, near
from gridmap.core.threads import in_runs
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


def whole(places: Floats) -> Integers:
    """Return metres as whole millimetres."""
    return np.asarray(np.rint(places / UNIT), dtype=np.int64)


def metres(places: Integers) -> Floats:
    """Return millimetres as metres."""
    return np.asarray(places * UNIT, dtype=np.float64)


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
        cuts = _cuts(ends, active)
        if not len(cuts):
            break
        ends, origin, active = _split(ends, origin, cuts)
    return Pieces(ends, origin)


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
    return int((segment[2] - segment[0]) * (y - segment[1]) - (segment[3] - segment[1]) * (x - segment[0]))


@compiled
def _cut(ends: Integers, one: int, two: int, cuts: Integers, count: int) -> int:
    """Enter where two segments split each other: at an end that lies on the other, else where they cross."""
    mine, other, before = ends[one], ends[two], count
    for tip in range(0, 4, 2):
        if _is_on(mine[tip], mine[tip + 1], other):
            cuts[count] = two, mine[tip], mine[tip + 1]
            count += 1
        if _is_on(other[tip], other[tip + 1], mine):
            cuts[count] = one, other[tip], other[tip + 1]
            count += 1
    if count > before:
        return count
    a, b = _side(mine, other[0], other[1]), _side(mine, other[2], other[3])
    c, d = _side(other, mine[0], mine[1]), _side(other, mine[2], mine[3])
    if (a < 0 < b or b < 0 < a) and (c < 0 < d or d < 0 < c):
        share = c / (c - d)
        x = mine[0] + int(np.rint(share * (mine[2] - mine[0])))
        y = mine[1] + int(np.rint(share * (mine[3] - mine[1])))
        cuts[count] = one, x, y
        cuts[count + 1] = two, x, y
        count += 2
    return count


def _cuts(ends: Integers, active: Booleans) -> Integers:
    """Return where active segments and all others split each other: the segment, x and y."""
    squares, asked = index(ends, np.arange(len(ends))), np.flatnonzero(active)
    return np.concatenate(in_runs(lambda run: _cuts_of(asked[run], squares, active), len(asked)))


@compiled
def _cuts_of(asked: Integers, squares: Index, active: Booleans) -> Integers:
    answers, ends = answers_from(squares), squares.ends
    cuts, count = np.empty((1024, 3), dtype=np.int64), 0
    for one in asked:
        found = near(squares, answers, ends[one], 1, one)
        cuts = grown(cuts, count + 4 * found)
        for nth in range(found):
            two = answers.found[nth]
            if not active[two]:
                count = _cut(ends, two, one, cuts, count)
            elif one < two:
                count = _cut(ends, one, two, cuts, count)
    return cuts[:count]


@compiled
def _by_segment(ends: Integers, cuts: Integers) -> tuple[Integers, Integers]:
    """Sort cuts along their segments, whatever order they come in; those of segment k are ``point[first[k]:first[k + 1]]``."""
    first = np.zeros(len(ends) + 1, dtype=np.int64)
    for nth in range(len(cuts)):
        first[cuts[nth, 0] + 1] += 1
    first = np.cumsum(first)
    last, point = first.copy(), np.empty((len(cuts), 2), dtype=np.int64)
    for nth in range(len(cuts)):
        segment, x, y = cuts[nth]
        dx, dy = ends[segment, 2] - ends[segment, 0], ends[segment, 3] - ends[segment, 1]
        place = last[segment]
        last[segment] += 1
        while place > first[segment] and _is_after(point[place - 1], x, y, dx, dy):
            point[place] = point[place - 1]
            place -= 1
        point[place] = x, y
    return first, point


@compiled
def _is_after(point: Integers, x: int, y: int, dx: int, dy: int) -> bool:
    """Tell whether a point comes after x and y on a way; beside each other, the more eastern, or northern, one does."""
    ahead = (point[0] - x) * dx + (point[1] - y) * dy
    return bool(ahead > 0 or (ahead == 0 and (point[0] > x or (point[0] == x and point[1] > y))))


@compiled
def _split(ends: Integers, origin: Integers, cuts: Integers) -> tuple[Integers, Integers, Booleans]:
    """Split segments at points; return the pieces, their origins and which of them are new."""
    first, point = _by_segment(ends, cuts)
    pieces = np.empty((len(ends) + len(cuts), 4), dtype=np.int64)
    source = np.empty(len(pieces), dtype=np.int64)
    fresh = np.zeros(len(pieces), dtype=np.bool_)
    count = 0
    for segment in range(len(ends)):
        x, y = ends[segment, 0], ends[segment, 1]
        for nth in range(first[segment], first[segment + 1] + 1):
            last = nth == first[segment + 1]
            to_x, to_y = (ends[segment, 2], ends[segment, 3]) if last else (point[nth, 0], point[nth, 1])
            if to_x != x or to_y != y:
                pieces[count] = x, y, to_x, to_y
                source[count], fresh[count] = origin[segment], first[segment + 1] > first[segment]
                count += 1
            x, y = to_x, to_y
    return pieces[:count], source[:count], fresh[:count]
