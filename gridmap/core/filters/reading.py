"""Read a filter in either of its languages, within limits that keep every later step small."""

import json
import math
from typing import Any, Literal

from gridmap.core.filters.refusals import DEEPEST, refused, too_deep
from gridmap.core.filters.text import parse
from gridmap.errors import Text

FilterLanguage = Literal["cql2-text", "cql2-json"]

LONGEST = 20_000
"""Characters of a filter."""

MOST_PARTS = 1_000
"""Names, values and operators in a filter; the corners of a geometry count as one."""

LARGEST = 10**15
"""Numbers beyond are no counts or measures, and would not be exact."""


def read_filter(text: str, language: FilterLanguage = "cql2-text") -> Any:
    """Return a filter as CQL2 JSON. Whether its names exist and its types fit is not looked at.

    Raises
    ------
    Invalid : it is no CQL2, or too long, too deep, or of too many parts.
    """
    if len(text) > LONGEST:
        raise refused(
            Text(
                en=f"The filter has {len(text):,} characters; at most {LONGEST:,} are read.",
                zh=f"过滤条件有 {len(text):,} 个字符，最多 {LONGEST:,} 个。",
            ),
            Text(en="Simplify its geometry, or ask in parts.", zh="请简化其中的几何图形，或分几次查询。"),
        )
    expression = parse(text) if language == "cql2-text" else _loaded(text)
    _check_size(expression)
    _check_characters(expression)
    return expression


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise too_deep() from None
    except ValueError as error:  # covers json.JSONDecodeError, and whole numbers of thousands of digits
        raise refused(
            Text(en=f"The filter is not JSON: {error}.", zh=f"过滤条件不是有效的 JSON：{error}。"),
            Text(
                en='Write {"op": ">=", "args": [{"property": "households"}, 300]}, or leave out filter-lang.',
                zh='格式如 {"op": ">=", "args": [{"property": "households"}, 300]}；文本格式请去掉 filter-lang。',
            ),
        ) from None


def _no_number(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")


def _check_size(expression: Any) -> None:
    """Refuse what is too deep or of too many parts, numbers beyond reason, and zero bytes."""
    rest, parts = [(expression, 1)], 0
    while rest:
        part, depth = rest.pop()
        parts += 1
        if depth > DEEPEST:
            raise too_deep()
        if parts > MOST_PARTS:
            raise refused(
                Text(
                    en=f"The filter has more than {MOST_PARTS:,} parts.",
                    zh=f"过滤条件的组成部分超过 {MOST_PARTS:,} 个。",
                ),
                Text(en="Ask in parts.", zh="请分几次查询。"),
            )
        _check_value(part)
        rest += [(inner, depth + 1) for inner in _inside(part)]


def _check_characters(expression: Any) -> None:
    """Refuse halves of characters, which JSON can escape and no database keeps."""
    try:
        json.dumps(expression, ensure_ascii=False).encode()
    except RecursionError:  # coordinates are not counted as levels
        raise too_deep() from None
    except UnicodeEncodeError:
        raise refused(
            Text(en="The filter holds half a character.", zh="过滤条件中含有不完整的字符。")
        ) from None


def _inside(part: Any) -> list[Any]:
    if isinstance(part, list):
        return part
    if isinstance(part, dict):
        held = part.get("args", part.get("interval"))
        return held if isinstance(held, list) else []
    return []


def _check_value(part: Any) -> None:
    if isinstance(part, int | float) and not (math.isfinite(part) and abs(part) <= LARGEST):
        raise refused(
            Text(
                en="The filter has a number beyond 10^15.",
                zh="过滤条件中的数字超出 10 的 15 次方。",
            ),
            Text(en="Write a smaller number.", zh="请使用较小的数字。"),
        )
    if isinstance(part, str) and "\0" in part:
        raise refused(Text(en="The filter holds a zero byte.", zh="过滤条件中含有零字节。"))
