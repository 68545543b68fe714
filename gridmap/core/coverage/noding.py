"""Where walked lines meet: at their ends, where one ends on another, and where they cross on one level."""

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from gridmap.core.coverage.cutting import Pieces, cut
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

Nodes = NDArray[np.int32]

WELD = 0.1
"""Metres within which two ends are one node."""
SAME_POINT = 0.001
"""Metres within which a vertex is drawn at the same place: the draughtsman joined the lines there, whatever their level."""


def noded(shapes: Geometries, level: Integers) -> Pieces:
    """Cut lines where they meet others.

    Parameters
    ----------
    shapes : shape (n,), LineStrings in metres.
    level : shape (n,). Lines of different levels meet only where an end of one is a vertex of the other.
    """
    simple = _without_knots(shapes)
    tree = shapely.STRtree(simple.shapes)
    cuts = [
        _crossings(simple.shapes, level[simple.line], tree),
        _ends_on(simple.shapes, level[simple.line], tree),
    ]
    line, along = (np.concatenate(each) for each in zip(*cuts, strict=True))
    pieces = cut(simple.shapes, line, along, shortest=WELD)
    return Pieces(pieces.shapes, simple.line[pieces.line])


def nodes_of(shapes: Geometries) -> tuple[Floats, Nodes, Nodes]:
    """Return the places where ends of lines meet, shape (k, 2), and the nodes that each line goes between."""
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(shapes, end)) for end in (0, -1)])
    close = (
        cKDTree(ends).query_pairs(WELD, output_type="ndarray") if len(ends) else np.zeros((0, 2), np.int64)
    )
    links = coo_array((np.ones(len(close)), tuple(close.T)), shape=(len(ends), len(ends)))
    _, cluster = connected_components(links, directed=False)
    _, first_of, node = np.unique(cluster, return_index=True, return_inverse=True)
    first, second = np.split(node.astype(np.int32).ravel(), 2)
    return ends[first_of], first, second


def _without_knots(shapes: Geometries) -> Pieces:
    """Cut each line that meets itself there, so that every piece is simple."""
    knotted = ~shapely.is_simple(shapes)
    parts = [
        shapely.get_parts(shapely.node(shape)) if is_knotted else np.array([shape], dtype=object)
        for shape, is_knotted in zip(shapes, knotted, strict=True)
    ]
    counts = np.array([len(part) for part in parts], dtype=np.int64)
    joined = np.concatenate(parts) if parts else np.zeros(0, dtype=object)
    return Pieces(joined, np.repeat(np.arange(len(shapes)), counts))


def _crossings(shapes: Geometries, level: Integers, tree: shapely.STRtree) -> tuple[Integers, Floats]:
    """Return where lines of one level have points in common: line, and metres along it."""
    one, two = tree.query(shapes, predicate="intersects")
    chosen = (one < two) & (level[one] == level[two])
    one, two = one[chosen], two[chosen]
    points, pair = _ends_and_points(shapely.intersection(shapes[one], shapes[two]))
    line = np.concatenate([one[pair], two[pair]])
    return line, _along(shapes, line, np.concatenate([points, points]))


def _ends_and_points(common: Geometries) -> tuple[Floats, Integers]:
    """Return the points of what lines have in common, and the ends of its lines, with the row of each."""
    parts, row = shapely.get_parts(common, return_index=True)
    is_line = shapely.get_dimensions(parts) == 1
    parts[is_line] = shapely.boundary(parts[is_line])
    points, part = shapely.get_coordinates(parts, return_index=True)
    return points, row[part]


def _ends_on(shapes: Geometries, level: Integers, tree: shapely.STRtree) -> tuple[Integers, Floats]:
    """Return where ends of lines lie on other lines: the other line, and metres along it."""
    ends = np.concatenate([shapely.get_point(shapes, end) for end in (0, -1)])
    end, line = tree.query(ends, predicate="dwithin", distance=WELD)
    owner = end % max(len(shapes), 1)
    other = owner != line
    end, line, owner = end[other], line[other], owner[other]
    meets = (level[owner] == level[line]) | _is_vertex(ends[end], shapes[line])
    end, line = end[meets], line[meets]
    return line, _along(shapes, line, shapely.get_coordinates(ends[end]))


def _is_vertex(points: Geometries, shapes: Geometries) -> Booleans:
    """Tell whether each point is a vertex of its line."""
    return np.asarray(shapely.distance(points, shapely.extract_unique_points(shapes)) <= SAME_POINT)


def _along(shapes: Geometries, line: Integers, points: Floats) -> Floats:
    return np.asarray(shapely.line_locate_point(shapes[line], shapely.points(points)))
