"""What handlers ask for by name: the database, and the parameters of a request, read and checked."""

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from sqlalchemy import Engine

from gridmap.api.language import LanguageTag, preferred_language
from gridmap.db.collections import Collection, Column, ColumnType
from gridmap.db.features import Box, Selection
from gridmap.errors import Invalid, NotFound, Text
from gridmap.services.browsing import find_collection

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 10_000

GENERAL = frozenset({"f", "lang"})
"""Parameters every OGC address takes: format and language."""

PAGING = frozenset({"bbox", "datetime", "limit", "token"})

Language = Annotated[LanguageTag, Depends(preferred_language)]


async def engine_of(request: Request) -> Engine:
    """Return the engine the application was made with."""
    engine: Engine = request.app.state.engine
    return engine


Db = Annotated[Engine, Depends(engine_of)]


async def no_zero_bytes(request: Request) -> None:
    """Refuse a zero byte anywhere in the address, which PostgreSQL cannot take."""
    if "\0" in request.url.path or "%00" in request.url.query:
        raise Invalid(Text(en="The address holds a zero byte.", zh="地址中含有零字节。"))


def only(*names: str) -> Callable[[Request], None]:
    """Return a dependency that refuses query parameters other than these, as OGC API requires (400)."""

    def check(request: Request) -> None:
        check_known(request, GENERAL.union(names))

    return check


def check_known(request: Request, known: frozenset[str]) -> None:
    """Refuse unknown and repeated query parameters.

    Raises
    ------
    Invalid : naming the first one.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        if name not in known:
            raise _wrong(
                name,
                Text(en=f"There is no parameter “{name}” here.", zh=f"此处没有参数“{name}”。"),
                Text(
                    en=f"There are: {', '.join(sorted(known))}.", zh=f"可用的有：{'、'.join(sorted(known))}。"
                ),
            )
        if names.count(name) > 1:
            raise _wrong(name, Text(en=f"“{name}” is given twice.", zh=f"参数“{name}”重复。"))


async def collection_of(collection_id: str) -> Collection:
    """Return the collection named in the path."""
    return find_collection(collection_id)


Chosen = Annotated[Collection, Depends(collection_of)]


async def feature_id_of(feature_id: str) -> int:
    """Read the id of a feature; what is no number names no feature."""
    if not re.fullmatch(r"[0-9]{1,18}", feature_id):
        raise NotFound(
            Text(en=f"There is no feature “{feature_id}”.", zh=f"没有编号为“{feature_id}”的要素。"),
            hint=Text(en="Features are numbered.", zh="要素编号为数字。"),
        )
    return int(feature_id)


FeatureId = Annotated[int, Depends(feature_id_of)]


async def format_of(
    request: Request,
    f: Annotated[
        Literal["json", "html"] | None, Query(description="Format; by default what Accept prefers")
    ] = None,
) -> Literal["json", "html"]:
    """Return the format asked for by ``f``, or HTML if Accept names it before any JSON, or JSON."""
    if f is not None:
        return f
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    for media_type in accepted:
        if "json" in media_type or media_type == "*/*":
            return "json"
        if media_type == "text/html":
            return "html"
    return "json"


Format = Annotated[Literal["json", "html"], Depends(format_of)]


async def box_of(
    bbox: Annotated[
        str | None,
        Query(description="west,south,east,north in degrees (CRS84); with heights 6 numbers, heights unused"),
    ] = None,
) -> Box | None:
    """Read ``bbox``."""
    if bbox is None:
        return None
    numbers = [_float(part) for part in bbox.split(",")]
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        raise _wrong_box(bbox)
    west, south, east, north = numbers
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise _wrong_box(bbox)
    return Box(west, south, east, north)


BBox = Annotated[Box | None, Depends(box_of)]


async def limit_of(
    limit: Annotated[str | None, Query(description=f"Features on a page, 1–{LARGEST_LIMIT}")] = None,
) -> int:
    """Read ``limit``; a larger one than the largest is the largest, as OGC API Features 7.15.3 asks."""
    if limit is None:
        return DEFAULT_LIMIT
    if not re.fullmatch(r"[0-9]{1,9}", limit) or int(limit) < 1:
        raise _wrong(
            "limit", Text(en=f"limit is not a number from 1: “{limit}”.", zh=f"limit 须为正整数：“{limit}”。")
        )
    return min(int(limit), LARGEST_LIMIT)


Limit = Annotated[int, Depends(limit_of)]
Token = Annotated[
    str | None, Query(alias="token", description="Where the page begins; taken from a next link")
]


async def interval_of(
    moment: Annotated[
        str | None,
        Query(
            alias="datetime", description="RFC 3339 time or date, or an interval start/end with .. for open"
        ),
    ] = None,
) -> tuple[datetime | None, datetime | None] | None:
    """Read ``datetime``."""
    if moment is None:
        return None
    start_text, slash, end_text = moment.partition("/")
    try:
        start = _moment(start_text, end=False, may_be_open=bool(slash))
        end = _moment(end_text if slash else start_text, end=True, may_be_open=bool(slash))
    except ValueError:
        raise _wrong_time(moment) from None
    if (start is None and end is None) or (start and end and start > end):
        raise _wrong_time(moment)
    return start, end


During = Annotated[tuple[datetime | None, datetime | None] | None, Depends(interval_of)]


async def selection_of(request: Request, collection: Chosen, box: BBox, during: During) -> Selection:
    """Read which features are asked for; any described property may be given with the value it must have."""
    names = frozenset(column.name for column in collection.columns)
    check_known(request, GENERAL | PAGING | names)
    given = {column.name: column for column in collection.columns if column.name in request.query_params}
    equal = {name: read_value(column, request.query_params[name]) for name, column in given.items()}
    return Selection(box, during, equal)


Selected = Annotated[Selection, Depends(selection_of)]


def read_value(column: Column, text: str) -> Any:
    """Read a property's value as its column's type.

    Raises
    ------
    Invalid : it is no such value.
    """
    try:
        return READERS[column.type](text)
    except (ValueError, KeyError):
        raise _wrong(
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
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return datetime.combine(date.fromisoformat(text), time.max if end else time.min, UTC)
    return _time(text)


def _time(text: str) -> datetime:
    """Read an RFC 3339 time; its zone must be told."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})", text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())


READERS: dict[ColumnType, Callable[[str], Any]] = {
    ColumnType.STRING: str,
    ColumnType.STRINGS: str,
    ColumnType.INTEGER: _integer,
    ColumnType.NUMBER: _finite,
    ColumnType.BOOLEAN: {"true": True, "false": False}.__getitem__,
    ColumnType.TIME: _time,
}


def _wrong_box(bbox: str) -> Invalid:
    return _wrong(
        "bbox",
        Text(en=f"bbox is not a box: “{bbox}”.", zh=f"bbox 不是有效的范围：“{bbox}”。"),
        Text(
            en="Write west,south,east,north in degrees, within ±180 and ±90, south not above north.",
            zh="格式为 西,南,东,北（度），经度在 ±180、纬度在 ±90 之内，南不大于北。",
        ),
    )


def _wrong_time(moment: str) -> Invalid:
    return _wrong(
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


def _wrong(parameter: str, message: Text, hint: Text | None = None) -> Invalid:
    return Invalid(message, hint=hint, parameter=parameter)
