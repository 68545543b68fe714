"""Branches: drafts that begin as a copy of another plan, and which moment two plans have in common."""

from dataclasses import dataclass

from sqlalchemy import Connection

from gridmap.core.editing.history import EntryKind, standing
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Text
from gridmap.services.audit import record
from gridmap.services.drawings import Drawing, expect_position, load_drawing
from gridmap.services.plans import find_plan


@dataclass(frozen=True, slots=True)
class Moment:
    """A plan as it was at a line of its journal."""

    plan_id: int
    position: int


def branch(connection: Connection, plan_id: int, *, expected: int | None = None) -> int:
    """Make a draft that begins as a copy of a plan, whatever its status, and return its number.

    The branch is drawn on the same cells, so its grids go on to match those of neighbouring communities.

    Parameters
    ----------
    expected : position of the plan's journal that the editor has seen; None takes it as it is.

    Raises
    ------
    NotFound : no such plan.
    Conflict : its cells were not kept, or somebody else edited it.
    """
    plan = find_plan(connection, plan_id)
    connection.execute(sql("lock_community"), {"community_id": plan["community_id"]})
    drawing = load_drawing(connection, plan_id)
    expect_position(drawing, expected)
    branch_id: int = connection.execute(sql("branch_plan"), {"plan_id": plan_id}).scalar_one()
    both = {"plan_id": plan_id, "branch_id": branch_id}
    connection.execute(sql("branch_grids"), both)
    connection.execute(sql("branch_drawing"), both)
    details = {"parent": plan_id, "position": drawing.position}
    record(connection, action="branch", subject=f"plan {branch_id}", details=details)
    return branch_id


def common_moment(connection: Connection, one: Drawing, other: Drawing) -> Moment:
    """Return the latest moment that the histories of two plans share.

    Raises
    ------
    Conflict : they share none.
    """
    reach = [_reach(connection, Moment(drawing.plan_id, drawing.position)) for drawing in (one, other)]
    shared = {plan: min(reach[0][plan], reach[1][plan]) for plan in reach[0].keys() & reach[1].keys()}
    if not shared or one.layout_id != other.layout_id:
        raise Conflict(
            Text(
                en=f"Plans {one.plan_id} and {other.plan_id} do not come from one plan.",
                zh=f"方案 {one.plan_id} 与 {other.plan_id} 不是由同一方案修改而来。",
            ),
            hint=Text(en="Only a plan and its branches can be merged.", zh="只能合并同一方案及其分支。"),
            reason="nothing_in_common",
        )
    moments = [Moment(plan, position) for plan, position in sorted(shared.items())]
    return max(moments, key=lambda moment: _holds(_reach(connection, moment), moments))


def _holds(reach: dict[int, int], moments: list[Moment]) -> int:
    """Count the moments that a history holds."""
    return sum(reach.get(moment.plan_id, -1) >= moment.position for moment in moments)


def _reach(connection: Connection, moment: Moment) -> dict[int, int]:
    """Return how far the journal of each plan is part of the history of a moment."""
    reach: dict[int, int] = {}
    waiting = [moment]
    while waiting:
        at = waiting.pop()
        if reach.get(at.plan_id, -1) < at.position:
            reach[at.plan_id] = at.position
            waiting += _sources(connection, at)
    return reach


def _sources(connection: Connection, moment: Moment) -> list[Moment]:
    """Return what a moment was made from: where its plan branched off, and the merges that still stood."""
    told = {"plan_id": moment.plan_id, "position": moment.position}
    origins = connection.execute(sql("origin_of_plan"), told).all()
    lines = connection.execute(sql("merges_of_plan"), told).all()
    done, _ = standing(EntryKind(line.kind) for line in lines)
    merged = [lines[line - 1] for line in done if lines[line - 1].merged_plan_id is not None]
    return [
        *(Moment(row.plan_id, row.position) for row in origins),
        *(Moment(row.merged_plan_id, row.merged_position) for row in merged),
    ]
