"""Measures of grids that planners look at: land that is lived in, arterials spanned, tails."""

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.topology import Floats, Geometries, Integers

NEAR_HOMES_M = 50.0
"""Land this near a building with households of the same grid is lived in."""
ALONG_M = 15.0
"""An arterial this near the border of a grid lies on the border."""
TAIL_WIDTH_M, TAIL_LENGTH_M = 30.0, 100.0
ARTERIALS = ("motorway", "primary")


def compactness(shapes: Geometries) -> Floats:
    """Return 4·π·area/perimeter² of each shape (Polsby and Popper 1991)."""
    return np.asarray(4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2)


def lived_in(grids: Geometries, homes: Geometries) -> Geometries:
    """Return the land of each grid that lies near its homes; where that is in pieces, the largest.

    Parameters
    ----------
    grids : those without homes stay as they are.
    homes : outlines or points of buildings with households.
    """
    home, grid = _held(grids, homes)
    land = grids.copy()
    for number in np.unique(grid):
        near = shapely.union_all(shapely.buffer(homes[home[grid == number]], 2 * NEAR_HOMES_M, quad_segs=4))
        pieces = shapely.get_parts(shapely.intersection(shapely.buffer(near, -NEAR_HOMES_M), grids[number]))
        land[number] = pieces[shapely.area(pieces).argmax()]
    return land


def inside_metres(grids: Geometries, lines: gpd.GeoDataFrame) -> Floats:
    """Return the metres of motorway and primary road inside each grid, away from its border, wherever people live.

    Both carriageways of a road and its slip roads count, each by itself.
    """
    arterials = lines.geometry[lines["class"].isin(ARTERIALS)].to_numpy()
    inner = shapely.buffer(grids, -ALONG_M)
    return np.asarray(shapely.length(shapely.intersection(inner, shapely.union_all(arterials))))


def spanned_metres(grids: Geometries, homes: Geometries, lines: gpd.GeoDataFrame) -> Floats:
    """Return the metres of motorway and primary road with homes of one grid on both sides.

    The land within 15 m of an arterial, which makes one of its carriageways and slip roads, is taken out of each grid.
    What is left falls into pieces. Of those with homes the one with the most is the grid's own side; the others span
    the arterial by as many metres as they lie along it. A strip beyond an arterial in which nobody lives spans nothing.

    Parameters
    ----------
    homes : outlines or points of buildings with households; one on the road itself belongs to the nearest piece.
    """
    arterials = lines.geometry[lines["class"].isin(ARTERIALS)].to_numpy()
    corridor = shapely.union_all(shapely.buffer(arterials, ALONG_M))
    home, grid = _held(grids, homes)
    metres = np.zeros(len(grids))
    for number in np.unique(grid):
        pieces = shapely.get_parts(shapely.difference(grids[number], corridor))
        if len(pieces) > 1:
            nearest = shapely.STRtree(pieces).nearest(shapely.point_on_surface(homes[home[grid == number]]))
            lived_in = np.bincount(nearest, minlength=len(pieces))
            beyond = np.flatnonzero((lived_in > 0) & (np.arange(len(pieces)) != lived_in.argmax()))
            edge = shapely.intersection(shapely.buffer(corridor, 0.01), shapely.boundary(pieces[beyond]))
            metres[number] = shapely.length(edge).sum()
    return metres


def tails(grids: Geometries, homes: Geometries) -> int:
    """Count narrow parts of grids of 100 m or more in which no home stands."""
    half = TAIL_WIDTH_M / 2
    bodies = shapely.buffer(shapely.buffer(grids, -half, join_style="mitre"), half + 0.5, join_style="mitre")
    parts = shapely.get_parts(shapely.difference(grids, bodies))
    corners = shapely.get_coordinates(shapely.oriented_envelope(parts[shapely.area(parts) > TAIL_LENGTH_M]))
    sides = np.hypot(*np.diff(corners.reshape(-1, 5, 2), axis=1).transpose(2, 0, 1)).max(axis=1)
    long = parts[shapely.area(parts) > TAIL_LENGTH_M][sides >= TAIL_LENGTH_M]
    return len(long) - len(np.unique(shapely.STRtree(homes).query(long, predicate="intersects")[0]))


def _held(grids: Geometries, homes: Geometries) -> tuple[Integers, Integers]:
    """Return pairs of home and the grid that holds a point on it."""
    found = shapely.STRtree(grids).query(shapely.point_on_surface(homes), predicate="intersects")
    return found[0], found[1]
