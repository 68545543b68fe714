"""What each further site brings, and choices that are nearly as good."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.siting.exploring import alternatives, curve, greedy_curve, knee
from gridmap.core.coverage.siting.maximal import mclp
from gridmap.core.coverage.siting.problem import Limits, Problem
from tests.core.coverage.siting.problems import choices, keeps, most_covered, problems, random_problem


@settings(deadline=None, max_examples=30)
@given(problems)
def test_each_point_of_the_curve_is_the_best_choice_of_so_many_sites(problem: Problem) -> None:
    found, at_once = curve(problem, 3), greedy_curve(problem, 3)
    best = [most_covered(problem, Limits(count=count)) for count in range(4)]
    assert found.covered.tolist() == found.bound.tolist() == best
    assert (np.diff(found.covered) >= 0).all()
    for covered, bound, value in zip(at_once.covered, at_once.bound, best, strict=False):
        assert covered <= value <= bound


def test_the_knee_is_where_a_curve_bends() -> None:
    assert knee(np.array([0.0, 50.0, 90.0, 95.0, 98.0, 100.0])) == 2
    assert knee(np.array([7.0, 7.0])) == 0
    assert knee(np.array([7.0])) == 0


@settings(deadline=None, max_examples=40)
@given(problems, st.integers(1, 3), st.sampled_from([0.01, 0.1, 0.4]))
def test_alternatives_differ_and_miss_no_more_than_allowed(
    problem: Problem, count: int, within: float
) -> None:
    limits = Limits(count=count)
    answer = mclp(problem, limits)
    others = alternatives(problem, limits, answer, within=within)
    told = {tuple(it.chosen) for it in (answer, *others)}
    assert len(told) == len(others) + 1
    for other in others:
        assert other.value >= (1 - within) * answer.value - 1e-6
        assert other.value == problem.weight[problem.covered(other.chosen)].sum()
        assert keeps(problem, limits, other.chosen)


@settings(deadline=None, max_examples=40)
@given(problems, st.integers(1, 3), st.sampled_from([0.01, 0.1, 0.4]))
def test_none_is_missed_and_the_first_is_as_unlike_the_answer_as_can_be(
    problem: Problem, count: int, within: float
) -> None:
    limits = Limits(count=count)
    answer = mclp(problem, limits)
    least = (1 - within) * answer.value - 1e-9
    own = set(answer.chosen.tolist())
    shared = [
        len(own & set(it.tolist()))
        for it in choices(problem, limits)
        if problem.weight[problem.covered(it)].sum() >= least
    ]
    others = alternatives(problem, limits, answer, within=within)
    if others:
        assert len(own & set(others[0].chosen.tolist())) == min(shared)
    else:
        assert min(shared) == len(own)


def test_the_first_alternative_has_as_few_sites_of_the_answer_as_can_be() -> None:
    problem = random_problem(8, targets=40, candidates=10)
    limits = Limits(count=2)
    answer = mclp(problem, limits)
    (first, *_) = alternatives(problem, limits, answer, within=0.5)
    assert not set(first.chosen) & set(answer.chosen)


def test_alternatives_keep_minimum_shares() -> None:
    problem = random_problem(8, targets=40, candidates=10, groups=2)
    limits = Limits(count=4, floor=0.2)
    others = alternatives(problem, limits, mclp(problem, limits), within=0.3)
    assert others
    assert all(keeps(problem, limits, other.chosen) for other in others)
    assert all(other.bound == pytest.approx(others[0].bound) for other in others)
