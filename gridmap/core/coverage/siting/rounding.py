"""How much sites can serve of a set of targets when each is open or not: inequalities that the relaxation breaks.

Targets of a set have a demand D together, and a site serves of them no more than u, its capacity or what it reaches there. Where
D is 2.7 times u the relaxation opens 2.7 sites. Rounding D in units of a divisor d shows that this is no mean of two sites
and three: with f the fraction of D / d and F(a) = ⌊a⌋ + max(0, a - ⌊a⌋ - f) / (1 - f),

    Σ (served by j - (u_j - d (1 - f) F(u_j / d)) · open_j) ≤ d (1 - f) ⌊D / d⌋

holds for any sites j (Marchand and Wolsey, "Aggregation and mixed integer rounding to solve MIPs", Operations Research 49,
2001; for one demand and many suppliers: Padberg, Van Roy and Wolsey, "Valid linear inequalities for fixed charge problems",
Operations Research 33, 1985).
"""

from typing import NamedTuple

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from gridmap.core.compiled import compiled
from gridmap.core.coverage.siting.question import Question
from gridmap.core.topology import Booleans, Floats, Integers

SHARES = (0.999, 0.75, 0.5, 0.25, 0.01)
"""Least shares of its demand that a target has to have from the sites of a cluster to be in a set."""
LEAST_BREACH = 2.0
"""Households by which an inequality has to be broken to be asked."""
MOST_AT_ONCE = 15
MOST_COMMON = 0.5
"""Share of the targets that two sets asked at once may have in common."""
CLEAR = 0.02
"""Least fraction, from either side, that is rounded; and part of a site that counts as open."""


class Inequality(NamedTuple):
    """What some sites serve of some targets is no more than `most` and so much for each that is open.

    Attributes
    ----------
    target : shape (rows,), those of the set.
    site : shape (c,), those that count.
    allowance : shape (c,), for each site that is open.
    """

    target: Booleans
    site: Booleans
    allowance: Floats
    most: float


class _Sets(NamedTuple):
    """Sets of targets as numbers: `demand` (m,); `able` and `served` (m, c), what a site can serve and serves of each."""

    demand: Floats
    able: Floats
    served: Floats


def clusters(asked: Question) -> Booleans:
    """Return nested sets of sites, single ones first, those joined earlier whose reach has more in common: shape (k, c)."""
    reach = asked.matrix.astype(np.float64)
    common = (reach.T @ reach.multiply(asked.weight[:, None])).toarray()
    own = common.diagonal()
    apart = 1.0 - common / np.maximum(own[:, None] + own[None] - common, 1e-9)
    np.fill_diagonal(apart, 0.0)
    found = list(np.eye(len(own), dtype=bool))
    if len(own) > 1:
        for first, second, *_ in linkage(squareform(apart, checks=False), "average"):
            found.append(found[int(first)] | found[int(second)])
    return np.array(found)


def rounded(demand: float, able: Floats, divisor: float) -> tuple[Floats, float]:
    """Return the allowance of each open site and the most beside it, for a divisor that divides not the demand.

    Parameters
    ----------
    able : shape (c,), what each site can serve of the demand.
    """
    fraction = demand / divisor - np.floor(demand / divisor)
    units = np.floor(able / divisor)
    rounded_up = units + np.maximum(0.0, able / divisor - units - fraction) / (1.0 - fraction)
    unit = divisor * (1.0 - fraction)
    return able - unit * rounded_up, float(unit * np.floor(demand / divisor))


def broken(
    asked: Question, capacity: Floats, nested: Booleans, amount: Floats, is_open: Floats
) -> list[Inequality]:
    """Return inequalities that a solution of the relaxation breaks, the worst first.

    Parameters
    ----------
    capacity, is_open : shape (c,), of the sites, and which part of each is open.
    nested : see `clusters`.
    amount : shape (rows, c), what each site serves of each target.
    """
    chosen = _target_sets(asked, nested, amount)
    demand = chosen @ asked.weight
    able = np.minimum(capacity, (chosen * asked.weight) @ asked.matrix.astype(np.float64))
    sets = _Sets(demand, able, chosen.astype(np.float64) @ amount)
    breach, divisor = _sharpest(sets, is_open)
    found = []
    for place in _apart(chosen, breach):
        allowance, most = rounded(demand[place], able[place], divisor[place])
        counts = sets.served[place] > allowance * is_open + 1e-9
        found.append(Inequality(chosen[place], counts, allowance, most))
    return found


def _target_sets(asked: Question, nested: Booleans, amount: Floats) -> Booleans:
    """Return the targets that have a share of their demand from a cluster, for each cluster and share: shape (m, rows)."""
    has = (amount @ nested.T.astype(np.float64)).T
    sets = np.concatenate([(has >= share * asked.weight) & (has > 0.0) for share in SHARES])
    sets = sets[sets.any(axis=1)]
    return sets[np.unique(np.packbits(sets, axis=1), axis=0, return_index=True)[1]]


def _apart(chosen: Booleans, breach: Floats) -> Integers:
    """Return the sets whose inequality is broken most and that have not too much in common."""
    found: list[int] = []
    for place in np.argsort(-breach, kind="stable"):
        if breach[place] < LEAST_BREACH or len(found) == MOST_AT_ONCE:
            break
        common = (chosen[found] & chosen[place]).sum(axis=1)
        if (common <= MOST_COMMON * np.minimum(chosen[found].sum(axis=1), chosen[place].sum())).all():
            found.append(int(place))
    return np.array(found, dtype=np.int64)


@compiled
def _sharpest(sets: _Sets, is_open: Floats) -> tuple[Floats, Floats]:
    """Return by how much the inequality of each set is broken, and the divisor that breaks it most: shape (m,) each."""
    breach, best = np.full(len(sets.demand), -np.inf), np.ones(len(sets.demand))
    some = np.flatnonzero(is_open > 0.0)
    for number in range(len(breach)):
        for site in some:
            divisor = sets.able[number, site]
            if is_open[site] > CLEAR and divisor > 0.0:
                found = _breach(sets, number, divisor, is_open, some)
                if found > breach[number]:
                    breach[number], best[number] = found, divisor
    return breach, best


@compiled
def _breach(sets: _Sets, number: int, divisor: float, is_open: Floats, some: Integers) -> float:
    """Return by how much the inequality of one set and divisor is broken, counting the sites that break it; see `rounded`."""
    whole = np.floor(sets.demand[number] / divisor)
    fraction = sets.demand[number] / divisor - whole
    if fraction < CLEAR or fraction > 1.0 - CLEAR:
        return -np.inf
    unit = divisor * (1.0 - fraction)
    total = -unit * whole
    for site in some:
        able = sets.able[number, site]
        units = np.floor(able / divisor)
        up = units + max(0.0, able / divisor - units - fraction) / (1.0 - fraction)
        total += max(0.0, sets.served[number, site] - (able - unit * up) * is_open[site])
    return float(total)
