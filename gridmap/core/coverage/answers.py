"""What a search of the walking network answers: the nearest facility of each place, and all pairs within a radius."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.core.topology import Floats, Integers

Rows = NDArray[np.int32]
TOLERANCE_M = 1e-6
"""A distance that is over the radius by no more than this is within it, so that rounding decides nothing."""


class Nearest(NamedTuple):
    """The nearest source of each target.

    Attributes
    ----------
    metres : shape (t,), leg + network + leg; inf where no source is within the radius.
    source : shape (t,), rows of the sources, the least of those equally near; -1 where none is within the radius.
    """

    metres: Floats
    source: Rows


class Pairs(NamedTuple):
    """All sources and targets within a radius of one another, sorted by target, then metres, then source.

    Attributes
    ----------
    source, target : shape (p,), rows.
    metres : shape (p,), leg + network + leg.
    """

    source: Rows | Integers
    target: Rows | Integers
    metres: Floats

    @classmethod
    def none(cls) -> "Pairs":
        """Return no pairs."""
        return cls(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))

    def nearest(self, targets: int) -> Nearest:
        """Return the nearest source of each of so many targets."""
        metres, source = np.full(targets, np.inf), np.full(targets, -1, dtype=np.int32)
        found, first = np.unique(self.target, return_index=True)
        metres[found], source[found] = self.metres[first], self.source[first]
        return Nearest(metres, source)


def sorted_pairs(source: Rows | Integers, target: Rows | Integers, metres: Floats) -> Pairs:
    """Sort pairs by target, then metres, then source."""
    order = np.lexsort((source, metres, target))
    return Pairs(source[order].astype(np.int32), target[order].astype(np.int32), metres[order])


def shortest_pairs(source: Integers, found: Pairs) -> Pairs:
    """Return pairs under other sources, of those that fall together the shortest."""
    pairs = sorted_pairs(source, found.target, found.metres)
    key = pairs.target.astype(np.int64) * (int(source.max(initial=0)) + 1) + pairs.source
    _, first = np.unique(key, return_index=True)
    first.sort()
    return Pairs(pairs.source[first], pairs.target[first], pairs.metres[first])
