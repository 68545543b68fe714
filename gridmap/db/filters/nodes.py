"""What the nodes of CQL2 JSON hold."""

from collections.abc import Callable
from typing import Any, TypeVar

from gridmap.core.filters import refused
from gridmap.db.filters.kinds import GEOMETRY, shown
from gridmap.errors import Invalid, Text

Moment = TypeVar("Moment")

ARGUMENTS = {
    "and": (2, 1000),
    "or": (2, 1000),
    "between": (3, 3),
    **dict.fromkeys(("not", "isnull", "casei", "accenti"), (1, 1)),
}
"""How many arguments an operator or function takes; two where it is not named."""


def arguments_of(node: dict[str, Any]) -> list[Any]:
    """Return the arguments of an operator or function, as many as it takes.

    Raises
    ------
    Invalid : it has more or fewer.
    """
    name, arguments = node["op"].lower(), node.get("args")
    fewest, most = ARGUMENTS.get(name, (2, 2))
    if not isinstance(arguments, list) or not fewest <= len(arguments) <= most:
        number = f"{fewest}" if fewest == most else f"{fewest}+"
        raise refused(
            Text(en=f"{name} takes {number} arguments.", zh=f"{name} 需要 {number} 个参数。"),
        )
    return arguments


def names_geometry(node: Any) -> bool:
    """Tell whether a node is the property with the geometry."""
    return isinstance(node, dict) and node.get("property") == GEOMETRY


def is_date(node: Any) -> bool:
    """Tell whether a node is a date, not a time."""
    return isinstance(node, dict) and "date" in node


def read_moment(reader: Callable[[str], Moment], text: Any) -> Moment:
    """Read a date or time.

    Raises
    ------
    Invalid : it is none.
    """
    try:
        return reader(text)
    except (TypeError, ValueError):
        raise no_time(text) from None


def no_time(node: Any) -> Invalid:
    """Return the error for what is no date, time or interval."""
    return refused(
        Text(en=f"{shown(node)} is no time.", zh=f"{shown(node)} 不是有效的时间。"),
        Text(
            en="Write DATE('2026-05-01'), TIMESTAMP('2026-05-01T00:00:00Z') or INTERVAL('2026-05-01', '..').",
            zh="格式如 DATE('2026-05-01')、TIMESTAMP('2026-05-01T00:00:00Z') 或 INTERVAL('2026-05-01', '..')。",
        ),
    )
