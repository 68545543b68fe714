"""Features drawn in outline, for pages that people read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

WIDTH, HEIGHT, MARGIN = 640, 360, 12
"""The room of a drawing, and what stays free along its sides, in its own units."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A feature as SVG: the data of a path, or the middle of a dot."""

    id: int
    path: str | None
    dot: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Sketch:
    """Some features; `width` and `height` are those of the view box."""

    width: int
    height: int
    outlines: Sequence[Outline]


def sketch(features: Sequence[dict[str, Any]]) -> Sketch | None:
    """Draw GeoJSON features in degrees, north up, true to shape in their middle; None for none or for a single point."""
    if not features:
        return None
    shapes = np.array([shapely.geometry.shape(feature["geometry"]) for feature in features], dtype=object)
    west, south, east, north = shapely.total_bounds(shapes)
    narrowing = math.cos(math.radians((south + north) / 2))
    across, up = (east - west) * narrowing, north - south
    if not max(across, up) > 0:
        return None
    scale = min((WIDTH - 2 * MARGIN) / max(across, up / 1e6), (HEIGHT - 2 * MARGIN) / max(up, across / 1e6))

    def placed(points: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.column_stack(
            [
                MARGIN + (points[:, 0] - west) * narrowing * scale,
                MARGIN + (north - points[:, 1]) * scale,
            ]
        )

    outlines = [
        _outline(feature["id"], shapely.transform(shape, placed))
        for feature, shape in zip(features, shapes, strict=True)
    ]
    return Sketch(round(across * scale) + 2 * MARGIN, round(up * scale) + 2 * MARGIN, outlines)


def _outline(feature_id: int, shape: BaseGeometry) -> Outline:
    if shape.geom_type == "Point" or not max(np.ptp(shapely.get_coordinates(shape), axis=0)) > 0.5:
        middle = shape.centroid
        return Outline(feature_id, None, (round(middle.x, 1), round(middle.y, 1)))
    lines = [line for part in shapely.get_parts(shape.simplify(0.3)) for line in _lines(part)]
    return Outline(feature_id, "".join(map(_path, lines)), None)


def _lines(part: BaseGeometry) -> list[BaseGeometry]:
    return [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]


def _path(line: BaseGeometry) -> str:
    points = " ".join(f"{x:.1f} {y:.1f}" for x, y in line.coords)
    return f"M{points}{'Z' if line.is_ring else ''}"
