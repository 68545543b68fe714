"""How homes and facilities lie to the ways."""

import numpy as np
import pytest
import shapely

from gridmap.core.coverage.access import APART_M, entrances, straight_metres
from gridmap.core.coverage.answers import shortest_pairs, sorted_pairs


def test_a_point_is_entered_at_itself_and_a_building_in_its_middle() -> None:
    shapes = np.array([shapely.Point(3, 4), shapely.box(0, 0, 20, 10)], dtype=object)
    points, owner = entrances(shapes)
    assert owner.tolist() == [0, 1]
    assert points[0] == shapes[0]
    assert shapely.contains(shapes[1], points[1])


def test_a_park_is_entered_all_along_its_outline() -> None:
    park = shapely.box(0, 0, 200, 200)
    points, owner = entrances(np.array([park], dtype=object))
    assert set(owner.tolist()) == {0}
    assert shapely.distance(park.boundary, points).max() == pytest.approx(0)
    assert len(points) >= park.length / APART_M


def test_the_straight_way_is_that_to_the_nearest_point_and_endless_without_one() -> None:
    homes = shapely.points([(0, 0), (10, 0)])
    assert straight_metres(homes, shapely.points([(0, 3), (10, 4), (99, 0)])).tolist() == [3, 4]
    assert np.isinf(straight_metres(homes, np.zeros(0, dtype=object))).all()


def test_of_several_entrances_of_a_facility_the_nearest_counts() -> None:
    found = sorted_pairs(np.array([0, 1, 2]), np.array([5, 5, 5]), np.array([30.0, 10.0, 20.0]))
    owner = np.array([0, 0, 1])[found.source]
    pairs = shortest_pairs(owner, found)
    assert list(zip(pairs.source.tolist(), pairs.metres.tolist(), strict=True)) == [(0, 10.0), (1, 20.0)]
