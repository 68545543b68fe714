"""Counts of people that may be shown: nothing about fewer than five, and nothing that subtraction brings back."""

import numpy as np
from numpy.typing import NDArray

from gridmap.core.topology import Booleans, Floats, Integers

LEAST_HOUSEHOLDS = 10
LEAST_PEOPLE = 5


def shown_units(counts: Floats, households: Floats, parent: Integers, parent_shown: Booleans) -> Booleans:
    """Tell which units may show their counts of a target group, shape (u,).

    A unit may not if it has fewer than 10 households, if a count is 1 to 4, or if its parent is hidden. If that leaves
    hidden units whose sum, which anybody finds by subtracting the others from the parent, is itself too small,
    further units are hidden, those with the fewest people first.

    Parameters
    ----------
    counts : shape (u, c), people by outcome: parts of the group that together are the whole of it.
    households : shape (u,).
    parent : shape (u,), row of the unit above; -1: none.
    parent_shown : shape (p,), whether the counts of the unit above are shown.
    """
    shown = _is_safe(counts, households)
    above = np.append(parent_shown, True)[parent]
    shown &= above
    for row in np.flatnonzero(parent_shown):
        members = np.flatnonzero(parent == row)
        shown[members] = _completed(shown[members], counts[members], households[members])
    return np.asarray(shown)


def is_tellable(counts: Floats) -> Booleans:
    """Tell which counts of households, or differences of such, may be shown: none, or at least 10."""
    return np.asarray((counts == 0) | (np.abs(counts) >= LEAST_HOUSEHOLDS))


def _completed(shown: Booleans, counts: Floats, households: Floats) -> Booleans:
    """Hide more units of one parent until those hidden are safe together."""
    shown = shown.copy()
    people = counts.sum(axis=1)
    while not shown.all() and shown.any() and not _is_hidden_safely(shown, counts, households):
        left = np.flatnonzero(shown)
        shown[left[people[left].argmin()]] = False
    return shown


def _is_hidden_safely(shown: Booleans, counts: Floats, households: Floats) -> bool:
    hidden = ~shown
    together = _is_safe(counts[hidden].sum(axis=0)[None, :], np.array([households[hidden].sum()]))
    return bool(hidden.sum() > 1 and together[0])


def _is_safe(counts: Floats, households: Floats) -> NDArray[np.bool_]:
    few = (counts > 0) & (counts < LEAST_PEOPLE)
    return np.asarray((households >= LEAST_HOUSEHOLDS) & ~few.any(axis=1))
