"""The same question has the same answer, however its rows are ordered."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.capacitated import capacitated
from gridmap.core.coverage.siting.covering import lscp
from gridmap.core.coverage.siting.maximal import mclp
from gridmap.core.coverage.siting.median import p_median
from gridmap.core.coverage.siting.problem import Limits, Problem, Sites
from gridmap.core.topology import Integers
from tests.core.coverage.siting.problems import RADIUS, problems

LIMITS = Limits(count=2)


def answers(problem: Problem) -> list[Answer]:
    return [
        lscp(problem),
        mclp(problem, LIMITS),
        p_median(problem, LIMITS, beyond=RADIUS),
        capacitated(problem, LIMITS, gap=0.0),
    ]


def with_pairs(problem: Problem, pairs: Pairs, candidates: Sites) -> Problem:
    return Problem(problem.weight, candidates, pairs, problem.existing, problem.existing_pairs, problem.group)


def in_order(problem: Problem, order: Integers) -> Problem:
    """Return the problem with its candidates in another order: new row k is old row ``order[k]``."""
    place = np.argsort(order)
    source, target, metres = problem.pairs
    sites = problem.candidates
    return with_pairs(
        problem,
        Pairs(place[source], target, metres),
        Sites(sites.label[order], sites.cost[order], sites.capacity[order]),
    )


@settings(deadline=None, max_examples=25)
@given(problems, st.integers(0, 100))
def test_the_order_of_pairs_and_pairs_told_twice_change_nothing(problem: Problem, seed: int) -> None:
    rows = np.random.default_rng(seed).permutation(np.arange(len(problem.pairs.source)).repeat(2))
    told = Pairs(*(column[rows] for column in problem.pairs))
    other = with_pairs(problem, told, problem.candidates)
    for one, again in zip(answers(problem), answers(other), strict=True):
        assert one.chosen.tolist() == again.chosen.tolist()
        assert (one.value, one.bound) == (again.value, again.bound)


@settings(deadline=None, max_examples=25)
@given(problems, st.integers(0, 100))
def test_the_order_of_candidates_changes_no_proven_value(problem: Problem, seed: int) -> None:
    other = in_order(problem, np.random.default_rng(seed).permutation(len(problem.candidates)))
    for one, again in zip(answers(problem), answers(other), strict=True):
        if one.is_proved and again.is_proved:
            assert np.isclose(one.value, again.value)
        low, high = (one.value, again.bound) if one.goal == "most" else (again.bound, one.value)
        assert low <= high + 1e-6 * max(1.0, high)
