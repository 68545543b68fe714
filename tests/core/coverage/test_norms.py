"""Norms as values."""

import math

import pytest

from gridmap.core.coverage.norms import unverified
from gridmap.errors import Invalid, NotFound
from tests.core.coverage.rules import SEED, local, norm, standard, value


@pytest.mark.parametrize("amount", [0.0, -300.0, math.nan, math.inf])
def test_a_norm_cannot_ask_for_nothing_or_less(amount: float) -> None:
    with pytest.raises(Invalid) as refusal:
        value(amount)
    assert refusal.value.facts["standard"] == "test"


def test_every_number_is_listed_with_its_path() -> None:
    rule = norm(radius_m=local(300, 500), floor_area=SEED)
    assert {path: each.amount for path, each in rule.values()} == {
        "radius_m.urban": 300,
        "radius_m.rural": 500,
        "floor_area.minimum_m2.urban": 300,
        "floor_area.minimum_m2.rural": 500,
        "floor_area.per_household_low_m2.urban": 0.05,
        "floor_area.per_household_high_m2.urban": 0.1,
    }


def test_only_numbers_that_nobody_has_read_are_warned_of() -> None:
    doubtful = value(2, standard="city", is_verified=False)
    (warning,) = unverified(norm(radius_m=local(300), places_per_hundred=doubtful))
    assert "city" in warning.en
    assert "places_per_hundred 2" in warning.en
    assert "radius" not in warning.en
    assert unverified(norm(radius_m=local(300))) == ()


def test_a_norm_is_found_by_its_id_or_by_its_kind_if_that_is_clear() -> None:
    small, large = norm("small_ground", kinds=("ground",)), norm("large_ground", kinds=("ground", "field"))
    grounds = standard("grounds", small, large)
    assert grounds.norm("small_ground") is small
    assert grounds.norm("field") is large
    for unclear in ("ground", "nothing"):
        with pytest.raises(NotFound) as refusal:
            grounds.norm(unclear)
        assert refusal.value.hint is not None
        assert "small_ground" in refusal.value.hint.en
