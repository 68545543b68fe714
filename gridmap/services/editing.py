"""Edit drafts: each edit is one line of a journal that is never taken away, so that all can be undone and redone."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gridmap.core.division.solve import random_state
from gridmap.core.editing import Change, DrawnPlan, Edit, Reason, apply, edit_as_dict, edit_from_dict
from gridmap.core.editing.change import change_between
from gridmap.core.editing.edits import Split
from gridmap.core.editing.history import EntryKind, standing
from gridmap.core.editing.proposing import propose_split
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Invalid, NotFound, Text
from gridmap.services.audit import record
from gridmap.services.branching import branch
from gridmap.services.drawings import Drawing, Merging, keep_change, load_drawing, open_draft
from gridmap.services.plans import find_plan


@dataclass(frozen=True, slots=True)
class EditReport:
    """What became of a plan.

    Attributes
    ----------
    position : of its journal, to be told with the next edit.
    edit : what was done; None where nothing had to be.
    """

    plan_id: int
    position: int
    edit: dict[str, Any] | None
    grids: tuple[dict[str, Any], ...]
    warnings: tuple[Reason, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON carries it."""
        return {
            "plan": self.plan_id,
            "position": self.position,
            "edit": self.edit,
            "grids": list(self.grids),
            "warnings": [warning.as_dict() for warning in self.warnings],
        }


def edit_plan(
    connection: Connection,
    plan_id: int,
    edit: Edit,
    *,
    expected: int | None = None,
    is_strict: bool = False,
    in_branch: bool = False,
) -> EditReport:
    """Edit a draft, in the caller's transaction.

    Parameters
    ----------
    edit : a split without parts is proposed by the engine; the same plan and grid are split in the same way.
    expected : position of the journal that the editor has seen; None takes the plan as it is.
    in_branch : make a branch of the plan, which may be in force, and edit that; the report has its number.
    is_strict : refuse an edit that leaves a grid it touches out of the band, rather than warn.

    Raises
    ------
    NotFound : no such plan.
    Invalid, Conflict : the plan cannot be edited, or the edit is refused; ``reason`` in the facts names why.
    """
    if in_branch:
        plan_id, expected = branch(connection, plan_id, expected=expected), None
    drawing = open_draft(connection, plan_id, expected=expected)
    if isinstance(edit, Split) and not edit.parts:
        edit = _proposed(drawing, edit.grid)
    return keep_edit(connection, drawing, apply(drawing.plan, edit, is_strict=is_strict))


def undo(connection: Connection, plan_id: int, *, expected: int | None = None) -> EditReport:
    """Take the last edit back that still stands.

    Raises
    ------
    NotFound : no such plan.
    Conflict : the plan cannot be edited, or there is nothing to undo.
    """
    drawing = open_draft(connection, plan_id, expected=expected)
    done, _ = standing(_kinds(connection, plan_id))
    if not done:
        raise Conflict(
            Text(en=f"There is nothing to undo in plan {plan_id}.", zh=f"方案 {plan_id} 没有可撤销的修改。"),
            reason="nothing_to_undo",
        )
    return _invert(connection, drawing, done[-1], EntryKind.UNDO)


def redo(connection: Connection, plan_id: int, *, expected: int | None = None) -> EditReport:
    """Do the last edit again that was undone.

    Raises
    ------
    NotFound : no such plan.
    Conflict : the plan cannot be edited, or there is nothing to redo.
    """
    drawing = open_draft(connection, plan_id, expected=expected)
    _, undone = standing(_kinds(connection, plan_id))
    if not undone:
        raise Conflict(
            Text(en=f"There is nothing to redo in plan {plan_id}.", zh=f"方案 {plan_id} 没有可重做的修改。"),
            reason="nothing_to_redo",
        )
    return _invert(connection, drawing, undone[-1], EntryKind.REDO)


def read_journal(connection: Connection, plan_id: int) -> dict[str, Any]:
    """Return the journal of a plan, newest line first, with how many edits can be undone and redone.

    Raises
    ------
    NotFound : no such plan.
    """
    find_plan(connection, plan_id)
    lines = [dict(row) for row in connection.execute(sql("journal"), {"plan_id": plan_id}).mappings()]
    done, undone = standing(EntryKind(line["kind"]) for line in reversed(lines))
    return {
        "plan": plan_id,
        "position": len(lines),
        "undoable": len(done),
        "redoable": len(undone),
        "lines": lines,
    }


