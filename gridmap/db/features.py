"""Queries for features of any collection. Names come from its description and are quoted, values are bound."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Float,
    FromClause,
    Select,
    String,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.types import TypeEngine

from gridmap.db.collections import Collection, ColumnType

DECIMALS = 7
"""Of a degree: 1 cm, which RFC 7946 §11.2 finds enough."""

TYPES: dict[ColumnType, TypeEngine[Any]] = {
    ColumnType.STRING: String(),
    ColumnType.STRINGS: ARRAY(String()),
    ColumnType.INTEGER: BigInteger(),
    ColumnType.NUMBER: Float(),
    ColumnType.BOOLEAN: Boolean(),
    ColumnType.TIME: DateTime(timezone=True),
}


FULL_VIEWS = {"buildings": "full_building", "cells": "full_cell"}
"""Views of the schema ``gridmap`` that hold the counts which are too small to publish."""


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box in degrees. One whose west lies east of its east spans the antimeridian."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Selection:
    """Which features of a collection are asked for; every part that is given must hold.

    Parameters
    ----------
    box : features that touch it.
    during : start and end of the time in which features must be valid, None where open.
    equal : column name → value it must have; a list of words must contain it.
    communities : codes; features that lie in one of these communities, are one of them, or, for collections that
        belong to no community, touch one.
    """

    box: Box | None = None
    during: tuple[datetime | None, datetime | None] | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    communities: tuple[str, ...] | None = None


def count_query(collection: Collection, selection: Selection) -> Select[int]:
    """Return the query for the number of features selected."""
    source = _source(collection)
    return select(func.count()).select_from(source).where(*_conditions(collection, source, selection))


def page_query(collection: Collection, selection: Selection, *, limit: int, after: int | None) -> Select[Any]:
    """Return the query for one page in order of id.

    Its one row has ``returned`` (number of features), ``features`` (their GeoJSON, separated by commas; null for
    none), ``last`` (id of the last one) and ``more`` (whether others follow).

    Parameters
    ----------
    after : the page begins behind this id; None: at the beginning.
    """
    source = _source(collection)
    conditions = _conditions(collection, source, selection)
    if after is not None:
        conditions.append(source.c.id > after)
    position = func.row_number().over(order_by=source.c.id).label("position")
    ahead = (
        select(position, *source.c).where(*conditions).order_by(source.c.id).limit(limit + 1).subquery("page")
    )
    on_page = ahead.c.position <= limit
    return select(
        func.count().filter(on_page).label("returned"),
        func.string_agg(_feature(collection, ahead), aggregate_order_by(literal(","), ahead.c.position))
        .filter(on_page)
        .label("features"),
        func.max(ahead.c.id).filter(on_page).label("last"),
        (func.count() > limit).label("more"),
    ).select_from(ahead)


def feature_query(collection: Collection, feature_id: int) -> Select[Any]:
    """Return the query for the GeoJSON of one feature, less its closing brace so that links can be added."""
    source = _source(collection)
    return select(_open_feature(collection, source)).where(source.c.id == feature_id)


def text_query(collection: Collection, selection: Selection, *, full: bool) -> Select[str]:
    """Return the query for the GeoJSON of every selected feature, one a row, in order of id.

    Parameters
    ----------
    full : with the household counts that are too small to publish; needs the role ``gridmap_app``.
    """
    source = _source(collection, full=full)
    conditions = _conditions(collection, source, selection)
    return select(_feature(collection, source)).where(*conditions).order_by(source.c.id)


def row_query(collection: Collection, selection: Selection, *, full: bool) -> Select[Any]:
    """Return the query for the columns of every selected feature and its ``geometry`` as WKB, in order of id."""
    source = _source(collection, full=full)
    conditions = _conditions(collection, source, selection)
    columns = [source.c[item.name] for item in collection.columns]
    geometry = func.ST_AsBinary(func.ST_ForcePolygonCCW(source.c.geom)).label("geometry")
    return select(source.c.id, *columns, geometry).where(*conditions).order_by(source.c.id)


def extent_query(collection: Collection) -> Select[Any]:
    """Return the query for the extent: ``west, south, east, north`` and ``since``; all null for no features."""
    source = _source(collection)
    extent = select(
        func.ST_Extent(source.c.geom).label("box"),
        (func.min(source.c[collection.interval[0]]) if collection.interval else literal(None)).label("since"),
    ).subquery("extent")
    corners = {"west": "ST_XMin", "south": "ST_YMin", "east": "ST_XMax", "north": "ST_YMax"}
    sides = [getattr(func, corner)(extent.c.box).label(side) for side, corner in corners.items()]
    return select(*sides, extent.c.since)


def _source(collection: Collection, *, full: bool = False) -> FromClause:
    described: list[ColumnClause[Any]] = [column(item.name, TYPES[item.type]) for item in collection.columns]
    schema, view = "published", collection.id
    if full and collection.id in FULL_VIEWS:
        schema, view = "gridmap", FULL_VIEWS[collection.id]
    return table(view, column("id", BigInteger()), column("geom"), *described, schema=schema)


def _conditions(
    collection: Collection, source: FromClause, selection: Selection
) -> list[ColumnElement[bool]]:
    conditions = []
    if selection.box is not None:
        conditions.append(_touches(source.c.geom, selection.box))
    if selection.during is not None and collection.interval is not None:
        conditions += _valid(source, collection.interval, *selection.during)
    if selection.communities is not None:
        conditions.append(_in_communities(collection, source, selection.communities))
    for name, value in selection.equal.items():
        item = collection.column(name)
        if item is None:
            raise LookupError(f"{collection.id} has no column {name!r}")
        held = source.c[name]
        conditions.append(held.any(value) if item.type is ColumnType.STRINGS else held == value)
    return conditions


def _in_communities(
    collection: Collection, source: FromClause, communities: tuple[str, ...]
) -> ColumnElement[bool]:
    own = next((name for name in ("community", "code") if collection.column(name)), None)
    if own is not None:
        return source.c[own].in_(communities)
    area = table("areas", column("code", String()), column("geom"), schema="published")
    return exists().where(area.c.code.in_(communities), func.ST_Intersects(area.c.geom, source.c.geom))


def _touches(geometry: ColumnElement[Any], box: Box) -> ColumnElement[bool]:
    if box.west <= box.east:
        return _touches_envelope(geometry, box)
    return or_(
        _touches_envelope(geometry, Box(box.west, box.south, 180.0, box.north)),
        _touches_envelope(geometry, Box(-180.0, box.south, box.east, box.north)),
    )


def _touches_envelope(geometry: ColumnElement[Any], box: Box) -> ColumnElement[bool]:
    """Compare with the box, which may be as thin as a line or a point: ST_Envelope makes it one that is valid."""
    corners = [
        func.ST_SetSRID(func.ST_Point(x, y), 4326) for x, y in ((box.west, box.south), (box.east, box.north))
    ]
    met: ColumnElement[bool] = func.ST_Intersects(geometry, func.ST_Envelope(func.ST_MakeLine(*corners)))
    return met


def _valid(
    source: FromClause, interval: tuple[str, str], start: datetime | None, end: datetime | None
) -> list[ColumnElement[bool]]:
    valid_from, valid_to = (source.c[name] for name in interval)
    conditions = []
    if start is not None:
        conditions.append(or_(valid_to.is_(None), valid_to >= start))
    if end is not None:
        conditions.append(or_(valid_from.is_(None), valid_from <= end))
    return conditions


def _feature(collection: Collection, source: FromClause) -> ColumnElement[str]:
    return _open_feature(collection, source).op("||")("}")


def _open_feature(collection: Collection, source: FromClause) -> ColumnElement[str]:
    pairs = [part for item in collection.columns for part in (literal(item.name), source.c[item.name])]
    return func.concat(
        '{"type":"Feature","id":',
        source.c.id,
        ',"geometry":',
        func.ST_AsGeoJSON(func.ST_ForcePolygonCCW(source.c.geom), DECIMALS, 0),
        ',"properties":',
        func.json_build_object(*pairs),
        type_=String(),
    )
