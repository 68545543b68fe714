"""What a value in a filter is, by its looks, and how it is called."""

import json
from enum import Enum
from typing import Any

from gridmap.core.filters import refused
from gridmap.db.collections import Collection, ColumnType
from gridmap.db.filters.operators import ARITHMETIC, FOLDING, PREDICATES
from gridmap.errors import Invalid, Text

GEOMETRY = "geometry"
"""The name the geometry of a feature has in filters, as in GeoJSON."""


class Kind(Enum):
    """Kinds of values; what one is called in both languages."""

    STRING = Text(en="a text", zh="文本")
    NUMBER = Text(en="a number", zh="数字")
    BOOLEAN = Text(en="true or false", zh="真假值")
    TIME = Text(en="a time", zh="时间")
    INTERVAL = Text(en="an interval", zh="时间区间")
    STRINGS = Text(en="a list of texts", zh="文本列表")
    GEOMETRY = Text(en="a geometry", zh="几何图形")


HINTS = {
    Kind.TIME: Text(
        en="Write DATE('2026-05-01') or TIMESTAMP('2026-05-01T00:00:00Z').",
        zh="时间请写成 DATE('2026-05-01') 或 TIMESTAMP('2026-05-01T00:00:00Z')。",
    ),
    Kind.STRINGS: Text(
        en="Lists are compared by A_CONTAINS(types, ('new')), A_CONTAINEDBY, A_EQUALS or A_OVERLAPS.",
        zh="列表请用 A_CONTAINS(types, ('new'))、A_CONTAINEDBY、A_EQUALS 或 A_OVERLAPS 比较。",
    ),
    Kind.GEOMETRY: Text(
        en="Geometries are compared by S_INTERSECTS(geometry, BBOX(116.4, 39.9, 116.5, 40)) and its like.",
        zh="几何图形请用 S_INTERSECTS(geometry, BBOX(116.4, 39.9, 116.5, 40)) 等函数比较。",
    ),
    Kind.STRING: Text(en="Texts stand in single quotes.", zh="文本须用单引号。"),
}
"""What to do about a value of that kind, or where one is needed."""

OF_COLUMNS = {
    ColumnType.STRING: Kind.STRING,
    ColumnType.STRINGS: Kind.STRINGS,
    ColumnType.INTEGER: Kind.NUMBER,
    ColumnType.NUMBER: Kind.NUMBER,
    ColumnType.BOOLEAN: Kind.BOOLEAN,
    ColumnType.TIME: Kind.TIME,
}

OF_LITERALS: dict[type, Kind] = {
    str: Kind.STRING,
    bool: Kind.BOOLEAN,
    int: Kind.NUMBER,
    float: Kind.NUMBER,
    list: Kind.STRINGS,
}

OF_KEYS = {
    "date": Kind.TIME,
    "timestamp": Kind.TIME,
    "interval": Kind.INTERVAL,
    "bbox": Kind.GEOMETRY,
    "type": Kind.GEOMETRY,
}


def kind_of(collection: Collection, node: Any) -> Kind:
    """Return what a node of CQL2 JSON is.

    Raises
    ------
    Invalid : it is nothing, or names a property or function that there is not.
    """
    if type(node) in OF_LITERALS:
        return OF_LITERALS[type(node)]
    if isinstance(node, dict):
        if "property" in node:
            return _kind_of_property(collection, node["property"])
        if "op" in node:
            return _kind_of_function(node["op"])
        for key, kind in OF_KEYS.items():
            if key in node:
                return kind
    raise refused(
        Text(en=f"{shown(node)} is no value of a filter.", zh=f"{shown(node)} 不能作为过滤条件中的值。"),
        Text(en="What is not known is asked for by IS NULL.", zh="查询空值请用 IS NULL。"),
    )


def shown(node: Any) -> str:
    """Return a node as short as a message can carry it."""
    if isinstance(node, dict) and isinstance(node.get("property"), str):
        text = node["property"]
    else:
        text = json.dumps(node, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"


def unfit(node: Any, kind: Kind, wanted: Kind) -> Invalid:
    """Return the error for a value of another kind than is wanted."""
    return refused(
        Text(
            en=f"{shown(node)} is {kind.value.en}, where {wanted.value.en} is needed.",
            zh=f"{shown(node)} 是{kind.value.zh}，此处需要{wanted.value.zh}。",
        ),
        HINTS.get(wanted, HINTS.get(kind)),
    )


def _kind_of_property(collection: Collection, name: Any) -> Kind:
    if name == GEOMETRY:
        return Kind.GEOMETRY
    column = collection.column(name)
    if column is None:
        names = [GEOMETRY, *(column.name for column in collection.columns)]
        raise refused(
            Text(
                en=f"{collection.id} has no property {shown(name)}.",
                zh=f"数据集“{collection.title.zh}”没有属性 {shown(name)}。",
            ),
            Text(
                en=f"There are: {', '.join(names)}. Texts stand in single quotes.",
                zh=f"可用的有：{'、'.join(names)}。文本须用单引号。",
            ),
        )
    return OF_COLUMNS[column.type]


def _kind_of_function(name: Any) -> Kind:
    known = name.lower() if isinstance(name, str) else None
    if known in PREDICATES:
        return Kind.BOOLEAN
    if known in ARITHMETIC:
        return Kind.NUMBER
    if known in FOLDING:
        return Kind.STRING
    raise refused(
        Text(en=f"There is no operator or function {shown(name)}.", zh=f"没有运算符或函数 {shown(name)}。"),
        Text(
            en=f"There are: {', '.join([*PREDICATES, *ARITHMETIC, *FOLDING])}.",
            zh=f"可用的有：{'、'.join([*PREDICATES, *ARITHMETIC, *FOLDING])}。",
        ),
    )
