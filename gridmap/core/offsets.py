"""The shifted coordinates of Chinese web maps: GCJ-02 (高德, 腾讯) and BD-09 (百度), to and from WGS 84.

GCJ-02 is the required disguise of public maps; its formula is known from a leaked forward code, and no inverse
was ever published. The formulas here are those of googollee/eviltransform and Artoria2e5/PRCoords. Inverses
are found by fixed-point iteration (PRCoords calls it caijun). Constants of the BD-09 formula follow the PyPI
packages coord-convert and prcoords: ``x_pi = π·3000/180``.

All arrays are (n, 2), longitude and latitude in degrees, float64; NaN stays NaN.
"""

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


class Offset(StrEnum):
    """A disguise laid over WGS 84."""

    GCJ02 = "gcj02"
    BD09 = "bd09"


_AXIS_M = 6378245.0
"""Semi-major axis of Krasovsky's ellipsoid in metres, as the leaked code has it."""
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BD09_WAVE = np.pi * 3000.0 / 180.0
_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271
_ITERATIONS = 8
"""Three steps already reach 0.0002 m over China; the rest costs little and serves the corners of the box."""


def gcj02_from_wgs84(points: Points) -> Points:
    """Shift WGS 84 to GCJ-02. Outside the box 72.004–137.8347° E, 0.8293–55.8271° N nothing moves."""
    return np.where(_in_box(points)[:, None], points + _gcj02_shift(points), points)


def wgs84_from_gcj02(points: Points) -> Points:
    """Take the GCJ-02 shift away, to within 0.001 m of the forward formula."""
    return np.where(_in_box(points)[:, None], _inverse(points, lambda p: p + _gcj02_shift(p)), points)


def bd09_from_gcj02(points: Points) -> Points:
    """Shift GCJ-02 to BD-09."""
    x, y = points[:, 0], points[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD09_WAVE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD09_WAVE)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def gcj02_from_bd09(points: Points) -> Points:
    """Take the BD-09 shift away, to within 0.001 m of the forward formula (the closed form is 0.2 m off)."""
    return _inverse(points, bd09_from_gcj02)


def bd09_from_wgs84(points: Points) -> Points:
    """Shift WGS 84 to BD-09."""
    return bd09_from_gcj02(gcj02_from_wgs84(points))


def wgs84_from_bd09(points: Points) -> Points:
    """Take both shifts of BD-09 away."""
    return wgs84_from_gcj02(gcj02_from_bd09(points))


def wgs84_from(points: Points, offset: Offset) -> Points:
    """Take the named shift away."""
    return wgs84_from_gcj02(points) if offset is Offset.GCJ02 else wgs84_from_bd09(points)


def in_shift_box(points: Points) -> NDArray[np.bool_]:
    """Tell which points lie in the box where GCJ-02 is used (it holds neighbours of China too)."""
    return _in_box(points)


def _in_box(points: Points) -> NDArray[np.bool_]:
    x, y = points[:, 0], points[:, 1]
    inside: NDArray[np.bool_] = (x >= _WEST) & (x <= _EAST) & (y >= _SOUTH) & (y <= _NORTH)
    return inside


def _inverse(shifted: Points, forward: Callable[[Points], Points]) -> Points:
    """Solve forward(p) = shifted by p ← p − (forward(p) − shifted)."""
    points = shifted.copy()
    for _ in range(_ITERATIONS):
        points -= forward(points) - shifted
    return points


def _gcj02_shift(points: Points) -> Points:
    """Return the shift in degrees at WGS 84 points, without looking at the box."""
    x, y = points[:, 0] - 105.0, points[:, 1] - 35.0
    latitude = np.radians(points[:, 1])
    flattening = 1.0 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    north_m, east_m = _north_shift_m(x, y), _east_shift_m(x, y)
    meridian_radius = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / (flattening * np.sqrt(flattening))
    parallel_radius = _AXIS_M / np.sqrt(flattening) * np.cos(latitude)
    return np.degrees(np.column_stack([east_m / parallel_radius, north_m / meridian_radius]))


def _north_shift_m(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    sin, pi = np.sin, np.pi
    shift = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    shift += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    shift += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    shift += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y / 30.0 * pi)) * 2.0 / 3.0
    return np.asarray(shift)


def _east_shift_m(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    sin, pi = np.sin, np.pi
    shift = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    shift += (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    shift += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    shift += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    return np.asarray(shift)
