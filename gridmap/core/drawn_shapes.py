"""Shapes that somebody drew to ask about what lies in them: GeoJSON polygons, read and refused with the place of the fault."""

import json
import re
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.errors import Invalid, Text

MOST_CORNERS = 5_000
"""Corners of a drawn shape, all rings together."""

WIDEST = 180.0
"""Degrees between two corners that follow one another; a longer side goes round the other half of the world."""

HOW_TO_DRAW = Text(
    en='Send a GeoJSON polygon: {"type": "Polygon", "coordinates": [[[116.40, 39.90], …]]}, degrees, longitude first.',
    zh='请提供 GeoJSON 多边形：{"type": "Polygon", "coordinates": [[[116.40, 39.90], …]]}，单位为度，经度在前。',
)

_PLACE = re.compile(r"(.*)\[(\S+) (\S+)\]$")


def read_drawn(node: Any) -> BaseGeometry:
    """Return a drawn shape as a polygon or multipolygon in degrees; rings may turn either way, heights are dropped.

    Parameters
    ----------
    node : a GeoJSON polygon, multipolygon, or feature with one.

    Raises
    ------
    Invalid : it is none, empty, outside the world, of too many corners, crosses itself (the message says where), or
        crosses the antimeridian without being cut there (RFC 7946, 3.1.9).
    """
    geometry = node.get("geometry") if isinstance(node, dict) and node.get("type") == "Feature" else node
    if not isinstance(geometry, dict) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise wrong_shape(Text(en="The shape is no polygon.", zh="所绘图形不是多边形。"))
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(geometry)))
    except (shapely.errors.ShapelyError, ValueError, RecursionError):
        raise wrong_shape(
            Text(en="The shape is no GeoJSON polygon.", zh="所绘图形不是有效的 GeoJSON 多边形。")
        ) from None
    check_drawn(shape)
    return shape


def check_drawn(shape: BaseGeometry) -> None:
    """Refuse a polygon that cannot be asked about; errors as of `read_drawn`."""
    if shape is None or shape.is_empty:
        raise wrong_shape(Text(en="The shape is empty.", zh="所绘图形为空。"))
    corners = shapely.get_coordinates(shape)
    if len(corners) > MOST_CORNERS:
        raise Invalid(
            Text(
                en=f"The shape has {len(corners):,} corners; at most {MOST_CORNERS:,} are read.",
                zh=f"所绘图形有 {len(corners):,} 个顶点，最多 {MOST_CORNERS:,} 个。",
            ),
            hint=Text(en="Simplify it, or ask in parts.", zh="请简化图形，或分几次查询。"),
            parameter="shape",
        )
    if not (np.abs(corners) <= (180.0, 90.0)).all():  # also false for what is no number
        raise wrong_shape(
            Text(
                en="The shape lies outside ±180 degrees of longitude and ±90 of latitude.",
                zh="所绘图形超出经度 ±180、纬度 ±90 的范围。",
            )
        )
    _refuse_long_sides(shape)
    if not shape.is_valid:
        raise _not_valid(shapely.is_valid_reason(shape))


def wrong_shape(message: Text) -> Invalid:
    """Return the error for what is no shape to ask about."""
    return Invalid(message, hint=HOW_TO_DRAW, parameter="shape")


def _refuse_long_sides(shape: BaseGeometry) -> None:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    sides = [np.abs(np.diff(shapely.get_coordinates(ring)[:, 0])).max(initial=0.0) for ring in rings]
    if max(sides, default=0.0) > WIDEST:
        raise Invalid(
            Text(
                en="A side of the shape is longer than 180 degrees: it seems to cross the antimeridian.",
                zh="图形的一条边跨度超过 180 度，似乎穿过 180° 经线。",
            ),
            hint=Text(
                en="Cut it there into the two parts of a MultiPolygon (RFC 7946, 3.1.9).",
                zh="请在 180° 经线处切开，写成含两部分的 MultiPolygon（RFC 7946 第 3.1.9 节）。",
            ),
            parameter="shape",
        )


def _not_valid(reason: str) -> Invalid:
    """Say where a shape crosses or touches itself, as GEOS found it."""
    found = _PLACE.match(reason)
    if found is None:
        return wrong_shape(Text(en=f"The shape is not valid: {reason}.", zh=f"所绘图形无效：{reason}。"))
    what, lon, lat = found[1].strip(), float(found[2]), float(found[3])
    crosses = what in ("Self-intersection", "Ring Self-intersection")
    where = Text(en=f"at longitude {lon:.6f}, latitude {lat:.6f}", zh=f"东经 {lon:.6f}、北纬 {lat:.6f} 处")
    return Invalid(
        Text(
            en=f"The shape crosses itself {where.en}."
            if crosses
            else f"The shape is not valid {where.en}: {what}.",
            zh=f"所绘图形在{where.zh}自相交。" if crosses else f"所绘图形在{where.zh}无效：{what}。",
        ),
        hint=Text(en="Move the corner there.", zh="请移动该处的顶点。"),
        parameter="shape",
        at=[lon, lat],
        reason=what,
    )
