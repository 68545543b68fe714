"""Homes, facilities and the walks between them."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.hours import Moment
from gridmap.core.coverage.situation import CLOSED, OPEN, UNSURE, nth_nearest, serving
from tests.core.coverage.rules import local
from tests.core.coverage.situations import facilities_of, homes_of, walks_of

PLACES = st.lists(st.integers(0, 1500).map(float), min_size=1, max_size=8)


def test_a_shop_with_unknown_hours_is_neither_open_nor_closed() -> None:
    shops = facilities_of(3, hours=["周一至周日 08:00-20:00", "周一至周五 08:00-20:00", "看情况"])
    assert shops.opened(Moment(5, 19 * 60)).tolist() == [OPEN, CLOSED, UNSURE]
    assert shops.opened(None).tolist() == [OPEN, OPEN, OPEN]


def test_the_value_goes_by_the_community_and_is_missing_where_none_is_set() -> None:
    homes = homes_of([1, 1, 1], community=[0, 1, -1], rural=[False, True])
    assert homes.local(local(300, 500)).tolist() == [300, 500, 300]
    assert np.isnan(homes.local(local(300))).tolist() == [False, True, False]
    assert np.isnan(homes.local(None)).all()


def test_without_a_radius_the_facilities_of_the_community_serve() -> None:
    homes = homes_of([1, 1, 1], community=[0, 1, -1], rural=[False, True])
    shops = facilities_of(3, community=[0, 1, 1])
    pairs = serving(walks_of([0, 0, 0], [10, 2000, 20]).pairs, homes.local(local(300)), homes, shops)
    found = {(int(target), int(source)) for source, target in zip(pairs.source, pairs.target, strict=True)}
    assert found == {(0, 0), (0, 2), (1, 1), (1, 2), (2, 0), (2, 2)}
    assert np.isnan(pairs.metres[pairs.target == 1]).all()


@settings(deadline=None)
@given(PLACES, PLACES, st.integers(1, 4))
def test_the_nth_nearest_is_the_nth_of_all_sorted(
    homes: list[float], facilities: list[float], count: int
) -> None:
    found = nth_nearest(walks_of(homes, facilities).pairs, len(homes), count)
    for row, home in enumerate(homes):
        metres = sorted(abs(home - place) for place in facilities)
        assert found[row].tolist() == [*metres, *[np.inf] * count][:count]
