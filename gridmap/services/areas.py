"""Find areas by what people type: a code, or a name that means one area only."""

import difflib
from dataclasses import dataclass

from sqlalchemy import Connection

from gridmap.db.queries import sql
from gridmap.errors import Invalid, NotFound, Text


@dataclass(frozen=True, slots=True)
class AreaReference:
    """One area, found."""

    id: int
    code: str
    name: str
    level: str
    synthetic: bool


def find_area(connection: Connection, wanted: str) -> AreaReference:
    """Return the area with this code or, if there is none, with this name.

    Raises
    ------
    NotFound : neither a code nor a name; the hint gives the nearest ones.
    Invalid : several areas have the name; the hint gives their codes.
    """
    by_code = connection.execute(sql("area_by_code"), {"wanted": wanted}).all()
    found = by_code or connection.execute(sql("areas_by_name"), {"wanted": wanted}).all()
    if not found:
        raise _not_found(connection, wanted)
    if len(found) > 1:
        codes = ", ".join(row.code for row in found)
        raise Invalid(
            Text(
                en=f"{len(found)} areas are named {wanted!r}.", zh=f"有 {len(found)} 个区域都叫“{wanted}”。"
            ),
            hint=Text(en=f"Give one of their codes: {codes}.", zh=f"请改用代码：{codes}。"),
            codes=[row.code for row in found],
        )
    return AreaReference(*found[0])


def _not_found(connection: Connection, wanted: str) -> NotFound:
    known = connection.execute(sql("area_names")).all()
    words = {word: row for row in known for word in (row.code, row.name)}
    near = [
        f"{words[word].name} ({words[word].code})" for word in difflib.get_close_matches(wanted, words, n=3)
    ]
    message = Text(en=f"There is no area {wanted!r}.", zh=f"没有找到区域“{wanted}”。")
    if near:
        hint = Text(en=f"Nearest: {', '.join(near)}.", zh=f"相近的有：{'、'.join(near)}。")
    elif known:
        hint = Text(en="Give a code or a name of an imported area.", zh="请给出已导入区域的代码或名称。")
    else:
        hint = Text(
            en="No areas are imported yet: `gridmap import areas FILE`, or `gridmap demo`.",
            zh="还没有导入任何区域：请先运行 gridmap import areas 文件，或 gridmap demo。",
        )
    return NotFound(message, hint=hint, wanted=wanted)