def take_snapshot(connection: Connection, plan_id: int, name: str) -> dict[str, Any]:
    """Name the present moment of a plan, for good.

    Raises
    ------
    NotFound : no such plan.
    Invalid : the name is empty.
    Conflict : the name is taken, or the plan's cells were not kept.
    """
    if not name.strip():
        raise Invalid(Text(en="A snapshot needs a name.", zh="快照须有名称。"))
    drawing = load_drawing(connection, plan_id)
    snapshot = {"plan_id": plan_id, "name": name.strip(), "position": drawing.position}
    connection.execute(sql("take_snapshot"), snapshot)
    record(connection, action="snapshot", subject=f"plan {plan_id}", details=snapshot)
    return {"name": snapshot["name"], "position": drawing.position}


def list_snapshots(connection: Connection, plan_id: int) -> list[dict[str, Any]]:
    """Return the snapshots of a plan, oldest first.

    Raises
    ------
    NotFound : no such plan.
    """
    find_plan(connection, plan_id)
    return [
        dict(row) for row in connection.execute(sql("snapshots_of_plan"), {"plan_id": plan_id}).mappings()
    ]


def return_to(connection: Connection, plan_id: int, name: str, *, expected: int | None = None) -> EditReport:
    """Draw a draft again as it was when a snapshot was taken; that is an edit, and can be undone.

    Raises
    ------
    NotFound : no such plan or snapshot.
    Conflict : the plan cannot be edited.
    """
    drawing = open_draft(connection, plan_id, expected=expected)
    positions = {row["name"]: row["position"] for row in list_snapshots(connection, plan_id)}
    if name not in positions:
        raise NotFound(
            Text(
                en=f"Plan {plan_id} has no snapshot {name!r}.", zh=f"方案 {plan_id} 没有名为“{name}”的快照。"
            ),
            hint=Text(en=f"There are: {', '.join(positions)}.", zh=f"已有：{'、'.join(positions)}。")
            if positions
            else None,
        )
    return keep_edit(
        connection, drawing, change_between(drawing.plan, plan_at(connection, drawing, positions[name]))
    )


def plan_at(connection: Connection, drawing: Drawing, position: int) -> DrawnPlan:
    """Return a plan as it was at a line of its journal."""
    rows = connection.execute(
        sql("inverses_after"), {"plan_id": drawing.plan_id, "position": position}
    ).scalars()
    plan = drawing.plan
    for inverse in rows:
        plan = apply(plan, edit_from_dict(inverse)).after
    return plan


def keep_edit(
    connection: Connection,
    drawing: Drawing,
    change: Change,
    *,
    kind: EntryKind = EntryKind.DO,
    merging: Merging | None = None,
) -> EditReport:
    """Write a change of an open draft to its journal and its grids."""
    if not change.touched:
        return EditReport(drawing.plan_id, drawing.position, None, (), ())
    position = keep_change(connection, drawing, change, kind=kind, merging=merging)
    edit = edit_as_dict(change.edit)
    action = "edit" if kind is EntryKind.DO else str(kind)
    details = {"position": position, "edit": edit["edit"]} | ({"merged": merging.plan_id} if merging else {})
    record(connection, action=action, subject=f"plan {drawing.plan_id}", details=details)
    grids = tuple(
        {
            "grid": count.grid,
            "before": count.before,
            "after": count.after,
            "kind": change.after.kinds.get(count.grid),
            "locked": count.grid in change.after.locked,
        }
        for count in change.touched
    )
    return EditReport(drawing.plan_id, position, edit, grids, change.warnings)


def _proposed(drawing: Drawing, grid: int) -> Split:
    return propose_split(drawing.plan, grid, random_state(drawing.code, grid))


def _invert(connection: Connection, drawing: Drawing, line: int, kind: EntryKind) -> EditReport:
    told = {"plan_id": drawing.plan_id, "sequence": line}
    inverted = connection.execute(sql("inverse_of_line"), told).one()
    merging = Merging(inverted.merged_plan_id, inverted.merged_position) if inverted.merged_plan_id else None
    change = apply(drawing.plan, edit_from_dict(inverted.inverse))
    return keep_edit(connection, drawing, change, kind=kind, merging=merging)


def _kinds(connection: Connection, plan_id: int) -> list[EntryKind]:
    return [
        EntryKind(kind) for kind in connection.execute(sql("journal_kinds"), {"plan_id": plan_id}).scalars()
    ]
