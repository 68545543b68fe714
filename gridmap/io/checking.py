"""Checks of the rows of a frame: their shapes, and whether they occur twice."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.quality import (
    Check,
    Finding,
    geometry_types,
    in_range,
    mended,
    not_crossed,
    not_swapped,
    null_geometry,
)
from gridmap.errors import Text
from gridmap.io.fields import Kind
from gridmap.io.locating import Located
from gridmap.io.repeats import fingerprints, repeated_keys, repeated_rows


def unwrapped(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Take single geometries out of collections and multipoints of one; make empty ones None."""
    types = shapely.get_type_id(shapes)
    wrapped = np.isin(types, (4, 7)) & (shapely.get_num_geometries(shapes) == 1)
    result = np.array(shapes, dtype=object)
    result[wrapped] = shapely.get_geometry(shapes[wrapped], 0)
    result[shapely.is_empty(result)] = None
    return result


def geometry_findings(
    kind: Kind, frame: gpd.GeoDataFrame, located: Located, found: list[Finding]
) -> list[Finding]:
    """Run the checks of geometry one after the other, each on the rows the earlier ones let pass."""
    unreadable = {
        one.row for one in found if one.problem.reason.startswith(("geometry.", "coordinates.", "row."))
    }
    checks: list[Check] = [null_geometry()] if kind.needs_geometry else []
    checks += [geometry_types(kind.geometry), not_swapped(), in_range()]
    findings: list[Finding] = []
    for check in checks:
        findings += check.find(_without(frame, unreadable, findings))
    frame_left = _without(frame, unreadable, findings)
    number = _mend(frame, frame_left)
    if number:
        located.notes.append(_mended_note(number))
    return findings + list(not_crossed().find(_without(frame, unreadable, findings)))


def _without(frame: gpd.GeoDataFrame, rows: set[int], findings: list[Finding]) -> gpd.GeoDataFrame:
    out = rows | {finding.row for finding in findings}
    return frame[~frame["row"].isin(out)] if out else frame


def _mend(frame: gpd.GeoDataFrame, candidates: gpd.GeoDataFrame) -> int:
    """Mend crossed polygons in place and return how many were."""
    shapes = np.asarray(candidates.geometry.array, dtype=object)
    broken = ~shapely.is_valid(shapes) & np.isin(shapely.get_type_id(shapes), (3, 6))
    number = 0
    for position in np.flatnonzero(broken).tolist():
        whole = mended(shapes[position])
        if whole is not None:
            frame.loc[candidates.index[position], "geometry"] = whole
            number += 1
    return number


def told_apart(
    kind: Kind, frame: gpd.GeoDataFrame, mapping: Mapping[str, str]
) -> tuple[gpd.GeoDataFrame, int, list[Finding]]:
    """Merge rows that say the same, name rows without identifier, and find keys used twice."""
    frame = frame.copy()
    merged = 0
    if kind.key is not None and len(frame):
        again = repeated_rows(
            frame, ["source_id", *(one.name for one in kind.fields if one.name != "source_id")]
        )
        merged = int(again.sum())
        frame = frame[~again].copy()
    nameless = frame["source_id"].isna()
    if nameless.any():
        frame.loc[nameless, "source_id"] = fingerprints(kind, frame[nameless])
    if kind.key is None:
        return frame, merged, []
    column = next((column for column, name in mapping.items() if name == kind.key), None)
    return frame, merged, repeated_keys(frame, kind.key, column)


def _mended_note(number: int) -> Text:
    return Text(
        en=f"{number} polygons crossed themselves slightly and were mended (less than 1 % of their area).",
        zh=f"{number} 个多边形有轻微自相交，已自动修复（面积变化小于 1%）。",
    )
