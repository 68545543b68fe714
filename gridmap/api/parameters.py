"""Parameters of an address, read from text: boxes, times, limits, values of properties."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from gridmap.core.filters.shapes import bent_box
from gridmap.core.moments import first_and_last, read_time
from gridmap.db.collections import Column, ColumnType
from gridmap.db.features import Box, Outline
from gridmap.db.systems import CRS84, CoordinateSystem
from gridmap.errors import Invalid, Text

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 10_000

Interval = tuple[datetime | None, datetime | None]
"""Start and end, None where open."""


def read_box(bbox: str, system: CoordinateSystem = CRS84) -> Box | Outline:
    """Read a box: its lowest corner and its highest, or six numbers with heights, which are not used.

    Where its sides are no meridians and parallels it is an outline.

    Parameters
    ----------
    system : of the numbers, in the order of its axes.

    Raises
    ------
    Invalid : it is no box, or lies outside ±180 and ±90 degrees.
    """
    numbers = [_float(part) for part in bbox.split(",")]
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise _wrong_box(bbox)
    corners = np.reshape(numbers, (2, 2))
    if (bent := bent_box(corners, system.degrees)) is not None:
        if not (np.isfinite(bent.bounds).all() and bent.is_valid and (corners[0] <= corners[1]).all()):
            raise _wrong_box(bbox)
        return Outline(bent.wkb)
    (west, south), (east, north) = system.degrees(corners).tolist()
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise _wrong_box(bbox)
    return Box(west, south, east, north)


def read_limit(limit: str) -> int:
    """Read a limit; a larger one than the largest is the largest, as OGC API Features 7.15.3 asks.

    Raises
    ------
    Invalid : it is no whole number from 1.
    """
    if not re.fullmatch(r"[0-9]{1,9}", limit) or int(limit) < 1:
        raise wrong(
            "limit",
            Text(en=f"limit is not a number from 1: “{limit}”.", zh=f"limit 须为正整数：“{limit}”。"),
        )
    return min(int(limit), LARGEST_LIMIT)


def read_interval(text: str) -> Interval:
    """Read an RFC 3339 time or date, or two with a slash between, where ``..`` or nothing is open.

    Raises
    ------
    Invalid : it is neither, or open on both sides, or ends before it starts.
    """
    start_text, slash, end_text = text.partition("/")
    try:
        start = _moment(start_text, end=False, may_be_open=bool(slash))
        end = _moment(end_text if slash else start_text, end=True, may_be_open=bool(slash))
    except ValueError:
        raise _wrong_time(text) from None
    if (start is None and end is None) or (start and end and start > end):
        raise _wrong_time(text)
    return start, end


def read_system(parameter: str, uri: str, systems: Mapping[str, CoordinateSystem]) -> CoordinateSystem:
    """Return the coordinate system of a name.

    Raises
    ------
    Invalid : there is none of that name here.
    """
    if uri not in systems:
        raise wrong(
            parameter,
            Text(en=f"There is no coordinate system “{uri}” here.", zh=f"不支持坐标系“{uri}”。"),
            Text(en=f"There are: {', '.join(systems)}.", zh=f"可用的有：{'、'.join(systems)}。"),
        )
    return systems[uri]


def read_value(column: Column, text: str) -> Any:
    """Read a property's value as its column's type.

    Raises
    ------
    Invalid : it is no such value.
    """
    try:
        return READERS[column.type](text)
    except (ValueError, KeyError):
        raise wrong(
            column.name,
            Text(
                en=f"{column.name} is a {column.type}, which “{text}” is not.",
                zh=f"{column.name} 的类型为 {column.type}，“{text}”不符。",
            ),
        ) from None


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ValueError(text)
    return int(text)


def _float(text: str) -> float:
    """Return a number; NaN for what is none, so that a caller checks once."""
    return float(text) if re.fullmatch(r"\s*[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?\s*", text) else math.nan


def _finite(text: str) -> float:
    number = _float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _moment(text: str, *, end: bool, may_be_open: bool) -> datetime | None:
    """Read one side of an interval. A date is its first or last moment in UTC."""
    if may_be_open and text in ("", ".."):
        return None
    return first_and_last(text)[end]


READERS: dict[ColumnType, Callable[[str], Any]] = {
    ColumnType.STRING: str,
    ColumnType.STRINGS: str,
    ColumnType.INTEGER: _integer,
    ColumnType.NUMBER: _finite,
    ColumnType.BOOLEAN: {"true": True, "false": False}.__getitem__,
    ColumnType.TIME: read_time,
}


def _wrong_box(bbox: str) -> Invalid:
    return wrong(
        "bbox",
        Text(en=f"bbox is not a box: “{bbox}”.", zh=f"bbox 不是有效的范围：“{bbox}”。"),
        Text(
            en="Write west,south,east,north in degrees, within ±180 and ±90, south not above north, or name bbox-crs.",
            zh="格式为 西,南,东,北（度），经度在 ±180、纬度在 ±90 之内，南不大于北；其他坐标系请写 bbox-crs。",
        ),
    )


def _wrong_time(moment: str) -> Invalid:
    return wrong(
        "datetime",
        Text(
            en=f"datetime is not a time or interval: “{moment}”.",
            zh=f"datetime 不是有效的时间或区间：“{moment}”。",
        ),
        Text(
            en="Write 2026-05-01T00:00:00Z, 2026-05-01, or an interval such as 2026-05-01/...",
            zh="格式如 2026-05-01T00:00:00Z、2026-05-01，或区间 2026-05-01/..。",
        ),
    )


def wrong(parameter: str, message: Text, hint: Text | None = None) -> Invalid:
    """Return the error that names a parameter and what is wrong with it."""
    return Invalid(message, hint=hint, parameter=parameter)
