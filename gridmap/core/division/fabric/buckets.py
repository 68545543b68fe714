"""Straight segments by place: the squares of a grid that each runs through, to find quickly what is near.

Coordinates are whole millimetres. Squares share the places of a table, so that empty land costs nothing; two squares in
one place only cost a few comparisons more.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.topology import Integers

SIDE = 32_768
"""Millimetres along a square."""
ROW = 1031
"""Places from a square to the one north of it: squares side by side are side by side in memory too, those of different
rows of a city as wide as 33 km do not meet."""


class Index(NamedTuple):
    """Segments entered into squares.

    Attributes
    ----------
    ends : shape (n, 4), x and y of both ends of all segments, entered or not.
    first, entry : the segments in slot k are ``entry[first[k]:first[k + 1]]``.
    west : the westernmost column of squares.
    """

    ends: Integers
    first: Integers
    entry: Integers
    west: int


class Answers(NamedTuple):
    """Memory for `near`, for one thread.

    Attributes
    ----------
    seen : shape (n,), the last question in which each segment came up.
    found : shape (n,), the answers to it.
    """

    seen: Integers
    found: Integers


@compiled
def slot(column: int, row: int, size: int) -> int:
    """Return the place of a square in a table of `size`, a power of two."""
    return (column + row * ROW) & (size - 1)


@compiled
def table_size(entries: int) -> int:
    """Return a power of two with room for so many entries."""
    size = 64
    while size < 2 * entries:
        size *= 2
    return size


@compiled
def _columns(segment: Integers, row: int, margin: int) -> tuple[int, int]:
    """Return the first and last square of a row that a segment comes within `margin` of."""
    x0, y0, x1, y1 = segment
    west, east = min(x0, x1) - margin - 1, max(x0, x1) + margin + 1
    if west // SIDE == east // SIDE or y0 == y1:
        return west // SIDE, east // SIDE
    low, high = max(min(y0, y1), row * SIDE - margin), min(max(y0, y1), (row + 1) * SIDE + margin)
    slope = (x1 - x0) / (y1 - y0)
    one, two = x0 + (low - y0) * slope, x0 + (high - y0) * slope
    return (
        int(np.floor((min(one, two) - margin - 1) / SIDE)),
        int(np.floor((max(one, two) + margin + 1) / SIDE)),
    )


@compiled
def _rows(segment: Integers, margin: int) -> tuple[int, int]:
    """Return the first and last row that a segment comes within `margin` of."""
    low, high = min(segment[1], segment[3]), max(segment[1], segment[3])
    return (low - margin - 1) // SIDE, (high + margin + 1) // SIDE


@compiled
def index(ends: Integers, chosen: Integers) -> Index:
    """Enter the chosen segments into the squares they run through."""
    size = table_size(len(chosen))
    first, west = np.zeros(size + 2, dtype=np.int64), 2**62
    for item in chosen:
        bottom, top = _rows(ends[item], 0)
        for row in range(bottom, top + 1):
            begin, end = _columns(ends[item], row, 0)
            west = min(west, begin)
            for column in range(begin, end + 1):
                first[slot(column, row, size) + 2] += 1
    for place in range(2, size + 2):
        first[place] += first[place - 1]
    entry = np.empty(first[size + 1], dtype=np.int64)
    for item in chosen:
        bottom, top = _rows(ends[item], 0)
        for row in range(bottom, top + 1):
            begin, end = _columns(ends[item], row, 0)
            for column in range(begin, end + 1):
                place = slot(column, row, size) + 1
                entry[first[place]] = item
                first[place] += 1
    return Index(ends, first[: size + 1], entry, west)


@compiled
def answers_from(index: Index) -> Answers:
    """Reserve memory for answers."""
    return Answers(np.full(len(index.ends), -1, dtype=np.int64), np.empty(len(index.ends), dtype=np.int64))


@compiled
def boxes_apart(one: Integers, two: Integers, most: int) -> bool:
    """Tell whether the boxes around two segments are more than `most` apart."""
    return bool(
        min(two[0], two[2]) - max(one[0], one[2]) > most
        or min(one[0], one[2]) - max(two[0], two[2]) > most
        or min(two[1], two[3]) - max(one[1], one[3]) > most
        or min(one[1], one[3]) - max(two[1], two[3]) > most
    )


@compiled
def near(index: Index, answers: Answers, segment: Integers, within: int, question: int) -> int:
    """Find the entered segments whose box comes within so many millimetres of that around a segment.

    Parameters
    ----------
    question : a number not asked before.

    Returns
    -------
    how many there are; ``answers.found`` lists them.
    """
    count, size = 0, len(index.first) - 1
    bottom, top = _rows(segment, within)
    for row in range(bottom, top + 1):
        begin, end = _columns(segment, row, within)
        for column in range(begin, end + 1):
            place = slot(column, row, size)
            for nth in range(index.first[place], index.first[place + 1]):
                other = index.entry[nth]
                if answers.seen[other] != question:
                    answers.seen[other] = question
                    if not boxes_apart(segment, index.ends[other], within):
                        answers.found[count] = other
                        count += 1
    return count


@compiled
def west_of(index: Index, x: int, y: int) -> int:
    """Return the entered segment that a ray to the west meets first, half a millimetre above a point; -1 if none."""
    size, row, column = len(index.first) - 1, y // SIDE, x // SIDE
    best, found = -np.inf, -1
    while column >= index.west and best < column * SIDE + SIDE:
        place = slot(column, row, size)
        for nth in range(index.first[place], index.first[place + 1]):
            x0, y0, x1, y1 = index.ends[index.entry[nth]]
            if (y0 <= y) != (y1 <= y):
                at = x0 + (y + 0.5 - y0) * (x1 - x0) / (y1 - y0)
                if best < at < x:
                    best, found = at, index.entry[nth]
        column -= 1
    return found


@compiled
def grown(rows: Integers, count: int) -> Integers:
    """Return rows with room for `count` of them, those there are first."""
    if count <= len(rows):
        return rows
    longer = np.empty((2 * count, rows.shape[1]), dtype=np.int64)
    longer[: len(rows)] = rows
    return longer
