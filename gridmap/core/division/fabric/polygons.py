"""Grids as polygons: what is left when only the lines between different grids remain."""

import numpy as np
import shapely

from gridmap.core.division.fabric.rings import label_polygons
from gridmap.core.topology import Floats, Geometries, Integers, Segments


def grid_polygons(borders: Segments, grid_of_cell: Integers, count: int) -> Geometries:
    """Join the cells of each grid.

    Borders of one arrangement agree vertex by vertex, so the polygons tile the communities without gap or overlap,
    and neighbours match exactly, across community lines too.

    Parameters
    ----------
    borders : between cells, or between a cell and the outside (-1).
    grid_of_cell : shape (c,), from 0 to `count` - 1; negative where a cell is left out.

    Returns
    -------
    shape (count,), a Polygon each, a MultiPolygon where the cells do not hang together, None where there are none.
    """
    grid = np.append(grid_of_cell, -1)
    return label_polygons(
        Segments(grid[borders.left], grid[borders.right], borders.start, borders.end), count
    )


def reading_order(points: Floats) -> Integers:
    """Return the place of each grid when read like a page: rows from north to south, each from west to east.

    As many rows are drawn as fit the shape of the community, so that a grid has about as many beside as below it.

    Parameters
    ----------
    points : shape (g, 2), a point in each grid, metres.
    """
    count = len(points)
    if count == 0:
        return np.empty(0, dtype=np.int64)
    width, height = np.maximum(np.ptp(points, axis=0), 1.0)
    rows = max(1, min(count, round(float(np.sqrt(count * height / width)))))
    depth = (points[:, 1].max() - points[:, 1]) / height
    row = np.minimum((depth * rows).astype(np.int64), rows - 1)
    order = np.lexsort((-points[:, 1], points[:, 0], row))
    place = np.empty(count, dtype=np.int64)
    place[order] = np.arange(count)
    return place


def label_points(polygons: Geometries) -> Floats:
    """Return the coordinates of a point inside each polygon."""
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(polygons)))
