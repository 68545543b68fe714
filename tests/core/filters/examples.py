"""Filters as hypothesis draws them, for a table of seven columns and a geometry, and what they mean in plain Python."""

import math
import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import shapely
from hypothesis import strategies as st

Row = dict[str, Any]

TEXTS = ["", "a", "A", "ab", "Äb", "100%", "a_b", "it's", "网格", "\\"]
DAYS = ["2026-04-30", "2026-05-01", "2026-05-02"]
WORDS = ["new", "old", "mixed"]


def column(name: str) -> st.SearchStrategy[Any]:
    return st.just({"property": name})


def op(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(*arguments).map(lambda drawn: {"op": name, "args": list(drawn)})


def ops(names: list[str], *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(names).flatmap(lambda name: op(name, *arguments))


def numbers() -> st.SearchStrategy[Any]:
    plain = st.one_of(column("floors"), column("area"), st.sampled_from([-2.0, 0.0, 1.5, 6.0, 30.0]))
    return st.recursive(plain, lambda inner: ops(["+", "-", "*", "/", "%"], inner, inner), max_leaves=4)


def texts() -> st.SearchStrategy[Any]:
    plain = st.one_of(column("name"), column("use"), st.sampled_from(TEXTS))
    return st.one_of(plain, op("casei", plain))


def times() -> st.SearchStrategy[Any]:
    dates = st.sampled_from(DAYS).map(lambda day: {"date": day})
    stamps = st.sampled_from(DAYS).map(lambda day: {"timestamp": f"{day}T12:00:00Z"})
    return st.one_of(column("since"), dates, stamps)


def spans() -> st.SearchStrategy[Any]:
    sides = st.tuples(st.sampled_from(["..", *DAYS]), st.sampled_from(["..", *DAYS]))
    ordered = sides.filter(lambda pair: ".." in pair or pair[0] <= pair[1])
    return st.one_of(times(), ordered.map(lambda pair: {"interval": list(pair)}))


def boxes() -> st.SearchStrategy[Any]:
    sides = st.tuples(*(st.integers(0, 4) for _ in range(4)))
    return sides.map(
        lambda s: {
            "bbox": [min(s[0], s[2]) / 1, min(s[1], s[3]) / 1, max(s[0], s[2]) / 1, max(s[1], s[3]) / 1]
        }
    )


def predicates() -> st.SearchStrategy[Any]:
    signs = ["=", "<>", "<", "<=", ">", ">="]
    lists = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3, unique=True)
    patterns = st.sampled_from(["%", "a%", "_", "%b", "100\\%", "a\\_b", "%'%"])
    return st.one_of(
        ops(signs, numbers(), numbers()),
        ops(signs, texts(), texts()),
        ops(signs, times(), times()),
        op("between", numbers(), numbers(), numbers()),
        op("in", texts(), st.lists(texts(), min_size=1, max_size=3)),
        op("like", st.one_of(column("name"), column("use")), patterns),
        op(
            "isNull",
            st.sampled_from(["name", "floors", "open", "since", "types"]).map(
                lambda name: {"property": name}
            ),
        ),
        column("open"),
        op("=", column("open"), st.booleans()),
        ops(["t_after", "t_before", "t_intersects", "t_disjoint", "t_during", "t_equals"], spans(), spans()),
        ops(["s_intersects", "s_disjoint", "s_within", "s_contains"], column("geometry"), boxes()),
        ops(["a_contains", "a_containedBy", "a_equals", "a_overlaps"], column("types"), lists),
    )


def filters() -> st.SearchStrategy[Any]:
    """Draw filters."""

    def joined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(ops(["and", "or"], inner, inner), op("not", inner))

    return st.recursive(predicates(), joined, max_leaves=6)


SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

SUMS: dict[str, Callable[[float, float], float | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else None,
    "%": lambda a, b: a - b * math.trunc(a / b) if b else None,
}

SPANS: dict[str, Callable[[Any, Any], bool]] = {
    "t_after": lambda a, b: a[0] > b[1],
    "t_before": lambda a, b: a[1] < b[0],
    "t_intersects": lambda a, b: max(a[0], b[0]) <= min(a[1], b[1]),
    "t_disjoint": lambda a, b: max(a[0], b[0]) > min(a[1], b[1]),
    "t_during": lambda a, b: a[0] > b[0] and a[1] < b[1],
    "t_equals": lambda a, b: a == b,
}

SETS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "a_contains": operator.ge,
    "a_containedBy": operator.le,
    "a_equals": operator.eq,
    "a_overlaps": lambda a, b: bool(a & b),
}


def holds(node: Any, row: Row) -> bool | None:
    """Tell whether a filter holds for a row; None: not known."""
    if isinstance(node, bool):
        return node
    if "property" in node:
        return row[node["property"]]  # type: ignore[no-any-return]
    if node["op"] in COMBINED:
        return COMBINED[node["op"]](row, *node["args"])
    return compared(node["op"], *node["args"], row)


def opposite(row: Row, node: Any) -> bool | None:
    held = holds(node, row)
    return None if held is None else not held


def any_of(row: Row, *nodes: Any) -> bool | None:
    held = [holds(node, row) for node in nodes]
    return True if True in held else None if None in held else False


def all_of(row: Row, *nodes: Any) -> bool | None:
    held = [holds(node, row) for node in nodes]
    return False if False in held else None if None in held else True


def between(row: Row, node: Any, low: Any, high: Any) -> bool | None:
    return all_of(row, {"op": ">=", "args": [node, low]}, {"op": "<=", "args": [node, high]})


def listed(row: Row, node: Any, items: list[Any]) -> bool | None:
    return any_of(row, *({"op": "=", "args": [node, item]} for item in items))


COMBINED: dict[str, Callable[..., bool | None]] = {
    "not": opposite,
    "and": all_of,
    "or": any_of,
    "between": between,
    "in": listed,
    "isNull": lambda row, node: value(node, row) is None,
}


def compared(name: str, left: Any, right: Any, row: Row) -> bool | None:
    if name.startswith("s_"):
        return bool(getattr(shapely, name.removeprefix("s_"))(row["geometry"], box(right["bbox"])))
    read = span if name.startswith("t_") else value
    a, b = read(left, row), read(right, row)
    if a is None or b is None:
        return None
    if name in SPANS:
        return SPANS[name](a, b)
    if name in SETS:
        return SETS[name](set(a), set(b))
    if name == "like":
        return re.fullmatch(pattern(b), a, re.DOTALL) is not None
    if any(isinstance(side, dict) and "date" in side for side in (left, right)):
        a, b = a.date(), b.date()
    return bool(SIGNS[name](a, b))


def value(node: Any, row: Row) -> Any:
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return row[node["property"]]
    if "op" not in node:
        first, _ = span(node, row)
        return first
    arguments = [value(argument, row) for argument in node["args"]]
    if None in arguments:
        return None
    return arguments[0].upper().lower() if node["op"] == "casei" else SUMS[node["op"]](*arguments)


def span(node: Any, row: Row) -> tuple[datetime, datetime] | None:
    if "interval" in node:
        start, end = node["interval"]
        first = datetime.min.replace(tzinfo=UTC) if start == ".." else day(start)[0]
        return first, datetime.max.replace(tzinfo=UTC) if end == ".." else day(end)[1]
    if "date" in node:
        return day(node["date"])
    moment = row[node["property"]] if "property" in node else datetime.fromisoformat(node["timestamp"])
    return None if moment is None else (moment, moment)


def day(text: str) -> tuple[datetime, datetime]:
    first = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return first, first + timedelta(days=1, microseconds=-1)


def box(sides: list[float]) -> shapely.Geometry:
    west, south, east, north = sides
    corners = shapely.MultiPoint([(west, south), (west, north), (east, north), (east, south)])
    return shapely.convex_hull(corners)


def pattern(like: str) -> str:
    """Return the regular expression of a pattern of LIKE."""
    parts = re.findall(r"\\.|.", like, re.DOTALL)
    return "".join({"%": ".*", "_": "."}.get(part, re.escape(part[-1])) for part in parts)
