"""How much each further site brings, and which other choices are nearly as good."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, vstack

from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.floors import floors_of
from gridmap.core.coverage.siting.greedy import Rules, best_gains, greedy_choice
from gridmap.core.coverage.siting.lagrange import bounded
from gridmap.core.coverage.siting.maximal import mclp
from gridmap.core.coverage.siting.model import coverage_model
from gridmap.core.coverage.siting.problem import NOTHING, Limits, Problem
from gridmap.core.coverage.siting.programme import Programme, solve
from gridmap.core.coverage.siting.question import Question, cover_programme, question
from gridmap.core.coverage.siting.search import rules_of
from gridmap.core.topology import Floats, Integers

WITHIN = 0.01
"""Share of what is covered that an alternative may miss."""


class Curve(NamedTuple):
    """Demand covered by the best choice of 0, 1, … sites.

    Attributes
    ----------
    covered, bound : shape (K + 1,); no choice of so many sites covers more than the bound.
    chosen : the sites of each.
    knee : number of sites after which a further one brings less than the average of all.
    """

    covered: Floats
    bound: Floats
    chosen: tuple[Integers, ...]
    knee: int


def greedy_curve(problem: Problem, most: int) -> Curve:
    """Return the curve along which greedy opens sites, at once; its bound is all demand that can be covered."""
    model = coverage_model(problem)
    order = greedy_choice(model, Rules(np.ones((1, model.sites)), np.array([float(most)])))
    standing = problem.weight[problem.covered(NOTHING)].sum()
    chosen = tuple(np.sort(order[:count]) for count in range(len(order) + 1))
    covered = np.array([standing + best_gains(model, it) @ model.weight for it in chosen])
    bound = np.full(len(covered), problem.weight[~problem.unreachable()].sum())
    return Curve(covered, bound, chosen, knee(covered))


def curve(problem: Problem, most: int, *, nodes: int | None = None) -> Curve:
    """Return the curve of the best choices of up to so many sites, each proved or with its bound."""
    answers = [mclp(problem, Limits(count=count), nodes=nodes) for count in range(most + 1)]
    covered = np.array([answer.value for answer in answers])
    bound = np.array([answer.bound for answer in answers])
    return Curve(covered, bound, tuple(answer.chosen for answer in answers), knee(covered))


def knee(covered: Floats) -> int:
    """Return where a curve is farthest above its chord; 0 for one that does not rise.

    Source: Satopää, Albrecht, Irwin and Raghavan, "Finding a 'kneedle' in a haystack", ICDCS Workshops, 2011.
    """
    rise = covered[-1] - covered[0]
    if rise <= 0:
        return 0
    return int(np.argmax((covered - covered[0]) / rise - np.linspace(0.0, 1.0, len(covered))))


def alternatives(
    problem: Problem, limits: Limits, answer: Answer, *, within: float = WITHIN, most: int = 5
) -> list[Answer]:
    """Return other choices that cover nearly as much, each with as few of the sites told before as can be.

    Each carries the bound of the answer; the first are most unlike it.

    Source: Brill, Chang and Hopkins, "Modeling to generate alternatives", Management Science 28, 1982.

    Parameters
    ----------
    answer : the best choice there is, or that is known.
    within : share of what the answer covers that an alternative may miss.
    """
    least = (1.0 - within) * answer.value - problem.weight[problem.covered(NOTHING)].sum()
    asked, programme = _near_best(problem, limits, answer, least)
    told, found = [answer.chosen], list[Answer]()
    while len(found) < most:
        used = np.bincount(np.concatenate(told), minlength=len(problem.candidates))[asked.site]
        cost = np.concatenate([used, np.zeros(len(asked.weight))]).astype(np.float64)
        solved = solve(programme._replace(cost=cost), absolute_gap=0.999)
        if solved.values is None:
            break
        chosen = np.sort(asked.site[solved.values[: len(asked.site)] > 0.5])
        if any(np.array_equal(chosen, other) for other in told):
            break
        told.append(chosen)
        served = np.where(problem.covered(chosen), problem.weight, 0.0)
        found.append(Answer(chosen, float(served.sum()), answer.bound, served))
    return found


def _near_best(problem: Problem, limits: Limits, answer: Answer, least: float) -> tuple[Question, Programme]:
    """Return the covering whose sum of gains is at least so much, over the candidates that can be in such a choice."""
    model, rules = coverage_model(problem), rules_of(problem, limits)
    floors = floors_of(problem, limits, problem.covered(NOTHING))
    bound = bounded(model, rules, answer.chosen, least - 1e-6 * max(1.0, least))
    asked = question(model, rules, problem.group, ~bound.is_out, bound.is_in, keep_all=True)
    programme = cover_programme(asked, rules, floors)
    row = csr_matrix(-programme.cost[None, :])
    return asked, programme._replace(
        rows=vstack([programme.rows, row], format="csr"),
        row_low=np.append(programme.row_low, least - 1e-9 * max(1.0, least)),
        row_high=np.append(programme.row_high, np.inf),
    )
