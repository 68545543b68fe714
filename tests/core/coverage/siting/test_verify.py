"""The checker accepts every answer, and none that was tampered with."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.capacitated import capacitated, greedy_capacitated
from gridmap.core.coverage.siting.covering import greedy_cover, lscp
from gridmap.core.coverage.siting.maximal import greedy, mclp
from gridmap.core.coverage.siting.median import p_median
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.core.coverage.siting.verify import verify_siting
from tests.core.coverage.siting.problems import RADIUS, problems, random_problem

LIMITS = Limits(count=2, budget=12.0)


@settings(deadline=None, max_examples=40)
@given(problems, st.integers(0, 3))
def test_every_answer_is_accepted(problem: Problem, count: int) -> None:
    limits = Limits(count=count)
    assert verify_siting(problem, lscp(problem)) == []
    assert verify_siting(problem, greedy_cover(problem)) == []
    assert verify_siting(problem, mclp(problem, limits), limits) == []
    assert verify_siting(problem, p_median(problem, limits, beyond=RADIUS), limits, beyond=RADIUS) == []
    assert verify_siting(problem, capacitated(problem, limits), limits, with_capacity=True) == []
    for answer, with_capacity in (
        (greedy(problem, limits), False),
        (greedy_capacitated(problem, limits), True),
    ):
        assert answer is not None
        assert verify_siting(problem, answer, limits, with_capacity=with_capacity) == []


@pytest.fixture
def problem() -> Problem:
    return random_problem(4, targets=30, candidates=8, existing=1, groups=2)


@pytest.fixture
def answer(problem: Problem) -> Answer:
    return mclp(problem, LIMITS)


def test_a_site_that_is_not_there_or_told_twice_is_found(problem: Problem, answer: Answer) -> None:
    for rows in ([1, 1], [99], [-1]):
        assert verify_siting(problem, replace(answer, chosen=np.array(rows)), LIMITS) == ["choice"]


def test_too_many_or_too_dear_sites_are_found(problem: Problem, answer: Answer) -> None:
    every = np.arange(8)
    served = np.where(problem.covered(every), problem.weight, 0.0)
    wrong = replace(answer, chosen=every, served=served, value=served.sum(), bound=served.sum())
    assert verify_siting(problem, wrong, LIMITS) == ["count", "budget"]


def test_a_target_that_is_claimed_but_not_reached_is_found(problem: Problem, answer: Answer) -> None:
    wrong = replace(answer, served=problem.weight, value=problem.weight.sum(), bound=problem.weight.sum())
    assert verify_siting(problem, wrong, LIMITS) == ["served"]


def test_a_grid_under_its_share_is_found(problem: Problem, answer: Answer) -> None:
    assert verify_siting(problem, answer, Limits(count=2, floor=1.0)) == ["floor"]


def test_more_than_sites_can_serve_is_found(problem: Problem, answer: Answer) -> None:
    assert verify_siting(problem, answer, LIMITS, with_capacity=True) == ["capacity"]


def test_a_bound_that_is_no_bound_or_a_value_that_is_no_sum_is_found(
    problem: Problem, answer: Answer
) -> None:
    assert verify_siting(problem, replace(answer, bound=answer.value - 1), LIMITS) == ["bound"]
    assert verify_siting(problem, replace(answer, value=answer.value - 1), LIMITS) == ["bound"]


def test_a_walk_of_all_that_is_told_too_short_is_found(problem: Problem) -> None:
    found = p_median(problem, LIMITS, beyond=RADIUS)
    short = replace(found, value=found.value * 0.99, bound=found.bound * 0.9)
    assert verify_siting(problem, short, LIMITS, beyond=RADIUS) == ["walk"]


def test_somebody_left_out_of_a_covering_of_everybody_is_found(problem: Problem) -> None:
    few = mclp(problem, Limits(count=1))
    assert "everybody" in verify_siting(problem, few)
