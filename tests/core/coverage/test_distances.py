"""Near enough on foot, or why not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.distances import judge_distances
from gridmap.core.coverage.situation import CLOSED, OPEN, UNSURE, Walks
from tests.core.coverage.situations import walks_of

PLACES = st.lists(st.integers(0, 3000).map(float), min_size=1, max_size=8)


def judged(walks: Walks, opened: list[int] | None = None, *, radius_m: float = 300.0) -> pd.DataFrame:
    homes = len(walks.straight_m)
    count = int(walks.pairs.source.max(initial=-1)) + 1
    states = np.array(opened if opened is not None else [OPEN] * count, dtype=np.int8)
    return judge_distances(walks, np.full(homes, radius_m), states)


def test_around_the_radius_the_outcome_is_uncertain_and_the_plain_comparison_still_told() -> None:
    found = judged(walks_of([269, 270, 300, 300.0000005, 300.1, 330, 331], [0.0]))
    assert found["outcome"].to_list() == ["met", *["uncertain"] * 5, "unmet"]
    assert found["is_within"].to_list() == [True, True, True, True, False, False, False]
    assert found["metres_short"].iloc[6] == pytest.approx(31)
    assert found["metres_short"].iloc[:4].isna().all()


def test_a_norm_without_radius_judges_no_distance() -> None:
    found = judged(walks_of([10, 9000], [0.0]), radius_m=np.nan)
    assert found["outcome"].to_list() == ["not_set", "not_set"]
    assert found["reason"].to_list() == ["", ""]
    assert found["metres"].to_list() == [10, np.inf]


def test_the_circle_is_reported_beside_the_walk() -> None:
    found = judged(walks_of([100], [0.0], detour_m=[500]))
    assert found["is_within_straight"].to_list() == [True]
    assert found["is_within"].to_list() == [False]
    assert (found["straight_m"].iloc[0], found["metres"].iloc[0]) == (100, 600)


@pytest.mark.parametrize(
    ("walks", "opened", "reason", "outcome"),
    [
        (walks_of([100], [0.0], unlinked=["too_far"]), [OPEN], "bad_snap", "unknown"),
        (walks_of([100], [0.0], unlinked=["behind_barrier"]), [OPEN], "bad_snap", "unknown"),
        (walks_of([100], [0.0, 900.0]), [UNSURE, OPEN], "hours_unknown", "unknown"),
        (walks_of([100], [0.0, 900.0]), [CLOSED, OPEN], "closed_then", "unmet"),
        (walks_of([100], [0.0], detour_m=[500], through_gates_m=[120]), [OPEN], "detour_by_gate", "unmet"),
        (walks_of([800], [0.0]), [OPEN], "no_facility", "unmet"),
        (walks_of([100], []), [], "no_facility", "unmet"),
        (walks_of([100], [0.0], detour_m=[np.inf], has_way=[False]), [OPEN], "unreachable", "unmet"),
        (walks_of([100], [0.0], unlinked=["island"]), [OPEN], "unreachable", "unmet"),
        (walks_of([100], [0.0], detour_m=[500]), [OPEN], "detour", "unmet"),
        (walks_of([100], [0.0]), [OPEN], "", "met"),
    ],
)
def test_each_home_that_is_not_served_has_its_reason(
    walks: Walks, opened: list[int], reason: str, outcome: str
) -> None:
    found = judged(walks, opened)
    assert found["reason"].to_list() == [reason]
    assert found["outcome"].to_list() == [outcome]


def test_a_closed_facility_is_passed_over_for_the_next_open_one() -> None:
    found = judged(walks_of([100], [0.0, 350.0]), [CLOSED, OPEN])
    assert found["metres"].to_list() == [250]
    assert found["facility"].to_list() == [1]
    assert found["outcome"].to_list() == ["met"]


@settings(deadline=None)
@given(PLACES, PLACES, st.integers(0, 1000), st.data())
def test_judging_agrees_with_measuring_every_pair(
    homes: list[float], facilities: list[float], radius: int, data: st.DataObject
) -> None:
    opened = data.draw(
        st.lists(st.sampled_from([OPEN, CLOSED]), min_size=len(facilities), max_size=len(facilities))
    )
    found = judge_distances(
        walks_of(homes, facilities), np.full(len(homes), float(radius)), np.array(opened, dtype=np.int8)
    )
    for row, home in enumerate(homes):
        metres = min(
            (abs(home - place) for place, state in zip(facilities, opened, strict=True) if state == OPEN),
            default=np.inf,
        )
        assert found["is_within"].iloc[row] == (metres <= radius)
        assert (found["reason"].iloc[row] == "") == (metres <= radius)
        expected = "uncertain" if abs(metres - radius) <= 30 else "met" if metres < radius else "unmet"
        assert found["outcome"].iloc[row] == expected
