"""A choice and a bound that are close to each other, in turns: the prices of a bound suggest sites, a better choice sharpens it."""

from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.siting.greedy import Rules, added, greedy_choice, improved, total_gain
from gridmap.core.coverage.siting.lagrange import Bound, bounded
from gridmap.core.coverage.siting.model import Model
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.core.topology import Floats, Integers

ROUNDS = 3
FEW_STEPS = 40


class Found(NamedTuple):
    """A choice, its sum of gains, and a bound on any."""

    chosen: Integers
    value: float
    bound: Bound


def rules_of(problem: Problem, limits: Limits) -> Rules:
    """Return the limits as numbers."""
    return Rules(*limits.rows(problem.candidates))


def grain(weight: Floats) -> float:
    """Return the least difference between two sums of demand: 1 where all are whole numbers, else 0: not known."""
    return float((weight == np.rint(weight)).all())


def to_beat(value: float, step: float) -> float:
    """Return what a better choice exceeds, when sums differ by a step at least."""
    return value + step - 1e-5 if step else value + 1e-9 * abs(value)


def at_once(model: Model, rules: Rules) -> Found:
    """Return what greedy finds, with a bound that is not yet as low as can be."""
    chosen = np.sort(greedy_choice(model, rules))
    return Found(
        chosen,
        total_gain(model, chosen),
        bounded(model, rules, chosen, total_gain(model, chosen), steps=FEW_STEPS),
    )


def searched(model: Model, rules: Rules, step: float) -> Found:
    """Return a choice that no exchange improves, and a bound close to it.

    Parameters
    ----------
    step : see `grain`.
    """
    chosen = improved(model, rules, greedy_choice(model, rules))
    found = _with_bound(model, rules, chosen, step, None)
    for _ in range(ROUNDS):
        if found.bound.value <= to_beat(found.value, step):
            break
        other = improved(model, rules, _suggested(model, rules, found.bound))
        if total_gain(model, other) <= found.value:
            break
        found = _with_bound(model, rules, other, step, found.bound.price)
    return found


def _with_bound(model: Model, rules: Rules, chosen: Integers, step: float, price: Floats | None) -> Found:
    value = total_gain(model, chosen)
    return Found(chosen, value, bounded(model, rules, chosen, to_beat(value, step), price=price))


def _suggested(model: Model, rules: Rules, bound: Bound) -> Integers:
    """Return the sites worth most at the prices of a bound, as many as the limits allow."""
    order = np.argsort(-bound.worth, kind="stable")
    fits = (np.cumsum(rules.taken[:, order], axis=1) <= rules.most[:, None]).all(axis=0)
    return added(model, rules, np.ones(model.sites), np.sort(order[fits & (bound.worth[order] > 0)]))
