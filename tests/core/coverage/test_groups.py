"""People of a target group, counted from the area down to the grids. Two communities: of grids 0 and 1, and of grid 2."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.groups import count_group, why_unknown
from gridmap.core.coverage.norms import TargetGroup
from gridmap.core.coverage.outcomes import Question
from gridmap.core.coverage.tallies import OUTCOMES
from gridmap.core.coverage.verdicts import judge
from tests.core.coverage.rules import local, norm
from tests.core.coverage.situations import facilities_of, homes_of, walks_of

GRID = [0, 0, 1, 1, 2, 2]
COMMUNITY_OF_GRID = np.array([0, 0, 1])
PLACES = [100.0, 600.0, 120.0, 320.0, 150.0, 700.0]


def grouped(people: list[int], households: int = 40) -> pd.DataFrame:
    community = COMMUNITY_OF_GRID[GRID].tolist()
    homes = homes_of([households] * 6, grid=GRID, community=community, rural=[False, False])
    judgement = judge(norm(radius_m=local(300)), homes, facilities_of(1), walks_of(PLACES, [0.0]))
    counts = np.array(people, dtype=np.float64)
    table = count_group(judgement, homes, counts, Question.DISTANCE, COMMUNITY_OF_GRID)
    return table.set_index(["level", "unit"])


@pytest.mark.parametrize(
    ("group", "told"),
    [(TargetGroup.DISABLED, "no health"), (TargetGroup.AGED_80, "no residents are imported")],
)
def test_why_a_group_is_not_known_is_told(group: TargetGroup, told: str) -> None:
    known = homes_of([40], people={TargetGroup.AGED_60: [3]})
    why = why_unknown(norm(group=group), known)
    assert why is not None
    assert told in why.en
    assert "不详" in why.zh
    for of in (TargetGroup.AGED_60, TargetGroup.HOUSEHOLDS, None):
        assert why_unknown(norm(group=of), known) is None


def test_counts_large_enough_are_shown_at_every_level() -> None:
    table = grouped([10, 20, 30, 40, 50, 60])
    assert table["is_shown"].all()
    assert table.loc[("area", 0), ["people", "met", "uncertain", "unmet"]].tolist() == [210, 90, 40, 80]
    assert (
        table.loc[("community", 0), "people"] == table.loc[[("grid", 0), ("grid", 1)], "people"].sum() == 100
    )
    assert table.loc[("grid", 2), "share_surely"] == 50 / 110


def test_the_plain_comparison_is_left_out_because_it_would_split_the_uncertain() -> None:
    assert not {"within", "share"} & set(grouped([10] * 6).columns)


def test_a_grid_of_few_people_hides_its_neighbour_and_leaves_the_other_community() -> None:
    table = grouped([2, 0, 30, 40, 50, 60])
    assert table.loc["grid", "is_shown"].to_list() == [False, False, True]
    assert table.loc["grid", "people"].isna().to_list() == [True, True, False]
    assert table.loc["community", "is_shown"].all()


def test_a_community_that_is_hidden_hides_all_its_grids() -> None:
    table = grouped([3, 0, 0, 40, 50, 60])
    assert not table.loc["community", "is_shown"].any()
    assert not table.loc["grid", "is_shown"].any()
    assert table.loc[("area", 0), "met"] == 53


def test_few_households_hide_everything() -> None:
    assert not grouped([10] * 6, households=1)["is_shown"].any()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 12), min_size=6, max_size=6))
def test_nothing_shown_and_nothing_subtracted_stands_for_one_to_four_people(people: list[int]) -> None:
    hidden, whole = grouped(people), grouped([count * 1000 for count in people])
    truth = whole[list(OUTCOMES)] / 1000
    shown = hidden["is_shown"].to_numpy()
    counts = truth[shown].to_numpy()
    assert not ((counts > 0) & (counts < 5)).any()
    for level, parents, below in (("area", [0], [[0, 1]]), ("community", [0, 1], [[0, 1], [2]])):
        lower = "community" if level == "area" else "grid"
        for parent, units in zip(parents, below, strict=True):
            if not hidden.loc[(level, parent), "is_shown"]:
                assert lower == "community" or not hidden.loc[lower].loc[units, "is_shown"].any()
                continue
            left = [unit for unit in units if not hidden.loc[(lower, unit), "is_shown"]]
            rest = truth.loc[lower].loc[left].to_numpy().sum(axis=0) if left else np.zeros(1)
            assert not ((rest > 0) & (rest < 5)).any()
