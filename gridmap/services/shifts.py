"""Facilities from Chinese map services that came in as if they were WGS 84: refused before a distance is measured."""

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection

from gridmap.core.crs import WGS84
from gridmap.core.detection import detect_shift
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text

LARGEST_CHANCE = 0.01
"""A shift is told only where so many facilities would rarely fit better by chance: at least seven of them."""

LARGEST_SHIFT = 0.02
"""Degrees; BD-09 lies up to 1.5 km off."""


def refuse_shifted_facilities(connection: Connection, facilities: gpd.GeoDataFrame) -> None:
    """Refuse facilities of a data set that fit the buildings only once the shift of GCJ-02 or BD-09 is taken off.

    Parameters
    ----------
    facilities : in WGS 84, with ``dataset``.

    Raises
    ------
    Invalid : naming the data set and the system it seems to be in.
    """
    for dataset, rows in facilities.groupby("dataset"):
        places = shapely.get_coordinates(shapely.centroid(rows.geometry.to_numpy()))
        points = np.unique(places, axis=0)
        sides = zip(("west", "south", "east", "north"), rows.total_bounds, (-1, -1, 1, 1), strict=True)
        bounds = {side: float(at) + sign * LARGEST_SHIFT for side, at, sign in sides} | {"dataset": dataset}
        known = connection.execute(sql("reference_points"), bounds).all()
        reference = np.array([(row.lon, row.lat) for row in known], dtype=np.float64).reshape(-1, 2)
        found = detect_shift(points, reference)
        if found.crs not in (None, WGS84) and found.chance < LARGEST_CHANCE:
            raise _shifted(str(dataset), str(found.crs), len(rows))


def _shifted(dataset: str, crs: str, count: int) -> Invalid:
    return Invalid(
        Text(
            en=f"The {count} facilities of “{dataset}” lie beside the buildings: they seem to be in {crs}, the ways in WGS 84.",
            zh=f"“{dataset}”的 {count} 处设施与楼栋错位：疑为 {crs} 坐标，而道路为 WGS 84。",
        ),
        hint=Text(
            en=f"Import their file again with --crs {crs}; distances would be wrong by hundreds of metres.",
            zh=f"请用 --crs {crs} 重新导入该文件，否则距离会相差数百米。",
        ),
        reason="crs.shifted",
        dataset=dataset,
        crs=crs,
    )
