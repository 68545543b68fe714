"""Small shapes: curves, frames, footprints. All in metres."""

import math
from collections.abc import Callable
from typing import cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import rotate
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from gridmap.core.sample.settings import Bend

Coordinates = NDArray[np.float64]
"""Shape (n, 2)."""


def bent(points: Coordinates, bend: Bend) -> Coordinates:
    """Return points of the plan where the bend takes them."""
    east, north = points[:, 0], points[:, 1]
    moved = np.column_stack(
        [
            east + bend.east[0] * np.sin(north / bend.east[1] + bend.east[2]),
            north + bend.north[0] * np.sin(east / bend.north[1] + bend.north[2]),
        ]
    )
    angle = math.radians(bend.turn)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    return cast(Coordinates, moved @ turn)


def local_angle(at: Coordinates, bend: Bend) -> float:
    """Return by how many degrees an eastward line of the plan is turned at a point of shape (1, 2)."""
    step = np.array([[20.0, 0.0]])
    west, east = bent(np.vstack([at - step, at + step]), bend)
    return math.degrees(math.atan2(east[1] - west[1], east[0] - west[0]))


def smoothed(points: Coordinates, *, rounds: int = 3) -> Coordinates:
    """Cut the corners of a line again and again (Chaikin 1974); its two ends stay."""
    for _ in range(rounds):
        before, after = points[:-1], points[1:]
        cut = np.empty((2 * len(before), 2))
        cut[0::2], cut[1::2] = 0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after
        points = np.vstack([points[:1], cut[1:-1], points[-1:]])
    return points


def extended(points: Coordinates, metres: float) -> Coordinates:
    """Lengthen a line straight on at both ends."""
    first, last = points[0] - points[1], points[-1] - points[-2]
    start = points[0] + first / np.hypot(*first) * metres
    end = points[-1] + last / np.hypot(*last) * metres
    return np.vstack([start, points[1:-1], end])


def slab(west: float, south: float, length: float, depth: float, *, stairs: int) -> Polygon:
    """Return a long house whose staircases jut out to the north, as they do."""
    step, juts = length / stairs, []
    for number in range(stairs):
        middle = west + (number + 0.5) * step
        juts.append(box(middle - 1.7, south + depth - 0.5, middle + 1.7, south + depth + 1.4))
    return cast(Polygon, shapely.union_all([box(west, south, west + length, south + depth), *juts]))


def point_tower(x: float, y: float, width: float) -> Polygon:
    """Return a tower with four notches, as the light wells of flats make them."""
    half, notch = width / 2, width / 9
    body = box(x - half, y - 0.42 * width, x + half, y + 0.42 * width)
    wells = [
        box(x - notch, y + 0.22 * width, x + notch, y + half),
        box(x - notch, y - half, x + notch, y - 0.28 * width),
        box(x - half - 1, y - notch / 1.6, x - half + notch, y + notch / 1.6),
        box(x + half - notch, y - notch / 1.6, x + half + 1, y + notch / 1.6),
    ]
    return cast(Polygon, body.difference(shapely.union_all(wells)))


def three_wings(x: float, y: float, *, length: float, width: float) -> Polygon:
    """Return a tower of three wings around a core."""
    wing = box(x - width / 2, y, x + width / 2, y + length)
    wings = [rotate(wing, angle, origin=(x, y)) for angle in (0, 120, 240)]
    core = shapely.Point(x, y).buffer(width * 0.72, quad_segs=3)
    return cast(Polygon, shapely.union_all([*wings, core]))


def chord(shape: Polygon, y: float, depth: float) -> tuple[float, float] | None:
    """Return the widest stretch west to east that a band of `depth` above `y` has inside a shape, if any."""
    edges = [_widest(shape, height) for height in (y, y + depth / 2, y + depth)]
    if any(edge is None for edge in edges):
        return None
    known = [edge for edge in edges if edge is not None]
    west, east = max(edge[0] for edge in known), min(edge[1] for edge in known)
    return (west, east) if east > west else None


def _widest(shape: Polygon, y: float) -> tuple[float, float] | None:
    west, _, east, _ = shape.bounds
    cut = shape.intersection(LineString([(west - 1, y), (east + 1, y)]))
    parts = lines_of(cut)
    if not parts:
        return None
    longest = max(parts, key=lambda part: part.length)
    return longest.bounds[0], longest.bounds[2]


def lines_of(geometry: BaseGeometry) -> list[LineString]:
    """Return the lines of whatever an overlay gave."""
    return [
        part for part in shapely.get_parts(geometry) if part.geom_type == "LineString" and part.length > 0
    ]


def polygons_of(geometry: BaseGeometry, *, least: float = 1.0) -> list[Polygon]:
    """Return the polygons of whatever an overlay gave, those of at least `least` m²."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "Polygon" and part.area >= least]


def largest(geometry: BaseGeometry) -> Polygon:
    """Return the largest polygon; an empty one if there is none."""
    return max(polygons_of(geometry, least=0.0), key=lambda part: part.area, default=Polygon())


def blob(x: float, y: float, radii: Callable[[Coordinates], Coordinates], *, corners: int = 72) -> Polygon:
    """Return a round shape whose radius is a function of the angle."""
    angle = np.linspace(0.0, 2 * math.pi, corners, endpoint=False)
    radius = radii(angle)
    return Polygon(np.column_stack([x + radius[:, 0] * np.cos(angle), y + radius[:, 1] * np.sin(angle)]))
