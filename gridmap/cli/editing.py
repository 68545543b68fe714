"""``plan edit``, ``undo``, ``redo``, ``log``, ``cells``, ``snapshot``, ``return``, ``branch`` and ``merge``."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.table import Table
from sqlalchemy import Connection

from gridmap.cli.database import Json
from gridmap.cli.door import Door, door
from gridmap.core.editing import Edit, Side, edit_from_dict
from gridmap.db.engine import transaction
from gridmap.errors import Invalid, Text
from gridmap.services import editing, merging
from gridmap.services.branching import branch as make_branch
from gridmap.services.planning import cells_of_plan


class Verb(StrEnum):
    """What can be done to a plan by hand."""

    REASSIGN = "reassign"
    BORDER = "border"
    SPLIT = "split"
    MERGE = "merge"
    LOCK = "lock"
    UNLOCK = "unlock"
    DEDICATED = "dedicated"
    GENERAL = "general"


Reason = Annotated[str, typer.Option(help="Why; kept in the journal.")]
Expected = Annotated[
    int | None, typer.Option(help="Last journal line you have seen; refused if somebody edited since.")
]


def register(plans: typer.Typer) -> None:
    """Add the commands of this module to those of plans."""
    for command in (edit, undo, redo, log, cells, snapshot, branch, merge):
        plans.command()(command)
    plans.command("return")(return_to)


def edit(
    context: typer.Context,
    plan: int,
    verb: Verb,
    grid: Annotated[int | None, typer.Option(help="The grid to change.")] = None,
    to: Annotated[int | None, typer.Option(help="The grid that gets the cells.")] = None,
    cells: Annotated[str, typer.Option(help="Numbers of cells, such as 4,5,6; see `plan cells`.")] = "",
    depth: Annotated[int, typer.Option(help="Rows of cells along the border.", min=1)] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse what leaves the band.")] = False,
    in_branch: Annotated[
        bool, typer.Option("--branch", help="Edit a new branch; for a plan in force.")
    ] = False,
    expected: Expected = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Edit a draft by hand. 修改草稿。

    Examples: `gridmap plan edit 12 reassign --cells 4,5 --to 2` · `… border --grid 3 --to 2 --depth 2` ·
    `… split --grid 3` (the engine proposes) · `… split --grid 3 --cells 7,8` · `… merge --grid 3 --to 2` ·
    `… lock --grid 3` · `… dedicated --grid 5 --branch`
    """
    wanted = _edit(verb, grid, to, _numbers(cells), depth)

    def work(connection: Connection) -> editing.EditReport:
        return editing.edit_plan(
            connection, plan, wanted, expected=expected, is_strict=strict, in_branch=in_branch
        )

    _tell(context, work, reason, as_json=as_json)


def undo(
    context: typer.Context, plan: int, expected: Expected = None, reason: Reason = "", as_json: Json = False
) -> None:
    """Take the last edit back that still stands. 撤销。"""
    _tell(
        context,
        lambda connection: editing.undo(connection, plan, expected=expected),
        reason,
        as_json=as_json,
    )


def redo(
    context: typer.Context, plan: int, expected: Expected = None, reason: Reason = "", as_json: Json = False
) -> None:
    """Do the last edit again that was undone. 重做。"""
    _tell(
        context,
        lambda connection: editing.redo(connection, plan, expected=expected),
        reason,
        as_json=as_json,
    )


