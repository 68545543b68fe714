"""Count and sum features by grid, community or hexagon, from what anyone may know of each.

A sum adds told counts up and says of how many features they are; what is not told of one feature is in no sum, so no two
sums differ by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from gridmap.core.crs import metric_crs
from gridmap.db.collections import Collection
from gridmap.db.costs import refuse_costly
from gridmap.db.features import Query, extent_query
from gridmap.db.published import reading
from gridmap.db.spatial import GROUPED, SUMMED, Relation, Unit, all_of, hexagons_query, lies, sums_query
from gridmap.errors import Invalid, Text
from gridmap.services.shapes import Asked, Place, read_asked

MOST_GROUPS = 10_000
SMALLEST_M, LARGEST_M = 50.0, 50_000.0
"""Sides of hexagons, metres."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A column summed.

    Attributes
    ----------
    total : of the features whose value is told; None: of none.
    told, untold : features whose value is told, and others: not known or, of people, too few to tell.
    """

    total: float | None
    told: int
    untold: int


@dataclass(frozen=True, slots=True)
class Group:
    """Features that belong together.

    Attributes
    ----------
    code : of the grid or community, or ``srid/side/column/row`` of the hexagon; None: features that are in none.
    shape : of a hexagon, GeoJSON text in degrees; None: none is told.
    """

    code: str | None
    name: str | None
    count: int
    sums: dict[str, Sum]
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """All groups, and their total.

    Attributes
    ----------
    srid : number of the metric system that hexagons are regular in; None: no hexagons.
    """

    total: Group
    groups: list[Group]
    srid: int | None = None


def sum_up(
    engine: Engine,
    collection: Collection,
    unit: Unit,
    asked: Asked,
    *,
    sums: Sequence[str] = (),
    size_m: float = 500.0,
) -> Summary:
    """Count and sum the features of a collection that stand in a shape.

    A feature stands where a point on its surface does, counts whole, and belongs to the grid and community that it is
    attached to.

    Parameters
    ----------
    sums : columns to sum, see `SUMMED`.
    size_m : side of a hexagon.

    Raises
    ------
    Invalid : a column or unit that the collection does not know, a size that is not answered, too many groups, what
        would cost too much, or what `read_asked` refuses.
    NotFound : nothing is called or saved so.
    """
    _check(collection, unit, sums, size_m)
    place = read_asked(engine, collection, asked)
    inside = None if place.shape is None else lies(Relation.STANDS, place.shape)
    condition = all_of(inside, place.condition)
    with reading(engine) as connection:
        if unit is Unit.HEXAGON:
            srid = _local_srid(connection, collection, place)
            query = hexagons_query(collection, sums, condition, MOST_GROUPS + 2, size_m=size_m, srid=srid)
            rows = _asked(connection, query)
            groups = [_hexagon(row, sums, srid, size_m) for row in rows[1:]]
            return Summary(_group(rows[0], sums), groups, srid)
        rows = _asked(connection, sums_query(collection, unit, sums, condition, MOST_GROUPS + 2))
    return Summary(_group(rows[0], sums), [_group(row, sums) for row in rows[1:]])


def _asked(connection: Connection, query: Query) -> list[Row[Any]]:
    refuse_costly(connection, *query)
    rows = list(connection.execute(*query))
    if len(rows) > MOST_GROUPS + 1:
        raise Invalid(
            Text(en=f"There are more than {MOST_GROUPS:,} groups.", zh=f"分组超过 {MOST_GROUPS:,} 个。"),
            hint=Text(en="Ask for larger hexagons or a smaller shape.", zh="请增大六边形或缩小图形。"),
            reason="groups",
        )
    return rows


def _group(row: Row[Any], sums: Sequence[str]) -> Group:
    told = row._mapping
    return Group(told.get("code"), told.get("name"), row.count_, _sums(row, sums))


def _hexagon(row: Row[Any], sums: Sequence[str], srid: int, size_m: float) -> Group:
    return Group(f"{srid}/{size_m:g}/{row.i}/{row.j}", None, row.count_, _sums(row, sums), row.geometry)


def _sums(row: Row[Any], sums: Sequence[str]) -> dict[str, Sum]:
    told = row._mapping
    return {
        name: Sum(
            _number(name, told[f"sum_{number}"]), told[f"told_{number}"], row.count_ - told[f"told_{number}"]
        )
        for number, name in enumerate(sums)
    }


def _number(name: str, total: Any) -> float | None:
    if total is None:
        return None
    return round(float(total), 1) if name.endswith("_m2") else int(total)


def _local_srid(connection: Connection, collection: Collection, place: Place) -> int:
    """Return the metric system of the middle of the shape, or else of all features of the collection."""
    bounds = (0.0, 0.0, 0.0, 0.0)  # of no features: any will do
    if place.shape is not None:
        bounds = place.shape.bounds
    elif (box := connection.execute(extent_query(collection)).one()).west is not None:
        bounds = (box.west, box.south, box.east, box.north)
    return int(metric_crs(bounds).to_authority()[1])


def _check(collection: Collection, unit: Unit, sums: Sequence[str], size_m: float) -> None:
    known = SUMMED.get(collection.id, ())
    strange = next((name for name in sums if name not in known), None)
    if strange is not None or len(set(sums)) < len(sums):
        raise Invalid(
            Text(
                en=f"{collection.id} have no column “{strange or sums[0]}” to sum, or it is named twice.",
                zh=f"数据集“{collection.title.zh}”没有可求和的“{strange or sums[0]}”，或重复给出。",
            ),
            hint=Text(
                en=f"Summed are: {', '.join(known) or 'none'}.", zh=f"可求和：{'、'.join(known) or '无'}。"
            ),
            parameter="sum",
        )
    if unit is not Unit.HEXAGON and collection.id not in GROUPED:
        raise Invalid(
            Text(
                en=f"{collection.id} belong to no {unit}.",
                zh=f"数据集“{collection.title.zh}”不能按 {unit} 汇总。",
            ),
            hint=Text(en="Ask by=hexagon.", zh="请使用 by=hexagon。"),
            parameter="by",
        )
    if unit is Unit.HEXAGON and not SMALLEST_M <= size_m <= LARGEST_M:  # also for what is no number
        raise Invalid(
            Text(en=f"Hexagons of {size_m:g} m are not drawn.", zh=f"不支持边长 {size_m:g} 米的六边形。"),
            hint=Text(
                en=f"Give a side of {SMALLEST_M:g} to {LARGEST_M:,.0f} m.",
                zh=f"边长请在 {SMALLEST_M:g} 至 {LARGEST_M:,.0f} 米之间。",
            ),
            parameter="size_m",
        )
