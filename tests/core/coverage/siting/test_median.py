"""Making the walk of all shortest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.siting.median import greedy_median, p_median
from gridmap.core.coverage.siting.problem import Limits, Problem
from gridmap.errors import Invalid
from tests.core.coverage.siting.problems import RADIUS, choices, problems, random_problem


def shortest(problem: Problem, limits: Limits) -> float:
    return min(
        float(np.minimum(problem.metres(it), RADIUS) @ problem.weight) for it in choices(problem, limits)
    )


@settings(deadline=None)
@given(problems, st.integers(0, 4))
def test_the_shortest_walk_of_all_lies_between_bound_and_answer(problem: Problem, count: int) -> None:
    limits = Limits(count=count)
    answer, best = p_median(problem, limits, beyond=RADIUS), shortest(problem, limits)
    assert answer.bound <= best + 1e-6
    assert best <= answer.value + 1e-6
    assert answer.value <= greedy_median(problem, limits, beyond=RADIUS).value + 1e-6


def test_exchanges_find_the_best_of_a_small_town() -> None:
    problem = random_problem(11, targets=40, candidates=12, existing=1)
    limits = Limits(count=3)
    answer = p_median(problem, limits, beyond=RADIUS)
    assert answer.value == pytest.approx(shortest(problem, limits))


def test_a_minimum_share_is_refused() -> None:
    with pytest.raises(Invalid):
        p_median(random_problem(1), Limits(count=1, floor=0.5), beyond=RADIUS)
