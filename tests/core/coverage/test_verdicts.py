"""Three verdicts on one norm.

A street with a day care at 0 (40 places, 400 m², closed on Saturday evening) and one at 1000 (area and places not known).
Homes at 100, 320, 600 and 970; the last is in the second community, and its grid.
"""

import numpy as np
import pandas as pd
import pytest

from gridmap.core.coverage.hours_reading import read_moment
from gridmap.core.coverage.norms import FloorRule, FloorUnit, TargetGroup
from gridmap.core.coverage.outcomes import Question
from gridmap.core.coverage.situation import Homes, Walks
from gridmap.core.coverage.verdicts import Judgement, counted, judge, judge_alike, uncovered
from tests.core.coverage.rules import SEED, local, norm, value
from tests.core.coverage.situations import facilities_of, homes_of, walks_of

DAY_CARE = norm(
    radius_m=local(300),
    floor_area=FloorRule(minimum_m2=local(350)),
    group=TargetGroup.AGED_60,
    places_per_hundred=value(50, is_verified=False),
)
CARES = facilities_of(
    2,
    floor_area_m2=[400, 0],
    places=[40, np.nan],
    hours=["周一至周六 08:00-17:30", "24 小时"],
    community=[0, 1],
)
WALKS = walks_of([100, 320, 600, 970], [0, 1000])


def homes() -> Homes:
    return homes_of(
        [30, 40, 50, 60],
        grid=[0, 0, 1, 2],
        community=[0, 0, 0, 1],
        rural=[False, False],
        people={TargetGroup.AGED_60: [100, 6, 7, 20]},
    )


@pytest.fixture
def judgement() -> Judgement:
    return judge(DAY_CARE, homes(), CARES, WALKS)


def test_distance_floor_area_and_capacity_are_kept_apart(judgement: Judgement) -> None:
    assert judgement.homes["distance"].to_list() == ["met", "uncertain", "unmet", "met"]
    assert judgement.homes["floor_area"].to_list() == ["met", "unmet", "unmet", "unknown"]
    assert judgement.homes["capacity"].to_list() == ["unmet", "unmet", "unmet", "unknown"]
    assert judgement.homes["access"].to_list() == [0.4, 0, 0, 0]
    assert judgement.homes["is_served"].to_list() == [True, False, False, True]
    assert judgement.homes["second_m"].to_list() == [900, 680, 600, 970]


def test_homes_counted_in_two_ways_are_judged_as_if_each_were_alone(judgement: Judgement) -> None:
    others = homes_of(
        [9, 8, 7, 6], grid=[0, 0, 1, 2], community=[0, 0, 0, 1], rural=[False, False],
        people={TargetGroup.AGED_60: [1, 6, 7, 20]},
    )  # fmt: skip
    same, different = judge_alike(DAY_CARE, [homes(), others], CARES, WALKS)
    for found, alone in ((same, judgement), (different, judge(DAY_CARE, others, CARES, WALKS))):
        pd.testing.assert_frame_equal(found.homes, alone.homes)
        pd.testing.assert_frame_equal(found.facilities, alone.facilities)
    assert different.homes["capacity"].to_list()[0] == "met"


def test_facilities_are_told_of_too(judgement: Judgement) -> None:
    assert judgement.facilities["floor_area"].to_list() == ["met", "unknown"]
    assert judgement.facilities["load"].iloc[0] == 2.5
    assert np.isnan(judgement.facilities["load"].iloc[1])
    assert judgement.facilities["depending"].to_list() == [30, 60]
    assert judgement.floor_sheet is None
    assert abs(judgement.imbalance) <= 1e-12


def test_a_recalled_number_warns_wherever_the_norm_is_used(judgement: Judgement) -> None:
    assert ["places_per_hundred 50" in warning.en for warning in judgement.warnings] == [True]


def test_on_saturday_at_seven_the_first_is_closed() -> None:
    found = judge(DAY_CARE, homes(), CARES, WALKS, moment=read_moment("Saturday 19:00"))
    assert found.homes["distance"].to_list() == ["unmet", "unmet", "unmet", "met"]
    assert found.homes["reason"].to_list() == ["closed_then", "no_facility", "no_facility", ""]
    assert found.homes["metres"].to_list() == [900, 680, 400, 30]
    assert found.facilities["opened"].to_list() == [0, 1]
    assert found.homes["floor_area"].to_list() == ["met", "unmet", "unmet", "unknown"]


def test_a_planner_may_ask_for_another_radius() -> None:
    found = judge(DAY_CARE, homes(), CARES, WALKS, radius_m=500)
    assert found.homes["distance"].to_list() == ["met", "met", "met", "met"]


def test_what_is_not_covered_is_listed_by_question_and_reason(judgement: Judgement) -> None:
    listed = uncovered(judgement, homes())
    rows = listed[["home", "question", "reason", "households"]].to_numpy().tolist()
    assert rows == [
        [2, "distance", "no_facility", 50],
        [1, "distance", "no_facility", 40],
        [0, "capacity", "over_capacity", 30],
    ]
    assert listed["metres_short"].to_list()[:2] == [100, 20]
    assert listed["grid"].to_list() == [1, 0, 0]


def test_households_are_counted_by_grid_and_question(judgement: Judgement) -> None:
    table = counted(judgement, homes().households, homes().grid, 3).set_index(["unit", "question"])
    assert table.loc[(0, "distance"), ["met", "uncertain", "within", "judged"]].tolist() == [30, 40, 30, 70]
    assert table.loc[(0, "capacity"), ["met", "unmet", "judged"]].tolist() == [0, 70, 70]
    assert table.loc[(2, "floor_area"), ["unknown", "share"]].tolist() == [60, 0]
    for question in Question:
        assert table.xs(question.value, level="question")["judged"].sum() == 180


def test_without_counts_of_the_group_capacity_is_not_known_where_a_facility_is_near() -> None:
    without = homes_of([30, 40, 50, 60], community=[0, 0, 0, 1], rural=[False, False])
    found = judge(DAY_CARE, without, CARES, WALKS)
    assert found.homes["capacity"].to_list() == ["unknown", "unmet", "unmet", "unknown"]
    assert found.homes["access"].isna().all()


def test_a_norm_for_the_whole_community_comes_with_a_sheet() -> None:
    rooms = norm(floor_area=FloorRule(SEED.minimum_m2, unit=FloorUnit.COMMUNITY))
    found = judge(rooms, homes(), CARES, WALKS)
    assert found.floor_sheet is not None
    assert found.floor_sheet["have_m2"].to_list() == [400, 0]
    assert found.floor_sheet["outcome"].to_list() == ["met", "unknown"]
    assert found.homes["floor_area"].to_list() == ["met", "met", "met", "unknown"]
    assert found.homes["distance"].to_list() == ["not_set"] * 4
    assert found.homes["is_served"].to_list() == [True] * 4
    assert uncovered(found, homes()).empty


def test_a_service_that_nobody_gives_serves_nobody() -> None:
    nothing = Walks(
        walks_of([100, 320, 600, 970], []).pairs, np.full(4, np.inf), np.full(4, np.inf),
        np.array([""] * 4, dtype=object), np.zeros(4, dtype=bool),
    )  # fmt: skip
    found = judge(DAY_CARE, homes(), facilities_of(0), nothing)
    assert found.homes["distance"].to_list() == ["unmet"] * 4
    assert set(uncovered(found, homes())["reason"]) == {"no_facility"}
