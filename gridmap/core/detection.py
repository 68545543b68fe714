"""Which coordinate system undeclared numbers are in: claimed only where the numbers leave no choice.

Longitudes and latitudes show themselves by their range, Chinese projected coordinates by the zone number in
front of the easting (GB/T, ``38 500 000`` = zone 38). Everything else is a question to the person who has the file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import binomtest

from gridmap.core.crs import NORTH_FIRST, WGS84, Bounds, metric_crs, resolve_crs, transformer
from gridmap.core.offsets import Offset, Points, in_shift_box, wgs84_from
from gridmap.errors import Invalid, Text

THREE_DEGREE_ZONES = range(25, 46)
"""Zones with the number in the easting, EPSG:4513–4533; without it EPSG:4534–4554."""
SIX_DEGREE_ZONES = range(13, 24)
"""Zones with the number in the easting, EPSG:4491–4501; without it EPSG:4502–4512."""

_NORTHING = (200_000.0, 6_200_000.0)
"""Metres from the equator to the south and north ends of China, widened."""
_FROM_MERIDIAN_M = 280_000.0
"""A zone of 3° is at most 167 km wide to each side, one of 6° 334 km; false easting is 500 000."""
_NEAR_DEGREES = 0.5


@dataclass(frozen=True, slots=True)
class Detection:
    """What the numbers say about their system.

    Parameters
    ----------
    crs : name for `resolve_crs`; None when it must be asked.
    confidence : 0–1; below 0.9 a person should look at the map.
    why : the reason, to show.
    ambiguous : the names that fit when `crs` is None, likeliest first; may be empty.
    """

    crs: str | None
    confidence: float
    why: Text
    ambiguous: tuple[str, ...] = ()

    def require(self) -> str:
        """Return the name, or refuse.

        Raises
        ------
        Invalid
            If the numbers leave a choice; the candidates and the option to pass are in the hint.
        """
        if self.crs is not None:
            return self.crs
        raise Invalid(
            Text(
                en=f"The coordinate system is not declared and cannot be told from the numbers. {self.why.en}",
                zh=f"文件未声明坐标系，仅凭数值无法判断。{self.why.zh}",
            ),
            hint=_ask(self.ambiguous),
            reason="crs.ambiguous",
            candidates=list(self.ambiguous),
        )


@dataclass(frozen=True, slots=True)
class ShiftDetection:
    """Which disguise points wear, judged by reference points.

    Parameters
    ----------
    crs : ``EPSG:4326``, ``gcj02`` or ``bd09``; None if no reading fits clearly better than the others.
    distances_m : median distance to the nearest reference point after each reading, in metres.
    chance : how often so many points would come nearer to the reference by the reading that fits best than as they
        are, if it meant nothing (sign test); 1 where they fit best as they are.
    """

    crs: str | None
    distances_m: dict[str, float]
    chance: float = 1.0


def detect_crs(points: Points, *, near: Bounds | None = None) -> Detection:
    """Tell the system of undeclared coordinates.

    Parameters
    ----------
    points : (n, 2) first and second number of each pair; rows that are not finite are left out.
    near : bounds in degrees of what is already known of the place; candidates that put the middle of the
        points more than half a degree away from it are dropped.
    """
    finite = points[np.isfinite(points).all(axis=1)]
    if len(finite) == 0:
        return _unknown(Text(en="There are no coordinates.", zh="没有坐标。"))
    found = _degrees(finite) or _metres(finite)
    return found if near is None else _narrow(found, finite, near)


def detect_shift(points: Points, reference: Points) -> ShiftDetection:
    """Tell whether points wear the GCJ-02 or BD-09 shift, given others known to be WGS 84.

    Each reading (none, GCJ-02, BD-09) is taken off and the median distance to the nearest reference point
    measured. A reading is claimed when its distance is less than half of every other one.

    Parameters
    ----------
    points : (n, 2) longitude and latitude, of the same kind of thing as the reference (building centres).
    reference : (m, 2) longitude and latitude in WGS 84.
    """
    readings = {WGS84: points} | {offset.value: wgs84_from(points, offset) for offset in Offset}
    if len(points) == 0 or len(reference) == 0:
        return ShiftDetection(None, {})
    west, south = reference.min(axis=0)
    east, north = reference.max(axis=0)
    project = transformer(WGS84, metric_crs((west, south, east, north))).transform
    tree = cKDTree(np.column_stack(project(reference[:, 0], reference[:, 1])))
    nearest = {
        name: tree.query(np.column_stack(project(p[:, 0], p[:, 1])))[0] for name, p in readings.items()
    }
    distances = {name: float(np.median(each)) for name, each in nearest.items()}
    best, second = sorted(distances, key=distances.__getitem__)[:2]
    nearer = int((nearest[best] < nearest[WGS84]).sum())
    chance = float(binomtest(nearer, len(points), alternative="greater").pvalue)
    return ShiftDetection(best if distances[best] < 0.5 * distances[second] else None, distances, chance)


def _degrees(points: Points) -> Detection | None:
    """Judge points that may be longitudes and latitudes; None if they are not."""
    x, y = np.abs(points[:, 0]), np.abs(points[:, 1])
    swapped = (x <= 90.0) & (y > 90.0) & (y <= 180.0)
    if swapped.mean() > 0.5:
        return _swapped_degrees()
    fits = float(((x <= 180.0) & (y <= 90.0)).mean())
    if fits < 0.5:
        return None
    middle = np.median(points, axis=0)
    if np.abs(middle).max() < 1.0:
        return _unknown(
            Text(
                en="All numbers are close to zero: local drawing coordinates perhaps.",
                zh="数值都接近零，可能是本地制图坐标。",
            )
        )
    if abs(middle[1]) > 72.0 and 0.0 < middle[0] < 60.0:
        return _swapped_degrees(plain_too=True)
    return _lonlat(middle, fits)


def _lonlat(middle: NDArray[np.float64], fits: float) -> Detection:
    if in_shift_box(middle[None, :])[0]:
        return Detection(
            WGS84,
            0.8 * fits,
            Text(
                en="The numbers are longitudes and latitudes, read as WGS 84. Data from Amap, Tencent or Baidu are "
                "shifted by 100–1,500 m, which the numbers alone do not show: pass --crs gcj02 or --crs bd09 for them.",
                zh="数值为经纬度，按 WGS 84 读取。高德、腾讯、百度的数据有 100–1500 米偏移，单凭数值看不出来；"
                "若来自这些平台，请加 --crs gcj02 或 --crs bd09。",
            ),
        )
    why = Text(en="The numbers are longitudes and latitudes.", zh="数值为经纬度。")
    return Detection(WGS84, 0.95 * fits, why)


def _swapped_degrees(*, plain_too: bool = False) -> Detection:
    names = (WGS84 + NORTH_FIRST, WGS84) if plain_too else (WGS84 + NORTH_FIRST,)
    return _unknown(
        Text(
            en="Latitude seems to come before longitude.",
            zh="看起来纬度写在了经度前面（经纬度颠倒）。",
        ),
        names,
    )


def _metres(points: Points) -> Detection:
    """Judge points that are not degrees."""
    middle = np.median(points, axis=0)
    straight, turned = _metric_names(*middle), _metric_names(*middle[::-1])
    names = [*straight, *(name + NORTH_FIRST for name in turned)]
    zones = [name for name in names if _zone_of(name) is not None]
    if len(names) == 1 and zones:
        return _zone_detection(zones[0])
    if names == ["EPSG:3857"] and _in_china_mercator(*middle):
        return Detection(
            "EPSG:3857",
            0.8,
            Text(
                en="The numbers are Web Mercator metres in China.", zh="数值为中国境内的 Web 墨卡托米制坐标。"
            ),
        )
    return _unknown(_why_metres(names), names)


def _metric_names(east: float, north: float) -> list[str]:
    """List the systems in which a pair lies where it should, likeliest first."""
    names = []
    if _NORTHING[0] <= north <= _NORTHING[1]:
        zone, rest = divmod(east, 1_000_000.0)
        central = abs(rest - 500_000.0) <= _FROM_MERIDIAN_M
        if central and zone in THREE_DEGREE_ZONES:
            names.append(f"EPSG:{4513 + int(zone) - 25}")
        if central and zone in SIX_DEGREE_ZONES:
            names.append(f"EPSG:{4491 + int(zone) - 13}")
        if central and zone == 0:
            names += [
                f"EPSG:{code}" for code in (*range(4534, 4555), *range(4502, 4513), *range(32643, 32654))
            ]
    for code, (west, south, east_end, north_end) in _REGIONAL.items():
        if west <= east <= east_end and south <= north <= north_end:
            names.append(code)
    if 1e6 < abs(east) < 16.5e6 and 1e5 < abs(north) < 12e6:
        names.append("EPSG:3857")
    return names


_REGIONAL = {
    "EPSG:3826": (140_000.0, 2_400_000.0, 360_000.0, 2_830_000.0),
    "EPSG:2326": (795_000.0, 795_000.0, 870_000.0, 850_000.0),
    "EPSG:3414": (0.0, 10_000.0, 60_000.0, 60_000.0),
}
"""Extent in metres of the national grids of Taiwan (TWD97 TM2), Hong Kong (1980 Grid) and Singapore (SVY21)."""


def _in_china_mercator(east: float, north: float) -> bool:
    return 8.1e6 <= east <= 15.1e6 and 0.4e6 <= north <= 7.2e6


def _zone_of(name: str) -> int | None:
    code = int(name.removesuffix(NORTH_FIRST).removeprefix("EPSG:"))
    if 4513 <= code <= 4533:
        return code - 4513 + 25
    return code - 4491 + 13 if 4491 <= code <= 4501 else None


def _zone_detection(name: str) -> Detection:
    zone = _zone_of(name)
    order_en = ", north first" if name.endswith(NORTH_FIRST) else ""
    order_zh = "，北坐标在前" if name.endswith(NORTH_FIRST) else ""
    return Detection(
        name,
        0.95,
        Text(
            en=f"The easting carries the number of zone {zone} of CGCS2000{order_en}.",
            zh=f"东坐标带有 CGCS2000 第 {zone} 带的带号{order_zh}。",
        ),
    )


def _why_metres(names: Sequence[str]) -> Text:
    if any(name.startswith("EPSG:4534") for name in names):
        return Text(
            en="The numbers are metres without a zone number: they fit every zone of EPSG:4534–4554 "
            "(central meridians 75–135° E, 3° apart).",
            zh="数值为不带带号的米制坐标，EPSG:4534–4554（中央经线 75–135°E，每 3° 一带）都说得通。",
        )
    if names:
        return Text(en="The numbers fit more than one system.", zh="数值符合不止一种坐标系。")
    return Text(en="The numbers fit no system that gridmap knows.", zh="数值不符合任何已知坐标系。")


def _narrow(found: Detection, points: Points, near: Bounds) -> Detection:
    """Keep the candidates that put the middle of the points near a known place."""
    candidates = (found.crs,) if found.crs else found.ambiguous
    if found.crs == WGS84:
        candidates = (WGS84, WGS84 + NORTH_FIRST)
    middle = np.median(points, axis=0)
    fitting = tuple(name for name in candidates if name and _lies_near(middle, name, near))
    if len(fitting) == 1 and not fitting[0].endswith(NORTH_FIRST):
        why = Text(
            en=f"{found.why.en} Only {fitting[0]} puts them where the known areas are.",
            zh=f"{found.why.zh}其中只有 {fitting[0]} 与已有区域位置相符。",
        )
        return found if found.crs == fitting[0] else Detection(fitting[0], 0.9, why)
    if found.crs == WGS84 and fitting == (WGS84 + NORTH_FIRST,):
        return _swapped_degrees()
    return found if not fitting or found.crs else replace(found, ambiguous=fitting)


def _lies_near(middle: NDArray[np.float64], name: str, near: Bounds) -> bool:
    source = resolve_crs(name)
    west, south, east, north = near
    use = source.crs.area_of_use
    if use is not None and use.west <= use.east and not (use.west - 3.0 <= east and west <= use.east + 3.0):
        return False
    x, y = source.to_wgs84(middle[None, :])[0]
    return bool(
        west - _NEAR_DEGREES <= x <= east + _NEAR_DEGREES
        and south - _NEAR_DEGREES <= y <= north + _NEAR_DEGREES
    )


def _unknown(why: Text, names: Iterable[str] = ()) -> Detection:
    return Detection(None, 0.0, why, tuple(names))


def _ask(names: Sequence[str]) -> Text:
    if not names:
        return Text(
            en="Pass --crs EPSG:n, gcj02 or bd09.",
            zh="请用 --crs 指明 EPSG:n、gcj02 或 bd09。",
        )
    shown = ", ".join(names[:4]) + (f" … ({len(names)})" if len(names) > 4 else "")
    return Text(
        en=f"Pass --crs with the right one: {shown}.",
        zh=f"请用 --crs 指明正确的坐标系，可能是：{shown}。",
    )
