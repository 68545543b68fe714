"""Three targets of 10, 20 and 40 in a row; facility A reaches the first two, B the second, candidate 0 the last two."""

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.effects import closure_drill, effect, reasons
from gridmap.core.coverage.siting.problem import NOTHING, Problem, Sites
from tests.core.coverage.siting.problems import problems

ROW = Problem(
    np.array([10.0, 20.0, 40.0]),
    Sites.alike(1),
    Pairs(np.array([0, 0]), np.array([1, 2]), np.array([50.0, 100.0])),
    Sites(np.array(["A", "B"], dtype=object), np.ones(2), np.array([30.0, 15.0])),
    Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([100.0, 200.0, 300.0])),
)
ONE = np.array([0])


def test_a_site_is_there_for_those_whom_it_alone_reaches() -> None:
    found = reasons(ROW, ONE)
    assert found.reached.tolist() == [60]
    assert found.gained.tolist() == [40]
    assert found.alone.tolist() == [40]


def test_who_gains_and_who_has_a_shorter_way_is_told() -> None:
    change = effect(ROW, NOTHING, ONE)
    assert change.gains.tolist() == [False, False, True]
    assert change.nearer.tolist() == [False, True, False]
    assert not change.loses.any()


def test_who_loses_is_told_too() -> None:
    change = effect(ROW, NOTHING, ONE, closed=np.array([0]))
    assert change.loses.tolist() == [True, False, False]


def test_the_drill_tells_who_is_left_without_and_what_the_others_cannot_take_over() -> None:
    of_a, of_b = closure_drill(ROW)
    assert (of_a.lost, of_a.farther, of_a.extra_metres) == (10, 20, 100)
    assert of_a.unserved == 15
    assert (of_b.lost, of_b.farther) == (0, 0)
    assert np.isnan(of_b.extra_metres)
    assert of_b.unserved == 0


def test_an_unknown_capacity_makes_what_is_unserved_unknown() -> None:
    facilities = Sites(ROW.existing.label, ROW.existing.cost, np.array([30.0, np.nan]))
    unknown = Problem(ROW.weight, ROW.candidates, ROW.pairs, facilities, ROW.existing_pairs)
    assert np.isnan(closure_drill(unknown)[0].unserved)


@settings(deadline=None)
@given(problems)
def test_a_closure_brings_nobody_nearer(problem: Problem) -> None:
    for closure in closure_drill(problem):
        assert not closure.effect.gains.any()
        assert not closure.effect.nearer.any()
        assert closure.lost == pytest.approx(problem.weight[closure.effect.loses].sum())
