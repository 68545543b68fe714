"""Shapes that questions are asked about: drawn, called by code or name, or kept under a name."""

import re
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine

from gridmap.core.drawn_shapes import read_drawn
from gridmap.core.filters import FilterLanguage, read_filter
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.filters import condition
from gridmap.db.published import reading
from gridmap.db.queries import sql
from gridmap.db.spatial import all_of
from gridmap.errors import Invalid, NotFound, Text

PLACE = re.compile(r"place/([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Asked:
    """Where, and about which features of a collection, somebody asks.

    Parameters
    ----------
    shape : GeoJSON polygon that was drawn; None: none.
    called : code or name of an area, grid or place, or ``place/ID``; None: none.
    saved : name of a saved question, whose shape and filter hold as well; None: none.
    filtered : filter in `language`; None: all features.
    """

    shape: Any = None
    called: str | None = None
    saved: str | None = None
    filtered: str | None = None
    language: FilterLanguage = "cql2-text"


@dataclass(frozen=True, slots=True)
class Place:
    """A shape in degrees, None for everywhere, and what is asked of features in it."""

    shape: BaseGeometry | None
    condition: Condition | None


def read_asked(engine: Engine, collection: Collection, asked: Asked) -> Place:
    """Return where and about which features of a collection somebody asks; shapes that are given hold all together.

    Raises
    ------
    Invalid : a shape or filter that cannot be read, an ambiguous name, or a saved filter of another collection.
    NotFound : nothing is called or saved so.
    """
    shapes, conditions = [], []
    if asked.shape is not None:
        shapes.append(read_drawn(asked.shape))
    if asked.called is not None:
        shapes.append(shape_called(engine, asked.called))
    if asked.filtered is not None:
        conditions.append(condition(collection, read_filter(asked.filtered, asked.language)))
    if asked.saved is not None:
        shape, stated = _saved(engine, collection, asked.saved)
        shapes += [] if shape is None else [shape]
        conditions += [] if stated is None else [stated]
    return Place(_common(shapes), all_of(*_apart(conditions)))


def shape_called(engine: Engine, wanted: str) -> BaseGeometry:
    """Return the shape of the area, grid or place with this code, or else with this name.

    Raises
    ------
    NotFound : there is none.
    Invalid : there are several; the hint gives their codes.
    """
    key = PLACE.fullmatch(wanted)
    asked = {"wanted": wanted, "place": int(key[1]) if key else None}
    with reading(engine) as connection:
        found = connection.execute(sql("shapes_called"), asked).all()
    if not found:
        raise NotFound(
            Text(
                en=f"No area, grid or place is called “{wanted}”.",
                zh=f"没有名为“{wanted}”的区域、网格或地点。",
            ),
            hint=Text(
                en="Give a code or a whole name; /api/v1/search finds parts of names.",
                zh="请给出编码或完整名称；可用 /api/v1/search 按部分名称查找。",
            ),
            wanted=wanted,
        )
    if len(found) > 1:
        codes = [row.code for row in found]
        raise Invalid(
            Text(en=f"{len(found)} things are called “{wanted}”.", zh=f"有 {len(found)} 处都叫“{wanted}”。"),
            hint=Text(
                en=f"Give one of their codes: {', '.join(codes)}.", zh=f"请改用编码：{'、'.join(codes)}。"
            ),
            codes=codes,
        )
    return shapely.from_wkb(bytes(found[0].geometry))


def _saved(engine: Engine, collection: Collection, name: str) -> tuple[BaseGeometry | None, Condition | None]:
    with reading(engine) as connection:
        row = connection.execute(sql("saved_query_called"), {"name": name}).one_or_none()
    if row is None:
        raise NotFound(
            Text(en=f"No question is saved as “{name}”.", zh=f"没有名为“{name}”的已存查询。"), saved=name
        )
    if row.collection not in (None, collection.id):
        raise Invalid(
            Text(
                en=f"The filter saved as “{name}” is about {row.collection}, not {collection.id}.",
                zh=f"已存查询“{name}”针对 {row.collection}，不适用于 {collection.id}。",
            ),
            hint=Text(
                en=f"Ask with collection={row.collection}.", zh=f"请使用 collection={row.collection}。"
            ),
            parameter="saved",
        )
    shape = None if row.geometry is None else shapely.from_wkb(bytes(row.geometry))
    if row.filter is None:
        return shape, None
    return shape, condition(collection, read_filter(row.filter, row.filter_language))


def _common(shapes: list[BaseGeometry]) -> BaseGeometry | None:
    """Return what several shapes have in common; None for no shape.

    Raises
    ------
    Invalid : they have no area in common.
    """
    if len(shapes) < 2:
        return shapes[0] if shapes else None
    common = shapely.intersection_all(shapes)
    polygons = [part for part in shapely.get_parts(common) if part.area > 0]
    if not polygons:
        raise Invalid(
            Text(en="The shapes have no area in common.", zh="所给的图形没有共同部分。"),
            hint=Text(en="Give one of them only.", zh="请只给出其中之一。"),
            parameter="shape",
        )
    return shapely.union_all(polygons)


def _apart(conditions: list[Condition]) -> list[Condition]:
    """Return conditions with their values numbered, so that none has the name of another's."""
    numbered = []
    for number, one in enumerate(conditions):
        text, values = one.text, {}
        for name in sorted(one.values, key=len, reverse=True):
            values[f"{name}_of_{number}"] = one.values[name]
            text = re.sub(rf":{name}\b", f":{name}_of_{number}", text)
        numbered.append(Condition(text, values))
    return numbered
