"""Decide which places are dedicated sites 专属网格: grids of their own, outside the band, set aside when dividing."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gridmap.core.division import FindingKind
from gridmap.db.queries import sql
from gridmap.errors import Invalid, NotFound, Text
from gridmap.services.areas import find_area
from gridmap.services.audit import record
from gridmap.services.plans import find_plan


@dataclass(frozen=True, slots=True)
class Site:
    """A place about which it was decided."""

    name: str
    kind: str
    dedicated: bool


def dedicate(connection: Connection, wanted: str, *, area: str | None = None, dedicated: bool = True) -> Site:
    """Make a place that is an area a dedicated site, or take that back. The next division heeds it.

    Parameters
    ----------
    wanted : key or name of the place.
    area : the area in which to look for it; None: everywhere.

    Raises
    ------
    NotFound, Invalid : no such place or area, or several.
    """
    communities = _communities(connection, area) if area is not None else None
    found = connection.execute(sql("places_called"), {"wanted": wanted, "community_ids": communities}).all()
    if not found:
        raise NotFound(
            Text(
                en=f"No place with an outline is called {wanted!r}.", zh=f"没有名为“{wanted}”且带轮廓的地点。"
            ),
            hint=Text(
                en="Import its outline: `gridmap import places FILE --set dedicated=true`.",
                zh="可导入其轮廓：gridmap import places 文件 --set dedicated=true。",
            ),
        )
    if len(found) > 1:
        keys = ", ".join(f"{row.source_id} ({row.community or '–'})" for row in found[:10])
        raise Invalid(
            Text(
                en=f"{len(found)} places are called {wanted!r}.", zh=f"有 {len(found)} 个地点叫“{wanted}”。"
            ),
            hint=Text(en=f"Give a key or --area: {keys}.", zh=f"请用标识或 --area 区分：{keys}。"),
        )
    place = found[0]
    connection.execute(sql("set_dedicated"), {"id": place.id, "dedicated": dedicated})
    record(
        connection, action="dedicate", subject=f"place {place.source_id}", details={"dedicated": dedicated}
    )
    return Site(place.name or place.source_id, place.kind, dedicated)


def accept_proposal(connection: Connection, plan_id: int, number: int, *, name: str, kind: str) -> Site:
    """Make land that a division proposed a dedicated site.

    Parameters
    ----------
    number : of the proposal in the plan's finding ``large_empty_land``, from 1.
    name, kind : what it is, such as 中心公园 and park.

    Raises
    ------
    NotFound : no such plan, or no such proposal in it.
    """
    proposed = _proposed(find_plan(connection, plan_id)["findings"])
    if not 1 <= number <= len(proposed):
        raise NotFound(
            Text(
                en=f"Plan {plan_id} has {len(proposed)} proposals, none with number {number}.",
                zh=f"方案 {plan_id} 共有 {len(proposed)} 处建议，没有第 {number} 处。",
            ),
            hint=Text(en="`gridmap plan show` lists them.", zh="可用 gridmap plan show 查看。"),
        )
    key = f"plan {plan_id} #{number}"
    shape = json.dumps(proposed[number - 1]["geometry"])
    connection.execute(sql("add_site"), {"source_id": key, "kind": kind, "name": name, "geometry": shape})
    record(connection, action="dedicate", subject=f"place {key}", details={"dedicated": True, "name": name})
    return Site(name, kind, dedicated=True)


def _proposed(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return next((one.get("land", []) for one in findings if one["kind"] == FindingKind.LARGE_EMPTY_LAND), [])


def _communities(connection: Connection, area: str) -> list[int]:
    rows = connection.execute(sql("communities_under"), {"area_id": find_area(connection, area).id})
    return [row.id for row in rows]
