"""``dedicate`` and ``building``: what a planner decides about land and towers before dividing."""

from typing import Annotated

import typer

from gridmap.cli.database import Json
from gridmap.cli.door import Door, door
from gridmap.db.engine import transaction
from gridmap.errors import Invalid, Text
from gridmap.services import dedicating, splitting

BUILDING = typer.Argument(help="source_id, name, or street and house number.", show_default=False)
REASON = typer.Option(help="Why; kept in the audit trail.")

buildings = typer.Typer(
    no_args_is_help=True, help="Split a tower by stairwell, or make it whole. 按单元拆分楼栋。"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(dedicate)
    app.add_typer(buildings, name="building")


def dedicate(
    context: typer.Context,
    place: Annotated[str | None, typer.Argument(help="source_id or name of a place with an outline.")] = None,
    area: Annotated[str | None, typer.Option(help="Where to look for the place.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It is no dedicated site any more.")] = False,
    plan: Annotated[int | None, typer.Option(help="Accept a proposal of this plan instead.")] = None,
    number: Annotated[int, typer.Option(help="Which proposal.")] = 1,
    name: Annotated[str, typer.Option(help="Name of the land that was proposed.")] = "",
    kind: Annotated[str, typer.Option(help="What it is: park, campus, market, office_park …")] = "park",
    reason: Annotated[str, REASON] = "",
    as_json: Json = False,
) -> None:
    """Make a place a dedicated grid, outside the band. 设为专属网格。

    The next division sets it aside first. Examples: `gridmap dedicate 中心公园` · `gridmap dedicate 中心公园 --undo` ·
    `gridmap dedicate --plan 12 --number 1 --name 北山公园`
    """
    run = door(context)
    if (place is None) == (plan is None) or (plan is not None and (undo or not name)):
        raise Invalid(
            Text(
                en="Say which place, or which proposal and its name.",
                zh="请给出地点，或方案的建议序号和名称。",
            ),
            hint=Text(
                en="`gridmap dedicate PLACE`, or `gridmap dedicate --plan PLAN --number N --name NAME`.",
                zh="gridmap dedicate 地点，或 gridmap dedicate --plan 方案 --number 序号 --name 名称。",
            ),
        )
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        if place is not None:
            site = dedicating.dedicate(connection, place, area=area, dedicated=not undo)
        elif plan is not None:
            site = dedicating.accept_proposal(connection, plan, number, name=name, kind=kind)
    if as_json:
        run.answer({"name": site.name, "kind": site.kind, "dedicated": site.dedicated})
    elif site.dedicated:
        run.say(
            Text(
                en=f"{site.name} is a dedicated site; divide its community again.",
                zh=f"{site.name} 已设为专属网格，请重新划分所在社区。",
            )
        )
    else:
        run.say(Text(en=f"{site.name} is no dedicated site.", zh=f"{site.name} 已不是专属网格。"))


@buildings.command("split")
def split(
    context: typer.Context,
    building: Annotated[str, BUILDING],
    stairwells: Annotated[int | None, typer.Option(help="How many; default: as imported.")] = None,
    households: Annotated[
        str | None, typer.Option(help="Of each, from west to east: a,b,c. Default: shared out evenly.")
    ] = None,
    reason: Annotated[str, REASON] = "",
    as_json: Json = False,
) -> None:
    """Split a tower by stairwell (单元) into vertical cells. 按单元拆分楼栋。

    Examples: `gridmap building split T1 --stairwells 3` · `gridmap building split 1号楼 --households 120,180`
    """
    run = door(context)
    given = _numbers(households)
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        parts = splitting.split_building(connection, building, stairwells=stairwells, households=given)
    _tell(run, parts, as_json=as_json)


@buildings.command("merge")
def merge(
    context: typer.Context,
    building: Annotated[str, BUILDING],
    reason: Annotated[str, REASON] = "",
    as_json: Json = False,
) -> None:
    """Make a split tower whole again. 把按单元拆分的楼栋合并还原。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        parts = splitting.merge_building(connection, building)
    _tell(run, parts, as_json=as_json)


def _numbers(text: str | None) -> list[int] | None:
    if text is None:
        return None
    try:
        return [int(part) for part in text.replace("，", ",").split(",")]
    except ValueError:
        raise Invalid(
            Text(en=f"{text!r} is not a list of numbers.", zh=f"“{text}”不是一列数字。"),
            hint=Text(en="Write it as 120,180.", zh="写法如 120,180。"),
        ) from None


def _tell(run: Door, parts: list[splitting.Part], *, as_json: bool) -> None:
    if as_json:
        run.answer(
            {
                "buildings": [
                    {"source_id": part.source_id, "name": part.name, "households": part.households}
                    for part in parts
                ]
            }
        )
        return
    for part in parts:
        known = "–" if part.households is None else f"{part.households:,}"
        run.say(
            Text(
                en=f"{part.name} ({part.source_id}): {known} households",
                zh=f"{part.name}（{part.source_id}）：{known} 户",
            )
        )
