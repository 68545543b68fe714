"""How much floor area the seed policy asks for, under both readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.coverage.needs import floor_need
from gridmap.core.coverage.norms import Combine, FloorRule
from gridmap.errors import Invalid
from tests.core.coverage.rules import SEED, local


@pytest.mark.parametrize(
    ("households", "low", "high"),
    [
        (0, (300, "minimum"), (300, "minimum")),
        (2999, (300, "minimum"), (300, "minimum")),
        (3001, (300, "minimum"), (300.1, "per_household")),
        (6001, (300.05, "per_household"), (600.1, "per_household")),
    ],
)
def test_the_minimum_binds_up_to_3000_households_read_strictly_and_6000_read_leniently(
    households: int, low: tuple[float, str], high: tuple[float, str]
) -> None:
    need = floor_need(SEED, households, is_rural=False)
    assert need is not None
    assert (need.low.area_m2, need.low.binds) == (pytest.approx(low[0]), low[1])
    assert (need.high.area_m2, need.high.binds) == (pytest.approx(high[0]), high[1])


def test_rural_communities_need_500_whatever_their_households() -> None:
    for households in (None, 10, 100_000):
        need = floor_need(SEED, households, is_rural=True)
        assert need is not None
        assert need.low == need.high
        assert need.high.area_m2 == 500


def test_an_urban_need_is_not_known_without_households() -> None:
    assert floor_need(SEED, None, is_rural=False) is None


def test_a_clause_may_ask_for_the_smaller_term() -> None:
    rule = FloorRule(local(300), per_household_high_m2=local(0.1), combine=Combine.MIN)
    need = floor_need(rule, 1000, is_rural=False)
    assert need is not None
    assert need.low == need.high
    assert (need.high.area_m2, need.high.binds) == (100, "per_household")


def test_nothing_is_asked_where_nothing_is_set() -> None:
    assert floor_need(FloorRule(), 1000, is_rural=False) is None
    assert floor_need(FloorRule(minimum_m2=local(300)), 1000, is_rural=True) is None


def test_fewer_than_no_households_are_refused() -> None:
    with pytest.raises(Invalid):
        floor_need(SEED, -1, is_rural=False)


@given(st.integers(0, 50_000), st.integers(0, 500))
def test_more_households_never_need_less_and_the_strict_reading_never_less_than_the_lenient(
    households: int, more: int
) -> None:
    before, after = (floor_need(SEED, count, is_rural=False) for count in (households, households + more))
    assert before is not None
    assert after is not None
    assert 300 <= before.low.area_m2 <= before.high.area_m2 <= after.high.area_m2
