"""How far features are from a point on foot, along the ways that anyone may see."""

from collections.abc import Mapping
from dataclasses import asdict

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from sqlalchemy import Connection

from gridmap.core.coverage.access import entrances
from gridmap.core.coverage.network import barriers_among, build_network
from gridmap.core.coverage.profiles import Profile, passable
from gridmap.core.coverage.reach import Reach
from gridmap.core.coverage.snapping import ISLAND_M, snap
from gridmap.core.crs import metric_crs
from gridmap.core.here import Here
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.costs import refuse_costly
from gridmap.db.features import Box
from gridmap.db.frames import read_frame
from gridmap.db.names import WGS84
from gridmap.db.spatial import around, near_query, shapes_query
from gridmap.errors import Conflict, Invalid, Text

FARTHEST_WALK_M = 3_000.0
"""A walk that may be asked about, metres."""
WALKED_TO = ("facilities", "places", "organisations", "buildings")
MOST_WALKED_TO = 20_000
"""Features that walks are sought to at once."""


def walks_from(
    connection: Connection,
    collection: Collection,
    here: Here,
    metres: float,
    *,
    condition: Condition | None,
    walker: Profile,
) -> Mapping[int, float]:
    """Return the metres on foot to each feature within a distance, by id; the legs to and from the ways are counted.

    Whoever asks is no resident: gates for residents only stay shut. Gates are open or not as at the walker's hour.

    Raises
    ------
    Conflict : there are no ways near the point.
    Invalid : there are too many features, or finding them would cost too much.
    """
    query = near_query(collection, here, metres, condition=condition, limit=MOST_WALKED_TO + 1)
    refuse_costly(connection, *query)
    ids = sorted(row.id for row in connection.execute(*query))  # nobody walks a shorter way than straight
    if len(ids) > MOST_WALKED_TO:
        raise _too_many(metres)
    crs = metric_crs((here.lon, here.lat, here.lon, here.lat))
    start = gpd.GeoSeries([shapely.Point(here.lon, here.lat)], crs=WGS84).to_crs(crs).to_numpy()
    nearby = around(here, metres + ISLAND_M)  # a little beyond, lest ways look cut off that are not
    lines = _around(connection, "ways_around", nearby).to_crs(crs)
    if lines.empty:
        raise _no_ways()
    network = build_network(lines, _around(connection, "standing_gates", nearby).to_crs(crs))
    barriers = barriers_among(lines)
    source = snap(network, start, barriers=barriers)
    if source.edge[0] < 0:
        raise _no_ways()
    points, owner = entrances(_shapes(connection, collection, ids, crs))
    usable = passable(network, walker)
    reach = Reach.of(network, snap(network, points, barriers=barriers), usable)
    found = reach.nearest(source, metres).metres
    least = np.full(len(ids), np.inf)
    np.minimum.at(least, owner, found)
    return {ids[row]: float(least[row]) for row in np.flatnonzero(np.isfinite(least))}


def _around(connection: Connection, query: str, box: Box) -> gpd.GeoDataFrame:
    """Read what lies in a box; of one that spans the antimeridian the side where more lies."""
    return max((read_frame(connection, query, **asdict(part)) for part in box.parts()), key=len)


def _shapes(
    connection: Connection, collection: Collection, ids: list[int], crs: CRS
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    rows = connection.execute(*shapes_query(collection, ids)).all()
    shapes = shapely.from_wkb(np.array([bytes(row.geometry) for row in rows], dtype=object))
    return np.asarray(gpd.GeoSeries(shapes, crs=WGS84).to_crs(crs).to_numpy(), dtype=object)


def _no_ways() -> Conflict:
    return Conflict(
        Text(en="No way to walk on is within 100 m of the point.", zh="该点 100 米之内没有可供步行的道路。"),
        hint=Text(
            en="Choose a point near a way, or ask by=ground.", zh="请选择道路附近的点，或使用 by=ground。"
        ),
    )


def _too_many(metres: float) -> Invalid:
    return Invalid(
        Text(
            en=f"More than {MOST_WALKED_TO:,} features lie within {metres:g} m.",
            zh=f"{metres:g} 米之内的要素超过 {MOST_WALKED_TO:,} 个。",
        ),
        hint=Text(en="Ask for a shorter distance, or add a filter.", zh="请缩短距离，或增加过滤条件。"),
        parameter="metres",
    )
