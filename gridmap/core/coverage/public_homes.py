"""Homes as anyone may know them: what the public is told is counted from these, so that no two answers tell more.

A home of at least 10 households keeps its count, unless it is kept back so that the total of its grid tells no small
one. The others are pooled, and the sum of a pool is shared out evenly among its homes: microaggregation (Defays & Anwar
1998). People of a target group are known by pool only, and are shared out by households. Pools go by community and grid
and never by what is asked, so whatever is counted, and whatever is subtracted from what, is a sum of shares of the same
pools.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from gridmap.core.coverage.k_rule import LEAST_HOUSEHOLDS, LEAST_PEOPLE
from gridmap.core.coverage.situation import Homes
from gridmap.core.topology import Booleans, Floats, Integers

Pools = list[Integers]


def public_homes(homes: Homes) -> Homes:
    """Return homes with counts that anyone may know, whole numbers; sums over a community stay as they are.

    Homes of a pool that is too small, in a community that has no other to join, become not counted (NaN).
    """
    counted = replace(homes, households=_public_households(homes))
    shared = {group: _public_people(counted, people) for group, people in homes.people.items()}
    return replace(counted, people=shared)


def household_pools(homes: Homes) -> Pools:
    """Return the rows of the homes of each pool of households: each pool holds 10 or more."""
    return list(_pools(homes, _is_pooled(homes), lambda rows: _households(homes, rows) >= LEAST_HOUSEHOLDS))


def people_pools(homes: Homes, people: Floats) -> Pools:
    """Return the rows of the homes of each pool of people: each has 10 households, and none of the group or 5 or more.

    Parameters
    ----------
    homes : with households that anyone may know, by which people are shared out.
    people : shape (n,), as they are; NaN where not counted.
    """

    def is_large(rows: Integers) -> bool:
        return _households(homes, rows) >= LEAST_HOUSEHOLDS

    counted = ~np.isnan(people)
    nobody = [rows for rows in _by_grid(homes, counted) if not people[rows].any() and is_large(rows)]
    others = counted.copy()
    others[_joined(nobody)] = False
    return [
        *nobody,
        *_pools(homes, others, lambda rows: is_large(rows) and people[rows].sum() >= LEAST_PEOPLE),
    ]


def share_out(whole: float, weights: Floats) -> Floats:
    """Share a whole number out in proportion to weights, in whole numbers: the largest remainders first, then the first.

    Parameters
    ----------
    weights : shape (n,), not negative; all alike where all are 0.
    """
    parts = weights if weights.sum() > 0 else np.ones(len(weights))
    exact = whole * parts / parts.sum()
    shares = np.floor(exact + 1e-9)
    first = np.argsort((shares - exact).round(9), kind="stable")[: round(whole - shares.sum())]
    shares[first] += 1.0
    return np.asarray(shares)


def _public_households(homes: Homes) -> Floats:
    households = np.where(_is_pooled(homes), np.nan, homes.households)
    for rows in household_pools(homes):
        households[rows] = share_out(_households(homes, rows), np.ones(len(rows)))
    return households


def _public_people(homes: Homes, people: Floats) -> Floats:
    shared = np.full(len(people), np.nan)
    for rows in people_pools(homes, people):
        shared[rows] = share_out(float(people[rows].sum()), np.nan_to_num(homes.households[rows]))
    return shared


def _is_pooled(homes: Homes) -> Booleans:
    is_small = (homes.households > 0) & (homes.households < LEAST_HOUSEHOLDS)
    return np.asarray(is_small | homes.kept_back)


def _households(homes: Homes, rows: Integers) -> float:
    return float(np.nansum(homes.households[rows]))


def _pools(homes: Homes, chosen: Booleans, is_safe: Callable[[Integers], bool]) -> Iterator[Integers]:
    """Yield pools of chosen homes: those of a grid, or, where they are too few, joined within their community."""
    by_community = groupby(_by_grid(homes, chosen), key=lambda rows: homes.community[rows[0]])
    for _, groups in by_community:
        safe: Pools = []
        left: Pools = []
        for rows in groups:
            (safe if is_safe(rows) else left).append(rows)
        rest = _joined(left)
        if len(rest) and safe and not is_safe(rest):
            rest = _joined([rest, safe.pop()])
        yield from safe
        if len(rest) and is_safe(rest):
            yield rest


def _by_grid(homes: Homes, chosen: Booleans) -> Iterator[Integers]:
    """Yield the rows of chosen homes by community and grid; those of a community that are in no grid go together."""
    rows = np.flatnonzero(chosen)
    unit = homes.community[rows] * (homes.grid.max(initial=-1) + 2) + homes.grid[rows]
    order = np.argsort(unit, kind="stable")
    bounds = np.flatnonzero(np.diff(unit[order])) + 1
    yield from (part for part in np.split(rows[order], bounds) if len(part))


def _joined(parts: Sequence[Integers]) -> Integers:
    return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))
