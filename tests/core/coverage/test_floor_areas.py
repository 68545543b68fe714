"""Floor area enough, by facility and by community."""

import numpy as np
import pytest

from gridmap.core.coverage.floor_areas import judge_communities, judge_facilities, judge_floor_areas
from gridmap.core.coverage.norms import FloorRule, FloorUnit
from gridmap.core.coverage.situation import serving
from tests.core.coverage.rules import SEED, local
from tests.core.coverage.situations import facilities_of, homes_of, walks_of

EACH = FloorRule(minimum_m2=local(350), unit=FloorUnit.FACILITY)
TOGETHER = FloorRule(
    SEED.minimum_m2,
    per_household_low_m2=SEED.per_household_low_m2,
    per_household_high_m2=SEED.per_household_high_m2,
    unit=FloorUnit.COMMUNITY,
)


@pytest.mark.parametrize("unknown", [np.nan, 0.0])
def test_no_area_is_not_an_area_of_nothing(unknown: float) -> None:
    found = judge_facilities(EACH, facilities_of(3, floor_area_m2=[unknown, 349, 350]), np.array([False]))
    assert found.tolist() == ["unknown", "unmet", "met"]


def test_a_rural_facility_is_not_judged_by_an_urban_clause() -> None:
    found = judge_facilities(
        EACH, facilities_of(2, floor_area_m2=[10, 10], community=[1, -1]), np.array([False, True])
    )
    assert found.tolist() == ["not_set", "unmet"]


@pytest.mark.parametrize(
    ("areas", "outcome", "short"),
    [
        ([250, 250], "met", (0, 0)),
        ([200, 150], "uncertain", (0, 50)),
        ([200, 50], "unmet", (50, 150)),
        ([200, 0], "unknown", (100, 200)),
        ([400, 0], "met", (0, 0)),
    ],
)
def test_a_community_of_4000_needs_300_read_leniently_and_400_read_strictly(
    areas: list[float], outcome: str, short: tuple[float, float]
) -> None:
    found = judge_communities(TOGETHER, facilities_of(2, floor_area_m2=areas), homes_of([3000, 1000, np.nan]))
    row = found.iloc[0]
    assert (row["need_low_m2"], row["need_high_m2"]) == (300, 400)
    assert (row["binds_low"], row["binds_high"]) == ("minimum", "per_household")
    assert row["outcome"] == outcome
    assert (row["short_low_m2"], row["short_high_m2"]) == short
    assert row["buildings_uncounted"] == 1
    assert row["facilities_unknown"] == areas.count(0)


def test_a_community_without_any_facility_has_nothing_and_is_unmet() -> None:
    found = judge_communities(TOGETHER, facilities_of(0), homes_of([100], rural=[True]))
    assert found["have_m2"].to_list() == [0]
    assert found["need_high_m2"].to_list() == [500]
    assert found["outcome"].to_list() == ["unmet"]


def test_a_home_has_the_best_of_the_facilities_that_serve_it() -> None:
    homes = homes_of([1, 1, 1, 1])
    shops = facilities_of(3, floor_area_m2=[100, 400, np.nan])
    near = serving(walks_of([0, 500, 1000, 9000], [0, 450, 1000]).pairs, np.full(4, 100.0), homes, shops)
    assert judge_floor_areas(EACH, shops, homes, near).tolist() == ["unmet", "met", "unknown", "unmet"]
    assert judge_floor_areas(None, shops, homes, near).tolist() == ["not_set"] * 4


def test_a_home_has_the_outcome_of_its_community_where_that_is_judged() -> None:
    homes = homes_of([1, 1, 1], community=[0, 1, -1], rural=[False, True])
    shops = facilities_of(1, floor_area_m2=[310])
    near = serving(walks_of([0, 0, 0], [0]).pairs, np.full(3, 100.0), homes, shops)
    assert judge_floor_areas(TOGETHER, shops, homes, near).tolist() == ["met", "unmet", "unknown"]
