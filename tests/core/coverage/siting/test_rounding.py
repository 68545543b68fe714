"""Inequalities that no choice of whole sites breaks, whatever it serves."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.floors import floors_of
from gridmap.core.coverage.siting.greedy import Rules
from gridmap.core.coverage.siting.model import service_model
from gridmap.core.coverage.siting.problem import Limits, Problem, Sites
from gridmap.core.coverage.siting.programme import Programme, solve
from gridmap.core.coverage.siting.question import Question, question
from gridmap.core.coverage.siting.rounding import broken, clusters, rounded
from gridmap.core.coverage.siting.service import service_programme, tightened
from gridmap.core.topology import Floats
from tests.core.coverage.siting.problems import choices, largest_flow, most_served, problems, random_problem


def asked_of(problem: Problem, count: int) -> tuple[Question, Programme, Floats]:
    """Return the question of which sites to open, its programme, and the capacities of its sites."""
    model, (taken, most) = service_model(problem), Limits(count=count).rows(problem.candidates)
    standing = len(problem.existing)
    rules = Rules(np.hstack([taken, np.zeros((1, standing))]), most)
    is_fixed = np.arange(model.sites) >= len(problem.candidates)
    asked = question(model, rules, problem.group, np.ones(model.sites, dtype=bool), is_fixed, keep_all=True)
    none = floors_of(problem, Limits(count=0), np.zeros(len(problem.weight), dtype=bool))
    capacity = model.capacity[asked.site]
    return asked, service_programme(asked, capacity, rules, none), capacity


def one_cluster() -> Problem:
    """Return 27 buildings of 10 households, all within reach of five rooms for 100."""
    pairs = Pairs(np.repeat(np.arange(5), 27), np.tile(np.arange(27), 5), np.zeros(135))
    rooms = Sites(Sites.alike(5).label, np.ones(5), np.full(5, 100.0))
    return Problem(np.full(27, 10.0), rooms, pairs)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0.05, 1.5))
def test_no_choice_breaks_what_rounding_with_any_divisor_says_of_any_targets_and_sites(
    seed: int, draw: int, part: float
) -> None:
    problem, rng = random_problem(seed, candidates=6), np.random.default_rng(draw)
    weight = np.where(rng.random(len(problem.weight)) < 0.6, problem.weight, 0.0)
    assume(weight.sum() > 0)
    of_set = Problem(weight, problem.candidates, problem.pairs)
    reached = np.bincount(problem.pairs.source, weight[problem.pairs.target], minlength=6)
    able = np.minimum(problem.candidates.capacity, reached)
    allowance, most = rounded(float(weight.sum()), able, float(rng.choice([*able[able > 0], part * 100])))
    counts = rng.random(6) < 0.7
    for chosen in choices(problem):
        served = largest_flow(of_set, chosen[counts[chosen]])
        assert served is not None
        assert served <= most + allowance[chosen[counts[chosen]]].sum() + 1e-6


def test_two_sites_and_seven_tenths_serve_less_than_the_relaxation_thinks() -> None:
    asked, _, capacity = asked_of(one_cluster(), 3)
    is_open = np.full(5, 0.54)
    amount = np.full((len(asked.weight), 5), asked.weight[:, None] / 5)
    found = broken(asked, capacity, clusters(asked), amount, is_open)[0]
    assert found.most + found.allowance @ is_open == pytest.approx(200 + 0.7 * 70)
    assert found.most + found.allowance[:2].sum() == pytest.approx(200)
    assert found.most + found.allowance[:3].sum() == pytest.approx(270)


def test_clusters_are_nested_and_begin_with_single_sites() -> None:
    asked, _, _ = asked_of(random_problem(3, candidates=8), 2)
    nested = clusters(asked)
    assert nested[:8].tolist() == np.eye(8, dtype=bool).tolist()
    assert nested[-1].all()
    for number, own in enumerate(nested):
        for other in nested[number + 1 :]:
            assert not (own & other).any() or not (own & ~other).any()


@settings(deadline=None, max_examples=60)
@given(problems, st.integers(0, 4))
def test_what_is_asked_more_changes_no_answer(problem: Problem, count: int) -> None:
    assume(len(problem.pairs.source) > 0)
    asked, programme, capacity = asked_of(problem, count)
    best = most_served(problem, Limits(count=count))
    found = solve(tightened(programme, asked, capacity, least=0.0)[0])
    assert -found.bound == pytest.approx(best, abs=1e-4)


def test_what_is_asked_more_brings_the_relaxation_nearer() -> None:
    nearer = 0
    for seed in range(20):
        problem = random_problem(seed, targets=14, candidates=10)
        asked, programme, capacity = asked_of(problem, 4)
        best = most_served(problem, Limits(count=4))
        pairs, sets = (tightened(programme, asked, capacity, least=least)[1] for least in (None, 0.0))
        assert best is not None
        assert best - 1e-6 <= sets <= pairs + 1e-6
        nearer += sets < pairs - 1.0
    assert nearer >= 8
