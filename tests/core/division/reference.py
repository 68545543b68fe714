"""Cells the slow and simple way, by GEOS alone, to compare with: node everything, ask every face for its nearest sample.

It knows no slivers, no small areas and no buildings astride a line.
"""

import numpy as np
import shapely
from scipy.spatial import Delaunay, cKDTree

from gridmap.core.division.inputs import City
from gridmap.core.topology import Floats, Geometries, Integers, arrange


def land_of_seeds(city: City) -> Geometries:
    """Return for each group of seeds the land nearest to it in its block."""
    blocks = arrange(np.concatenate([shapely.boundary(city.communities), city.barriers.lines]))
    at, seed = _samples(city)
    home = _holding(blocks, shapely.point_on_surface(city.seeds.shapes))[seed]
    lines = [_ridges(at[home == block], city.seeds.group[seed[home == block]]) for block in np.unique(home)]
    faces = arrange(np.concatenate([shapely.boundary(blocks), *lines]))
    points = shapely.point_on_surface(faces)
    block = _holding(blocks, points)
    places = np.column_stack([at, home * 1e7])
    wanted = np.column_stack([shapely.get_coordinates(points), block * 1e7])
    label = np.where(np.isin(block, home), city.seeds.group[seed[cKDTree(places).query(wanted)[1]]], -1)
    return np.array(
        [shapely.union_all(faces[label == group]) for group in range(int(city.seeds.group.max()) + 1)], object
    )


def _samples(city: City) -> tuple[Floats, Integers]:
    """Sample outlines every half metre, half a metre inside."""
    inner = shapely.segmentize(shapely.buffer(city.seeds.shapes, -0.5, join_style="mitre"), 0.5)
    at, seed = shapely.get_coordinates(inner, return_index=True)
    return at, seed.astype(np.int64)


def _holding(shapes: Geometries, points: Geometries) -> Integers:
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    found = np.full(len(points), -1)
    found[point] = shape
    return found


def _ridges(at: Floats, label: Integers) -> Geometries:
    """Return the Voronoi lines between labels."""
    around = at.mean(axis=0) + 1e4 * np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]])
    mesh = Delaunay(np.concatenate([at, around]))
    corners = mesh.points[mesh.simplices] - at.mean(axis=0)
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    twice, aa, bb = 2 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]), (a**2).sum(axis=1), (b**2).sum(axis=1)
    centre = (
        corners[:, 0]
        + np.column_stack([b[:, 1] * aa - a[:, 1] * bb, a[:, 0] * bb - b[:, 0] * aa]) / twice[:, None]
    )
    of_point = np.append(label, [-1, -1, -1, -1])
    lines = []
    for corner in range(3):
        one, two = (of_point[mesh.simplices[:, (corner + step) % 3]] for step in (1, 2))
        chosen = np.flatnonzero((one != two) & (one >= 0) & (two >= 0) & (mesh.neighbors[:, corner] >= 0))
        ends = np.stack([centre[chosen], centre[mesh.neighbors[chosen, corner]]], axis=1) + at.mean(axis=0)
        lines.append(shapely.linestrings(ends))
    return np.concatenate(lines)
