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


def encoded_layouts(inputs: Inputs, divisions: Sequence[Division]) -> list[bytes]:
    """Return the cells of divided communities as they are kept."""
    made_of_areas, ids = set(inputs.cells["community_id"]), _communities(inputs)
    of_areas, of_buildings = (table["id"].to_numpy() for table in (inputs.cells, inputs.buildings))
    return [
        encode_layout(
            division.layout,
            (of_areas if ids[division.code] in made_of_areas else of_buildings)[
                division.layout.carriers.astype(np.int64)
            ],
        )
        for division in divisions
    ]


def keep_layouts(
    connection: Connection,
    inputs: Inputs,
    divisions: Sequence[Division],
    contents: Sequence[bytes],
    plan_ids: Sequence[int],
) -> None:
    """Keep the cells of divided communities, so that their plans can be edited.

    Parameters
    ----------
    contents : of the layout of each division, as `encoded_layouts` returns them.
    plan_ids : of the plan of each division.
    """
    ids = _communities(inputs)
    drawings = [
        NewDrawing(
            plan_id=plan_id,
            community_id=ids[division.code],
            content=content,
            grid_of_cell=division.grid_of_cell,
        )
        for plan_id, division, content in zip(plan_ids, divisions, contents, strict=True)
    ]
    insert_drawings(connection, drawings, inputs.communities.crs.to_string())


def _communities(inputs: Inputs) -> dict[str, int]:
    return dict(zip(inputs.communities["code"], inputs.communities["id"], strict=True))


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
