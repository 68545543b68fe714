"""Covering everybody with the fewest sites."""

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.covering import greedy_cover, lscp
from gridmap.core.coverage.siting.problem import Problem, Sites
from gridmap.errors import Invalid
from tests.core.coverage.siting.problems import least_cover, problems, random_problem


@settings(deadline=None)
@given(problems)
def test_no_choice_of_fewer_sites_covers_everybody(problem: Problem) -> None:
    answer = lscp(problem)
    assert answer.is_proved
    assert answer.value == len(answer.chosen) == least_cover(problem, np.ones(len(problem.candidates)))
    assert answer.covered == problem.weight[~problem.unreachable()].sum()


@settings(deadline=None)
@given(problems)
def test_no_cheaper_choice_covers_everybody(problem: Problem) -> None:
    answer = lscp(problem, by_cost=True)
    assert answer.is_proved
    assert answer.value == least_cover(problem, problem.candidates.cost)
    assert problem.candidates.cost[answer.chosen].sum() == answer.value


@settings(deadline=None)
@given(problems)
def test_greedy_covers_everybody_and_is_within_its_bound(problem: Problem) -> None:
    answer, best = greedy_cover(problem), lscp(problem)
    assert answer.bound <= best.value <= answer.value
    assert answer.covered == best.covered


def test_targets_out_of_reach_are_told_and_do_not_hinder() -> None:
    pairs = Pairs(np.array([0]), np.array([0]), np.array([100.0]))
    problem = Problem(np.array([3.0, 4.0, 0.0]), Sites.alike(1), pairs)
    assert lscp(problem).covered == 3
    assert problem.unreachable().tolist() == [False, True, False]


def test_nothing_is_asked_where_nobody_lives_or_all_are_served() -> None:
    near = Pairs(np.array([0]), np.array([0]), np.array([100.0]))
    assert not len(lscp(Problem(np.zeros(1), Sites.alike(1), near)).chosen)
    assert not len(lscp(Problem(np.ones(1), Sites.alike(1), near, Sites.alike(1), near)).chosen)
    assert lscp(Problem(np.ones(1), Sites.alike(1), near, Sites.alike(1), near)).is_proved


def test_a_cost_that_is_not_known_is_refused_by_name() -> None:
    near = Pairs(np.array([0]), np.array([0]), np.array([100.0]))
    room = Sites(np.array(["room 3"], dtype=object), np.array([np.nan]), np.array([np.inf]))
    with pytest.raises(Invalid, match="room 3"):
        lscp(Problem(np.ones(1), room, near), by_cost=True)
    assert lscp(Problem(np.ones(1), room, near)).value == 1


def test_a_middling_town_is_proved_part_by_part() -> None:
    answer = lscp(random_problem(5, targets=400, candidates=120))
    assert answer.is_proved
