"""Put a plan in force: codes, attachment of everything to its grids, and the former plan to the archive."""

from collections.abc import Mapping

from sqlalchemy import Connection

from gridmap.core.codes import grid_code, next_number
from gridmap.core.model import PlanStatus
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Text
from gridmap.services.audit import record
from gridmap.services.plans import find_plan
from gridmap.services.succession import keep_succession, kept_codes, succession


def publish(connection: Connection, plan_id: int) -> None:
    """Put a draft in force and archive the community's former plan, in the caller's transaction.

    A grid that is unchanged (`core.division.lookup`) keeps its code; the others get new numbers, west to east, never used
    before. How the grids of the former plan became those of this one is kept.
    Buildings, cells, facilities, places, matters and organisations are attached to the grids by the database.

    Raises
    ------
    NotFound : no such plan.
    Conflict : it is not a draft, or the households changed after it was drawn.
    """
    plan = find_plan(connection, plan_id)
    community = {"community_id": plan["community_id"]}
    connection.execute(sql("lock_community"), community)
    _expect_draft(connection, plan_id)
    former = connection.execute(sql("plan_in_force"), community).scalar_one_or_none()
    links = succession(connection, former, plan_id) if former is not None else []
    kept = kept_codes(connection, links, former) if former is not None else {}
    _give_codes(connection, plan_id, kept, plan["community_id"], plan["code"])
    if former is not None:
        keep_succession(connection, links, former, plan_id)
    connection.execute(sql("archive_published"), community)
    connection.execute(sql("publish_plan"), {"plan_id": plan_id})
    connection.execute(sql("publish_grids"), {"plan_id": plan_id})
    _expect_no_change(connection, plan_id)
    record(connection, action="publish", subject=f"plan {plan_id}", details={"community": plan["code"]})


def archive(connection: Connection, plan_id: int) -> None:
    """Put a draft away without publishing it.

    Raises
    ------
    NotFound : no such plan.
    Conflict : it is not a draft.
    """
    _expect_draft(connection, plan_id)
    connection.execute(sql("archive_draft"), {"plan_id": plan_id})
    record(connection, action="archive", subject=f"plan {plan_id}")


def _expect_draft(connection: Connection, plan_id: int) -> None:
    status = find_plan(connection, plan_id)["status"]
    if status != PlanStatus.DRAFT:
        state = {"published": "已发布", "archived": "已归档"}[status]
        raise Conflict(
            Text(en=f"Plan {plan_id} is {status}, not a draft.", zh=f"方案 {plan_id} {state}，不是草稿。"),
            hint=Text(
                en="Divide the community again to get a new draft.", zh="请重新划分该社区以得到新的草稿。"
            ),
            plan=plan_id,
        )


def _give_codes(
    connection: Connection, plan_id: int, kept: Mapping[int, str], community_id: int, area_code: str
) -> None:
    last = connection.execute(sql("last_code_sequence"), {"community_id": community_id}).scalar_one()
    number = next_number(range(1, last + 1))
    for grid in connection.execute(sql("grids_of_plan"), {"plan_id": plan_id}).all():
        code = kept.get(grid.sequence)
        if code is None:
            code = grid_code(area_code, number)
            entry = {"code": code, "community_id": community_id, "sequence": number}
            connection.execute(sql("give_code"), entry)
            number += 1
        connection.execute(sql("set_code"), {"code": code, "grid_id": grid.id})


def _expect_no_change(connection: Connection, plan_id: int) -> None:
    changed = connection.execute(sql("grids_changed_since_drawn"), {"plan_id": plan_id}).all()
    if changed:
        first = changed[0]
        raise Conflict(
            Text(
                en=f"The households changed after plan {plan_id} was drawn: grid {first.sequence} was drawn with "
                f"{first.planned_households} and now holds {first.households}.",
                zh=f"方案 {plan_id} 划定后户数有变化：第 {first.sequence} 个网格划定时 {first.planned_households} 户，"
                f"现为 {first.households} 户。",
            ),
            hint=Text(en="Divide the community again, then publish.", zh="请重新划分该社区后再发布。"),
            plan=plan_id,
            grids=[row.sequence for row in changed],
        )
