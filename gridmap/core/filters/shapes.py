"""Geometries in filters: GeoJSON and boxes."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.core.filters.refusals import refused
from gridmap.errors import Invalid, Text

Degrees = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Points of a coordinate system, shape (n, 2) → longitude and latitude; inf where there are none."""

PARTS_OF_A_SIDE = 16
"""Straight lines that stand for a side of a box which is bent in degrees: over 100 km less than 1 m beside it."""


def read_shape(node: dict[str, Any], degrees: Degrees, *, collections: bool) -> BaseGeometry:
    """Return the geometry of a node ``{"type": …}`` or ``{"bbox": […]}`` in degrees, longitude first.

    The parts of a geometry collection are united unless it may stay one. Rings may turn either way.

    Parameters
    ----------
    degrees : from the coordinate system of the filter.
    collections : whether it may consist of parts of different dimensions, for which most relations mean nothing
        (OGC 06-103r4, 6.1.15).

    Raises
    ------
    Invalid : it is no geometry, or empty, not simple and valid, outside the world, or of mixed dimensions.
    """
    shape = _box(node["bbox"], degrees) if "bbox" in node else _from_geojson(node, degrees)
    if not shape.is_valid:
        reason = shapely.is_valid_reason(shape)
        raise _wrong(f"not valid ({reason})", f"无效（{reason}）")
    if shape.geom_type == "GeometryCollection" and not collections:
        shape = shapely.unary_union(shape)
    if shape.geom_type == "GeometryCollection" and not collections:
        raise _wrong(
            "a collection of different dimensions, with which only S_INTERSECTS and S_DISJOINT work",
            "混合了点、线、面，仅可用于 S_INTERSECTS 与 S_DISJOINT",
        )
    return shape


def _from_geojson(node: dict[str, Any], degrees: Degrees) -> BaseGeometry:
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(node)))
    except (shapely.errors.ShapelyError, ValueError):
        raise _wrong("no GeoJSON geometry", "不是有效的 GeoJSON 几何") from None
    if shape is None or shape.is_empty:
        raise _wrong("empty", "为空")
    return shapely.transform(shape, lambda points: _in_the_world(degrees(points)))


def _in_the_world(points: NDArray[np.float64]) -> NDArray[np.float64]:
    if not (np.abs(points) <= (180, 90)).all():
        raise _wrong(
            "outside ±180 degrees of longitude and ±90 of latitude", "超出经度 ±180、纬度 ±90 的范围"
        )
    return points


def _box(sides: Any, degrees: Degrees) -> BaseGeometry:
    """Return a box, which may be as thin as a line or a point, or span the antimeridian."""
    if not isinstance(sides, list) or len(sides) not in (4, 6) or not all(_is_number(side) for side in sides):
        raise _wrong("no box of four numbers", "不是由四个数字组成的范围")
    corners = np.array([sides[:2], sides[-2:] if len(sides) == 4 else sides[3:5]], float)
    if (bent := bent_box(corners, degrees)) is not None:
        return shapely.transform(bent, _in_the_world)
    (west, south), (east, north) = _in_the_world(degrees(corners)).tolist()
    if south > north:
        raise _wrong("a box whose south lies above its north", "范围的南边高于北边")
    spans = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    return shapely.unary_union([_rectangle(low, south, high, north) for low, high in spans])


def bent_box(corners: NDArray[np.float64], degrees: Degrees) -> shapely.Polygon | None:
    """Return the outline in degrees of a box whose sides are no meridians and parallels; None where they are.

    Parameters
    ----------
    corners : the lowest and the highest, shape (2, 2), in the order of the axes.
    degrees : from the system of the box. Corners outside of it give an outline with inf.
    """
    low, high = corners
    ring = np.array([low, (high[0], low[1]), high, (low[0], high[1]), low])
    longitudes, latitudes = degrees(ring).T
    with np.errstate(over="ignore"):
        distinct = [len(set(axis.round(9).tolist())) for axis in (longitudes, latitudes)]
    if max(distinct) <= 2:
        return None
    steps = np.linspace(ring[:-1], ring[1:], PARTS_OF_A_SIDE, endpoint=False, axis=1).reshape(-1, 2)
    return shapely.Polygon(degrees(steps))


def _rectangle(west: float, south: float, east: float, north: float) -> BaseGeometry:
    if west < east and south < north:
        return shapely.box(west, south, east, north)
    line = shapely.LineString([(west, south), (east, north)])
    return line if line.length else shapely.Point(west, south)


def _is_number(side: Any) -> bool:
    return isinstance(side, int | float) and not isinstance(side, bool)


def _wrong(en: str, zh: str) -> Invalid:
    return refused(
        Text(en=f"A geometry of the filter is {en}.", zh=f"过滤条件中的几何图形{zh}。"),
        Text(
            en="Write BBOX(west, south, east, north), well-known text or GeoJSON; degrees, longitude first, unless "
            "filter-crs says otherwise.",
            zh="请使用 BBOX(西, 南, 东, 北)、WKT 或 GeoJSON；未写 filter-crs 时单位为度，经度在前。",
        ),
    )
