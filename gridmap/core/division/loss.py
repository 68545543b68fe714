"""How much of a building lies outside its own label, measured along scan lines.

Along each line the outline tells where the building is, and the borders of its label, which have it on one side, where
that is. Lines that run along each other, as walls and borders do, do no harm.
"""

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.topology import Floats, Integers

LINES = 24
"""Scan lines across a building."""


def by_owner(owner: Integers, count: int) -> tuple[Integers, Integers]:
    """Return where the rows of each owner begin in the order given next, and that order; negative owners are left out."""
    order = np.argsort(owner, kind="stable")
    return np.searchsorted(owner[order], np.arange(count + 1)), order


def lost_area(
    outlines: Integers, owner: Integers, label: Integers, borders: Integers, left: Integers, right: Integers
) -> Floats:
    """Return the square metres of each building that lie outside its label.

    Parameters
    ----------
    outlines, owner : shapes (n, 4), millimetres, and (n,): edges of outlines and the building of each.
    label : shape (b,), of each building.
    borders, left, right : shapes (m, 4) and (m,): edges between labels; a building beside no border of its label is
        taken to be inside.
    """
    labels = int(label.max(initial=-1)) + 1
    side = np.concatenate([left, right])
    begin, row = by_owner(np.where(side < labels, side, -1), labels)
    own, edge = by_owner(owner, len(label))
    return _lost(outlines[edge], own, label, borders, begin, row) / 1e6


@compiled
def _crossings(y: float, ends: Integers, rows: Integers, count: int, at: Floats, way: Integers) -> int:
    """Enter where a scan line meets edges, from west to east, with 1 where the label begins and -1 where it ends."""
    found = 0
    for row in rows:
        edge = row % count
        x0, y0, x1, y1 = ends[edge]
        if (y0 <= y) == (y1 <= y):
            continue
        x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        goes = 1 if (y1 < y0) == (row < count) else -1
        place = found
        while place > 0 and at[place - 1] > x:
            at[place], way[place] = at[place - 1], way[place - 1]
            place -= 1
        at[place], way[place] = x, goes
        found += 1
    return found


@compiled
def _outside(low: float, high: float, at: Floats, way: Integers, count: int) -> float:
    """Return the length of an interval that lies outside the label."""
    lost, place = 0.0, low
    for nth in range(count):
        if at[nth] <= low:
            continue
        until = min(at[nth], high)
        if way[nth] > 0:
            lost += until - place
        place = until
        if at[nth] >= high:
            return lost
    if count and way[count - 1] < 0:
        lost += high - place
    return lost


@compiled
def _lost(
    outlines: Integers, own: Integers, label: Integers, borders: Integers, begin: Integers, row: Integers
) -> Floats:
    """Return the square millimetres of each building outside its label."""
    lost = np.zeros(len(label))
    for building in range(len(label)):
        mine = outlines[own[building] : own[building + 1]]
        around = row[begin[label[building]] : begin[label[building] + 1]]
        if not len(mine) or not len(around):
            continue
        at, way = np.empty(len(around)), np.empty(len(around), dtype=np.int64)
        walls, turn = np.empty(len(mine)), np.empty(len(mine), dtype=np.int64)
        low, high = min(mine[:, 1].min(), mine[:, 3].min()), max(mine[:, 1].max(), mine[:, 3].max())
        step = (high - low) / LINES
        every = np.arange(len(mine))
        for line in range(LINES):
            y = low + (line + 0.5) * step + 1e-3
            found = _crossings(y, borders, around, len(borders), at, way)
            if not found:
                continue
            inside = _crossings(y, mine, every, len(mine), walls, turn)
            for nth in range(0, inside - 1, 2):
                lost[building] += step * _outside(walls[nth], walls[nth + 1], at, way, found)
    return lost
