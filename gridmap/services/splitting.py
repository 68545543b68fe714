"""Split a tower by stairwell (单元) into parts that are buildings of their own, and make it whole again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, Row

from gridmap.core.crs import WGS84, metric_crs, transformer
from gridmap.core.strips import shares, strips
from gridmap.core.topology import Geometries
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Invalid, NotFound, Text
from gridmap.services.audit import record


@dataclass(frozen=True, slots=True)
class Part:
    """A building as it is now: a part, or the whole. ``households`` is None where it is not known."""

    source_id: str
    name: str
    households: int | None


def split_building(
    connection: Connection,
    wanted: str,
    *,
    stairwells: int | None = None,
    households: Sequence[int] | None = None,
) -> list[Part]:
    """Replace a building by its stairwells, side by side along its long axis.

    The building's own row becomes the first part: residents, household stubs and joined addresses stay there, for they
    do not tell their stairwell; so do its key and its place in the data set. Further parts get its key with #2, #3 ….
    Imports leave outline, name and households of a split building as they are.

    Parameters
    ----------
    wanted : key, name, or street and house number.
    stairwells : how many; None: as many as the building is known to have.
    households : of each stairwell from west to east; None: shared out evenly.

    Raises
    ------
    NotFound, Invalid : no such building, or several; a point; fewer than 2 stairwells; households that do not add up.
    Conflict : it is split already.
    """
    building = _find(connection, wanted)
    if building.is_split or building.part_of is not None:
        raise Conflict(
            Text(en=f"{wanted} is split already.", zh=f"{wanted} 已按单元拆分。"),
            hint=Text(
                en="Make it whole first: `gridmap building merge`.", zh="请先用 gridmap building merge 合并。"
            ),
        )
    count = _count(building, stairwells, households)
    given = _shares(building.households, count, households)
    outlines = _outlines(connection, building.id, count)
    connection.execute(sql("keep_whole"), {"id": building.id})
    for number, (share, outline) in enumerate(zip(given, outlines, strict=True), start=1):
        values = {
            "id": building.id,
            "name": _name(building.name or building.source_id, number),
            "households": share,
            "geometry": shapely.to_wkb(outline),
        }
        if number == 1:
            connection.execute(sql("shrink_to_first_part"), values)
        else:
            connection.execute(sql("add_part"), values | {"number": number})
    details = {"stairwells": count, "households": given}
    record(connection, action="split building", subject=str(building.source_id), details=details)
    return _parts(connection, building.id)


def merge_building(connection: Connection, wanted: str) -> list[Part]:
    """Make a split building whole: its former name and outline, the households of all parts, and all who live there.

    Parameters
    ----------
    wanted : key, name, or street and house number, of the building or one of its parts.

    Raises
    ------
    NotFound, Invalid : no such building, or several.
    Conflict : it is not split.
    """
    building = _find(connection, wanted)
    first = {"id": building.part_of or building.id}
    parts = _parts(connection, first["id"])
    if len(parts) < 2:
        raise Conflict(
            Text(en=f"{wanted} is not split by stairwell.", zh=f"{wanted} 没有按单元拆分。"),
        )
    counted = [part.households for part in parts if part.households is not None]
    connection.execute(sql("bring_households_home"), first)
    connection.execute(sql("remove_parts"), first)
    connection.execute(sql("make_whole"), first | {"households": sum(counted) if counted else None})
    connection.execute(sql("forget_whole"), first)
    record(connection, action="merge building", subject=parts[0].source_id, details={"parts": len(parts)})
    return _parts(connection, first["id"])


def _find(connection: Connection, wanted: str) -> Row[Any]:
    found = connection.execute(sql("buildings_called"), {"wanted": wanted}).all()
    firsts = [row for row in found if row.part_of is None] or found
    if not firsts:
        raise NotFound(
            Text(en=f"There is no building {wanted!r}.", zh=f"没有找到楼栋“{wanted}”。"),
            hint=Text(
                en="Give its source_id, its name, or its street and house number.",
                zh="请给出楼栋的 source_id、名称，或街路巷加门牌号。",
            ),
        )
    if len(firsts) > 1:
        keys = ", ".join(str(row.source_id) for row in firsts[:10])
        raise Invalid(
            Text(
                en=f"{len(firsts)} buildings are called {wanted!r}.",
                zh=f"有 {len(firsts)} 栋楼叫“{wanted}”。",
            ),
            hint=Text(en=f"Give one of their keys: {keys}.", zh=f"请改用标识：{keys}。"),
        )
    return firsts[0]


def _count(building: Row[Any], stairwells: int | None, households: Sequence[int] | None) -> int:
    count = stairwells or (len(households) if households else None) or building.stairwells or 0
    if count < 2:
        raise Invalid(
            Text(
                en=f"{building.source_id} cannot be split into {count or 'an unknown number of'} stairwells.",
                zh=f"{building.source_id} 无法拆分：单元数为 {count or '未知'}。",
            ),
            hint=Text(
                en="Say how many: --stairwells 2 or more.", zh="请用 --stairwells 给出单元数（至少 2）。"
            ),
        )
    return count


def _shares(total: int | None, count: int, given: Sequence[int] | None) -> list[int | None]:
    if given is None:
        return [None] * count if total is None else list(shares(total, count))
    if len(given) != count or min(given) < 0 or sum(given) != total:
        told = ", ".join(map(str, given))
        raise Invalid(
            Text(
                en=f"{told} do not share out {total} households among {count} stairwells.",
                zh=f"{told} 不能把 {total} 户分给 {count} 个单元。",
            ),
            hint=Text(
                en="Give one number a stairwell; together they must be the building's households.",
                zh="每个单元给一个数，合计须等于该楼户数。",
            ),
        )
    return list(given)


def _outlines(connection: Connection, building: int, count: int) -> Geometries:
    """Return the outlines of the parts in WGS 84."""
    footprint = shapely.from_wkb(
        bytes(connection.execute(sql("building_footprint"), {"id": building}).scalar_one())
    )
    if footprint.geom_type == "Point":
        raise Invalid(
            Text(en="The building is a point; it has nothing to cut.", zh="该楼栋只是一个点，无法切分。"),
            hint=Text(en="Import its outline first.", zh="请先导入楼栋轮廓。"),
        )
    metric = metric_crs(footprint.bounds)
    there, back = transformer(WGS84, metric), transformer(metric, WGS84)
    cut = strips(shapely.transform(footprint, there.transform, interleaved=False), count)
    return np.asarray(shapely.transform(cut, back.transform, interleaved=False))


def _name(whole: str, number: int) -> str:
    return f"{whole} #{number}" if whole.isascii() else f"{whole}{number}单元"


def _parts(connection: Connection, building: int) -> list[Part]:
    rows = connection.execute(sql("parts_of"), {"id": building}).all()
    return [Part(row.source_id, row.name or row.source_id, row.households) for row in rows]
