"""Faces and shared edges of the plane: what touches what, and along how many metres.

Everything here works in metres on a plane (a metric CRS). Lines are noded once on a fixed grid of `PRECISION`
metres; from then on neighbours are found by comparing coordinates exactly, never by tolerance.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Geometries = NDArray[np.object_]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

PRECISION = 0.001
"""Metres to which noded coordinates are rounded. A line is bent by no more than this."""


@dataclass(frozen=True, slots=True)
class Segments:
    """Straight pieces of the borders of faces, each once.

    Attributes
    ----------
    left, right : shape (n,), index of the face on either side; ``right`` is -1 where there is none.
    start, end : shape (n, 2), metres.
    """

    left: Integers
    right: Integers
    start: Floats
    end: Floats

    def lengths(self) -> Floats:
        """Return the length of each segment in metres."""
        return np.asarray(np.hypot(*(self.end - self.start).T))

    def midpoints(self) -> Geometries:
        """Return the middle of each segment as a point."""
        return np.asarray(shapely.points((self.start + self.end) / 2))

    def lines(self) -> Geometries:
        """Return each segment as a line."""
        return np.asarray(shapely.linestrings(np.stack([self.start, self.end], axis=1)))

    def where(self, chosen: Booleans | Integers) -> "Segments":
        """Return the segments chosen by a mask or by their rows."""
        return Segments(self.left[chosen], self.right[chosen], self.start[chosen], self.end[chosen])


def arrange(lines: Geometries, *, precision: float = PRECISION) -> Geometries:
    """Node all lines together and return the faces they enclose.

    Neighbouring faces share every vertex of their common border. Dangling and repeated lines do no harm.

    Parameters
    ----------
    lines : lines of any kind; empty ones are ignored.
    precision : metres to which coordinates are rounded.
    """
    noded = shapely.union_all(lines, grid_size=precision)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def directed(faces: Geometries) -> tuple[Integers, Floats, Floats]:
    """Return every border segment with its face on the left hand."""
    rings, face = shapely.get_rings(shapely.orient_polygons(faces), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[:-1] == ring[1:]
    return face[ring[:-1][follows]].astype(np.int64), points[:-1][follows], points[1:][follows]


def shared_segments(faces: Geometries) -> Segments:
    """Return the border segments of faces with the face on either side.

    Parameters
    ----------
    faces : polygons whose common borders agree vertex by vertex, as `arrange` returns them.
    """
    face, start, end = directed(faces)
    ends = np.concatenate([start, end]) + 0.0
    _, vertex = np.unique(ends[:, 0] + 1j * ends[:, 1], return_inverse=True)
    a, b = vertex[: len(face)].astype(np.int64), vertex[len(face) :].astype(np.int64)
    count = np.int64(len(ends))
    order = np.argsort(a * count + b, kind="stable")
    keys = (a * count + b)[order]
    place = np.minimum(np.searchsorted(keys, b * count + a), max(len(keys) - 1, 0))
    has_other = keys[place] == b * count + a if len(keys) else np.zeros(0, bool)
    other = np.where(has_other, face[order[place]] if len(keys) else face, -1)
    once = (other < 0) | (face < other)
    return Segments(face[once], other[once], start[once], end[once])


def dissolve(faces: Geometries, labels: Integers, count: int) -> Geometries:
    """Join the faces of each label by dropping the lines between them.

    Parameters
    ----------
    faces : faces of one arrangement.
    labels : shape (n,), from 0 to `count` - 1; negative labels are left out.

    Returns
    -------
    shape (count,), a Polygon each, a MultiPolygon where the faces do not hang together, None where there are none.
    """
    joined = np.full(count, None, dtype=object)
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    for group in np.split(order, starts[1:]) if len(order) else []:
        joined[labels[group[0]]] = only_polygon(shapely.coverage_union_all(faces[group]))
    return joined


def only_polygon(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygon of a collection that holds just one; anything else as it is."""
    return shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape


def polygonal(shapes: Geometries) -> Geometries:
    """Repair invalid polygons and drop whatever is not an area from them.

    Returns
    -------
    Polygon, MultiPolygon or None where no area is left, shape as given.
    """
    repaired = shapes.copy()
    bad = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    repaired[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    mixed = shapely.get_type_id(repaired) == shapely.GeometryType.GEOMETRYCOLLECTION
    for index in np.flatnonzero(mixed):
        parts = shapely.get_parts(repaired[index])
        repaired[index] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    repaired[shapely.is_empty(repaired) | (shapely.get_dimensions(repaired) < 2)] = None
    return repaired
