"""All grids a small part could have, and the cheapest choice of them, against brute force."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.parts import components
from gridmap.core.division.search.objective import BALANCED
from gridmap.core.division.search.pool import best_choice, connected_sets
from gridmap.core.division.search.search import Problem, bench_for, prepare, search, true_cost
from gridmap.core.model import Band
from tests.core.division.search.test_portfolio import BAND, least_cost, strip

households_of = st.lists(st.integers(8, 20), min_size=8, max_size=8)
metres_of = st.lists(st.integers(1, 30), min_size=10, max_size=10)


def brute_sets(problem: Problem) -> set[int]:
    part, found = problem.part, set()
    for size in range(1, len(part.households) + 1):
        for chosen in combinations(range(len(part.households)), size):
            held = part.households[list(chosen)].sum()
            inside = np.isin(part.first, chosen) & np.isin(part.second, chosen)
            label = components(len(part.households), part.first[inside], part.second[inside])
            if problem.low <= held <= problem.high and len(set(label[list(chosen)])) == 1:
                found.add(sum(1 << cell for cell in chosen))
    return found


@given(households_of, metres_of)
@settings(max_examples=30, deadline=None)
def test_every_connected_set_within_the_band_is_found_once(households: list[int], metres: list[int]) -> None:
    problem = prepare(strip(households, metres), BAND, BALANCED)
    found = connected_sets(problem, 1000)
    assert sorted(int(one) for one in found) == sorted(brute_sets(problem))


@given(households_of, metres_of)
@settings(max_examples=8, deadline=None)
def test_the_cheapest_choice_is_the_optimum(households: list[int], metres: list[int]) -> None:
    graph = strip(households, metres)
    problem, least = prepare(graph, BAND, BALANCED), least_cost(graph)
    label = search(problem, 1, bench_for(problem), np.array([1], dtype=np.uint64))
    if true_cost(label, problem) < 1e6 and sum(households) < 4 * BAND.minimum:
        assert np.isclose(true_cost(best_choice(problem, label, 1000), problem), least)


def test_a_part_with_too_many_sets_is_left_as_it_is() -> None:
    problem = prepare(strip([10] * 8, [10]), Band(30, 50), BALANCED)
    label = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    assert best_choice(problem, label, 3) is label
    assert not len(connected_sets(problem, 3))
