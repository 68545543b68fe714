"""``gate list`` and ``gate set``: when gates are open, and to whom."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from gridmap.cli.database import Json
from gridmap.cli.dividing import AREA
from gridmap.cli.door import Door, door
from gridmap.db.engine import transaction
from gridmap.errors import Text
from gridmap.services.gates import Gate, GateValues, list_gates, set_gate

gates = typer.Typer(no_args_is_help=True, help="When gates are open, and to whom. 出入口。")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(gates, name="gate")


@gates.command("list")
def list_(context: typer.Context, area: Annotated[str, AREA], as_json: Json = False) -> None:
    """List the gates of an area. 列出出入口。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        found = list_gates(connection, area)
    if as_json:
        run.answer({"gates": [asdict(gate) for gate in found]})
    else:
        _show(run, found)


@gates.command("set")
def set_(
    context: typer.Context,
    gate: Annotated[str, typer.Argument(help="Key or name of the gate.", show_default=False)],
    hours: Annotated[
        str | None, typer.Option(help='Such as "06:00-22:00", "Mo-Fr 07:00-19:00" or 关闭; "": not known.')
    ] = None,
    residents_only: Annotated[
        bool | None, typer.Option("--residents-only/--public", help="Whom it lets through.")
    ] = None,
    area: Annotated[str | None, typer.Option(help="Where to look for the gate.")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")] = "",
    as_json: Json = False,
) -> None:
    """Change when a gate is open, and to whom. 修改出入口。

    The former values are told, and kept in the audit trail; to set these undoes it.

    Examples: `gridmap gate set 望湖苑侧门 --hours 06:00-22:00` · `gridmap gate set P00025 --residents-only`
    """
    run = door(context)
    values = GateValues()
    if hours is not None:
        values["hours"] = hours.strip() or None
    if residents_only is not None:
        values["residents_only"] = residents_only
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        edited = set_gate(connection, gate, values, area=area)
    if as_json:
        run.answer(edited.as_dict())
        return
    _show(run, [edited.gate])
    before = [_in_words(edited.former, language) for language in ("en", "zh")]
    run.say(Text(en=f"Before: {before[0]}.", zh=f"原为：{before[1]}。"))


def _show(run: Door, found: list[Gate]) -> None:
    zh = run.language == "zh"
    heads = ("标识", "名称", "社区", "开放") if zh else ("key", "name", "community", "open")
    table = Table(*heads, box=None)
    for gate in found:
        told = _in_words(gate.values, run.language)
        table.add_row(gate.key, gate.name or "–", gate.community or "–", told)
    run.print_table(table)


def _in_words(values: GateValues, language: str) -> str:
    """Return when a gate is open and to whom."""
    told = []
    if "hours" in values:
        told.append(values["hours"] or HOURS_UNKNOWN.in_language(language))
    if "residents_only" in values:
        told.append(TO_WHOM[values["residents_only"]].in_language(language))
    return ", ".join(told) if language == "en" else "，".join(told)


HOURS_UNKNOWN = Text(en="hours not known", zh="时间不详")
TO_WHOM = {
    True: Text(en="residents only", zh="仅限居民"),
    False: Text(en="everybody", zh="对外开放"),
    None: Text(en="not known to whom", zh="对象不详"),
}
