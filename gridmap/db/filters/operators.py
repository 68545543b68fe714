"""The operators and functions that filters may use, and what each is in SQL. There are no others."""

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Double, literal_column
from sqlalchemy.sql.functions import Function

Sql = ColumnElement[Any]

Span = tuple[Sql, Sql]
"""First and last moment."""

IN_UNICODE = "und-x-icu"
"""Collation of PostgreSQL that knows the cases of every script."""

MARKS = "[\u0300-\u036f]"
"""Accents, which stand by themselves once a text is decomposed (Unicode block Combining Diacritical Marks)."""


def call(name: str, *arguments: Sql, type_: Any = None) -> Sql:
    """Return the call of a function of the database."""
    return Function(name, *arguments, type_=type_)


def _unless_zero(number: Sql) -> Sql:
    return call("nullif", number, literal_column("0"), type_=Double())


def _whole(number: Sql) -> Sql:
    return call("trunc", number, type_=Double())


def _case_folded(text: Sql) -> Sql:
    """Fold upper case first, so that ß equals SS."""
    return call("lower", call("upper", text.collate(IN_UNICODE)))


def _without_accents(text: Sql) -> Sql:
    decomposed = call("normalize", text, literal_column("NFD"))
    bare = call(
        "regexp_replace",
        decomposed,
        literal_column(f"'{MARKS}'"),
        literal_column("''"),
        literal_column("'g'"),
    )
    return call("normalize", bare, literal_column("NFC"))


COMPARISONS: dict[str, Callable[[Any, Any], Sql]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

ARITHMETIC: dict[str, Callable[[Any, Any], Sql]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: left / _unless_zero(right),
    "div": lambda left, right: _whole(left / _unless_zero(right)),
    "%": lambda left, right: left - right * _whole(left / _unless_zero(right)),
    "^": lambda left, right: call("power", left, right, type_=Double()),
}
"""On numbers with fractions; what is divided by zero is not known."""

FOLDING: dict[str, Callable[[Sql], Sql]] = {"casei": _case_folded, "accenti": _without_accents}

SPATIAL = {
    "s_intersects": "ST_Intersects",
    "s_disjoint": "ST_Disjoint",
    "s_equals": "ST_Equals",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_contains": "ST_Contains",
}

TEMPORAL: dict[str, Callable[..., Sql]] = {
    "t_after": lambda a, b: a[0] > b[1],
    "t_before": lambda a, b: a[1] < b[0],
    "t_contains": lambda a, b: (a[0] < b[0]) & (a[1] > b[1]),
    "t_disjoint": lambda a, b: (a[1] < b[0]) | (a[0] > b[1]),
    "t_during": lambda a, b: (a[0] > b[0]) & (a[1] < b[1]),
    "t_equals": lambda a, b: (a[0] == b[0]) & (a[1] == b[1]),
    "t_finishedby": lambda a, b: (a[0] < b[0]) & (a[1] == b[1]),
    "t_finishes": lambda a, b: (a[0] > b[0]) & (a[1] == b[1]),
    "t_intersects": lambda a, b: (a[0] <= b[1]) & (a[1] >= b[0]),
    "t_meets": lambda a, b: a[1] == b[0],
    "t_metby": lambda a, b: a[0] == b[1],
    "t_overlappedby": lambda a, b: (a[0] > b[0]) & (a[0] < b[1]) & (a[1] > b[1]),
    "t_overlaps": lambda a, b: (a[0] < b[0]) & (a[1] > b[0]) & (a[1] < b[1]),
    "t_startedby": lambda a, b: (a[0] == b[0]) & (a[1] > b[1]),
    "t_starts": lambda a, b: (a[0] == b[0]) & (a[1] < b[1]),
}
"""Of two spans of time (OGC 21-065r2, 7.8)."""

ARRAYS: dict[str, Callable[..., Sql]] = {
    "a_contains": lambda a, b: a.bool_op("@>")(b),
    "a_containedby": lambda a, b: a.bool_op("<@")(b),
    "a_equals": lambda a, b: a.bool_op("@>")(b) & a.bool_op("<@")(b),
    "a_overlaps": lambda a, b: a.bool_op("&&")(b),
}
"""Of two sets of texts."""

LOGIC = ("and", "or", "not")
ADVANCED = ("like", "between", "in", "isnull")

PREDICATES = (*LOGIC, *COMPARISONS, *ADVANCED, *SPATIAL, *TEMPORAL, *ARRAYS)
"""Everything that is true or false, in lower case."""
