"""A feature as somebody sends it to be kept: GeoJSON, or a patch of it, read and checked."""

import json
from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.errors import Invalid, Text

MOST_CORNERS = 20_000

Degrees = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Points of a coordinate system, shape (n, 2) → longitude and latitude; inf where there are none."""


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object in UTF-8.

    Raises
    ------
    Invalid : it is none.
    """
    try:
        read = json.loads(body.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:  # ValueError covers bad UTF-8 and bad JSON
        told = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise wrong("body", f"no JSON: {told}", f"不是有效的 JSON：{told}") from None
    if not isinstance(read, dict):
        raise wrong("body", "no JSON object", "不是 JSON 对象")
    return read


def read_feature(document: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return geometry and properties of a GeoJSON feature; members that mean nothing here are passed over.

    Raises
    ------
    Invalid : it is no feature.
    """
    if document.get("type") != "Feature":
        raise wrong("type", "not “Feature”", "不是“Feature”")
    if "geometry" not in document:
        raise wrong("geometry", "missing", "缺失")
    properties = document.get("properties")
    if not isinstance(properties, dict):
        raise wrong("properties", "no object", "不是对象")
    return document["geometry"], properties


def merged(target: Any, patch: Any) -> Any:
    """Return what a JSON merge patch makes of a document (RFC 7396 §2).

    Examples
    --------
    >>> merged({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": None}, "e": [4]})
    {'a': 1, 'b': {'d': 3}, 'e': [4]}
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def read_geometry(node: Any, degrees: Degrees, kinds: Collection[str]) -> BaseGeometry:
    """Return a GeoJSON geometry in degrees, longitude first; heights are dropped.

    Parameters
    ----------
    degrees : from the system of its coordinates.
    kinds : types it may have, such as ``Point``.

    Raises
    ------
    Invalid : it is none, of another type, empty, too large, not valid, or outside of the system or the world.
    """
    kind = node.get("type") if isinstance(node, dict) else None
    if kind not in kinds:
        known = ", ".join(kinds)
        raise wrong("geometry", f"none of the types {known}", f"的类型不在 {known} 之内")
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(node)))
    except (shapely.errors.ShapelyError, ValueError, RecursionError):
        raise wrong("geometry", "no GeoJSON geometry", "不是有效的 GeoJSON 几何") from None
    if shape is None or shape.is_empty:
        raise wrong("geometry", "empty", "为空")
    if shapely.get_num_coordinates(shape) > MOST_CORNERS:
        raise wrong("geometry", f"of more than {MOST_CORNERS:,} corners", f"的顶点超过 {MOST_CORNERS:,} 个")
    moved = shapely.transform(shape, lambda points: _in_the_world(degrees(points)))
    if not moved.is_valid:
        reason = shapely.is_valid_reason(moved)
        raise wrong("geometry", f"not valid ({reason})", f"无效（{reason}）")
    return moved


def wrong(field: str, en: str, zh: str, hint: Text | None = None) -> Invalid:
    """Return the error that names a field of a feature and what is wrong with it."""
    return Invalid(
        Text(en=f"{field}: {en}.", zh=f"{field}：{zh}。"), hint=hint, field=field, reason="feature.field"
    )


def _in_the_world(points: NDArray[np.float64]) -> NDArray[np.float64]:
    if not (np.abs(points) <= (180, 90)).all():
        raise wrong(
            "geometry",
            "outside of its coordinate system, or of ±180 and ±90 degrees",
            "超出坐标系的范围，或超出经度 ±180、纬度 ±90",
            Text(
                en="Coordinates are longitude, latitude in degrees, unless Content-Crs says otherwise.",
                zh="坐标为经度、纬度（度）；其他坐标系请用 Content-Crs 说明。",
            ),
        )
    return points


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
