"""Merge what was done in one plan into another that comes from the same plan."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gridmap.core.editing import Conflict as Disagreement
from gridmap.core.editing import Side, merge
from gridmap.core.editing.change import change_between
from gridmap.errors import Conflict, Invalid, Text
from gridmap.services.branching import Moment, common_moment
from gridmap.services.drawings import Merging, load_drawing, open_draft
from gridmap.services.editing import EditReport, keep_edit, plan_at


@dataclass(frozen=True, slots=True)
class MergeReport:
    """The outcome of a merge.

    Attributes
    ----------
    base : the moment from which both plans come.
    conflicts : why nothing was merged; empty if it was, or could be.
    edit : what was done; None if it was only asked for, or there are conflicts.
    """

    base: Moment
    conflicts: tuple[Disagreement, ...]
    edit: EditReport | None

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON carries it."""
        return {
            "base": {"plan": self.base.plan_id, "position": self.base.position},
            "conflicts": [conflict.as_dict() for conflict in self.conflicts],
            "merged": self.edit.as_dict() if self.edit else None,
        }


def merge_plans(
    connection: Connection,
    into: int,
    other: int,
    *,
    prefer: Side | None = None,
    expected: int | None = None,
    is_dry: bool = False,
) -> MergeReport:
    """Merge what was done in `other` into the draft `into`, in the caller's transaction.

    The merge is one edit of `into` and can be undone; a later merge of the same plan brings only what is newer.

    Parameters
    ----------
    prefer : ``ours`` (`into`) or ``theirs`` (`other`) wins where both moved a cell.
    expected : position of the journal of `into` that the editor has seen.
    is_dry : only tell what would happen.

    Raises
    ------
    NotFound : no such plan.
    Invalid : a plan is merged with itself.
    Conflict : `into` cannot be edited, the two have nothing in common, or they do not go together; then
        ``conflicts`` in the facts tells why.
    """
    if into == other:
        raise Invalid(Text(en="A plan cannot be merged with itself.", zh="方案不能与自身合并。"))
    ours = load_drawing(connection, into) if is_dry else open_draft(connection, into, expected=expected)
    theirs = load_drawing(connection, other)
    moment = common_moment(connection, ours, theirs)
    base = plan_at(connection, load_drawing(connection, moment.plan_id), moment.position)
    merged = merge(base, ours.plan, theirs.plan, prefer=prefer)
    if is_dry:
        return MergeReport(moment, merged.conflicts, None)
    if merged.conflicts:
        raise _does_not_go_together(into, other, merged.conflicts)
    change = change_between(ours.plan, merged.plan)
    edit = keep_edit(connection, ours, change, merging=Merging(other, theirs.position))
    return MergeReport(moment, (), edit)


def _does_not_go_together(into: int, other: int, conflicts: tuple[Disagreement, ...]) -> Conflict:
    first = conflicts[0].text
    return Conflict(
        Text(
            en=f"Plans {into} and {other} do not go together in {len(conflicts)} ways: {first.en}",
            zh=f"方案 {into} 与 {other} 有 {len(conflicts)} 处冲突：{first.zh}",
        ),
        hint=Text(
            en="Prefer one side for cells, or edit one of the plans first.",
            zh="可指定单元以哪一方为准，或先修改其中一个方案。",
        ),
        reason="merge_conflicts",
        conflicts=[conflict.as_dict() for conflict in conflicts],
    )
