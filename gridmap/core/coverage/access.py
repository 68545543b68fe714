"""How homes and facilities lie to the ways: where a large facility is entered, whether any way leads there, how far it is straight."""

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridmap.core.coverage.network import Network
from gridmap.core.coverage.snapping import Positions
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

APART_M = 50.0
"""Points along the outline or course of a large facility, such as a park, are at most so far apart."""
SMALL_M2 = 2_500.0
"""A facility on less ground than this is its middle."""


def entrances(shapes: Geometries) -> tuple[Geometries, Integers]:
    """Return the points where facilities are entered, and the row of the facility of each.

    A point is itself, a building its middle; a park or a track may be entered all along its outline or course.
    """
    is_large = (shapely.get_dimensions(shapes) == 1) | (shapely.area(shapes) > SMALL_M2)
    outline = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    corners, large = shapely.get_coordinates(
        shapely.segmentize(outline[is_large], APART_M), return_index=True
    )
    small = np.flatnonzero(~is_large)
    middles = shapely.point_on_surface(shapes[small])
    points = np.concatenate([middles, shapely.points(corners)])
    return points, np.concatenate([small, np.flatnonzero(is_large)[large]]).astype(np.int64)


def has_way(network: Network, passable: Booleans, homes: Positions, facilities: Positions) -> Booleans:
    """Tell which homes any way, however long, leads to any of the facilities, shape (homes,)."""
    edges = np.flatnonzero(passable)
    size = len(network.xy)
    links = coo_array(
        (np.ones(len(edges)), (network.first[edges], network.second[edges])), shape=(size, size)
    )
    part = connected_components(links, directed=False)[1]
    ends = facilities.edge[facilities.edge >= 0]
    reached = np.unique(part[network.first[ends[passable[ends]]]])
    linked = np.flatnonzero(homes.edge >= 0)
    linked = linked[passable[homes.edge[linked]]]
    found = np.zeros(len(homes), dtype=bool)
    found[linked] = np.isin(part[network.first[homes.edge[linked]]], reached)
    return found


def straight_metres(homes: Geometries, points: Geometries) -> Floats:
    """Return the straight way of each home to the nearest of some points; inf where there are none."""
    middles = shapely.point_on_surface(homes)
    metres = np.full(len(homes), np.inf)
    if len(points):
        tree = shapely.STRtree(points)
        (home, _), distance = tree.query_nearest(middles, return_distance=True, all_matches=False)
        metres[home] = distance
    return metres
