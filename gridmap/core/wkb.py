"""Many shapes as one run of bytes (WKB or EWKB), and their coordinates in place."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.compiled import compiled
from gridmap.core.topology import Floats, Geometries, Integers

Bytes = NDArray[np.uint8]

_POINT, _POLYGON, _LARGEST = 1, 3, 7
_HAS_SRID = 0x20000000
_PAIR = 16
"""Bytes of x and y."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Plane shapes, little endian, one after the other.

    Attributes
    ----------
    data : bytes of all of them.
    first : shape (n + 1,); shape k is ``data[first[k]:first[k + 1]]``.
    """

    data: Bytes
    first: Integers

    def coordinates(self) -> Floats:
        """Return all coordinates, shape (m, 2), in the order in which they stand."""
        runs = _runs(self.data, self.first)
        return _read(self.data, runs).view(np.float64).reshape(-1, 2)

    def moved(self, move: Callable[[Floats], Floats]) -> "Shapes":
        """Return the shapes with other coordinates.

        Parameters
        ----------
        move : given all coordinates, shape (m, 2), returns as many.
        """
        runs = _runs(self.data, self.first)
        points = _read(self.data, runs).view(np.float64).reshape(-1, 2)
        data = self.data.copy()
        _write(data, runs, np.ascontiguousarray(move(points), dtype=np.float64).ravel().view(np.uint8))
        return Shapes(data, self.first)

    def geometries(self) -> Geometries:
        """Return the shapes, shape (n,)."""
        blob, cuts = self.data.tobytes(), self.first.tolist()
        parts = np.empty(len(cuts) - 1, dtype=object)
        parts[:] = [blob[start:end] for start, end in pairwise(cuts)]
        return np.asarray(shapely.from_wkb(parts))


@compiled
def _word(data: Bytes, place: int) -> int:
    return int(
        np.int64(data[place])
        | np.int64(data[place + 1]) << 8
        | np.int64(data[place + 2]) << 16
        | np.int64(data[place + 3]) << 24
    )


@compiled
def _head(data: Bytes, place: int, end: int) -> tuple[int, int, int]:
    """Return the kind of a shape, its number of pairs, rings or parts, and where these begin."""
    if place + 9 > end or data[place] != 1:
        raise ValueError("not WKB in little endian order")
    word = _word(data, place + 1)
    kind = word & ~_HAS_SRID
    place += 9 if word & _HAS_SRID else 5
    if kind < _POINT or kind > _LARGEST:
        raise ValueError("not a plane shape")
    if kind == _POINT:
        return kind, 1, place
    return kind, _word(data, place), place + 4


@compiled
def _runs(data: Bytes, first: Integers) -> Integers:
    """Return where runs of coordinates begin and end, shape (runs, 2), in bytes.

    Raises
    ------
    ValueError : bytes that are no plane shape in little endian order, or that end too early.
    """
    runs = np.empty((max(16, 2 * len(first)), 2), dtype=np.int64)
    count = 0
    for shape in range(len(first) - 1):
        place, left = first[shape], 1
        while left > 0:
            kind, items, place = _head(data, place, first[shape + 1])
            left += items - 1 if kind > _POLYGON else -1
            rings = items if kind == _POLYGON else int(kind < _POLYGON)
            for _ in range(rings):
                pairs = items
                if kind == _POLYGON:
                    pairs = _word(data, place)
                    place += 4
                if count == len(runs):
                    runs = np.concatenate((runs, np.empty_like(runs)))
                runs[count, 0], runs[count, 1] = place, place + _PAIR * pairs
                count += 1
                place += _PAIR * pairs
                if place > first[shape + 1]:
                    raise ValueError("WKB ends too early")
    return runs[:count]


@compiled
def _read(data: Bytes, runs: Integers) -> Bytes:
    total = 0
    for start, end in runs:
        total += end - start
    read = np.empty(total, dtype=np.uint8)
    place = 0
    for start, end in runs:
        read[place : place + end - start] = data[start:end]
        place += end - start
    return read


@compiled
def _write(data: Bytes, runs: Integers, pairs: Bytes) -> None:
    place = 0
    for start, end in runs:
        data[start:end] = pairs[place : place + end - start]
        place += end - start
