"""What is near what, against brute force."""

import numpy as np
import shapely

from gridmap.core.division.fabric.nearby import Places, are_near, closeness, meetings, nearest

RNG = np.random.default_rng(5)


def segments(count: int, spread: int = 200_000, length: int = 40_000) -> np.ndarray:
    start = RNG.integers(-spread, spread, (count, 2))
    return np.concatenate([start, start + RNG.integers(-length, length, (count, 2))], axis=1)


def lines(ends: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2).astype(float)))


def test_segments_that_meet_are_found() -> None:
    ones, twos = segments(150), segments(150)
    expected = np.argwhere(shapely.intersects(lines(ones)[:, None], lines(twos)[None]))
    assert sorted(map(tuple, meetings(ones, twos).tolist())) == sorted(map(tuple, expected.tolist()))


def test_touching_counts_as_meeting() -> None:
    assert (
        len(meetings(np.array([[0, 0, 10, 0]]), np.array([[10, 0, 10, 9], [4, 1, 4, 9], [3, 0, 7, 0]]))) == 2
    )


def test_only_other_groups_are_close() -> None:
    row = np.array(
        [[0, 0, 10_000, 0], [0, 1_500, 10_000, 1_500], [0, 9_000, 10_000, 9_000], [0, 50_000, 9, 50_000]]
    )
    distances = np.array([10_000, 5_000, 2_000])
    assert list(closeness(row, np.array([0, 1, 2, 3]), distances)) == [3, 3, 1, 0]
    assert list(closeness(row, np.array([0, 0, 2, 3]), distances)) == [1, 1, 1, 0]


def test_points_near_a_line_are_found() -> None:
    ends, points = segments(60), RNG.integers(-200_000, 200_000, (300, 2))
    gap = shapely.distance(shapely.points(points.astype(float))[:, None], lines(ends)[None]).min(axis=1)
    assert list(are_near(points, ends, 9_000)) == list(gap <= 9_000)


def test_the_nearest_place_is_that_of_the_same_block() -> None:
    places = Places(RNG.integers(0, 900_000, (400, 2)), RNG.integers(0, 3, 400))
    wanted = Places(RNG.integers(0, 900_000, (200, 2)), RNG.integers(0, 3, 200))
    gap = ((wanted.points[:, None] - places.points[None]) ** 2).sum(axis=2).astype(float)
    gap[wanted.block[:, None] != places.block[None]] = np.inf
    assert list(nearest(wanted, places)) == list(gap.argmin(axis=1))
