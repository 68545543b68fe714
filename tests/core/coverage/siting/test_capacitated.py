"""Serving most demand when every site can serve only so much."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.capacitated import capacitated, greedy_capacitated
from gridmap.core.coverage.siting.maximal import mclp
from gridmap.core.coverage.siting.problem import Limits, Problem, Sites
from gridmap.errors import Infeasible, Invalid
from tests.core.coverage.siting.problems import keeps, most_served, problems, random_problem


@settings(deadline=None, max_examples=30)
@given(problems, st.integers(0, 3))
def test_no_choice_of_so_many_sites_serves_more(problem: Problem, count: int) -> None:
    limits = Limits(count=count)
    answer = capacitated(problem, limits, gap=0.0)
    assert answer.is_proved
    assert answer.value == pytest.approx(most_served(problem, limits))
    assert keeps(problem, limits, answer.chosen)


@settings(deadline=None, max_examples=20)
@example(random_problem(230, targets=11, candidates=5, existing=1), 4)
@given(problems, st.integers(0, 16))
def test_no_choice_for_the_money_serves_more(problem: Problem, budget: int) -> None:
    limits = Limits(budget=budget)
    answer = capacitated(problem, limits, gap=0.0)
    assert answer.is_proved
    assert answer.value == pytest.approx(most_served(problem, limits))
    assert keeps(problem, limits, answer.chosen)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 3), st.floats(0.05, 0.5))
def test_every_grid_is_served_its_share_or_it_is_said_that_it_cannot(
    seed: int, count: int, floor: float
) -> None:
    problem = random_problem(seed, targets=9, candidates=5, existing=1, groups=2)
    limits = Limits(count=count, floor=floor)
    best = most_served(problem, limits)
    if best is None:
        with pytest.raises(Infeasible):
            capacitated(problem, limits, gap=0.0)
        return
    answer = capacitated(problem, limits, gap=0.0)
    assert answer.value == pytest.approx(best, abs=1e-4)
    for group in range(2):
        own = problem.group == group
        assert answer.served[own].sum() >= floor * problem.weight[own].sum() - 1e-4


@settings(deadline=None, max_examples=30)
@given(problems, st.integers(0, 3))
def test_greedy_is_within_its_bound(problem: Problem, count: int) -> None:
    answer = greedy_capacitated(problem, Limits(count=count))
    best = most_served(problem, Limits(count=count))
    assert answer is not None
    assert best is not None
    assert answer.value - 1e-6 <= best <= answer.bound + 1e-6
    assert (answer.served <= problem.weight + 1e-9).all()


@settings(deadline=None, max_examples=30)
@given(problems, st.integers(0, 3))
def test_without_limits_of_capacity_it_is_maximal_covering(problem: Problem, count: int) -> None:
    endless = Sites(
        problem.candidates.label, problem.candidates.cost, np.full(len(problem.candidates), np.inf)
    )
    free = Problem(problem.weight, endless, problem.pairs)
    assert capacitated(free, Limits(count=count), gap=0.0).value == mclp(free, Limits(count=count)).value


def test_a_capacity_that_is_not_known_is_refused_by_name() -> None:
    room = Sites(np.array(["room 3"], dtype=object), np.ones(1), np.array([np.nan]))
    problem = Problem(np.ones(1), room, Pairs(np.zeros(1, int), np.zeros(1, int), np.zeros(1)))
    with pytest.raises(Invalid, match="room 3"):
        capacitated(problem, Limits(count=1))


def test_a_middling_town_is_answered_within_the_gap_and_the_same_each_time() -> None:
    problem = random_problem(5, targets=300, candidates=80, existing=2)
    answer, again = (capacitated(problem, Limits(count=6), gap=0.005) for _ in range(2))
    assert answer.gap <= 0.005
    assert answer.chosen.tolist() == again.chosen.tolist()
