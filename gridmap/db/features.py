"""Queries for features of any collection. Names come from its description and are quoted, values are bound.

The text of a query depends on which parts a selection has, not on their values, so it is written once for each.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy
from sqlalchemy import TextClause

from gridmap.db.collections import Collection, ColumnType
from gridmap.db.conditions import Condition
from gridmap.db.queries import quoted
from gridmap.db.systems import CRS84, CoordinateSystem

FULL_VIEWS = {"grids": "full_grid", "buildings": "full_building", "cells": "full_cell"}
"""Views of the schema ``gridmap`` with the counts that are too small to publish."""

TURNED = "CASE WHEN ST_IsPolygonCCW(geom) THEN geom ELSE ST_ForcePolygonCCW(geom) END"
"""A geometry with its outer rings anticlockwise (RFC 7946 §3.1.6); most are already, and lines would be turned round as well."""

COUNTED = 10_000
"""Features that are counted on the way, while a page is looked for."""

Query = tuple[TextClause, dict[str, Any]]
"""A statement and the values of its parameters."""


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box in degrees. One whose west lies east of its east spans the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def parts(self) -> tuple["Box", ...]:
        """Return the box, or the two it is made of on either side of the antimeridian."""
        if self.west <= self.east:
            return (self,)
        return Box(self.west, self.south, 180.0, self.north), Box(-180.0, self.south, self.east, self.north)


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon in degrees, as WKB: a box of a system whose lines are no meridians and parallels."""

    wkb: bytes


