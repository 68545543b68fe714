"""What walking is asked about in one area: communities, homes, facilities, ways and gates, beyond the border too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from gridmap.core.coverage.access import entrances
from gridmap.core.coverage.answers import Pairs, shortest_pairs
from gridmap.core.coverage.home_reach import HomeReach
from gridmap.core.coverage.network import Network, barriers_among, build_network
from gridmap.core.coverage.snapping import Positions, snap
from gridmap.core.crs import metric_crs
from gridmap.core.topology import Booleans, Geometries, Integers
from gridmap.db.frames import read_frame
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Text
from gridmap.services.areas import AreaReference, find_area
from gridmap.services.division_inputs import read_communities
from gridmap.services.shifts import refuse_shifted_facilities


@dataclass(frozen=True)
class Ground:
    """What was read, all frames in one metric CRS.

    Attributes
    ----------
    communities : ``id``, ``code``, ``name``, ``is_rural``, sorted by code.
    homes : ``id``, ``is_cell``, ``name``, ``households``, ``is_estimated``, ``is_kept_back``, ``community`` (row), ``grid`` (code, empty: none).
    facilities : ``id``, ``source_id``, ``name``, ``kind``, ``floor_area_m2``, ``capacity``, ``hours``, ``community`` (row, -1: another).
    reach_m : how far beyond the border everything but homes was read.
    """

    area: AreaReference
    communities: gpd.GeoDataFrame
    homes: gpd.GeoDataFrame
    facilities: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    reach_m: float
    inputs_hash: str
    data_dates: dict[str, str]

    @property
    def community_ids(self) -> list[int]:
        """Keys of the communities."""
        return [int(one) for one in self.communities["id"]]


@dataclass(frozen=True)
class Walk:
    """The walking network of an area with its homes and facilities on it.

    Attributes
    ----------
    homes, facilities : positions; of facilities one for each of `points`.
    facility : shape (p,), row of the facility that each of `points` belongs to.
    """

    network: Network
    barriers: Geometries
    homes: Positions
    points: Geometries
    facility: Integers
    facilities: Positions

    def pairs(self, reach: HomeReach, rows: Integers, radius_m: float) -> Pairs:
        """Return the ways between some facilities, by their rows, and homes; sources are places in `rows`."""
        place = np.full(int(self.facility.max(initial=-1)) + 1, -1)
        place[rows] = np.arange(len(rows))
        chosen = np.flatnonzero(place[self.facility] >= 0) if len(rows) else np.zeros(0, dtype=np.int64)
        found = reach.pairs(self.facilities.where(chosen), radius_m)
        return shortest_pairs(place[self.facility[chosen]][found.source], found)

    def linked(self) -> Booleans:
        """Tell which facilities are linked to the network, shape (k,)."""
        linked = np.zeros(int(self.facility.max(initial=-1)) + 1, dtype=bool)
        linked[self.facility[self.facilities.edge >= 0]] = True
        return linked


def read_ground(connection: Connection, wanted: str, kinds: Sequence[str], reach_m: float) -> Ground:
    """Read what walking to facilities of some kinds is about in an area.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, an area without communities, or facilities under a shift.
    Conflict : there are no ways to walk on.
    """
    area = find_area(connection, wanted)
    found = read_communities(connection, [wanted])
    ids = [int(one) for one in found["id"]]
    around: dict[str, Any] = {"community_ids": ids, "reach_m": reach_m}
    lines = read_frame(connection, "lines_within_reach", **around)
    if lines.empty:
        raise _no_ways(area)
    facilities = read_frame(connection, "facilities_within_reach", kinds=list(kinds), **around)
    refuse_shifted_facilities(connection, facilities)
    homes = read_frame(connection, "homes_to_cover", community_ids=ids)
    crs = metric_crs(tuple(found.total_bounds))
    return Ground(
        area=area,
        communities=_classed(connection, found, ids).to_crs(crs),
        homes=_placed(homes, ids).to_crs(crs),
        facilities=_placed(facilities, ids).to_crs(crs),
        lines=lines.to_crs(crs),
        gates=read_frame(connection, "gates_within_reach", **around).to_crs(crs),
        compounds=read_frame(connection, "compounds_within_reach", **around).to_crs(crs),
        reach_m=reach_m,
        inputs_hash=inputs_hash(connection, ids, reach_m),
        data_dates=data_dates(connection),
    )


def inputs_hash(connection: Connection, community_ids: list[int], reach_m: float) -> str:
    """Return the hash of all data that a study of some communities reads."""
    around = {"community_ids": community_ids, "reach_m": reach_m}
    return str(connection.execute(sql("walking_inputs_hash"), around).scalar_one())


def data_dates(connection: Connection) -> dict[str, str]:
    """Return the day of the newest import of each kind of data."""
    return {row.kind: row.day for row in connection.execute(sql("data_dates"))}


def walk_of(ground: Ground) -> Walk:
    """Build the walking network and put homes and facilities on it."""
    network = build_network(ground.lines, ground.gates)
    barriers = barriers_among(ground.lines)
    homes = np.asarray(shapely.point_on_surface(ground.homes.geometry.to_numpy()))
    points, owner = entrances(ground.facilities.geometry.to_numpy())
    return Walk(
        network,
        barriers,
        snap(network, homes, barriers=barriers),
        points,
        owner,
        snap(network, points, barriers=barriers),
    )


def _classed(connection: Connection, found: gpd.GeoDataFrame, ids: list[int]) -> gpd.GeoDataFrame:
    rows = connection.execute(sql("communities_to_cover"), {"community_ids": ids}).mappings().all()
    return found.merge(pd.DataFrame([dict(row) for row in rows])[["id", "is_rural"]], on="id")


def _placed(frame: gpd.GeoDataFrame, ids: list[int]) -> gpd.GeoDataFrame:
    """Add the row of its community, -1 for one of another area."""
    row = {community: place for place, community in enumerate(ids)}
    community = [row.get(one, -1) for one in frame["community_id"]]
    return frame.assign(community=np.array(community, dtype=np.int64))


def _no_ways(area: AreaReference) -> Conflict:
    return Conflict(
        Text(
            en=f"There are no ways to walk on in {area.name}.",
            zh=f"{area.name}没有可供步行的道路数据。",
        ),
        hint=Text(
            en="Import them with `gridmap import roads FILE`, or an OSM extract with `gridmap import osm FILE`.",
            zh="请先用 gridmap import roads 文件 或 gridmap import osm 文件 导入道路。",
        ),
    )