def return_to(
    context: typer.Context,
    plan: int,
    name: str,
    expected: Expected = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Draw a draft again as it was at a snapshot; that can be undone. 回到快照。"""
    _tell(
        context,
        lambda connection: editing.return_to(connection, plan, name, expected=expected),
        reason,
        as_json=as_json,
    )


def log(context: typer.Context, plan: int, as_json: Json = False) -> None:
    """Show the journal of a plan, newest line first. 修改记录。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        journal = editing.read_journal(connection, plan)
    if as_json:
        run.answer(journal)
        return
    table = Table("line", "what", "edit", "author", "reason", "at", box=None)
    for line in journal["lines"]:
        table.add_row(
            str(line["sequence"]),
            line["kind"],
            _in_short(line),
            line["author"],
            line["reason"],
            f"{line['at']:%Y-%m-%d %H:%M}",
        )
    run.print_table(table)


def cells(
    context: typer.Context,
    plan: int,
    out: Annotated[Path | None, typer.Option(help="File to write; default: stdout.")] = None,
) -> None:
    """Write the cells of a plan, each with number, grid and households, as GeoJSON. 导出单元。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        features = cells_of_plan(connection, plan)
    collection = f'{{"type":"FeatureCollection","features":[{features}]}}'
    if out is None:
        typer.echo(collection)
    else:
        out.write_text(collection + "\n", encoding="utf-8")


def snapshot(
    context: typer.Context,
    plan: int,
    name: Annotated[str | None, typer.Argument(help="Name of this moment; none: list them.")] = None,
    as_json: Json = False,
) -> None:
    """Name the present moment of a plan, or list the named ones. 快照。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        if name is not None:
            editing.take_snapshot(connection, plan, name)
        rows = editing.list_snapshots(connection, plan)
    if as_json:
        run.answer({"snapshots": rows})
        return
    table = Table("snapshot", "line", "author", "at", box=None)
    for row in rows:
        table.add_row(row["name"], str(row["position"]), row["author"], f"{row['at']:%Y-%m-%d %H:%M}")
    run.print_table(table)


def branch(context: typer.Context, plan: int, reason: Reason = "", as_json: Json = False) -> None:
    """Make a draft that begins as a copy of a plan, also of one in force. 建立分支。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        made = make_branch(connection, plan)
    if as_json:
        run.answer({"plan": made})
    else:
        run.say(Text(en=f"Plan {made} is a branch of {plan}.", zh=f"方案 {made} 是方案 {plan} 的分支。"))


def merge(
    context: typer.Context,
    plan: int,
    other: int,
    prefer: Annotated[
        str | None, typer.Option(help="ours (PLAN) or theirs (OTHER) wins where both moved a cell.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would happen.")] = False,
    expected: Expected = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Merge what was done in OTHER into the draft PLAN. 合并方案。

    Examples: `gridmap plan merge 12 15 --dry-run` · `gridmap plan merge 12 15 --prefer theirs`
    """
    if prefer not in (None, "ours", "theirs"):
        raise Invalid(
            Text(en=f"There is no side {prefer!r}.", zh=f"没有“{prefer}”这一方。"),
            hint=Text(en="ours or theirs.", zh="可用 ours 或 theirs。"),
        )
    run = door(context)
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        report = merging.merge_plans(
            connection,
            plan,
            other,
            prefer=cast("Side | None", prefer),
            expected=expected,
            is_dry=dry_run,
        )
    if as_json:
        run.answer(report.as_dict())
        return
    for conflict in report.conflicts:
        run.say(conflict.text)
    if report.edit is not None:
        _show(run, report.edit)
    elif not report.conflicts:
        run.say(Text(en="The two go together.", zh="两个方案可以合并。"))


def _edit(verb: Verb, grid: int | None, to: int | None, cells: list[int], depth: int) -> Edit:
    """Return the edit that the options describe."""
    needs = {Verb.REASSIGN: ("to",), Verb.BORDER: ("grid", "to"), Verb.MERGE: ("grid", "to")}
    given = {"grid": grid, "to": to}
    missing = [f"--{name}" for name in needs.get(verb, ("grid",)) if given[name] is None]
    missing += ["--cells"] if verb is Verb.REASSIGN and not cells else []
    if missing:
        listed = ", ".join(missing)
        raise Invalid(Text(en=f"{verb} needs {listed}.", zh=f"{verb} 须给出 {listed}。"))
    told: dict[Verb, dict[str, Any]] = {
        Verb.REASSIGN: {"edit": "reassign", "cells": cells, "grid": to},
        Verb.BORDER: {"edit": "move_border", "giver": grid, "taker": to, "cells": cells, "depth": depth},
        Verb.SPLIT: {"edit": "split", "grid": grid, "parts": [cells] if cells else []},
        Verb.MERGE: {"edit": "merge", "grid": to, "absorbed": grid},
        Verb.DEDICATED: {"edit": "set_kind", "grid": grid, "kind": "dedicated"},
        Verb.GENERAL: {"edit": "set_kind", "grid": grid, "kind": "general"},
    }
    return edit_from_dict(told.get(verb, {"edit": str(verb), "grid": grid}))


def _numbers(listed: str) -> list[int]:
    words = listed.replace("，", ",").replace("、", ",").split(",")
    try:
        return [int(word) for word in words if word.strip()]
    except ValueError:
        raise Invalid(
            Text(en=f"{listed!r} is no list of cells.", zh=f"“{listed}”不是单元编号。"),
            hint=Text(en="Write numbers such as 4,5,6.", zh="请写成 4,5,6 的形式。"),
        ) from None


def _tell(
    context: typer.Context,
    work: Callable[[Connection], editing.EditReport],
    reason: str,
    *,
    as_json: bool,
) -> None:
    """Do some work on a plan in one transaction and tell what it did."""
    run = door(context)
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        report = work(connection)
    if as_json:
        run.answer(report.as_dict())
    else:
        _show(run, report)


def _show(run: Door, report: editing.EditReport) -> None:
    run.say(
        Text(
            en=f"Plan {report.plan_id} is at line {report.position}.",
            zh=f"方案 {report.plan_id} 的修改记录到第 {report.position} 条。",
        )
    )
    table = Table("grid", "kind", "households before", "after", box=None)
    for row in report.grids:
        counts = ("–" if row[name] is None else f"{row[name]:,}" for name in ("before", "after"))
        table.add_row(str(row["grid"]), row["kind"] or "–", *counts)
    if report.grids:
        run.print_table(table)
    for warning in report.warnings:
        run.say(warning.text)


def _in_short(line: dict[str, Any]) -> str:
    """Name an edit and the grids it is about."""
    if line["merged_plan_id"] is not None:
        return f"merge of plan {line['merged_plan_id']}"
    edit = line["edit"]
    if edit["edit"] == "redraw":
        return f"redraw of {sum(len(cells) for _, cells in edit['cells'])} cells"
    named = [
        f"{name} {edit[name]}" for name in ("giver", "taker", "grid", "absorbed", "kind") if name in edit
    ]
    return " ".join([edit["edit"], *named])