@dataclass(frozen=True, slots=True)
class Selection:
    """Which features of a collection are asked for; every part that is given must hold.

    Parameters
    ----------
    box : features that touch it.
    during : start and end of the time in which features must be valid, None where open; validity ends at the moment
        it ends. None: what is valid now.
    equal : column name → value it must have; a list of words must contain it.
    communities : codes; features that lie in one of these communities, are one of them or, where the collection has
        no communities, touch one.
    condition : what a filter states about the collection.
    """

    box: Box | Outline | None = None
    during: tuple[datetime | None, datetime | None] | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    communities: tuple[str, ...] | None = None
    condition: Condition | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the values to bind, by the names the conditions have for them."""
        boxes = self.box.parts() if isinstance(self.box, Box) else ()
        sides = {
            f"{side}_{number}": getattr(box, side)
            for number, box in enumerate(boxes)
            for side in ("west", "south", "east", "north")
        }
        moments = dict(zip(("start", "end"), self.during or (None, None), strict=True))
        given = {name: moment for name, moment in moments.items() if moment is not None}
        places = {} if self.communities is None else {"communities": list(self.communities)}
        filtered = dict(self.condition.values) if self.condition else {}
        outline = {"outline": self.box.wkb} if isinstance(self.box, Outline) else {}
        equal = {f"equal_{name}": value for name, value in self.equal.items()}
        return sides | outline | given | places | filtered | equal

    def stated(self) -> str | None:
        """Return the SQL of the condition."""
        return self.condition.text if self.condition else None


def count_query(collection: Collection, selection: Selection) -> Query:
    """Return the query for the number of features selected."""
    values = selection.parameters()
    return _count_text(
        _view_at(collection, frozenset(values)), collection, frozenset(values), selection.stated()
    ), values


def expected_query(collection: Collection, selection: Selection) -> Query:
    """Return the query for how PostgreSQL would read the selection, with the number of rows it expects, as JSON."""
    counting, values = count_query(collection, selection)
    return sqlalchemy.text(f"EXPLAIN (FORMAT JSON) {counting.text.replace('count(*)', 'id', 1)}"), values


def full_count_query(collection: Collection, selection: Selection) -> Query:
    """Return the query for the number of features selected where full counts decide."""
    values = selection.parameters()
    return _count_text(_full_view(collection), collection, frozenset(values), selection.stated()), values


def page_query(
    collection: Collection,
    selection: Selection,
    *,
    limit: int,
    after: int | None,
    system: CoordinateSystem = CRS84,
) -> Query:
    """Return the query for one page in order of id.

    Its one row has found (features behind `after`, counted up to one more than `COUNTED`; null where nothing but `after`
    is asked, so that nothing need be looked for), more (whether others follow), returned (features of the page), last
    (id of the last one) and features (their GeoJSON with commas between); the latter two are null for an empty page.

    Parameters
    ----------
    after : the page begins behind this id; None: at the beginning.
    system : of the coordinates.
    """
    values = selection.parameters() | ({} if after is None else {"after": after})
    statement = _page_text(collection, frozenset(values), selection.stated(), system)
    return statement, values | {"limit": limit}


def feature_query(collection: Collection, feature_id: int, system: CoordinateSystem = CRS84) -> Query:
    """Return the query for the GeoJSON of one feature of any time, less its closing brace so that links can be added."""
    return _feature_text(collection, system), {"id": feature_id}


def text_query(collection: Collection, selection: Selection, *, is_full: bool = True) -> Query:
    """Return the query for the GeoJSON of every selected feature, a row each, in order of id.

    Parameters
    ----------
    is_full : with the counts that are too small to publish; only ``gridmap_app`` may read them.
    """
    feature = f"{_open_feature(collection, CRS84)} || '}}'"
    return select_query(collection, selection, [feature], is_full=is_full)


def row_query(collection: Collection, selection: Selection) -> Query:
    """Return the query for id, columns and ``geometry`` (WKB) of the selected features, with full counts."""
    columns = [quoted(column.name) for column in collection.columns]
    shape = f"ST_AsBinary({TURNED}) AS geometry"
    return select_query(collection, selection, ["id", *columns, shape], is_full=True)


def select_query(
    collection: Collection, selection: Selection, expressions: Sequence[str], *, is_full: bool
) -> Query:
    """Return the query for some expressions of SQL for every selected feature, a row each, in order of id.

    Parameters
    ----------
    is_full : see `text_query`.
    """
    values = selection.parameters()
    statement = sqlalchemy.text(f"""
        SELECT {", ".join(expressions)} FROM {_full_view(collection) if is_full else _view(collection)}
        {_where(collection, frozenset(values), selection.stated())} ORDER BY id
    """)  # noqa: S608
    return statement, values


def as_condition(collection: Collection, selection: Selection) -> Condition | None:
    """Return what a whole selection states about a collection; None if it takes all."""
    values = selection.parameters()
    text = _where(collection, frozenset(values), selection.stated()).removeprefix("WHERE ")
    return Condition(text, values) if text else None


@lru_cache
def extent_query(collection: Collection) -> TextClause:
    """Return the query for the extent of features of any time; all null for no features.

    Its one row has ``west, south, east, north``, ``since`` and ``until`` (null where some are still valid).
    """
    since = until = "NULL::timestamptz"
    if collection.interval:
        valid_from, valid_to = (quoted(name) for name in collection.interval)
        since = f"min({valid_from})"
        until = f"CASE WHEN count({valid_to}) = count(*) THEN max({valid_to}) END"
    return sqlalchemy.text(f"""
        SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north, since, until
        FROM (
            SELECT ST_Extent(geom) AS box, {since} AS since, {until} AS until FROM {_history(collection)}
        ) AS extent
    """)  # noqa: S608


@lru_cache(maxsize=1000)
def _count_text(
    view: str, collection: Collection, names: frozenset[str], condition: str | None
) -> TextClause:
    return sqlalchemy.text(f"SELECT count(*) FROM {view} {_where(collection, names, condition)}")  # noqa: S608


@lru_cache(maxsize=1000)
def _page_text(
    collection: Collection, names: frozenset[str], condition: str | None, system: CoordinateSystem
) -> TextClause:
    """Find the ids first: what the view joins is then read for the features of the page only.

    They are looked for in any order and put in order then, as long as they are not too many. Asked for the first few in
    order, PostgreSQL goes through the whole table by its key where it guesses that it will soon have met them.
    """
    view = _view_at(collection, names)
    ids = f"SELECT id FROM {view} {_where(collection, names, condition)}"  # noqa: S608
    in_order = f"ARRAY({ids} ORDER BY id LIMIT :limit + 1)"
    chosen = f"SELECT NULL::bigint AS found, {in_order} AS ids"
    if condition or names - {"after"}:
        chosen = f"""
            SELECT found, CASE WHEN found > {COUNTED} THEN {in_order} ELSE ids[1:CAST(:limit AS integer) + 1] END AS ids
            FROM (
                SELECT count(*) AS found, coalesce(array_agg(id ORDER BY id), '{{}}') AS ids
                FROM ({ids} LIMIT {COUNTED} + 1) AS hit
            ) AS hits
        """  # noqa: S608
    return sqlalchemy.text(f"""
        WITH chosen AS MATERIALIZED ({chosen})
        SELECT (SELECT found FROM chosen), (SELECT cardinality(ids) > :limit FROM chosen) AS more,
            count(*) AS returned, max(id) AS last, string_agg(feature, ',' ORDER BY id) AS features
        FROM (
            SELECT id, {_open_feature(collection, system)} || '}}' AS feature
            FROM chosen JOIN {view} ON id = ANY (ids[1:CAST(:limit AS integer)])
        ) AS page
    """)  # noqa: S608


@lru_cache
def _feature_text(collection: Collection, system: CoordinateSystem) -> TextClause:
    feature = _open_feature(collection, system)
    return sqlalchemy.text(f"SELECT {feature} FROM {_history(collection)} WHERE id = :id")  # noqa: S608


def _history(collection: Collection) -> str:
    """Name the view with the features of any time."""
    return f"published.{quoted(collection.history or collection.id)}"


def _view_at(collection: Collection, names: frozenset[str]) -> str:
    """Name the view with the features of the time asked for; without one, those of the present."""
    return _history(collection) if names & {"start", "end"} else _view(collection)


def _view(collection: Collection) -> str:
    return f"published.{quoted(collection.id)}"


def _full_view(collection: Collection) -> str:
    """Name the view that also has the counts which are too small to publish; only ``gridmap_app`` reads it."""
    full = FULL_VIEWS.get(collection.id)
    return f"gridmap.{quoted(full)}" if full else _view(collection)


def _open_feature(collection: Collection, system: CoordinateSystem) -> str:
    columns = ", ".join(quoted(column.name) for column in collection.columns)
    return f"""concat(
        '{{"type":"Feature","id":', id,
        ',"geometry":', ST_AsGeoJSON({system.written(TURNED)}, {system.decimals}, 0),
        ',"properties":', row_to_json((SELECT properties FROM (SELECT {columns}) AS properties)))"""  # noqa: S608


def _where(collection: Collection, names: frozenset[str], condition: str | None) -> str:
    conditions = [*_conditions(collection, names), *([f"({condition})"] if condition else [])]
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _conditions(collection: Collection, names: frozenset[str]) -> Iterator[str]:
    """Yield a condition for each part of a selection, told by the names of its parameters."""
    unknown = {name for name in names if name.startswith("equal_")} - {
        f"equal_{c.name}" for c in collection.columns
    }
    if unknown:
        raise LookupError(f"{collection.id} has no such columns: {sorted(unknown)}")
    yield from _in_box(names)
    yield from _in_time(collection, names)
    for column in collection.columns:
        if f"equal_{column.name}" in names:
            held = quoted(column.name)
            held = f"ANY ({held})" if column.type is ColumnType.STRINGS else held
            yield f":equal_{column.name} = {held}"
    if "communities" in names:
        yield _in_communities(collection)
    if "after" in names:
        yield "id > :after"


def _in_box(names: frozenset[str]) -> Iterator[str]:
    if boxes := [number for number in (0, 1) if f"west_{number}" in names]:
        yield f"({' OR '.join(_touches(number) for number in boxes)})"
    if "outline" in names:
        yield "ST_Intersects(geom, ST_GeomFromWKB(:outline, 4326))"


def _in_time(collection: Collection, names: frozenset[str]) -> Iterator[str]:
    if collection.interval is None:
        return
    valid_from, valid_to = (quoted(name) for name in collection.interval)
    if "start" in names:
        yield f"({valid_to} IS NULL OR {valid_to} > :start)"
    if "end" in names:
        yield f"({valid_from} IS NULL OR {valid_from} <= :end)"


def _in_communities(collection: Collection) -> str:
    own = next((quoted(name) for name in ("community", "code") if collection.column(name)), None)
    if own is not None:
        return f"{own} = ANY (:communities)"
    return (
        "EXISTS (SELECT FROM published.areas WHERE areas.code = ANY (:communities) "
        f"AND ST_Intersects(areas.geom, {quoted(collection.id)}.geom))"
    )


def _touches(number: int) -> str:
    """Compare with a box, which may be as thin as a line or a point: ST_Envelope makes it one that is valid."""
    west_south = f"ST_Point(:west_{number}, :south_{number}, 4326)"
    east_north = f"ST_Point(:east_{number}, :north_{number}, 4326)"
    return f"ST_Intersects(geom, ST_Envelope(ST_MakeLine({west_south}, {east_north})))"
