"""Sets of features out of the database as GeoDataFrames."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from sqlalchemy import Connection

from gridmap.core.crs import transformer
from gridmap.core.topology import Floats
from gridmap.core.wkb import Shapes
from gridmap.db.columns import Column
from gridmap.db.names import WGS84
from gridmap.db.queries import sql


def read_frame(connection: Connection, query: str, **parameters: Any) -> gpd.GeoDataFrame:
    """Return the rows of a named query, whose column ``geometry`` is WKB, in WGS 84.

    No rows give an empty frame with the query's columns.
    """
    result = connection.execute(sql(query), parameters)
    columns = list(result.keys())
    rows = result.all()
    data = {name: [row[place] for row in rows] for place, name in enumerate(columns) if name != "geometry"}
    place = columns.index("geometry")
    geometry = shapely.from_wkb(np.array([bytes(row[place]) for row in rows], dtype=object))
    return gpd.GeoDataFrame(data, geometry=geometry, crs=WGS84)


def framed(columns: Mapping[str, Column], *, crs: CRS) -> gpd.GeoDataFrame:
    """Return columns read in bulk as a frame, their shapes moved from WGS 84 to another system.

    Parameters
    ----------
    columns : one of them, ``geometry``, a PostGIS geometry in WGS 84.
    """
    way = transformer(CRS(WGS84), crs)

    def move(points: Floats) -> Floats:
        return np.column_stack(way.transform(points[:, 0], points[:, 1]))

    values = {name: column.values() for name, column in columns.items()}
    shapes: Shapes = values.pop("geometry")
    return gpd.GeoDataFrame(values, geometry=shapes.moved(move).geometries(), crs=crs)
