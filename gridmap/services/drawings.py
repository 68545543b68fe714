"""Drawn plans out of the database, and what an edit changes back into it."""

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, RowMapping

from gridmap.core.division.compactness import compactness
from gridmap.core.division.layout import Layout
from gridmap.core.division.score import score
from gridmap.core.editing import Change, DrawnPlan, edit_as_dict
from gridmap.core.editing.history import EntryKind
from gridmap.core.model import Band, GridKind, PlanStatus
from gridmap.core.topology import Geometries
from gridmap.db.layouts import decode_grids, decode_layout, encode_grids
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Text
from gridmap.services.layouts import stored_shapes
from gridmap.services.plans import find_plan


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plan of the database as it is drawn by now.

    Attributes
    ----------
    code, name : of the community.
    position : last line of the journal; 0 before the first edit.
    layout_id : plans with the same one are drawn on the same cells.
    crs : of the layout.
    """

    plan_id: int
    community_id: int
    code: str
    name: str
    status: PlanStatus
    position: int
    layout_id: int
    layout: Layout
    crs: str
    plan: DrawnPlan

    def shapes(self, label: np.ndarray[Any, np.dtype[np.int64]]) -> Geometries:
        """Return polygons as they are stored, from a number from 0 for each cell; -1 leaves a cell out."""
        return stored_shapes(self.layout.polygons(label), self.crs)


@dataclass(frozen=True, slots=True)
class Merging:
    """The plan, and the line of its journal, that an edit brings in."""

    plan_id: int
    position: int


def load_drawing(connection: Connection, plan_id: int) -> Drawing:
    """Return a plan as it is drawn by now.

    Raises
    ------
    NotFound : no such plan.
    Conflict : it was made before plans could be edited.
    """
    row = connection.execute(sql("drawing_of_plan"), {"plan_id": plan_id}).mappings().one_or_none()
    if row is None:
        find_plan(connection, plan_id)
        raise Conflict(
            Text(en=f"The cells of plan {plan_id} were not kept.", zh=f"方案 {plan_id} 没有保存单元。"),
            hint=Text(en="Divide the community again.", zh="请重新划分该社区。"),
            plan=plan_id,
        )
    grids = connection.execute(sql("grids_of_plan"), {"plan_id": plan_id}).all()
    kinds = {grid.sequence: GridKind(grid.kind) for grid in grids}
    return _drawing(row, kinds)


def _drawing(row: RowMapping, kinds: dict[int, GridKind]) -> Drawing:
    layout = decode_layout(bytes(row["content"]))
    plan = DrawnPlan(
        graph=layout.graph,
        grid_of_cell=decode_grids(bytes(row["grid_of_cell"])),
        kinds=kinds,
        locked=frozenset(row["locked"]),
        band=Band(row["band_minimum"], row["band_maximum"]),
        last_number=row["last_number"],
    )
    return Drawing(
        plan_id=row["id"],
        community_id=row["community_id"],
        code=row["code"],
        name=row["name"],
        status=PlanStatus(row["status"]),
        position=row["position"],
        layout_id=row["layout_id"],
        layout=layout,
        crs=row["crs"],
        plan=plan,
    )


def open_draft(connection: Connection, plan_id: int, *, expected: int | None) -> Drawing:
    """Return a draft that nobody else edits, publishes or archives until the transaction ends.

    Parameters
    ----------
    expected : the position the editor has seen; None takes it as it is.

    Raises
    ------
    NotFound : no such plan.
    Conflict : it is no draft, its cells were not kept, or somebody else edited it.
    """
    plan = find_plan(connection, plan_id)
    connection.execute(sql("lock_community"), {"community_id": plan["community_id"]})
    drawing = load_drawing(connection, plan_id)
    if drawing.status is not PlanStatus.DRAFT:
        raise Conflict(
            Text(
                en=f"Plan {plan_id} is {drawing.status}; only drafts can be edited.",
                zh=f"方案 {plan_id} 不是草稿，只有草稿可以修改。",
            ),
            hint=Text(en="Branch it, and edit the branch.", zh="请先建立分支，再修改分支。"),
            reason="not_a_draft",
            plan=plan_id,
        )
    expect_position(drawing, expected)
    return drawing


def expect_position(drawing: Drawing, expected: int | None) -> None:
    """Refuse to go on from a state that the editor has not seen.

    Raises
    ------
    Conflict : the journal is at another position than expected; None expects nothing.
    """
    if expected is not None and expected != drawing.position:
        raise Conflict(
            Text(
                en=f"Somebody else edited plan {drawing.plan_id}: its journal is at {drawing.position}, not {expected}.",
                zh=f"他人已修改方案 {drawing.plan_id}：其修改记录已到第 {drawing.position} 条，而不是第 {expected} 条。",
            ),
            hint=Text(en="Read it again, then edit.", zh="请重新读取后再修改。"),
            reason="edited_meanwhile",
            position=drawing.position,
        )


def keep_change(
    connection: Connection,
    drawing: Drawing,
    change: Change,
    *,
    kind: EntryKind,
    merging: Merging | None = None,
) -> int:
    """Write a line to the journal and draw the grids it touches anew; return the line's position."""
    position = drawing.position + 1
    line = {
        "plan_id": drawing.plan_id,
        "sequence": position,
        "kind": kind,
        "edit": json.dumps(edit_as_dict(change.edit)),
        "inverse": json.dumps(edit_as_dict(change.inverse)),
        "merged_plan_id": merging.plan_id if merging else None,
        "merged_position": merging.position if merging else None,
    }
    connection.execute(sql("write_journal"), line)
    after = change.after
    state = {
        "plan_id": drawing.plan_id,
        "grid_of_cell": encode_grids(after.grid_of_cell),
        "locked": sorted(after.locked),
        "last_number": after.last_number,
        "position": position,
    }
    connection.execute(sql("redraw_plan"), state)
    _draw_grids(connection, drawing, change)
    measured = score_of(drawing.layout, after)
    connection.execute(sql("score_plan"), {"plan_id": drawing.plan_id, "score": json.dumps(measured)})
    return position


def _draw_grids(connection: Connection, drawing: Drawing, change: Change) -> None:
    gone = [count.grid for count in change.touched if count.after is None]
    if gone:
        connection.execute(sql("drop_grids"), {"plan_id": drawing.plan_id, "sequences": gone})
    drawn = [count for count in change.touched if count.after is not None]
    if not drawn:
        return
    label = np.full(change.after.last_number + 1, -1)
    label[[count.grid for count in drawn]] = np.arange(len(drawn))
    shapes = shapely.to_wkb(drawing.shapes(label[change.after.grid_of_cell]))
    rows = [
        {
            "plan_id": drawing.plan_id,
            "community_id": drawing.community_id,
            "sequence": count.grid,
            "kind": change.after.kinds[count.grid],
            "households": count.after,
            "geometry": shape,
        }
        for count, shape in zip(drawn, shapes, strict=True)
    ]
    connection.execute(sql("put_grid"), rows)


def score_of(layout: Layout, plan: DrawnPlan) -> dict[str, float | None]:
    """Score a plan as it is drawn by now; what cannot be measured is None."""
    grids, label = np.unique(plan.grid_of_cell, return_inverse=True)
    is_general = np.array([plan.kinds[int(grid)] is GridKind.GENERAL for grid in grids])
    label = label.astype(np.int64)
    compact = compactness(plan.graph, layout.borders, label, len(is_general))
    measured = score(plan.graph, compact, label, is_general, plan.band)
    return {name: value if math.isfinite(value) else None for name, value in measured.items()}
