"""Codes of areas and grids: their form, how to take them apart, and what to distrust in them.

A statistical area code has twelve digits: six for province, city and county (GB/T 2260), three for the
street or township (GB/T 10114) and three for the community or village. Codes of other countries are kept as
they are. A grid code is the area code and a running number of three digits.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from gridmap.core.model import AreaLevel
from gridmap.errors import Invalid, Text

PROVINCES = frozenset(
    {f"{digits}" for tens in (range(11, 16), range(21, 24), range(31, 38), range(41, 47)) for digits in tens}
    | {f"{digits}" for tens in (range(50, 55), range(61, 66), (71, 81, 82)) for digits in tens}
)
"""First two digits of the provinces by GB/T 2260-2007."""

STREET_RANGES = {
    range(1, 100): Text(en="street office", zh="街道"),
    range(100, 200): Text(en="town", zh="镇"),
    range(200, 400): Text(en="township", zh="乡"),
    range(400, 600): Text(en="unit like a township", zh="类似乡级单位"),
}
"""GB/T 10114-2003: what the digits 7–9 say."""

COMMUNITY_RANGES = {
    range(1, 200): Text(en="residents' committee", zh="居委会"),
    range(200, 400): Text(en="villagers' committee", zh="村委会"),
    range(400, 500): Text(en="unit like a residents' committee", zh="类似居委会"),
    range(500, 600): Text(en="unit like a villagers' committee", zh="类似村委会"),
    range(601, 1000): Text(en="merged communities", zh="合并社区"),
}
"""Statistical practice for the digits 10–12; merged communities count from 601 by CJ/T 349-2010."""

MOST_GRIDS = 999
"""Three digits number at most this many grids in one area, ever: a number is not used again."""

_SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")
_TWELVE_DIGITS = re.compile(r"[0-9]{12}")
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")


@dataclass(frozen=True, slots=True)
class AreaCode:
    """A code that names an area.

    Parameters
    ----------
    text : the code as it is kept: half-width, without blanks around it.
    statistical : whether it has the twelve digits of a statistical code.
    level : the level its digits tell; None for codes of other systems.
    warnings : what looks wrong but may be right, such as a range no standard gives.
    """

    text: str
    statistical: bool
    level: AreaLevel | None
    warnings: tuple[Text, ...] = ()

    @property
    def parent(self) -> str | None:
        """Return the twelve-digit code one level up; None at the top and for codes of other systems."""
        if self.level is None or self.level is AreaLevel.PROVINCE:
            return None
        kept = _DIGITS_OF_PARENT[self.level]
        return self.text[:kept].ljust(12, "0")


@dataclass(frozen=True, slots=True)
class GridCode:
    """A code that names a grid: its area and its number there, from 1."""

    area: str
    number: int

    def __str__(self) -> str:
        return grid_code(self.area, self.number)


_DIGITS_OF_PARENT = {
    AreaLevel.CITY: 2,
    AreaLevel.COUNTY: 4,
    AreaLevel.STREET: 6,
    AreaLevel.COMMUNITY: 9,
}


def parse_area_code(text: str) -> AreaCode:
    """Read an area code.

    Full-width digits become half-width and blanks around the code go; nothing else is changed.

    Raises
    ------
    Invalid
        If the code is empty, was rounded by a spreadsheet, or holds characters unsafe in a code.
    """
    code = unicodedata.normalize("NFKC", text).strip()
    if _ROUNDED.fullmatch(code):
        raise _rounded(code)
    if not _SAFE.fullmatch(code):
        raise _malformed(code)
    if not _TWELVE_DIGITS.fullmatch(code):
        return AreaCode(code, statistical=False, level=None)
    return AreaCode(code, statistical=True, level=_level(code), warnings=tuple(_warnings(code)))


def grid_code(area: str, number: int) -> str:
    """Form the code of a grid: twelve digits and three (``110101001001`` + ``002``), else ``<area code>-002``.

    Raises
    ------
    Invalid
        If the area code is malformed or the number is not 1–999.
    """
    parsed = parse_area_code(area)
    if not 1 <= number <= MOST_GRIDS:
        raise Invalid(
            Text(
                en=f"A grid cannot have the number {number}: three digits number 1 to {MOST_GRIDS}.",
                zh=f"网格序号 {number} 超出范围：三位序号为 1 至 {MOST_GRIDS}。",
            ),
            area=area,
            number=number,
        )
    return f"{parsed.text}{'' if parsed.statistical else '-'}{number:03d}"


def parse_grid_code(text: str) -> GridCode:
    """Take a grid code apart.

    Raises
    ------
    Invalid
        If the code has neither of the two forms that `grid_code` gives.
    """
    code = unicodedata.normalize("NFKC", text).strip()
    area, number = (code[:12], code[12:]) if re.fullmatch(r"[0-9]{15}", code) else _split_at_dash(code)
    if not re.fullmatch(r"[0-9]{3}", number) or number == "000" or not _SAFE.fullmatch(area):
        raise Invalid(
            Text(en=f"“{code}” is not a grid code.", zh=f"“{code}”不是网格编码。"),
            hint=Text(
                en="A grid code is a 12-digit area code and 3 digits, or another area code, a dash and 3 digits.",
                zh="网格编码为 12 位区划代码加 3 位序号；其他区划代码之后加短横和 3 位序号。",
            ),
            code=code,
        )
    return GridCode(area, int(number))


def next_number(used: Iterable[int]) -> int:
    """Return the number after the highest one ever used in an area, so that none is used twice.

    Raises
    ------
    Invalid
        If the three digits are used up.
    """
    number = max(used, default=0) + 1
    if number > MOST_GRIDS:
        raise Invalid(
            Text(
                en=f"All {MOST_GRIDS} grid numbers of this area have been used.",
                zh=f"该区域的 {MOST_GRIDS} 个网格序号已用完。",
            )
        )
    return number


def _split_at_dash(code: str) -> tuple[str, str]:
    area, _, number = code.rpartition("-")
    return area, number


def _level(code: str) -> AreaLevel:
    """Tell the level from the trailing zeros."""
    if code[9:] != "000":
        return AreaLevel.COMMUNITY
    if code[6:9] != "000":
        return AreaLevel.STREET
    if code[4:6] != "00":
        return AreaLevel.COUNTY
    return AreaLevel.CITY if code[2:4] != "00" else AreaLevel.PROVINCE


def _warnings(code: str) -> Iterable[Text]:
    if code[:2] not in PROVINCES:
        yield Text(
            en=f"{code}: no province has the digits {code[:2]} (GB/T 2260).",
            zh=f"{code}：GB/T 2260 中没有以 {code[:2]} 开头的省级代码。",
        )
    street, community = int(code[6:9]), int(code[9:])
    if street and not any(street in known for known in STREET_RANGES):
        yield Text(
            en=f"{code}: the street digits {code[6:9]} are in no range of GB/T 10114 (001–599).",
            zh=f"{code}：街道（乡镇）段 {code[6:9]} 不在 GB/T 10114 的 001–599 之内。",
        )
    if community and not any(community in known for known in COMMUNITY_RANGES):
        yield Text(
            en=f"{code}: the community digits {code[9:]} are in no known range (001–599, 601–999).",
            zh=f"{code}：社区（村）段 {code[9:]} 不在已知范围（001–599、601–999）之内。",
        )
    if community and not street:
        yield Text(
            en=f"{code}: a community without a street above it.",
            zh=f"{code}：有社区段而没有街道（乡镇）段。",
        )


def _rounded(code: str) -> Invalid:
    return Invalid(
        Text(
            en=f"The code “{code}” was rounded by a spreadsheet; its last digits are lost.",
            zh=f"代码“{code}”已被电子表格改成科学计数法，末尾数字已丢失。",
        ),
        hint=Text(
            en="Format the column as text in the spreadsheet, enter the codes again and save.",
            zh="请在电子表格中将该列设为“文本”格式，重新填入代码后保存。",
        ),
        reason="code.rounded",
        code=code,
    )


def _malformed(code: str) -> Invalid:
    return Invalid(
        Text(en=f"“{code}” is not an area code.", zh=f"“{code}”不是有效的区划代码。"),
        hint=Text(
            en="A code has 1 to 40 letters, digits, dots, dashes or underscores, "
            "and begins and ends with a letter or digit.",
            zh="代码由 1–40 个字母、数字、点、短横或下划线组成，首尾须为字母或数字。",
        ),
        reason="code.form",
        code=code,
    )
