"""What is asked is checked at the door."""

import numpy as np
import pytest

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.problem import Limits, Problem, Sites
from gridmap.errors import Invalid

NEAR = Pairs(np.array([0]), np.array([0]), np.array([10.0]))


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_demand_is_a_number_and_not_negative(weight: float) -> None:
    with pytest.raises(Invalid):
        Problem(np.array([weight]), Sites.alike(1), NEAR)


@pytest.mark.parametrize("pair", [(1, 0, 10.0), (0, 1, 10.0), (-1, 0, 10.0), (0, 0, -1.0), (0, 0, np.nan)])
def test_a_pair_names_rows_that_are_there_and_a_length(pair: tuple[int, int, float]) -> None:
    with pytest.raises(Invalid):
        Problem(np.ones(1), Sites.alike(1), Pairs(*(np.array([value]) for value in pair)))


def test_a_site_costs_something_and_serves_not_less_than_nothing() -> None:
    label = np.array(["room"], dtype=object)
    for cost, capacity in ((0.0, 1.0), (-1.0, 1.0), (1.0, -1.0)):
        with pytest.raises(Invalid):
            Problem(np.ones(1), Sites(label, np.array([cost]), np.array([capacity])), NEAR)


@pytest.mark.parametrize(
    "limits", [{}, {"count": -1}, {"budget": -1.0}, {"count": 1, "floor": 1.5}, {"floor": 0.5}]
)
def test_limits_make_sense(limits: dict[str, float]) -> None:
    with pytest.raises(Invalid):
        Limits(**limits)  # type: ignore[arg-type]


def test_a_budget_needs_the_cost_of_every_candidate() -> None:
    room = Sites(np.array(["room 3"], dtype=object), np.array([np.nan]), np.ones(1))
    with pytest.raises(Invalid, match="room 3"):
        Limits(budget=5.0).rows(room)


def test_the_nearest_open_site_counts() -> None:
    pairs = Pairs(np.array([0, 1]), np.array([0, 0]), np.array([300.0, 200.0]))
    problem = Problem(np.ones(2), Sites.alike(2), pairs)
    assert problem.metres(np.array([0, 1])).tolist() == [200.0, np.inf]
    assert problem.metres(np.array([0])).tolist() == [300.0, np.inf]
    assert problem.unreachable().tolist() == [False, True]
