"""Look at plans: list them, show one, compare two."""

from typing import Any

import numpy as np
from sqlalchemy import Connection

from gridmap.core.editing import difference
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.services.areas import find_area
from gridmap.services.plans import find_plan


def list_plans(connection: Connection, wanted: str) -> list[dict[str, Any]]:
    """Return the plans of every community under an area, newest first within a community.

    Raises
    ------
    NotFound, Invalid : no such area, or an ambiguous name.
    """
    area = find_area(connection, wanted)
    communities = connection.execute(sql("communities_under"), {"area_id": area.id}).all()
    rows = connection.execute(sql("plans_under"), {"community_ids": [row.id for row in communities]})
    return [dict(row) for row in rows.mappings()]


def show_plan(connection: Connection, plan_id: int) -> dict[str, Any]:
    """Return a plan with its score, certificate, findings and grids.

    Raises
    ------
    NotFound : no such plan.
    """
    plan = dict(find_plan(connection, plan_id))
    grids = connection.execute(sql("grids_of_plan"), {"plan_id": plan_id}).mappings()
    return plan | {"grids": [dict(grid) for grid in grids]}


def diff_plans(connection: Connection, one: int, other: int) -> dict[str, Any]:
    """Return which buildings or cells change grid between two plans of one community, and how many households.

    Grids of the two plans are paired by the households they share, most first; what lies outside the pairs moves.

    Raises
    ------
    NotFound : no such plan.
    Invalid : the plans divide different communities.
    """
    if find_plan(connection, one)["community_id"] != find_plan(connection, other)["community_id"]:
        raise Invalid(
            Text(
                en=f"Plans {one} and {other} divide different communities.",
                zh=f"方案 {one} 与 {other} 划分的不是同一个社区。",
            ),
            hint=Text(en="Compare two plans of one community.", zh="请比较同一社区的两个方案。"),
        )
    rows = connection.execute(sql("carriers_in_two_plans"), {"one": one, "other": other}).mappings().all()
    columns = {
        name: np.array([row[name] for row in rows], dtype=np.int64) for name in ("one", "other", "households")
    }
    found = difference(columns["one"], columns["other"], columns["households"])
    moved = [dict(rows[place]) for place in np.flatnonzero(found.moved).tolist()]
    return {
        "one": one,
        "other": other,
        "households_moved": found.households_moved,
        "carriers_moved": len(moved),
        "moved": moved,
    }
