"""Serve as much demand as can be when sites can serve only so much: maximal covering with capacities.

A target may be served by several sites. A choice comes from greedy and exchanges, each measured by the largest flow, a
bound from `lagrange`. If these are farther apart than was asked, HiGHS is asked whether a choice beyond that gap exists
among the candidates that can be in one; that a closed site serves nobody is asked of single pairs, and that sites are opened
whole of sets of targets (`rounding`), only where the relaxation breaks it.

Source: Current and Storbeck, "Capacitated covering models", Environment and Planning B 15, 1988.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.floors import ROUNDING, Floors, check_floors, floors_of
from gridmap.core.coverage.siting.flow_search import added_to_flow, exchanged
from gridmap.core.coverage.siting.flows import Network, flow_of, network_of, served
from gridmap.core.coverage.siting.greedy import Rules
from gridmap.core.coverage.siting.infeasible import refusal
from gridmap.core.coverage.siting.lagrange import Bound, bounded
from gridmap.core.coverage.siting.model import Model, service_model
from gridmap.core.coverage.siting.problem import Limits, Problem, check_capacities
from gridmap.core.coverage.siting.programme import Relaxation, solve
from gridmap.core.coverage.siting.question import Question, question
from gridmap.core.coverage.siting.search import FEW_STEPS, grain, to_beat
from gridmap.core.coverage.siting.service import (
    amounts,
    service_programme,
    serving_more,
    tightened,
)
from gridmap.core.topology import Booleans, Floats, Integers

GAP = 0.005
"""How far an answer may be from the best, as a share; it says how far it is."""
STEPS = 1000
FEWEST_KICKS, MOST_KICKS = 3, 120
"""Times that some sites of the best choice are given up at random and others sought."""
KICK_WORK = 17_000_000
"""Pairs times open sites, over all these times."""
MOST_PAIRS = 10_000
"""Pairs left over for HiGHS; where there are more, the relaxation alone takes longer than it is worth."""
NODES = 15
"""Of the search tree where a gap is allowed; without one see `programme.node_limit`."""
GIVEN_UP = 0.2
"""Share of the sites that are given up."""


class _Case(NamedTuple):
    """A problem as numbers: the standing facilities come after the candidates, take of no limit, and stay."""

    model: Model
    network: Network
    limits: Limits
    rules: Rules
    fixed: Booleans
    step: float


def greedy_capacitated(problem: Problem, limits: Limits) -> Answer | None:
    """Return a good choice at once, with a bound; None if it keeps not the minimum shares. See `capacitated`.

    Raises
    ------
    Invalid : a capacity is not known.
    """
    case = _case(problem, limits)
    chosen = _greedy(case)
    answer = _answer(problem, case, chosen, _bound(case, chosen, _value(case, chosen), steps=FEW_STEPS).value)
    return answer if _keeps_floors(problem, limits, answer) else None


def capacitated(problem: Problem, limits: Limits, *, gap: float = GAP, nodes: int | None = None) -> Answer:
    """Return the choice of candidates that, with the standing facilities, serves most demand within their capacities.

    Parameters
    ----------
    gap : how far the answer may be from the best; 0: the best.
    nodes : of the search tree at most.

    Raises
    ------
    Invalid : a capacity is not known.
    Infeasible : no choice was found that serves the minimum share of every group.
    """
    floors = floors_of(problem, limits, np.zeros(len(problem.weight), dtype=bool))
    check_floors(problem, floors)
    case = _case(problem, limits)
    known = _known(case, gap)
    answer = _answer(problem, case, known.chosen, known.bound.value)
    if not _keeps_floors(problem, limits, answer):
        return _with_floors(problem, case, floors, gap, nodes)
    if answer.gap <= gap:
        return answer
    other = _better(problem, case, known, gap, nodes)
    if other.value < answer.value or not _keeps_floors(problem, limits, other):
        return replace(answer, bound=max(answer.value, other.bound))
    return other


class _Known(NamedTuple):
    """A choice, standing facilities included, and a bound on any."""

    chosen: Integers
    bound: Bound


def _known(case: _Case, gap: float) -> _Known:
    """Return what exchanges find, from greedy and then from what is left of the best when some sites are given up.

    Random numbers are the same each time. The bound rules out what no choice better than the gap allows can have.
    """
    best = np.sort(exchanged(case.network, case.rules, _greedy(case), case.fixed))
    bound = _bound(case, best, _value(case, best), steps=STEPS)
    rng = np.random.default_rng(0)
    for _ in range(_kicks(case, best)):
        if _value(case, best) >= (1.0 - gap) * bound.value:
            return _Known(best, bound)
        other = _kicked(case, best, rng)
        best = other if _value(case, other) >= _value(case, best) else best
    return _Known(best, _bound(case, best, _aim(case, best, gap), steps=STEPS))


def _aim(case: _Case, chosen: Integers, gap: float) -> float:
    """Return what a choice has to serve more than to be of interest, as a choice that is known is near enough to it."""
    most = _value(case, chosen) / (1.0 - gap)
    return float(np.floor(most + 1e-6)) if case.step else most


def _kicks(case: _Case, chosen: Integers) -> int:
    work = len(case.network.pair) * len(chosen)
    return max(FEWEST_KICKS, min(MOST_KICKS, KICK_WORK // max(1, work)))


def _kicked(case: _Case, chosen: Integers, rng: np.random.Generator) -> Integers:
    """Give up some sites at random, and return what greedy at random prices and exchanges make of the others."""
    keeps = case.fixed[chosen] | (rng.random(len(chosen)) >= GIVEN_UP)
    price = rng.uniform(1.0, 1.5, case.model.sites)
    begun = added_to_flow(case.network, case.rules, price, chosen[keeps])
    return np.sort(exchanged(case.network, case.rules, begun, case.fixed))


def _case(problem: Problem, limits: Limits) -> _Case:
    check_capacities(problem.candidates)
    check_capacities(problem.existing)
    model, (taken, most) = service_model(problem), limits.rows(problem.candidates)
    standing = len(problem.existing)
    rules = Rules(np.hstack([taken, np.zeros((len(most), standing))]), most)
    amounts = np.concatenate([model.weight, model.capacity[np.isfinite(model.capacity)]])
    fixed = np.arange(model.sites) >= len(problem.candidates)
    return _Case(model, network_of(model), limits, rules, fixed, grain(amounts))


def _greedy(case: _Case) -> Integers:
    standing = np.flatnonzero(case.fixed)
    price = (case.rules.taken / np.maximum(case.rules.most, 1e-9)[:, None]).max(axis=0)
    by_price = added_to_flow(case.network, case.rules, np.where(case.fixed, 1.0, price), standing)
    by_value = added_to_flow(case.network, case.rules, np.ones(case.model.sites), standing)
    return max((by_value, by_price), key=lambda chosen: _value(case, chosen))


def _value(case: _Case, chosen: Integers) -> float:
    return served(case.network, flow_of(case.network, chosen))


def _bound(case: _Case, chosen: Integers, known: float, *, steps: int) -> Bound:
    """Return a bound, and the sites that are in no, or in every, choice that serves more than is known."""
    return bounded(case.model, case.rules, chosen, to_beat(known, case.step), steps=steps)


def _answer(problem: Problem, case: _Case, chosen: Integers, bound: float) -> Answer:
    flow = flow_of(case.network, chosen)
    reached = ~problem.unreachable()
    amount = np.where(reached, problem.weight - flow.unserved, 0.0)
    return _as_answer(case, chosen, amount, min(bound, float(problem.weight[reached].sum())))


def _as_answer(case: _Case, chosen: Integers, amount: Floats, bound: float) -> Answer:
    value = float(amount.sum())
    most = np.floor(bound + 1e-6) if case.step else bound
    return Answer(np.sort(chosen[~case.fixed[chosen]]), value, max(value, float(most)), amount)


def _keeps_floors(problem: Problem, limits: Limits, answer: Answer) -> bool:
    in_group = problem.group >= 0
    total = np.bincount(problem.group[in_group], problem.weight[in_group])
    has = np.bincount(problem.group[in_group], answer.served[in_group])
    return bool((has >= (limits.floor - ROUNDING) * total).all())


def _better(problem: Problem, case: _Case, known: _Known, gap: float, nodes: int | None) -> Answer:
    """Return what HiGHS finds among the candidates that can be in a choice of interest, or that there is none.

    It is not asked where a gap is allowed and all that the relaxation is told brings its bound no lower.
    """
    none = floors_of(problem, Limits(count=0), np.zeros(len(problem.weight), dtype=bool))
    asked = _question(problem, case, ~known.bound.is_out, known.bound.is_in)
    if asked.matrix.nnz > MOST_PAIRS:
        return _answer(problem, case, known.chosen, known.bound.value)
    aim = _aim(case, known.chosen, gap)
    least, capacity = to_beat(aim, case.step), case.model.capacity[asked.site]
    begun = service_programme(asked, capacity, case.rules, none)
    programme, bound = tightened(begun, asked, capacity, least=least)
    if gap and least <= bound >= -Relaxation(begun).solve().bound - 1e-6:
        return _answer(problem, case, known.chosen, min(max(bound, aim), known.bound.value))
    solved = solve(
        serving_more(programme, least), relative_gap=gap, nodes=NODES if nodes is None and gap else nodes
    )
    found = known.chosen if solved.values is None else asked.site[solved.values[: len(asked.site)] > 0.5]
    return _answer(problem, case, found, min(max(-solved.bound, aim), known.bound.value))


def _with_floors(problem: Problem, case: _Case, floors: Floors, gap: float, nodes: int | None) -> Answer:
    """Return what HiGHS finds among all candidates, when what is known keeps not the minimum shares."""
    nothing = np.zeros(case.model.sites, dtype=bool)
    asked = _question(problem, case, ~nothing, nothing)
    capacity = case.model.capacity[asked.site]
    programme, _ = tightened(service_programme(asked, capacity, case.rules, floors), asked, capacity)
    solved = solve(programme, relative_gap=gap, nodes=nodes)
    if solved.values is None:
        raise refusal(programme, floors, case.limits, is_proved=solved.bound == np.inf)
    amount = problem.weight * amounts(asked, solved, len(problem.weight))
    return _as_answer(case, asked.site[solved.values[: len(asked.site)] > 0.5], amount, -solved.bound)


def _question(problem: Problem, case: _Case, may: Booleans, must: Booleans) -> Question:
    return question(case.model, case.rules, problem.group, may, must | case.fixed, keep_all=True)
