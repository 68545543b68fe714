"""The third verdict: are there places enough for all who depend on the same facilities."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.core.coverage.answers import Pairs, Rows
from gridmap.core.coverage.outcomes import Outcome
from gridmap.core.topology import Booleans, Floats, Integers
from gridmap.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class Served:
    """What two-step floating catchment areas say.

    Parameters
    ----------
    access : shape (targets,), places for each person in reach; 0 where no facility is in reach.
    is_partial : shape (targets,), a facility in reach has a capacity that is not known, so access may be higher.
    load : shape (sources,), people for each place; NaN where the capacity is not known, inf where it is 0.
    imbalance : (places given out − places there) ÷ places there: 0 but for rounding, see `two_step`.
    """

    access: Floats
    is_partial: Booleans
    load: Floats
    imbalance: float


def two_step(pairs: Pairs, demand: Floats, supply: Floats) -> Served:
    """Share the places of each facility among all within its reach, then add up what each home gets.

    Two-step floating catchment areas (Luo & Wang 2003, Environment and Planning B 30(6):865–884)::

        R_j = S_j / Σ_{i: j reaches i} D_i        A_i = Σ_{j: j reaches i} R_j

    so that ``Σ_i A_i D_i = Σ_j S_j`` over the facilities that reach anybody: the conservation check, kept as `imbalance`.

    Parameters
    ----------
    pairs : facilities and homes within reach of one another.
    demand : shape (targets,), people, not negative; NaN, not counted, adds nothing.
    supply : shape (sources,), places, not negative; NaN where not known.

    Raises
    ------
    Invalid : a demand or supply is negative.
    """
    _refuse_negative(demand, supply)
    people = np.nan_to_num(demand)
    reached = _sums(pairs.source, people[pairs.target], len(supply))
    known = np.nan_to_num(supply)
    ratio = np.divide(known, reached, out=np.zeros(len(supply)), where=reached > 0)
    access = _sums(pairs.target, ratio[pairs.source], len(demand))
    partial = np.zeros(len(demand), dtype=bool)
    partial[pairs.target[np.isnan(supply)[pairs.source]]] = True
    there = float(known[reached > 0].sum())
    given = float(access @ people)
    return Served(access, partial, _load(reached, supply), (given - there) / there if there else given)


def judge_capacity(served: Served, needed: Floats, is_reached: Booleans) -> NDArray[np.object_]:
    """Judge the places each home gets against those it needs for each person, shape (n,), `Outcome` values.

    Parameters
    ----------
    needed : shape (n,), places for each person; NaN where the norm sets none.
    is_reached : shape (n,), whether any facility is near enough; a home that none reaches is unmet.
    """
    enough = served.access >= needed * (1.0 - 1e-9)
    outcome = np.where(enough, Outcome.MET.value, Outcome.UNMET.value).astype(object)
    outcome[~enough & served.is_partial] = Outcome.UNKNOWN.value
    outcome[~is_reached] = Outcome.UNMET.value
    outcome[np.isnan(needed)] = Outcome.NOT_SET.value
    return outcome


def _sums(rows: Rows | Integers, values: Floats, count: int) -> Floats:
    return np.bincount(rows, values, minlength=count).astype(np.float64)


def _load(reached: Floats, supply: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        load = np.asarray(reached / supply, dtype=np.float64)
    load[(reached == 0) & ~np.isnan(supply)] = 0.0
    return load


def _refuse_negative(demand: Floats, supply: Floats) -> None:
    for values, en, zh in ((demand, "demand", "需求"), (supply, "capacity", "容量")):
        wrong = np.flatnonzero(values < 0)
        if len(wrong):
            raise Invalid(
                Text(
                    en=f"Row {wrong[0]} has a negative {en}: {values[wrong[0]]:g}.",
                    zh=f"第 {wrong[0]} 行的{zh}为负：{values[wrong[0]]:g}。",
                ),
                hint=Text(en="Leave out what is not known.", zh="未知的请留空。"),
            )
