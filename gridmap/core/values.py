"""What a written value means: counts, storeys, measures and years as offices write them.

A value is read by a function that returns what it means, None where nothing is known, or a `Problem`. Nothing is
guessed: a value that can be read in two ways is a problem with a hint, and its row waits for a person.
"""

import re
import unicodedata
from dataclasses import dataclass

from gridmap.errors import Text

NULL_WORDS = frozenset(
    [
        "",
        "nan",
        "none",
        "null",
        "<null>",
        "nil",
        "n/a",
        "#n/a",
        "\\n",
        "-",
        "--",
        "—",
        "——",
        "/",
        "不详",
        "未知",
        "暂无",
    ]
)
"""Spellings of «nothing is known», lower case and half-width."""

MOST_COUNTED = 1_000_000
"""No building, cell or address holds more households or people than this."""
MOST_FLOORS = 200
"""The tallest building of the world has 163."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value or row cannot be taken: a stable code such as ``count.negative``, and words for a person."""

    reason: str
    message: Text
    hint: Text


def is_null(text: str) -> bool:
    """Tell whether a text says that nothing is known."""
    return unicodedata.normalize("NFKC", text).strip().lower() in NULL_WORDS


def chinese_number(text: str) -> int | None:
    """Read a number in Chinese characters (三百, 一万二千, 二〇二四, 叁佰); None if it is not one.

    Examples
    --------
    >>> chinese_number("三百二十"), chinese_number("两千零五"), chinese_number("十二"), chinese_number("三〇〇")
    (320, 2005, 12, 300)
    """
    plain = text.translate(_FINANCIAL)
    if not plain or any(sign not in _SIGNS for sign in plain):
        return None
    if not any(sign in _UNITS for sign in plain):
        return int("".join(str(_DIGITS[sign]) for sign in plain))
    total = section = digit = 0
    for sign in plain:
        if sign in _DIGITS:
            digit = digit * 10 + _DIGITS[sign] if sign in "0123456789" else _DIGITS[sign]
        elif sign in "万亿":
            total = (total + section + digit) * _UNITS[sign]
            section = digit = 0
        else:
            section += (digit or 1) * _UNITS[sign]
            digit = 0
    return total + section + digit


def read_count(text: str) -> int | Problem | None:
    """Read a whole number of things, not negative; ``12.0``, ``1,200`` and ``300户`` are fine."""
    value = unicodedata.normalize("NFKC", text).strip()
    if is_null(value):
        return None
    whole = _COUNT.fullmatch(value)
    if whole is None:
        return _not_a_count(value)
    count = int(whole[1].replace(",", ""))
    return count if count <= MOST_COUNTED else _too_large(value, MOST_COUNTED)


def read_floors(text: str) -> int | Problem | None:
    """Read storeys above ground: 0 means unknown, half storeys are dropped (2.5 → 2), of 5;6 the most counts."""
    value = unicodedata.normalize("NFKC", text).strip()
    if is_null(value):
        return None
    parts = _FLOORS.fullmatch(value)
    if parts is None:
        return _not_a_count(value)
    floors = max(float(part) for part in re.findall(r"[0-9]+(?:\.[0-9]+)?", value))
    if floors > MOST_FLOORS:
        return _too_large(value, MOST_FLOORS)
    return max(int(floors), 1) if floors > 0 else None


def read_measure(text: str) -> float | Problem | None:
    """Read a length or an area, not negative; 0 means unknown. ``1,200.5 m²`` and ``12 米`` are fine."""
    value = unicodedata.normalize("NFKC", text).strip()
    if is_null(value):
        return None
    number = _MEASURE.fullmatch(value)
    if number is None:
        return _not_a_count(value, whole=False)
    measure = float(number[1].replace(",", ""))
    return measure if measure > 0 else None


def read_year(text: str) -> int | Problem | None:
    """Read the year of ``1980``, ``1980-05-02``, ``1980年5月`` or ``19800502``; the rest of a date is dropped."""
    value = unicodedata.normalize("NFKC", text).strip()
    if is_null(value):
        return None
    year = _YEAR.fullmatch(value)
    if year is not None and 1890 <= int(year[1]) <= 2100:
        return int(year[1])
    return Problem(
        "year.form",
        Text(en="This is not a year.", zh="不是年份。"),
        Text(en="Write four digits, such as 1980.", zh="请写四位数字，例如 1980。"),
    )


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2} | {str(value): value for value in range(10)}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SIGNS = _DIGITS.keys() | _UNITS.keys()
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億兩貳參陸○", "一二三四五六七八九十百千万亿两二三六〇")

_COUNT = re.compile(
    r"\+?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.0*)?\s*(?:户|戶|人|口|套|间|households?|units?)?"
)
_FLOORS = re.compile(
    r"[0-9]+(?:\.[0-9]+)?(?:\s*[;,/~-]\s*[0-9]+(?:\.[0-9]+)?)*\s*(?:层|層|楼|樓|[fF]|floors?|storeys?)?"
)
_MEASURE = re.compile(
    r"\+?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?)\s*(?:m2|sqm|m|平方米|平米|平|米)?"
)
_YEAR = re.compile(r"([0-9]{4})(?:\.0+|年.*|[-/.][0-9].*|[0-9]{2}(?:[0-9]{2})?)?")


def _not_a_count(value: str, *, whole: bool = True) -> Problem:
    """Say why a text is no number of things, as exactly as can be."""
    if value.startswith("="):
        return Problem(
            "value.formula",
            Text(en="The result of this formula was not saved with it.", zh="公式的计算结果没有随文件保存。"),
            Text(
                en="Open the file in a spreadsheet program and save it.",
                zh="请用电子表格软件打开并重新保存。",
            ),
        )
    if re.fullmatch(r"[-−–]\s*[0-9][0-9.,]*.*", value):
        return Problem(
            "count.negative",
            Text(en="A number of things cannot be negative.", zh="数量不能为负数。"),
            Text(en="Correct the number, or leave it empty if unknown.", zh="请改正；若不清楚请留空。"),
        )
    if whole and re.fullmatch(r"[0-9]+\.[0-9]+", value):
        return Problem(
            "count.fraction",
            Text(en="A count must be a whole number.", zh="数量应为整数。"),
            Text(en="Write a whole number, or leave it empty if unknown.", zh="请写整数；若不清楚请留空。"),
        )
    meant = chinese_number(re.sub(r"[户戶人口套间层層楼樓]$", "", value))
    if meant is not None:
        return Problem(
            "count.text",
            Text(en="The number is written in words.", zh="数字写成了汉字。"),
            Text(en=f"Write {meant}.", zh=f"请写成 {meant}。"),
        )
    return Problem(
        "count.text",
        Text(en="This is not a number.", zh="不是数字。"),
        Text(en="Write digits only, or leave it empty if unknown.", zh="请只写数字；若不清楚请留空。"),
    )


def _too_large(value: str, most: int) -> Problem:
    return Problem(
        "count.too_large",
        Text(en=f"{value[:30]} is more than can be ({most}).", zh=f"{value[:30]} 超出可能的上限（{most}）。"),
        Text(en="Look whether the column is the right one.", zh="请核对是否选错了列。"),
    )
