"""CQL2 JSON → a condition of SQL with its values."""

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import shapely
import sqlalchemy
from sqlalchemy import ARRAY, TIMESTAMP, Boolean, Date, Double, LargeBinary, String
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql.base import PGDialect

from gridmap.core.filters import refused, too_deep
from gridmap.core.filters.shapes import read_shape
from gridmap.core.moments import first_and_last, read_date, read_time
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.filters.kinds import GEOMETRY, HINTS, Kind, kind_of, shown, unfit
from gridmap.db.filters.nodes import arguments_of, is_date, names_geometry, no_time, read_moment
from gridmap.db.filters.operators import (
    ARITHMETIC,
    ARRAYS,
    COMPARISONS,
    FOLDING,
    SPATIAL,
    TEMPORAL,
    Span,
    Sql,
    call,
)
from gridmap.db.names import WGS84
from gridmap.db.queries import quoted
from gridmap.db.systems import CRS84, CoordinateSystem
from gridmap.errors import Text

TEXTS = ARRAY(SqlText())
INSTANT = TIMESTAMP(timezone=True)
NAMED = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
WGS84_LITERAL: Sql = sqlalchemy.literal_column(str(WGS84))
BY_CODE_POINT = "C"
"""Collation: the same order on every server."""

ORDERED = (Kind.STRING, Kind.NUMBER, Kind.TIME)


def condition(collection: Collection, expression: Any, system: CoordinateSystem = CRS84) -> Condition:
    """Return the condition that a filter in CQL2 JSON states on a collection.

    As in SQL, what compares something not known is neither true nor false; features are selected where it is true.

    Parameters
    ----------
    system : of the geometries in the filter.

    Raises
    ------
    Invalid : a name, operator, function or geometry that is not known or not valid, or kinds that do not fit.
    """
    try:
        compiled = _Compiler(collection, system).truth(expression).compile(dialect=NAMED)
    except RecursionError:  # SQL nests deeper than the filter: CASEI alone is three levels
        raise too_deep() from None
    return Condition(str(compiled), dict(compiled.params))


