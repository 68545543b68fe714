"""Keep what plans are drawn on, and bring grids into the form in which they are stored."""

from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import CRS, Transformer
from sqlalchemy import Connection

from gridmap.core.crs import WGS84
from gridmap.core.division import Division
from gridmap.core.topology import PRECISION, Floats, Geometries
from gridmap.db.layouts import NewDrawing, encode_layout, insert_drawings
from gridmap.services.division_inputs import Inputs


def keep_layouts(
    connection: Connection, inputs: Inputs, divisions: Sequence[Division], plan_ids: Sequence[int]
) -> None:
    """Keep the cells of divided communities, so that their plans can be edited.

    Parameters
    ----------
    plan_ids : of the plan of each division.
    """
    made_of_areas = set(inputs.cells["community_id"])
    ids = dict(zip(inputs.communities["code"], inputs.communities["id"], strict=True))
    of_areas, of_buildings = (table["id"].to_numpy() for table in (inputs.cells, inputs.buildings))
    drawings = []
    for plan_id, division in zip(plan_ids, divisions, strict=True):
        community = ids[division.code]
        keys = of_areas if community in made_of_areas else of_buildings
        drawings.append(
            NewDrawing(
                plan_id=plan_id,
                community_id=community,
                content=encode_layout(division.layout, keys[division.layout.carriers.astype(np.int64)]),
                grid_of_cell=division.grid_of_cell,
            )
        )
    insert_drawings(connection, drawings, inputs.communities.crs.to_string())


def stored_shapes(polygons: Geometries, crs: CRS | str) -> Geometries:
    """Return polygons as they are stored: WGS 84, right-hand rings, one order of corners.

    The same ground gives the same bytes, however it was put together from cells.
    """
    transformer = Transformer.from_crs(crs, WGS84, always_xy=True)
    scale = round(1 / PRECISION)

    def to_degrees(corners: Floats) -> Floats:
        return np.column_stack(transformer.transform(*(np.rint(corners.T * scale) / scale)))

    shapes = shapely.transform(polygons, to_degrees)
    return np.asarray(shapely.orient_polygons(shapely.normalize(shapes)))
