"""Where the rows lie: shapes from columns or layers, their system, and the way to WGS 84."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.crs import WGS84, Bounds, SourceCrs, resolve_crs
from gridmap.core.detection import Detection, detect_crs
from gridmap.core.offsets import Points
from gridmap.core.quality import Finding, Problem
from gridmap.errors import Invalid, Text
from gridmap.io.fields import normal
from gridmap.io.layers import UNREADABLE
from gridmap.io.raw import Raw, texts
from gridmap.io.values import numbers

_AREA_OF_USE_MARGIN = 6.0
"""Degrees that data may lie beyond the area EPSG gives for a system before the declaration is doubted."""
_SHIFTED_HEADERS = re.compile(r"gcj|bd09|高德|百度|腾讯|火星|amap|baidu")
_HALF = Problem(
    "coordinates.half",
    Text(en="One of the two coordinates is missing.", zh="两个坐标只填了一个。"),
    Text(en="Give both, or neither.", zh="请补全，或两个都留空。"),
)


@dataclass(slots=True)
class Located:
    """Shapes in WGS 84 and how they came there.

    Parameters
    ----------
    shapes : (n,) geometries or None.
    source : (n,) the same as they lie in the file.
    crs : name of the file's system for `resolve_crs`.
    detected : whether the system was told from the numbers.
    """

    shapes: NDArray[np.object_]
    source: NDArray[np.object_]
    crs: str
    detected: bool
    findings: list[Finding] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def locate(raw: Raw, mapping: Mapping[str, str], *, declared: str | None, near: Bounds | None) -> Located:
    """Find the shapes of all rows and bring them to WGS 84.

    Parameters
    ----------
    mapping : column → field, of which the coordinates are used for tables.
    declared : the system the caller names; it is believed before what the file says.
    near : bounds in degrees of what is known of the place, to tell apart systems that fit.

    Raises
    ------
    Invalid
        If the system is not declared and cannot be told, or the declared one contradicts the numbers.
    """
    source, findings = (raw.shapes, []) if raw.shapes is not None else _from_columns(raw, mapping)
    points = shapely.get_coordinates(source)
    points = points[np.isfinite(points).all(axis=1)]
    stated = declared or raw.crs
    if len(points) == 0:
        return Located(source, source, resolve_crs(stated or WGS84).name, detected=False, findings=findings)
    if stated is None:
        _refuse_shifted_headers(mapping)
        located = _detected(raw, source, points, near, columns={v: k for k, v in mapping.items()})
    else:
        crs = resolve_crs(stated)
        _refuse_contradiction(crs, points, near, columns={v: k for k, v in mapping.items()})
        located = Located(_bring(source, crs), source, crs.name, detected=False)
        located.notes += _said(crs, raw, declared)
    located.findings += findings
    return located


def _from_columns(raw: Raw, mapping: Mapping[str, str]) -> tuple[NDArray[np.object_], list[Finding]]:
    """Make shapes of lon and lat, x and y, or WKT."""
    column = {field_: name for name, field_ in mapping.items()}
    for first, second in (("lon", "lat"), ("x", "y")):
        if first in column and second in column:
            return _points(raw, column[first], column[second])
    if "wkt" in column:
        return _from_wkt(raw, column["wkt"])
    return np.full(len(raw.table), None, dtype=object), []


def _points(raw: Raw, first: str, second: str) -> tuple[NDArray[np.object_], list[Finding]]:
    x, found_x = numbers(raw, first)
    y, found_y = numbers(raw, second)
    shapes = np.full(len(x), None, dtype=object)
    whole = np.isfinite(x) & np.isfinite(y)
    shapes[whole] = shapely.points(x[whole], y[whole])
    findings = found_x + found_y
    unreadable = {finding.row for finding in findings}
    for position in np.flatnonzero(np.isfinite(x) ^ np.isfinite(y)).tolist():
        if int(raw.rows[position]) not in unreadable:
            findings.append(Finding(int(raw.rows[position]), second, None, _HALF))
    return shapes, findings


def _from_wkt(raw: Raw, column: str) -> tuple[NDArray[np.object_], list[Finding]]:
    stated = texts(raw.table[column]).str.replace(r"(?i)^SRID=\d+;", "", regex=True)
    known = stated.notna().to_numpy()
    shapes = np.full(len(stated), None, dtype=object)
    with np.errstate(all="ignore"):
        shapes[known] = shapely.from_wkt(stated[known].to_numpy(dtype=object), on_invalid="ignore")
    unread = known & shapely.is_missing(shapes)
    findings = [
        Finding(int(raw.rows[position]), column, str(stated.iloc[position])[:120], UNREADABLE)
        for position in np.flatnonzero(unread).tolist()
    ]
    return np.asarray(shapely.force_2d(shapes), dtype=object), findings


def _detected(
    raw: Raw, source: NDArray[np.object_], points: Points, near: Bounds | None, *, columns: Mapping[str, str]
) -> Located:
    found = detect_crs(points, near=near)
    _refuse_swapped(found, columns)
    crs = resolve_crs(found.require())
    by_format = raw.rfc7946 and crs.name == WGS84
    return Located(
        _bring(source, crs), source, crs.name, detected=not by_format, notes=[] if by_format else [found.why]
    )


def _bring(source: NDArray[np.object_], crs: SourceCrs) -> NDArray[np.object_]:
    """Bring shapes to WGS 84; coordinates that cannot be brought become infinite and are found by the checks."""
    if crs.name == WGS84:
        return source
    return np.asarray(shapely.transform(source, crs.to_wgs84), dtype=object)


def _said(crs: SourceCrs, raw: Raw, declared: str | None) -> list[Text]:
    """Say what is doubtful about the system, and that the caller's word went before the file's."""
    notes = [crs.caution] if crs.caution is not None else []
    other = _name(raw.crs) if declared is not None and raw.crs is not None else crs.name
    if other != crs.name:
        notes.append(
            Text(
                en=f"The file says {other[:40]}; {crs.name} was used as asked.",
                zh=f"文件声明为 {other[:40]}，已按要求使用 {crs.name}。",
            )
        )
    return notes


def _name(stated: str) -> str:
    """Return the name of a system a file declares; the text itself if it means nothing."""
    try:
        return resolve_crs(stated).name
    except Invalid:
        return stated


def _refuse_shifted_headers(mapping: Mapping[str, str]) -> None:
    """Ask, where the name of a coordinate column speaks of a shifted system."""
    named = [column for column in mapping if _SHIFTED_HEADERS.search(normal(column))]
    if named:
        raise Invalid(
            Text(
                en=f"The column “{named[0]}” seems to hold shifted coordinates (GCJ-02 or BD-09).",
                zh=f"“{named[0]}”列看起来是加偏坐标（GCJ-02 或 BD-09）。",
            ),
            hint=Text(
                en="Pass --crs gcj02, --crs bd09 or --crs EPSG:4326.",
                zh="请写 --crs gcj02、--crs bd09 或 --crs EPSG:4326。",
            ),
            reason="crs.ambiguous",
            candidates=["gcj02", "bd09", WGS84],
        )


def _refuse_swapped(found: Detection, columns: Mapping[str, str]) -> None:
    """Say how to map the columns of a table in which latitude stands where longitude is said to be."""
    if found.crs is not None or not any(name.endswith("+yx") for name in found.ambiguous[:1]):
        return
    pair = next((pair for pair in (("lon", "lat"), ("x", "y")) if set(pair) <= columns.keys()), None)
    if pair is None:
        return
    first, second = pair
    swap = f"--map {first}={columns[second]} --map {second}={columns[first]}"
    raise Invalid(
        Text(
            en=f"The columns “{columns[first]}” and “{columns[second]}” seem to be swapped. {found.why.en}",
            zh=f"“{columns[first]}”与“{columns[second]}”两列似乎颠倒了。{found.why.zh}",
        ),
        hint=Text(
            en=f"If so pass {swap}; else name the system with --crs.",
            zh=f"若确实颠倒，请写 {swap}；否则请用 --crs 指明坐标系。",
        ),
        reason="coordinates.swapped",
        candidates=list(found.ambiguous),
    )


def _refuse_contradiction(
    crs: SourceCrs, points: Points, near: Bounds | None, *, columns: Mapping[str, str]
) -> None:
    """Refuse a declared system in which most of the rows, or their middle, cannot lie where they would."""
    sample = points[:: max(len(points) // 5_000, 1)]
    brought = crs.to_wgs84(sample)
    with np.errstate(invalid="ignore"):
        on_earth = (np.abs(brought[:, 0]) <= 180.0) & (np.abs(brought[:, 1]) <= 90.0)
    if on_earth.mean() >= 0.5 and _in_area_of_use(crs, np.median(brought[on_earth], axis=0)):
        return
    found = detect_crs(sample, near=near)
    if crs.crs.is_geographic:
        _refuse_swapped(found, columns)
    looks = found.crs or ", ".join(found.ambiguous[:3])
    raise Invalid(
        Text(
            en=f"The coordinates do not fit {crs.name[:40]}: the first is {points[0, 0]:.8g}, {points[0, 1]:.8g}.",
            zh=f"坐标与 {crs.name[:40]} 不符：首个坐标为 {points[0, 0]:.8g}, {points[0, 1]:.8g}。",
        ),
        hint=Text(
            en=f"{found.why.en} " + (f"Try --crs {looks}." if looks else "Look for the right one."),
            zh=found.why.zh + (f"可试 --crs {looks}。" if looks else "请核对坐标系。"),
        ),
        reason="crs.contradiction",
        candidates=[found.crs] if found.crs else list(found.ambiguous),
    )


def _in_area_of_use(crs: SourceCrs, middle: NDArray[np.float64]) -> bool:
    use = crs.crs.area_of_use
    if crs.crs.is_geographic or use is None or use.west > use.east:
        return True
    margin = _AREA_OF_USE_MARGIN
    return bool(
        use.west - margin <= middle[0] <= use.east + margin
        and use.south - margin <= middle[1] <= use.north + margin
    )
