"""Footprints cut into strips of equal area."""

from itertools import pairwise

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, affinity, box

from gridmap.core.strips import shares, strips

SLAB = box(0, 0, 60, 12)
ELL = Polygon([(0, 0), (40, 0), (40, 10), (10, 10), (10, 30), (0, 30)])


@pytest.mark.parametrize("angle", [0, 30, 90, 135, 179])
@pytest.mark.parametrize("shape", [SLAB, ELL, MultiPolygon([SLAB, box(70, 0, 90, 12)])])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_strips_are_equal_tile_the_footprint_and_touch_only_their_neighbours(
    shape: shapely.Geometry, angle: int, count: int
) -> None:
    turned = affinity.rotate(shape, angle, origin=(500_000, 3_000_000))
    cut = strips(turned, count)
    assert len(cut) == count
    assert all(part.area == pytest.approx(turned.area / count, rel=1e-6) for part in cut)
    assert shapely.union_all(cut, grid_size=1e-6).symmetric_difference(turned).area < 1e-3
    assert all(one.intersection(two).area < 1e-3 for one, two in pairwise(cut))


def test_a_slab_is_cut_across_and_counted_from_the_west() -> None:
    first, _, last = strips(SLAB, 3)
    assert first.bounds == pytest.approx((0, 0, 20, 12))
    assert last.bounds == pytest.approx((40, 0, 60, 12))


@given(st.integers(0, 5000), st.integers(1, 40))
def test_shares_make_up_the_total_and_differ_by_one_at_most(total: int, count: int) -> None:
    given_out = shares(total, count)
    assert sum(given_out) == total
    assert max(given_out) - min(given_out) <= 1
