"""Counts of people that may be shown: nothing about fewer than five, and nothing that subtraction brings back."""

from collections.abc import Sequence

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


def shared_out(households: Floats, groups: Sequence[Integers]) -> Floats:
    """Return households with those of small homes, fewer than 10, shared out evenly among the small homes of their group.

    Whatever is counted with these numbers, and whatever is subtracted from what, tells no more of a small home than
    the sum of its group does: microaggregation (Defays & Anwar 1998). Numbers stay whole, and sums of groups as they are.

    Parameters
    ----------
    households : shape (n,), whole; NaN where not counted.
    groups : each of shape (n,), the narrowest first; -1: in none. A small home goes with the first of its groups in which
        those that are left have at least 10 households together.

    Returns
    -------
    Shape (n,); NaN for small homes whose groups are all too small.
    """
    is_small = (households > 0) & (households < LEAST_HOUSEHOLDS)
    shared = np.where(is_small, np.nan, households)
    for group in groups:
        left = np.flatnonzero(is_small & np.isnan(shared) & (group >= 0))
        sums = np.bincount(group[left], households[left]).astype(np.float64)
        told = left[sums[group[left]] >= LEAST_HOUSEHOLDS]
        shared[told] = _even_parts(group[told], sums)
    return shared


def _even_parts(group: Integers, sums: Floats) -> Floats:
    """Share out the sum of each group among its members in whole parts that differ by one at most."""
    count = np.bincount(group, minlength=len(sums))
    order = np.argsort(group, kind="stable")
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - (np.cumsum(count) - count)[group[order]]
    steps = [(rank + one) * sums[group] // count[group] for one in (1, 0)]
    return np.asarray(steps[0] - steps[1])


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
