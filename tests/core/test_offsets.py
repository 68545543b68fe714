import numpy as np
import pytest
from coord_convert import transform as peer
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.offsets import (
    Offset,
    bd09_from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    wgs84_from,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)

METRES_PER_DEGREE = 111_320.0
MILLIMETRE = 1e-3 / METRES_PER_DEGREE

CHINA = st.tuples(st.floats(74.0, 135.0), st.floats(4.0, 53.0))


def points_of_china(number: int = 5_000) -> np.ndarray:
    rng = np.random.default_rng(7)
    return np.column_stack([rng.uniform(74.0, 135.0, number), rng.uniform(4.0, 53.0, number)])


def test_the_shifts_agree_with_coord_convert() -> None:
    points = points_of_china()
    gcj02 = np.array([peer.wgs2gcj(*point) for point in points])
    bd09 = np.array([peer.wgs2bd(*point) for point in points])
    assert np.abs(gcj02_from_wgs84(points) - gcj02).max() < 1e-9
    assert np.abs(bd09_from_wgs84(points) - bd09).max() < 1e-9


def test_the_inverses_agree_with_coord_convert_to_a_millimetre_or_are_closer() -> None:
    shifted = gcj02_from_wgs84(points_of_china(500))
    theirs = np.array([peer.gcj2wgs(*point) for point in shifted])
    assert np.abs(wgs84_from_gcj02(shifted) - theirs).max() * METRES_PER_DEGREE < 1e-3


@given(CHINA)
def test_gcj02_there_and_back_is_within_a_millimetre(point: tuple[float, float]) -> None:
    points = np.array([point])
    assert np.abs(wgs84_from_gcj02(gcj02_from_wgs84(points)) - points).max() < MILLIMETRE


@given(CHINA)
def test_bd09_there_and_back_is_within_a_millimetre(point: tuple[float, float]) -> None:
    points = np.array([point])
    assert np.abs(wgs84_from_bd09(bd09_from_wgs84(points)) - points).max() < MILLIMETRE
    assert np.abs(wgs84_from(bd09_from_wgs84(points), Offset.BD09) - points).max() < MILLIMETRE


def test_the_shift_is_hundreds_of_metres_in_china() -> None:
    points = points_of_china()
    metres = np.hypot(*((gcj02_from_wgs84(points) - points) * METRES_PER_DEGREE).T)
    assert 100.0 < np.median(metres) < 800.0


def test_outside_the_box_nothing_moves() -> None:
    points = np.array([[24.94, 60.17], [-122.4, 37.8], [151.2, -33.9]])
    assert np.array_equal(gcj02_from_wgs84(points), points)
    assert np.array_equal(wgs84_from_gcj02(points), points)


def test_missing_coordinates_stay_missing() -> None:
    points = np.array([[np.nan, np.nan], [116.4, 39.9]])
    brought = wgs84_from(points, Offset.GCJ02)
    assert np.isnan(brought[0]).all()
    assert np.isfinite(brought[1]).all()


def test_the_wave_of_bd09_has_the_right_length() -> None:
    """The head of eviltransform uses sin(y·π), which is off by some 26 m; x_pi = π·3000/180 is right."""
    tiananmen = np.array([[116.404, 39.915]])
    assert gcj02_from_bd09(np.array([peer.gcj2bd(116.404, 39.915)]))[0] == pytest.approx(
        tiananmen[0], abs=1e-9
    )
