"""How often one address may ask."""

import pytest

from gridmap.api.errors import TooOften
from gridmap.api.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_address_may_ask_so_often_in_a_minute_and_again_after_it() -> None:
    clock = Clock()
    pace = Pace(2, clock=clock)
    pace.note("a")
    clock.now += 20
    pace.note("a")
    with pytest.raises(TooOften) as refused:
        pace.note("a")
    assert refused.value.facts["retry_after"] == 40
    clock.now += 40
    pace.note("a")
    with pytest.raises(TooOften):
        pace.note("a")


def test_one_address_does_not_use_up_what_others_may_ask() -> None:
    pace = Pace(1, clock=Clock())
    pace.note("a")
    pace.note("b")
    with pytest.raises(TooOften):
        pace.note("a")


def test_addresses_are_forgotten_after_a_minute() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    pace.note("a")
    clock.now += 61
    pace.note("b")
    assert set(pace.asked) == {"b"}
