"""Straight segments by place: the squares of a grid that each runs through, to find quickly what is near.

Coordinates are whole millimetres (`noding.UNIT`). Squares are found by hashing, so that empty land costs nothing; two
squares with one hash only cost a few comparisons more.
"""

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.topology import Integers

SIDE = 16_384
"""Millimetres along a square."""


@compiled
def slot(column: int, row: int, mask: int) -> int:
    """Return the place of a square in the table."""
    mixed = column * 73_856_093 ^ row * 19_349_663
    return (mixed ^ (mixed >> 17)) & mask


@compiled
def columns(segment: Integers, row: int, margin: int) -> tuple[int, int]:
    """Return the first and last square of a row that a segment comes within `margin` of."""
    x0, y0, x1, y1 = segment
    low, high = max(min(y0, y1), row * SIDE - margin), min(max(y0, y1), (row + 1) * SIDE + margin)
    if y0 == y1:
        west, east = float(min(x0, x1)), float(max(x0, x1))
    else:
        slope = (x1 - x0) / (y1 - y0)
        one, two = x0 + (low - y0) * slope, x0 + (high - y0) * slope
        west, east = min(one, two), max(one, two)
    return int(np.floor((west - margin - 1) / SIDE)), int(np.floor((east + margin + 1) / SIDE))


@compiled
def rows(segment: Integers, margin: int) -> tuple[int, int]:
    """Return the first and last row that a segment comes within `margin` of."""
    low, high = min(segment[1], segment[3]), max(segment[1], segment[3])
    return (low - margin) // SIDE, (high + margin) // SIDE


@compiled
def fill(segments: Integers, chosen: Integers, margin: int) -> tuple[Integers, Integers]:
    """Enter segments into the squares they run through.

    Parameters
    ----------
    segments : shape (n, 4): x and y of both ends.
    chosen : the segments to enter.
    margin : millimetres; segments are entered also into squares they pass this near.

    Returns
    -------
    first : shape (table + 1,); the entries of slot k are ``entry[first[k]:first[k + 1]]``. Its length tells the mask.
    entry : segment of each entry.
    """
    size = 64
    while size < 2 * len(chosen):
        size *= 2
    mask = size - 1
    first = np.zeros(size + 2, dtype=np.int64)
    for item in chosen:
        bottom, top = rows(segments[item], margin)
        for row in range(bottom, top + 1):
            west, east = columns(segments[item], row, margin)
            for column in range(west, east + 1):
                first[slot(column, row, mask) + 2] += 1
    for place in range(2, size + 2):
        first[place] += first[place - 1]
    entry = np.empty(first[size + 1], dtype=np.int64)
    for item in chosen:
        bottom, top = rows(segments[item], margin)
        for row in range(bottom, top + 1):
            west, east = columns(segments[item], row, margin)
            for column in range(west, east + 1):
                place = slot(column, row, mask) + 1
                entry[first[place]] = item
                first[place] += 1
    return first[: size + 1], entry
