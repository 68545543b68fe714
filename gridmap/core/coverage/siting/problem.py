"""What is asked of siting: demand, candidates, who reaches what, and limits."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridmap.core.coverage.answers import Pairs
from gridmap.core.topology import Booleans, Floats, Integers
from gridmap.errors import Invalid, Text

Labels = NDArray[np.object_]
NOTHING: Integers = np.zeros(0, dtype=np.int64)
"""No candidate is chosen."""


@dataclass(frozen=True, slots=True)
class Sites:
    """Facilities that stand, or candidates: vacant rooms, shared rooms of organisations, plots, gates to open.

    A gate is a candidate like any other: its pairs are the targets that a facility reaches once the gate is open, its
    capacity is what is still free there.

    Attributes
    ----------
    label : shape (s,), what the site is called.
    cost : shape (s,), in one unit, positive; NaN: not known, and then no budget can be kept.
    capacity : shape (s,), demand it can serve; infinite: no limit; NaN: not known, and then it can serve only where
        capacity does not count.
    """

    label: Labels
    cost: Floats
    capacity: Floats

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self.label)

    @classmethod
    def alike(cls, count: int) -> "Sites":
        """Return sites that are numbered, cost 1 each and have no limit."""
        labels = np.array([str(number) for number in range(count)], dtype=object)
        return cls(labels, np.ones(count), np.full(count, np.inf))


@dataclass(frozen=True, slots=True)
class Problem:
    """Demand and the sites that could meet it.

    Attributes
    ----------
    weight : shape (n,), households of each target, or people of the group a norm is about; not negative.
    candidates, pairs : sites to choose from, and what they reach within the radius of the norm: sources are rows of
        sites, in any order. A pair told twice counts once, the shorter way.
    existing, existing_pairs : facilities that stay, and what they reach.
    group : shape (n,), the grid of each target; -1: in none.

    Raises
    ------
    Invalid : a weight, cost, capacity or length is no number or negative, or a pair names a row that is not there.
    """

    weight: Floats
    candidates: Sites
    pairs: Pairs
    existing: Sites = field(default_factory=lambda: Sites.alike(0))
    existing_pairs: Pairs = field(default_factory=Pairs.none)
    group: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if not (np.isfinite(self.weight).all() and (self.weight >= 0).all()):
            raise _invalid("demand", "需求量", "a target", "某个需求点")
        for sites, pairs in ((self.candidates, self.pairs), (self.existing, self.existing_pairs)):
            _check_sites(sites)
            _check_pairs(pairs, len(sites), len(self.weight))
        if not len(self.group):
            object.__setattr__(self, "group", np.full(len(self.weight), -1, dtype=np.int64))

    def unreachable(self) -> Booleans:
        """Tell which targets with demand no site reaches, standing or not: shape (n,)."""
        reached = np.zeros(len(self.weight), dtype=bool)
        reached[self.pairs.target] = True
        reached[self.existing_pairs.target] = True
        return np.asarray(~reached & (self.weight > 0))

    def covered(self, chosen: Integers) -> Booleans:
        """Tell which targets a standing facility or a chosen candidate reaches: shape (n,)."""
        is_open = np.zeros(len(self.candidates), dtype=bool)
        is_open[chosen] = True
        covered = np.zeros(len(self.weight), dtype=bool)
        covered[self.existing_pairs.target] = True
        covered[self.pairs.target[is_open[self.pairs.source]]] = True
        return covered

    def metres(self, chosen: Integers) -> Floats:
        """Return the way from each target to the nearest open site: shape (n,), infinite where none is reached."""
        is_open = np.zeros(len(self.candidates), dtype=bool)
        is_open[chosen] = True
        kept = is_open[self.pairs.source]
        nearest = np.full(len(self.weight), np.inf)
        np.minimum.at(nearest, self.existing_pairs.target, self.existing_pairs.metres)
        np.minimum.at(nearest, self.pairs.target[kept], self.pairs.metres[kept])
        return nearest


@dataclass(frozen=True, slots=True)
class Limits:
    """What a choice of candidates has to keep to.

    Attributes
    ----------
    count : candidates at most; None: any number.
    budget : cost at most, in the unit of the candidates; None: no budget.
    floor : share (0–1) of the demand of every group that must be covered at least.

    Raises
    ------
    Invalid : there is neither count nor budget, or a limit makes no sense.
    """

    count: int | None = None
    budget: float | None = None
    floor: float = 0.0

    def __post_init__(self) -> None:
        told = [limit for limit in (self.count, self.budget) if limit is not None]
        if not told or not all(limit >= 0 for limit in told) or not 0 <= self.floor <= 1:
            raise Invalid(
                Text(en="These limits make no sense for siting.", zh="选址的限制条件无效。"),
                hint=Text(
                    en="Give a number of sites or a budget, not negative, and a minimum share from 0 to 1.",
                    zh="请给出不为负的站点数或预算，最低覆盖比例应在 0 到 1 之间。",
                ),
            )

    def rows(self, sites: Sites) -> tuple[Floats, Floats]:
        """Return what each candidate takes of each limit, shape (r, s), and the limits, shape (r,).

        Raises
        ------
        Invalid : there is a budget, and the cost of a candidate is not known.

        Notes
        -----
        A budget is met if it is exceeded by no more than an error of rounding.
        """
        taken, most = [], []
        if self.count is not None:
            taken, most = [np.ones(len(sites))], [float(self.count)]
        if self.budget is not None:
            if np.isnan(sites.cost).any():
                raise unknown_costs(sites)
            taken, most = [*taken, sites.cost], [*most, self.budget * (1 + 1e-12)]
        return np.array(taken, dtype=np.float64), np.array(most, dtype=np.float64)


def unknown_costs(sites: Sites) -> Invalid:
    """Return the error that the cost of some sites is not known."""
    return _unknown(sites, np.isnan(sites.cost), "cost", "费用")


def check_capacities(sites: Sites) -> None:
    """Refuse sites whose capacity is not known.

    Raises
    ------
    Invalid : the capacity of a site is not known.
    """
    if np.isnan(sites.capacity).any():
        raise _unknown(sites, np.isnan(sites.capacity), "capacity", "服务能力")


def _check_sites(sites: Sites) -> None:
    if (sites.cost <= 0).any() or np.isinf(sites.cost).any():
        raise _invalid("cost", "费用", "a site", "某个站点")
    if (sites.capacity < 0).any():
        raise _invalid("capacity", "服务能力", "a site", "某个站点")


def _check_pairs(pairs: Pairs, sites: int, targets: int) -> None:
    known = all(
        not len(rows) or (rows.min() >= 0 and rows.max() < count)
        for rows, count in ((pairs.source, sites), (pairs.target, targets))
    )
    if not known or not (np.isfinite(pairs.metres).all() and (pairs.metres >= 0).all()):
        raise _invalid("length or row", "距离或行号", "a pair", "某个配对")


def _invalid(what: str, what_zh: str, where: str, where_zh: str) -> Invalid:
    return Invalid(
        Text(en=f"The {what} of {where} is out of range.", zh=f"{where_zh}的{what_zh}超出允许范围。"),
        hint=Text(en="Correct it, or leave the row out.", zh="请改正，或去掉该行。"),
    )


def _unknown(sites: Sites, where: Booleans, what: str, what_zh: str) -> Invalid:
    names = [str(label) for label in sites.label[where][:5]]
    return Invalid(
        Text(
            en=f"The {what} of {int(where.sum())} sites is not known: {', '.join(names)}.",
            zh=f"{int(where.sum())} 个站点的{what_zh}不详：{'、'.join(names)}。",
        ),
        hint=Text(en=f"State their {what}, or leave them out.", zh=f"请补充{what_zh}，或去掉这些站点。"),
        sites=names,
    )
