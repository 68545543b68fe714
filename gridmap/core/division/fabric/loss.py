"""How much of a building ridges would cut off, measured along scan lines.

Along each line the outline tells where the building is, and the ridges of its label, which have the label on one side,
where its land is. Ridges end at the block, so a line that meets none of them says nothing: lines run both ways, and
the larger loss counts. Walls and ridges that run along each other do no harm.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.fabric.buckets import boxes_apart
from gridmap.core.threads import in_runs
from gridmap.core.topology import Floats, Integers

LINES = 16
"""Scan lines across a building, each way."""


class Borders(NamedTuple):
    """Segments between labels.

    Attributes
    ----------
    ends : shape (n, 4), millimetres.
    left, right : shape (n,).
    """

    ends: Integers
    left: Integers
    right: Integers


def lost_area(outlines: Integers, owner: Integers, label: Integers, borders: Borders) -> Floats:
    """Return the square metres of each building that lie outside its label.

    Parameters
    ----------
    outlines, owner : shapes (n, 4), millimetres, and (n,): edges of outlines and the building of each.
    label : shape (b,), of each building.
    """
    walls = _by_owner(owner, len(label))
    beside = _by_owner(np.concatenate([borders.left, borders.right]), int(label.max(initial=-1)) + 1)
    lost = in_runs(lambda run: _lost(run, label, (outlines, walls), (borders, beside)), len(label))
    return np.asarray(np.concatenate(lost) / 1e6)


class _Rows(NamedTuple):
    """Rows by owner: those of k are ``row[first[k]:first[k + 1]]``."""

    first: Integers
    row: Integers


@compiled
def _by_owner(owner: Integers, count: int) -> _Rows:
    first = np.zeros(count + 1, dtype=np.int64)
    for number in owner:
        if 0 <= number < count:
            first[number + 1] += 1
    first = np.cumsum(first)
    place, row = first.copy(), np.empty(first[-1], dtype=np.int64)
    for nth in range(len(owner)):
        if 0 <= owner[nth] < count:
            row[place[owner[nth]]] = nth
            place[owner[nth]] += 1
    return _Rows(first, row)


@compiled
def _lost(
    run: Integers, label: Integers, outer: tuple[Integers, _Rows], inner: tuple[Borders, _Rows]
) -> Floats:
    """Return the square millimetres of some buildings outside their labels."""
    outlines, walls = outer
    borders, beside = inner
    lost, count = np.zeros(len(run)), len(borders.left)
    for place in range(len(run)):
        building = run[place]
        rows = walls.row[walls.first[building] : walls.first[building + 1]]
        sides = beside.row[beside.first[label[building]] : beside.first[label[building] + 1]]
        if not len(rows) or not len(sides):
            continue
        mine = outlines[rows]
        box = _box(mine)
        if not _any_inside(borders.ends, sides, count, box):
            continue
        around, inside = borders.ends[sides % count], np.where(sides < count, 1, -1)
        lost[place] = _scanned(mine, around, inside, box)
        turned = _scanned(
            mine[:, np.array([1, 0, 3, 2])],
            around[:, np.array([1, 0, 3, 2])],
            -inside,
            box[np.array([1, 0, 3, 2])],
        )
        lost[place] = max(lost[place], turned)
    return lost


@compiled
def _box(ends: Integers) -> Integers:
    """Return west, south, east and north of some segments."""
    box: Integers = ends[0].copy()
    for nth in range(len(ends)):
        for tip in range(0, 4, 2):
            box[0], box[2] = min(box[0], ends[nth, tip]), max(box[2], ends[nth, tip])
            box[1], box[3] = min(box[1], ends[nth, tip + 1]), max(box[3], ends[nth, tip + 1])
    return box


@compiled
def _any_inside(ends: Integers, sides: Integers, count: int, box: Integers) -> bool:
    """Tell whether the box around any of the segments meets a box."""
    meets = False
    for side in sides:
        meets |= not boxes_apart(ends[side % count], box, 0)
    return meets


@compiled
def _scanned(walls: Integers, around: Integers, inside: Integers, box: Integers) -> float:
    """Return the area between walls that lies outside the label, from lines from west to east."""
    low, high = box[1], box[3]
    step, lost = (high - low) / LINES, 0.0
    at, way = np.empty(len(around)), np.empty(len(around), dtype=np.int64)
    wall, turn = np.empty(len(walls)), np.ones(len(walls), dtype=np.int64)
    sign = np.ones(len(walls), dtype=np.int64)
    for line in range(LINES):
        y = low + (line + 0.5) * step + 1e-3
        found = _crossings(y, around, inside, at, way)
        if found:
            for nth in range(0, _crossings(y, walls, sign, wall, turn) - 1, 2):
                lost += step * _outside(wall[nth], wall[nth + 1], at[:found], way[:found])
    return lost


@compiled
def _crossings(y: float, ends: Integers, inside: Integers, at: Floats, way: Integers) -> int:
    """Enter where a line meets segments, from west to east: 1 where the label begins, -1 where it ends."""
    found = 0
    for row in range(len(ends)):
        x0, y0, x1, y1 = ends[row]
        if (y0 <= y) == (y1 <= y):
            continue
        x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        place = found
        while place > 0 and at[place - 1] > x:
            at[place], way[place] = at[place - 1], way[place - 1]
            place -= 1
        at[place], way[place] = x, inside[row] if y1 < y0 else -inside[row]
        found += 1
    return found


@compiled
def _outside(low: float, high: float, at: Floats, way: Integers) -> float:
    """Return the length of an interval that lies outside the label."""
    lost, place = 0.0, low
    for nth in range(len(at)):
        if at[nth] > low:
            until = min(at[nth], high)
            lost += until - place if way[nth] > 0 else 0.0
            place = until
            if at[nth] >= high:
                return lost
    return lost + (high - place if way[-1] < 0 else 0.0)
