"""Cover as much demand as can be with so many sites or so much money: maximal covering, proved where that is possible.

What `search` leaves open is an integer programme over the candidates that can be in a better choice at all, with
identical targets merged and dominated candidates left out; the choice at hand is where HiGHS begins.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.floors import Floors, check_floors, floors_of, meeting_floors
from gridmap.core.coverage.siting.greedy import Rules, as_mask, total_gain
from gridmap.core.coverage.siting.infeasible import refusal
from gridmap.core.coverage.siting.lagrange import bounded
from gridmap.core.coverage.siting.model import Model, coverage_model
from gridmap.core.coverage.siting.problem import NOTHING, Limits, Problem
from gridmap.core.coverage.siting.programme import ONE_LESS, ROUNDING, solve
from gridmap.core.coverage.siting.question import Question, cover_programme, question
from gridmap.core.coverage.siting.search import Found, at_once, grain, rules_of, searched, to_beat
from gridmap.core.topology import Booleans, Floats, Integers


def greedy(problem: Problem, limits: Limits) -> Answer | None:
    """Return a good choice at once, with a bound; None if none was found that keeps the minimum shares."""
    case = _case(problem, limits)
    found = at_once(case.model, case.rules)
    if not len(case.floors.group):
        return _answer(problem, found.chosen, found.bound.value)
    chosen = meeting_floors(case.model, case.rules, case.floors, case.group)
    return None if chosen is None else _answer(problem, chosen, found.bound.value)


def mclp(problem: Problem, limits: Limits, *, nodes: int | None = None) -> Answer:
    """Return the choice of candidates that covers most demand, standing facilities included.

    Parameters
    ----------
    nodes : of the search tree at most; an answer that needs more carries a gap.

    Raises
    ------
    Infeasible : no choice within the limits gives every group its minimum share.
    """
    case = _case(problem, limits)
    check_floors(problem, case.floors)
    found = _found(case)
    if found is None or found.bound.value > to_beat(found.value, case.step):
        chosen, bound = _decided(case, found, nodes)
    else:
        chosen, bound = found.chosen, found.bound.value
    return _answer(problem, chosen, bound)


class _Case(NamedTuple):
    """A problem and its limits as numbers; `step` is the least difference between two sums of demand, 0 if not known."""

    model: Model
    limits: Limits
    rules: Rules
    floors: Floors
    group: Integers
    step: float


def _case(problem: Problem, limits: Limits) -> _Case:
    return _Case(
        coverage_model(problem),
        limits,
        rules_of(problem, limits),
        floors_of(problem, limits, problem.covered(NOTHING)),
        problem.group,
        grain(problem.weight),
    )


def _found(case: _Case) -> Found | None:
    """Return what is found without HiGHS; None if that keeps not the minimum shares."""
    if not len(case.floors.group):
        return searched(case.model, case.rules, case.step)
    chosen = meeting_floors(case.model, case.rules, case.floors, case.group)
    if chosen is None:
        return None
    value = total_gain(case.model, chosen)
    return Found(chosen, value, bounded(case.model, case.rules, chosen, to_beat(value, case.step)))


def _decided(case: _Case, found: Found | None, nodes: int | None) -> tuple[Integers, float]:
    """Return the best choice there is, or the best known, and the bound."""
    nothing = np.zeros(case.model.sites, dtype=bool)
    is_out, is_in = (nothing, nothing) if found is None else (found.bound.is_out, found.bound.is_in)
    asked = question(case.model, case.rules, case.group, ~is_out, is_in)
    programme = cover_programme(asked, case.rules, case.floors)
    start = None if found is None else _started(asked, as_mask(found.chosen, case.model.sites))
    solved = solve(programme, start=start, absolute_gap=ONE_LESS if case.step else ROUNDING, nodes=nodes)
    if solved.values is None and found is None:
        raise refusal(programme, case.floors, case.limits, is_proved=solved.bound == np.inf)
    choices = [] if found is None else [found.chosen]
    if solved.values is not None:
        choices.append(asked.site[solved.values[: len(asked.site)] > 0.5])
    values = [total_gain(case.model, chosen) for chosen in choices]
    most = -solved.bound if found is None else min(-solved.bound, found.bound.value)
    return choices[int(np.argmax(values))], max(*values, most)


def _started(asked: Question, is_open: Booleans) -> Floats | None:
    """Return a choice as a solution of the programme; None if a candidate of it was left out."""
    taken = is_open[asked.site]
    if taken.sum() < is_open.sum():
        return None
    is_covered = asked.matrix @ taken.astype(np.int64) > 0
    return np.concatenate([taken, is_covered]).astype(np.float64)


def _answer(problem: Problem, chosen: Integers, bound: float) -> Answer:
    """Return the answer with what stands added to the bound; whole numbers have a bound that is whole."""
    served = np.where(problem.covered(chosen), problem.weight, 0.0)
    standing = problem.weight[problem.covered(NOTHING)].sum()
    most = min(bound + standing, float(problem.weight[~problem.unreachable()].sum()))
    most = np.floor(most + 1e-6) if grain(problem.weight) else most
    value = float(served.sum())
    return Answer(np.sort(chosen), value, max(value, float(most)), served)
