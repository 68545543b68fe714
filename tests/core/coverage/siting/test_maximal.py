"""Covering most demand with so many sites, or so much money."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.maximal import greedy, mclp
from gridmap.core.coverage.siting.problem import Limits, Problem, Sites
from gridmap.errors import Infeasible
from tests.core.coverage.siting.problems import (
    choices,
    keeps,
    min_share,
    most_covered,
    problems,
    random_problem,
)


@settings(deadline=None)
@given(problems, st.integers(0, 4))
def test_the_answer_is_the_best_of_all_choices_of_so_many_sites(problem: Problem, count: int) -> None:
    limits = Limits(count=count)
    answer = mclp(problem, limits)
    assert answer.is_proved
    assert answer.value == answer.covered == most_covered(problem, limits)
    assert keeps(problem, limits, answer.chosen)


@settings(deadline=None)
@given(problems, st.integers(0, 20), st.one_of(st.none(), st.integers(1, 4)))
def test_the_answer_is_the_best_of_all_choices_for_the_money(
    problem: Problem, budget: int, count: int | None
) -> None:
    limits = Limits(count=count, budget=budget)
    answer = mclp(problem, limits)
    assert answer.is_proved
    assert answer.value == most_covered(problem, limits)
    assert keeps(problem, limits, answer.chosen)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4), st.floats(0.05, 0.9))
def test_every_grid_has_its_minimum_share_or_it_is_said_that_it_cannot(
    seed: int, count: int, floor: float
) -> None:
    problem = random_problem(seed, existing=1, groups=3)
    limits = Limits(count=count, floor=floor)
    best = most_covered(problem, limits)
    if best is None:
        with pytest.raises(Infeasible):
            mclp(problem, limits)
        return
    answer = mclp(problem, limits)
    assert answer.is_proved
    assert answer.value == best
    assert keeps(problem, limits, answer.chosen)


@settings(deadline=None)
@given(problems, st.integers(0, 4))
def test_greedy_is_within_its_bound(problem: Problem, count: int) -> None:
    limits = Limits(count=count)
    answer, best = greedy(problem, limits), most_covered(problem, limits)
    assert answer is not None
    assert best is not None
    assert answer.value <= best <= answer.bound
    assert keeps(problem, limits, answer.chosen)


def test_the_share_that_can_be_kept_is_told() -> None:
    everyone = np.array([10.0, 10.0])
    pairs = Pairs(np.array([0, 1]), np.array([0, 1]), np.array([100.0, 100.0]))
    problem = Problem(everyone, Sites.alike(2), pairs, group=np.array([0, 1]))
    with pytest.raises(Infeasible) as refused:
        mclp(problem, Limits(count=1, floor=0.5))
    assert refused.value.facts == {"attainable_share": 0.0, "is_proved": True, "count_needed": 2}
    assert "2 sites would do" in refused.value.in_language("en")


def test_grids_that_no_candidate_reaches_are_named() -> None:
    pairs = Pairs(np.array([0]), np.array([0]), np.array([100.0]))
    problem = Problem(np.array([10.0, 10.0]), Sites.alike(1), pairs, group=np.array([7, 9]))
    with pytest.raises(Infeasible) as refused:
        mclp(problem, Limits(count=1, floor=0.5))
    assert refused.value.facts == {"groups": [9], "shares": [0.0], "attainable_share": 0.0}


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3), st.floats(0.3, 0.95))
def test_what_would_have_to_give_way_is_the_least_there_is(seed: int, count: int, floor: float) -> None:
    problem = random_problem(seed, targets=8, candidates=6, existing=1, groups=2)
    try:
        mclp(problem, Limits(count=count, floor=floor))
    except Infeasible as refused:
        facts = refused.facts
    else:
        return
    if "groups" in facts:
        return
    enough = [it for it in choices(problem) if keeps(problem, Limits(count=8, floor=floor), it)]
    assert facts["count_needed"] == min(len(it) for it in enough)
    within = list(choices(problem, Limits(count=count)))
    best = max(min_share(problem, it) for it in within)
    assert facts["attainable_share"] == pytest.approx(best, abs=1.1e-3)
    assert facts["attainable_share"] <= best + 1e-9


def test_the_money_that_would_do_is_told() -> None:
    pairs = Pairs(np.array([0, 1, 2]), np.array([0, 1, 1]), np.full(3, 100.0))
    rooms = Sites(np.array(["a", "b", "c"], dtype=object), np.array([3.0, 4.5, 9.0]), np.full(3, np.inf))
    problem = Problem(np.array([10.0, 10.0]), rooms, pairs, group=np.array([0, 1]))
    with pytest.raises(Infeasible) as refused:
        mclp(problem, Limits(budget=5.0, floor=1.0))
    assert refused.value.facts["budget_needed"] == 7.5


def test_fractions_of_households_are_fine() -> None:
    problem = random_problem(3)
    halves = Problem(problem.weight / 7, problem.candidates, problem.pairs)
    answer = mclp(halves, Limits(count=2))
    assert answer.is_proved
    assert answer.value == pytest.approx(mclp(problem, Limits(count=2)).value / 7)


def test_a_middling_town_is_proved_and_answered_the_same_each_time() -> None:
    problem = random_problem(5, targets=400, candidates=120)
    answer, again = mclp(problem, Limits(count=6)), mclp(problem, Limits(count=6))
    assert answer.is_proved
    assert answer.chosen.tolist() == again.chosen.tolist()


def test_an_answer_that_is_cut_short_carries_its_gap() -> None:
    problem = random_problem(5, targets=400, candidates=120)
    best, cut_short = mclp(problem, Limits(count=6)), mclp(problem, Limits(count=6), nodes=0)
    assert cut_short.value <= best.value <= cut_short.bound
