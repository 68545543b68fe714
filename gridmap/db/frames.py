"""Sets of features out of the database as GeoDataFrames."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection

from gridmap.db.queries import sql
from gridmap.db.tables.base import WGS84


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
