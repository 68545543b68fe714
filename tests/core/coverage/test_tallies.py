"""Verdicts counted by unit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.tallies import OUTCOMES, reach_curve, tally

ROWS = st.lists(
    st.tuples(
        st.sampled_from(OUTCOMES),
        st.integers(0, 90) | st.none(),
        st.integers(-1, 2),
        st.booleans(),
    ),
    max_size=20,
)


def test_shares_have_what_is_unknown_in_the_denominator_and_what_is_not_asked_nowhere() -> None:
    outcome = np.array(["met", "uncertain", "uncertain", "unmet", "unknown", "not_set"], dtype=object)
    within = np.array([True, True, False, False, False, True])
    table = tally(outcome, np.array([50.0, 10, 10, 20, 10, 999]), np.zeros(6, dtype=int), 1, is_within=within)
    row = table.iloc[0]
    assert (row["within"], row["judged"]) == (60, 100)
    assert row["share"] == pytest.approx(0.6)
    assert row["share_surely"] == pytest.approx(0.5)
    assert row["share_at_most"] == pytest.approx(0.7)


def test_a_building_without_count_is_counted_as_a_building_only() -> None:
    table = tally(
        np.array(["met", "met"], dtype=object), np.array([np.nan, 5.0]), np.array([0, 1]), 3,
        is_within=np.array([True, True]),
    )  # fmt: skip
    assert table["met"].to_list() == [0, 5, 0]
    assert table["uncounted"].to_list() == [1, 0, 0]
    assert table["share"].isna().to_list() == [True, False, True]


@settings(deadline=None)
@given(ROWS)
def test_nobody_is_lost_and_nobody_counted_twice(rows: list[tuple[str, int | None, int, bool]]) -> None:
    outcome = np.array([row[0] for row in rows], dtype=object)
    weights = np.array([np.nan if row[1] is None else row[1] for row in rows], dtype=np.float64)
    unit = np.array([row[2] for row in rows], dtype=np.int64)
    table = tally(outcome, weights, unit, 3, is_within=np.array([row[3] for row in rows], dtype=bool))
    assert table[list(OUTCOMES)].to_numpy().sum() == np.nansum(weights[unit >= 0])
    assert (table["within"] <= table["judged"]).all()


def test_the_curve_of_reach_counts_what_lies_within_each_distance() -> None:
    metres, households = np.array([300.0, np.inf, 100.0, 300.0]), np.array([10.0, 5.0, 1.0, np.nan])
    assert reach_curve(metres, households, np.array([50.0, 100.0, 299.0, 300.0, 1e9])).tolist() == [
        0,
        1,
        1,
        11,
        11,
    ]
