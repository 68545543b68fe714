"""What real files have wrong: overlaps, copies, buildings across roads, loose ends, crossed outlines, missing counts."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.core.topology import Floats, Geometries

SHIFTED, ASTRIDE, CROSSED, UNCOUNTED, REPEATED = 0.02, 0.03, 0.04, 0.05, 0.06
"""Buildings are dealt a number in [0, 1); below the first they are shifted, from there to the second set astride …"""
LINES_REPEATED, LOOSE_ENDS = 0.1, 0.1


def dirty_buildings(
    buildings: gpd.GeoDataFrame, lines: gpd.GeoDataFrame, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Shift some buildings into others, set some on roads, cross outlines, lose counts, and repeat some."""
    table = buildings.astype({"households": "Int64"})
    shapes, dealt = table.geometry.to_numpy().copy(), rng.random(len(table))
    shifted = dealt < SHIFTED
    shapes[shifted] = _moved(shapes[shifted], rng.uniform(-7, 7, (int(shifted.sum()), 2)))
    astride = (dealt >= SHIFTED) & (dealt < ASTRIDE)
    shapes[astride] = _moved(shapes[astride], _to_nearest(shapes[astride], lines.geometry.to_numpy()))
    crossed = (dealt >= ASTRIDE) & (dealt < CROSSED)
    shapes[crossed] = _crossed(shapes[crossed])
    table = table.set_geometry(shapes)
    table.loc[(dealt >= CROSSED) & (dealt < UNCOUNTED), "households"] = pd.NA
    again = table[(dealt >= UNCOUNTED) & (dealt < REPEATED)]
    again = again.assign(
        source_id=again["source_id"] + "-again", households=pd.array([pd.NA] * len(again), "Int64")
    )
    return gpd.GeoDataFrame(pd.concat([table, again], ignore_index=True), crs=buildings.crs)


def dirty_lines(lines: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Repeat some lines, every other one the other way round, and add loose ends."""
    again = lines[rng.random(len(lines)) < LINES_REPEATED]
    shapes = again.geometry.to_numpy().copy()
    shapes[::2] = shapely.reverse(shapes[::2])
    begun = lines[rng.random(len(lines)) < LOOSE_ENDS]
    start = shapely.get_coordinates(
        shapely.line_interpolate_point(begun.geometry.to_numpy(), 0.4, normalized=True)
    )
    loose = shapely.linestrings(np.stack([start, start + rng.uniform(-40, 40, start.shape)], axis=1))
    tables = [lines, again.set_geometry(shapes), begun.assign(**{"class": "service"}).set_geometry(loose)]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=lines.crs)


def _moved(shapes: Geometries, by: Floats) -> Geometries:
    """Move each shape by so many metres."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.asarray(shapely.set_coordinates(shapes.copy(), np.round(points + by[owner], 2)))


def _to_nearest(shapes: Geometries, lines: Geometries) -> Floats:
    """Return how far each shape is from lying across the nearest line."""
    middle = shapely.centroid(shapes)
    shape, line = shapely.STRtree(lines).query_nearest(middle, all_matches=False)
    ways = shapely.shortest_line(middle[shape], lines[line])
    ends = shapely.get_coordinates(ways).reshape(-1, 2, 2)
    return np.asarray(ends[:, 1] - ends[:, 0])


def _crossed(rectangles: Geometries) -> Geometries:
    """Cross one side of each rectangle a little over the next, as a hand that draws does."""
    corners = shapely.get_coordinates(rectangles).reshape(-1, 5, 2)
    spike = corners[:, 2] + 0.05 * (corners[:, 1] - corners[:, 2]) + 0.02 * (corners[:, 2] - corners[:, 3])
    beyond = corners[:, 2] + 0.05 * (corners[:, 2] - corners[:, 3])
    ring = np.stack(
        [
            corners[:, 0],
            corners[:, 1],
            beyond,
            spike,
            corners[:, 2] - 0.02 * (corners[:, 2] - corners[:, 3]),
            corners[:, 2],
            corners[:, 3],
        ],
        axis=1,
    )
    return np.asarray(shapely.polygons(np.round(ring, 2)))
