"""The grids that the cells of a layout were in, in a plan that may have been drawn on other cells."""

import numpy as np
import shapely

from gridmap.core.division.layout import Layout
from gridmap.core.topology import Geometries, Integers


def former_grids(layout: Layout, grid_of_carrier: Integers, grids: Geometries) -> Integers:
    """Return the former grid of each cell: that of most of its households, and of its ground where it has none.

    Parameters
    ----------
    grid_of_carrier : shape (k,), the former grid of each carrier of the layout, from 0; -1 where it is new.
    grids : shape (g,), the polygons of the former grids, in the CRS of the layout.

    Returns
    -------
    shape (n,), -1 where all carriers with households are new, or no former grid covers an empty cell.
    """
    if not len(grids):
        return np.full(len(layout.graph.households), -1, dtype=np.int64)
    former = _by_ground(layout, grids)
    lived_in = layout.graph.households > 0
    former[lived_in] = -1
    shared = np.zeros((len(former), len(grids)), dtype=np.int64)
    known = grid_of_carrier >= 0
    np.add.at(shared, (layout.cell_of_carrier[known], grid_of_carrier[known]), layout.carried[known])
    has_most = lived_in & shared.any(axis=1)
    former[has_most] = shared[has_most].argmax(axis=1)
    return former


def _by_ground(layout: Layout, grids: Geometries) -> Integers:
    count = len(layout.graph.households)
    points = shapely.point_on_surface(layout.polygons(np.arange(count)))
    cell, grid = shapely.STRtree(grids).query(points, predicate="intersects")
    former = np.full(count, -1, dtype=np.int64)
    former[cell[::-1]] = grid[::-1]
    return former
