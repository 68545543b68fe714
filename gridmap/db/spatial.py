"""Queries about where features lie: in a shape, near a point, and summed up by what they lie in.

They read what anyone may read, so that no sum can tell more than its rows do. Names are those of the collection's description and are quoted, values are bound.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Any

import shapely
import sqlalchemy
from shapely.geometry.base import BaseGeometry

from gridmap.core.here import Here
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.features import Box, Query
from gridmap.db.queries import quoted

METRES_OF_LATITUDE = 110_574.0
"""Of one degree at the equator, where it is shortest (WGS 84)."""
METRES_OF_LONGITUDE = 111_320.0
"""Of one degree at the equator; elsewhere times the cosine of the latitude."""
MARGIN = 1.01
"""Boxes are this much wider than a sphere would need."""

DRAWN = "ST_GeomFromWKB(:shape, 4326)"

SUMMED = {
    "grids": ("households", "residents", "area_m2"),
    "buildings": ("households", "floors"),
    "cells": ("households",),
    "places": ("floor_area_m2",),
    "facilities": ("floor_area_m2", "capacity"),
}
"""Columns that may be summed; for other collections features are counted only."""

GROUPED = {
    "grids": ("community", "code"),
    "buildings": ("community", "grid"),
    "cells": ("community", "grid"),
    "places": ("community", "grid"),
    "facilities": ("community", "grid"),
    "organisations": ("community", "grid"),
}
"""Columns with the community and the grid of a feature; areas and roads belong to none."""


class Relation(StrEnum):
    """How features lie to a shape: they touch it, lie wholly in it, or stand in it.

    A feature stands where a point on its surface lies, so of shapes side by side it stands in one.
    """

    INTERSECTS = "intersects"
    WITHIN = "within"
    STANDS = "stands"


class Unit(StrEnum):
    """What sums are told for."""

    GRID = "grid"
    COMMUNITY = "community"
    HEXAGON = "hexagon"


def lies(relation: Relation, shape: BaseGeometry) -> Condition:
    """Return the condition that features lie so to a shape in degrees.

    Of the tests that no index answers, PostgreSQL would expect that one in a thousand features beside the shape meets
    them, and join one by one what is then found to be a hundred thousand; written as a choice, every second.
    """
    values = {"shape": shapely.to_wkb(shape)}
    if relation is Relation.INTERSECTS:
        return Condition(f"ST_Intersects(geom, {DRAWN})", values)
    tests = {
        Relation.WITHIN: f"ST_Covers({DRAWN}, geom)",
        Relation.STANDS: f"ST_Intersects(ST_PointOnSurface(geom), {DRAWN})",
    }
    return Condition(f"geom && {DRAWN} AND CASE WHEN {tests[relation]} THEN true ELSE false END", values)


def all_of(*conditions: Condition | None) -> Condition | None:
    """Return the condition that all of several hold; None: nothing is asked."""
    given = [condition for condition in conditions if condition is not None]
    if not given:
        return None
    values = {name: value for condition in given for name, value in condition.values.items()}
    return Condition(" AND ".join(f"({condition.text})" for condition in given), values)


def around(here: Here, metres: float) -> Box:
    """Return a box in degrees that holds all that is so near to a point, and may span the antimeridian."""
    lon, lat = here.lon, here.lat
    north_south = metres * MARGIN / METRES_OF_LATITUDE
    south, north = max(lat - north_south, -90.0), min(lat + north_south, 90.0)
    narrowest = math.cos(math.radians(max(abs(south), abs(north)))) * METRES_OF_LONGITUDE
    if narrowest * 180.0 <= metres * MARGIN:
        return Box(-180.0, south, 180.0, north)
    east_west = metres * MARGIN / narrowest
    west, east = lon - east_west, lon + east_west
    return Box(west + 360.0 if west < -180.0 else west, south, east - 360.0 if east > 180.0 else east, north)


def near_query(
    collection: Collection, here: Here, metres: float, *, condition: Condition | None, limit: int
) -> Query:
    """Return the query for ``id``, ``metres`` and ``matched`` of features so near on the ground, the nearest first.

    Distances are geodesics of WGS 84, 0 inside a feature. ``matched`` counts those beyond the limit too.
    """
    boxes = around(here, metres).parts()
    sides = {
        f"{side}_{number}": getattr(box, side)
        for number, box in enumerate(boxes)
        for side in ("west", "south", "east", "north")
    }
    beside = " OR ".join(
        f"geom && ST_MakeEnvelope(:west_{number}, :south_{number}, :east_{number}, :north_{number}, 4326)"
        for number in range(len(boxes))
    )
    statement = sqlalchemy.text(f"""
        SELECT id, metres, count(*) OVER () AS matched
        FROM (
            SELECT id, ST_Distance(geom::geography, ST_Point(:lon, :lat, 4326)::geography) AS metres
            FROM {_view(collection)}
            WHERE ({beside}) AND ST_DWithin(geom::geography, ST_Point(:lon, :lat, 4326)::geography, :metres)
                {_and(condition)}
        ) AS beside
        ORDER BY metres, id LIMIT :limit
    """)  # noqa: S608
    values = {**asdict(here), "metres": metres, "limit": limit} | sides
    return statement, values | _values(condition)


def farthest_query(collection: Collection, here: Here, count: int, *, condition: Condition | None) -> Query:
    """Return the query for how far the farthest of some features is that lie nearest in degrees.

    The index on ``geom`` finds them. So many lie no farther on the ground, so the nearest on the ground do not either.
    ``metres`` is null where there are none.
    """
    statement = sqlalchemy.text(f"""
        SELECT max(ST_Distance(geom::geography, ST_Point(:lon, :lat, 4326)::geography)) AS metres
        FROM (
            SELECT geom FROM {_view(collection)} WHERE true {_and(condition)}
            ORDER BY geom <-> ST_Point(:lon, :lat, 4326) LIMIT :limit
        ) AS beside
    """)  # noqa: S608
    return statement, {**asdict(here), "limit": count} | _values(condition)


def shapes_query(collection: Collection, ids: Sequence[int]) -> Query:
    """Return the query for ``id`` and ``geometry`` (WKB) of features, in order of id."""
    statement = sqlalchemy.text(
        f"SELECT id, ST_AsBinary(geom) AS geometry FROM {_view(collection)} WHERE id = ANY(:ids) ORDER BY id"  # noqa: S608
    )
    return statement, {"ids": list(ids)}


def one_of(ids: Sequence[int]) -> Condition:
    """Return the condition that a feature has one of some ids."""
    return Condition("id = ANY(:ids)", {"ids": list(ids)})


def sums_query(
    collection: Collection, unit: Unit, sums: Sequence[str], condition: Condition | None, limit: int
) -> Query:
    """Return the query for features counted and summed by the grid or community they belong to.

    Rows have ``is_total``, ``code`` (null: in none), ``name``, ``count_``, and of each column ``sum_n`` and ``told_n``, the
    number of features whose value is told; the total comes first.
    """
    community, grid = GROUPED[collection.id]
    key = quoted(grid if unit is Unit.GRID else community)
    names = "published.grids" if unit is Unit.GRID else "published.areas"
    statement = sqlalchemy.text(f"""
        SELECT summed.*, named.name FROM (
            SELECT GROUPING(code) = 1 AS is_total, code, count(*) AS count_ {_summed(sums)}
            FROM (SELECT {key} AS code {_named(sums)} FROM {_view(collection)} WHERE true {_and(condition)}) AS chosen
            GROUP BY GROUPING SETS ((), (code))
        ) AS summed
        LEFT JOIN {names} AS named ON named.code = summed.code
        ORDER BY is_total DESC, summed.code LIMIT :limit
    """)  # noqa: S608
    return statement, {"limit": limit} | _values(condition)


def hexagons_query(
    collection: Collection,
    sums: Sequence[str],
    condition: Condition | None,
    limit: int,
    *,
    size_m: float,
    srid: int,
) -> Query:
    """Return the query for features counted and summed by the hexagon that a point on their surface lies in.

    Hexagons are those of ``ST_HexagonGrid(size_m)`` in a metric system: each is what is nearest to its centre, so the
    hexagon of a point is sought among the two columns beside it. Rows as of `sums_query`, with ``i``, ``j`` and
    ``geometry``, GeoJSON in degrees.

    Parameters
    ----------
    size_m : length of a side, metres.
    srid : number of the metric system.
    """
    statement = sqlalchemy.text(f"""
        WITH standing AS MATERIALIZED (
            SELECT ST_X(point) / (1.5 * :size) AS x, ST_Y(point) / (sqrt(3) * :size) AS y {_named(sums)}
            FROM (
                SELECT ST_Transform(ST_PointOnSurface(geom), :srid) AS point {_named(sums)}
                FROM {_view(collection)} WHERE true {_and(condition)} OFFSET 0
            ) AS chosen
        ), beside AS (
            SELECT standing.*, floor(x)::integer AS west, floor(x)::integer + 1 AS east,
                round(y - (abs(floor(x)::integer) % 2) * 0.5) AS west_j,
                round(y - (abs(floor(x)::integer + 1) % 2) * 0.5) AS east_j
            FROM standing
        ), placed AS (
            SELECT beside.*,
                power((x - west) * 1.5, 2) + 3 * power(y - west_j - (abs(west) % 2) * 0.5, 2)
                    <= power((x - east) * 1.5, 2) + 3 * power(y - east_j - (abs(east) % 2) * 0.5, 2) AS is_west
            FROM beside
        ), summed AS (
            SELECT GROUPING(i) = 1 AS is_total, i, j, count(*) AS count_ {_summed(sums)}
            FROM (
                SELECT CASE WHEN is_west THEN west ELSE east END AS i,
                    (CASE WHEN is_west THEN west_j ELSE east_j END)::integer AS j {_named(sums)}
                FROM placed
            ) AS chosen
            GROUP BY GROUPING SETS ((), (i, j))
        )
        SELECT summed.*, ST_AsGeoJSON(ST_Transform(ST_Hexagon(:size, i, j, ST_Point(0, 0, :srid)), 4326), 7, 0) AS geometry
        FROM summed ORDER BY is_total DESC, i, j LIMIT :limit
    """)  # noqa: S608
    return statement, {"limit": limit, "size": float(size_m), "srid": srid} | _values(condition)


def _summed(sums: Sequence[str]) -> str:
    return "".join(
        f", sum({quoted(name)}) AS sum_{number}, count({quoted(name)}) AS told_{number}"
        for number, name in enumerate(sums)
    )


def _named(sums: Iterable[str]) -> str:
    return "".join(f", {quoted(name)}" for name in sums)


def _and(condition: Condition | None) -> str:
    return f"AND ({condition.text})" if condition else ""


def _values(condition: Condition | None) -> dict[str, Any]:
    return dict(condition.values) if condition else {}


def _view(collection: Collection) -> str:
    return f"published.{quoted(collection.id)}"