class _Compiler:
    """Makes SQL of the nodes of one filter, each of the kind that its place needs, and numbers their values."""

    def __init__(self, collection: Collection, system: CoordinateSystem) -> None:
        self.collection = collection
        self.system = system
        self.numbers = count(1)
        self.scalars: dict[Kind, Callable[[Any], Sql]] = {
            Kind.STRING: self.string,
            Kind.NUMBER: self.number,
            Kind.BOOLEAN: self.truth,
            Kind.TIME: self.instant,
        }

    def bound(self, value: Any, type_: Any) -> Sql:
        return sqlalchemy.bindparam(f"filter_{next(self.numbers)}", value, type_)

    def needed(self, node: Any, kind: Kind) -> None:
        """Refuse what is of another kind."""
        if (found := kind_of(self.collection, node)) is not kind:
            raise unfit(node, found, kind)

    def truth(self, node: Any) -> Sql:
        self.needed(node, Kind.BOOLEAN)
        if isinstance(node, bool):
            return sqlalchemy.true() if node else sqlalchemy.false()
        if "property" in node:
            return _column(node, Boolean())
        return self.predicate(node["op"].lower(), *arguments_of(node))

    def predicate(self, name: str, *operands: Any) -> Sql:
        if name in COMPARISONS:
            return self.comparison(name, *operands)
        if name in SPATIAL:
            return call(SPATIAL[name], *(self.geometry(name, side) for side in operands), type_=Boolean())
        if name in TEMPORAL:
            return TEMPORAL[name](*map(self.span, operands))
        if name in ARRAYS:
            return ARRAYS[name](*map(self.strings, operands))
        others: dict[str, Callable[..., Sql]] = {
            "and": self.all_of,
            "or": self.any_of,
            "not": self.opposite,
            "isnull": self.unknown,
            "in": self.listed,
            "between": self.between,
            "like": self.like,
        }
        return others[name](*operands)

    def all_of(self, *operands: Any) -> Sql:
        return sqlalchemy.and_(*map(self.truth, operands))

    def any_of(self, *operands: Any) -> Sql:
        return sqlalchemy.or_(*map(self.truth, operands))

    def opposite(self, operand: Any) -> Sql:
        return sqlalchemy.not_(self.truth(operand))

    def unknown(self, operand: Any) -> Sql:
        if names_geometry(operand):
            return _column(operand).is_(None)
        kind = kind_of(self.collection, operand)
        reader = self.strings if kind is Kind.STRINGS else self.scalars.get(kind)
        if reader is None:
            raise unfit(operand, kind, Kind.STRING)
        return reader(operand).is_(None)

    def listed(self, operand: Any, values: Any) -> Sql:
        if not isinstance(values, list) or not values:
            raise refused(Text(en="IN needs a list of values.", zh="IN 需要一个取值列表。"))
        return sqlalchemy.or_(*(self.comparison("=", operand, value) for value in values))

    def between(self, operand: Any, low: Any, high: Any) -> Sql:
        return self.comparison(">=", operand, low) & self.comparison("<=", operand, high)

    def like(self, operand: Any, pattern: Any) -> Sql:
        return self.string(operand).like(self.pattern(pattern))

    def comparison(self, sign: str, left: Any, right: Any) -> Sql:
        kind = kind_of(self.collection, left)
        self.needed(right, kind)
        if kind not in ORDERED and not (kind is Kind.BOOLEAN and sign in ("=", "<>")):
            raise refused(
                Text(
                    en=f"{shown(left)} is {kind.value.en}, which “{sign}” does not compare.",
                    zh=f"{shown(left)} 是{kind.value.zh}，不能用“{sign}”比较。",
                ),
                HINTS.get(kind),
            )
        if kind is Kind.TIME and (is_date(left) or is_date(right)):
            return COMPARISONS[sign](self.day(left), self.day(right))
        sides = (self.scalars[kind](left), self.scalars[kind](right))
        if kind is Kind.STRING and sign not in ("=", "<>"):
            sides = (sides[0].collate(BY_CODE_POINT), sides[1].collate(BY_CODE_POINT))
        return COMPARISONS[sign](*sides)

    def string(self, node: Any) -> Sql:
        self.needed(node, Kind.STRING)
        if isinstance(node, str):
            return self.bound(node, String())
        if "property" in node:
            return _column(node, String())
        [argument] = arguments_of(node)
        return FOLDING[node["op"].lower()](self.string(argument))

    def pattern(self, node: Any) -> Sql:
        """Return what LIKE compares with: a text, in which a backslash takes the meaning from what follows."""
        innermost = node
        while isinstance(innermost, dict) and "op" in innermost and "property" not in innermost:
            self.needed(innermost, Kind.STRING)
            [innermost] = arguments_of(innermost)
        if not isinstance(innermost, str) or not re.fullmatch(r"(?:[^\\]|\\.)*", innermost, re.DOTALL):
            raise refused(
                Text(en=f"{shown(node)} is no pattern for LIKE.", zh=f"{shown(node)} 不是 LIKE 的模式。"),
                Text(
                    en="Write a text where % stands for any characters, _ for one, and \\% for % itself.",
                    zh="请写文本，其中 % 代表任意字符，_ 代表一个字符，\\% 代表 % 本身。",
                ),
            )
        return self.string(node)

    def number(self, node: Any) -> Sql:
        self.needed(node, Kind.NUMBER)
        if not isinstance(node, dict):
            return self.bound(node, Double())
        if "property" in node:
            return _column(node, Double())
        left, right = (self.fraction(argument) for argument in arguments_of(node))
        return ARITHMETIC[node["op"].lower()](left, right)

    def fraction(self, node: Any) -> Sql:
        """Return a number of which a division is not cut to whole numbers."""
        is_result = isinstance(node, dict) and "op" in node
        return self.number(node) if is_result else sqlalchemy.cast(self.number(node), Double())

    def instant(self, node: Any) -> Sql:
        self.needed(node, Kind.TIME)
        if "property" in node:
            return _column(node, INSTANT)
        return self.bound(read_moment(read_time, node.get("timestamp")), INSTANT)

    def day(self, node: Any) -> Sql:
        """Return the day of a time in UTC."""
        if is_date(node):
            return self.bound(read_moment(read_date, node["date"]), Date())
        return sqlalchemy.cast(
            call("timezone", sqlalchemy.literal_column("'UTC'"), self.instant(node)), Date()
        )

    def span(self, node: Any) -> Span:
        """Return the first and last moment of a time, a date (its whole day in UTC) or an interval."""
        kind = kind_of(self.collection, node)
        if kind is Kind.INTERVAL:
            return self.interval(node["interval"])
        if kind is not Kind.TIME:
            raise unfit(node, kind, Kind.TIME)
        if "property" in node:
            return _column(node, INSTANT), _column(node, INSTANT)
        first, last = read_moment(first_and_last, node.get("date", node.get("timestamp")))
        return self.bound(first, INSTANT), self.bound(last, INSTANT)

    def interval(self, sides: Any) -> Span:
        """Return the first and last moment of an interval; one side or both may be open."""
        if not isinstance(sides, list) or len(sides) != 2:
            raise no_time({"interval": sides})
        if all(isinstance(side, str) and side != ".." for side in sides):
            first, last = (read_moment(first_and_last, side) for side in sides)
            if first[0] > last[1]:
                raise no_time({"interval": sides})
        return self.side(sides[0], last=False), self.side(sides[1], last=True)

    def side(self, node: Any, *, last: bool) -> Sql:
        """Return one side of an interval; open is what is written as ``..``, and a property without a value."""
        endless = sqlalchemy.cast(sqlalchemy.literal_column("'infinity'" if last else "'-infinity'"), INSTANT)
        if node == "..":
            return endless
        if isinstance(node, str):
            return self.bound(read_moment(first_and_last, node)[last], INSTANT)
        moment = self.span(node)[last]
        return call("coalesce", moment, endless, type_=INSTANT)

    def strings(self, node: Any) -> Sql:
        kind = kind_of(self.collection, node)
        if kind is Kind.STRINGS and isinstance(node, dict):
            return _column(node, TEXTS)
        texts = [node] if isinstance(node, str) else node
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise unfit(node, kind, Kind.STRINGS)
        return sqlalchemy.cast(self.bound(texts, TEXTS), TEXTS)

    def geometry(self, relation: str, node: Any) -> Sql:
        self.needed(node, Kind.GEOMETRY)
        if "property" in node:
            return _column(node)
        mixed = relation in ("s_intersects", "s_disjoint")
        shape = read_shape(node, self.system.degrees, collections=mixed)
        return call("ST_GeomFromWKB", self.bound(shapely.to_wkb(shape), LargeBinary()), WGS84_LITERAL)


def _column(node: dict[str, Any], type_: Any = None) -> Sql:
    """Return the column of a property that is known to exist."""
    name = "geom" if node["property"] == GEOMETRY else node["property"]
    return sqlalchemy.literal_column(quoted(name), type_)
