"""Footprints cut into strips: where the stairwells (单元) of a tower or slab lie side by side."""

import numpy as np
import shapely
from shapely import Polygon, affinity

from gridmap.core.topology import Floats, Geometries

_HALVINGS = 60
"""Enough to place a cut as exactly as a float can."""


def strips(footprint: shapely.Geometry, count: int) -> Geometries:
    """Cut a footprint into strips of equal area across its long axis.

    Parameters
    ----------
    footprint : Polygon or MultiPolygon, metres.
    count : how many, at least 1.

    Returns
    -------
    shape (count,), from the western end to the eastern, or from the southern to the northern if the axis runs so.
    """
    angle = _long_axis(footprint)
    lying = affinity.rotate(footprint, -angle, origin=(0, 0), use_radians=True)
    west, south, east, north = lying.bounds
    cuts = [_cut(lying, lying.area * nth / count) for nth in range(1, count)]
    edges = [west, *cuts, east]
    boxes = shapely.box(edges[:-1], south - 1, edges[1:], north + 1)
    parts = shapely.intersection(lying, boxes)
    return np.array(
        [affinity.rotate(part, angle, origin=(0, 0), use_radians=True) for part in parts], dtype=object
    )


def shares(total: int, count: int) -> list[int]:
    """Share out households evenly, the first parts one more where they do not go up.

    >>> shares(10, 4)
    [3, 3, 2, 2]
    """
    return [total // count + (nth < total % count) for nth in range(count)]


def _long_axis(footprint: shapely.Geometry) -> float:
    """Return the direction of the longer side of the smallest rectangle around a shape, in (-π/2, π/2]."""
    around = shapely.minimum_rotated_rectangle(footprint)
    corners: Floats = shapely.get_coordinates(
        around if isinstance(around, Polygon) else shapely.box(*footprint.bounds)
    )
    sides = np.diff(corners[:3], axis=0)
    x, y = sides[np.hypot(*sides.T).argmax()]
    return float(np.arctan2(y, x) if x > 1e-9 else np.arctan2(-y, -x) if x < -1e-9 else np.pi / 2)


def _cut(shape: shapely.Geometry, area: float) -> float:
    """Return the x west of which a shape has an area."""
    west, south, east, north = shape.bounds
    low, high = west, east
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        held = shapely.intersection(shape, shapely.box(west, south - 1, middle, north + 1)).area
        low, high = (middle, high) if held < area else (low, middle)
    return float((low + high) / 2)
