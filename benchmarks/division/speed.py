"""Divide communities into grids.

Ours: `gridmap.core.division.divide`, fast mode, on copies of the sample district side by side, each under codes of its
own so that each is searched anew; compiled beforehand. Peer: COPY of the same buildings (key, households, WKB) out of a
table, and of the resulting grids into one.
"""

import io
import unicodedata

import geopandas as gpd
import pandas as pd
from psycopg2.extensions import connection as DriverConnection  # noqa: N812
from sqlalchemy import Connection

from benchmarks.city import ACTOR, Cities
from benchmarks.measuring import Line, against, seconds_of
from gridmap.core.crs import WGS84, metric_crs
from gridmap.core.division import Division, divide
from gridmap.core.model import Verdict
from gridmap.db.engine import transaction
from gridmap.db.rows import stage
from gridmap.db.tables.plans import grid
from gridmap.db.tables.things import building
from gridmap.io.sample import make_district
from gridmap.settings import REPOSITORY

TITLE = "Division"
MOST = 20.0
GAP = 500.0
"""Metres between two copies."""
COLUMNS = "plan_id, community_id, sequence, kind, planned_households, geom"

Town = dict[str, gpd.GeoDataFrame]
"""``communities``, ``buildings`` and ``lines``, in metres."""


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    one = sample_town()
    divide_town(one)
    town = side_by_side(one, cities.sizes.copies)
    ours: list[float] = []
    copies: list[float] = []
    for number in range(cities.sizes.rounds):
        divisions: list[Division] = []
        ours.append(seconds_of(lambda into=divisions, seed=number: into.extend(divide_town(town, seed=seed))))  # type: ignore[misc]
        with cities.open("seed") as engine, transaction(engine, actor=ACTOR) as connection:
            copies.append(_copy_out_and_in(connection, town["buildings"], divisions))
    what = f"{_counts(divisions)}, {len(town['buildings']):,} buildings"
    return [against(what, ours, copies, figure=MOST, goal="most")]


def sample_town() -> Town:
    """Return the sample district with the households of its table joined by address."""
    district = make_district(REPOSITORY / "data" / "sample")
    counts = district.households.assign(
        house_number=district.households["house_number"].map(lambda it: unicodedata.normalize("NFKC", it))
    )
    buildings = district.buildings.merge(
        counts[["house_number", "street", "households"]], on=["house_number", "street"], how="left"
    )
    areas = district.areas[district.areas["level"] == "community"]
    metric = metric_crs(tuple(areas.total_bounds))
    return {
        "communities": areas[["code", "name", "geometry"]].to_crs(metric),
        "buildings": buildings[["source_id", "households", "geometry"]].to_crs(metric),
        "lines": district.roads[["class", "geometry"]].to_crs(metric),
    }


def side_by_side(town: Town, copies: int) -> Town:
    """Return copies of a town from west to east."""
    west, _, east, _ = town["communities"].total_bounds
    return {
        layer: gpd.GeoDataFrame(
            pd.concat(
                [_shifted(frame, number, east - west + GAP) for number in range(copies)], ignore_index=True
            )
        )
        for layer, frame in town.items()
    }


def _shifted(frame: gpd.GeoDataFrame, number: int, metres: float) -> gpd.GeoDataFrame:
    keys = {key: frame[key] + f"-{number}" for key in ("code", "source_id") if key in frame}
    return frame.assign(**keys, geometry=frame.geometry.translate(number * metres))


def divide_town(town: Town, *, seed: int = 0) -> list[Division]:
    """Divide a town in fast mode."""
    return divide(
        town["communities"], buildings=town["buildings"], cells=None, lines=town["lines"], seed=seed
    )


def _counts(divisions: list[Division]) -> str:
    households = sum(one.households for one in divisions)
    undecided = sum(one.verdict is Verdict.UNKNOWN for one in divisions)
    told = f", {undecided} of them undecided" if undecided else ""
    return f"{households:,} households in {len(divisions)} communities{told}"


def _copy_out_and_in(connection: Connection, buildings: gpd.GeoDataFrame, divisions: list[Division]) -> float:
    """Return the seconds of the two COPY; the table copied from and the text copied in are there before."""
    stage(connection, buildings.to_crs(WGS84), building, name="stored")
    rows = pd.concat([one.grids.assign(community_id=place) for place, one in enumerate(divisions)])
    wgs84 = gpd.GeoDataFrame(rows).to_crs(WGS84).assign(plan_id=1)
    wgs84["geom"] = wgs84.geometry.to_wkb(hex=True)
    names = ["plan_id", "community_id", "sequence", "kind", "households", "geom"]
    incoming = io.StringIO(wgs84[names].to_csv(index=False, header=False))
    driver: DriverConnection = connection.connection.dbapi_connection  # type: ignore[assignment]
    with driver.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT {COLUMNS} FROM {grid.fullname} LIMIT 0"
        )
        query = "COPY (SELECT source_id, households, ST_AsBinary(geom) FROM stored) TO STDOUT"
        out = seconds_of(lambda: cursor.copy_expert(query, io.BytesIO()))
        return out + seconds_of(
            lambda: cursor.copy_expert("COPY kept FROM STDIN WITH (FORMAT csv)", incoming)
        )
