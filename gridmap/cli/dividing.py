"""``divide``, ``plan`` and ``check``."""

from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.table import Table

from gridmap.cli import editing
from gridmap.cli.database import Json
from gridmap.cli.door import Door, door
from gridmap.core.division import Mode
from gridmap.core.model import Band, Verdict
from gridmap.db.engine import transaction
from gridmap.errors import Infeasible, Invalid, Text
from gridmap.maps.sheet import MERITS
from gridmap.services import alternatives, checking, dividing, planning, publishing, succession
from gridmap.services.division_report import DivisionReport

AREA = typer.Argument(help="Code of an area, or its name where only one area has it.", show_default=False)

VERDICTS = {
    Verdict.DIVIDED: Text(en="divided", zh="已划分"),
    Verdict.INFEASIBLE: Text(en="infeasible", zh="不可行"),
    Verdict.UNKNOWN: Text(en="unknown", zh="未定"),
}

plans = typer.Typer(
    no_args_is_help=True, help="List, show, compare, edit, merge, publish and archive plans. 管理划分方案。"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(divide)
    app.command()(check)
    editing.register(plans)
    app.add_typer(plans, name="plan")


def divide(
    context: typer.Context,
    areas: Annotated[
        list[str],
        typer.Argument(
            metavar="AREA...", help="Codes or names. Areas divided together match along their common lines."
        ),
    ],
    minimum: Annotated[int, typer.Option("--min", help="Fewest households of a grid.")] = 300,
    maximum: Annotated[int, typer.Option("--max", help="Most households of a grid.")] = 500,
    mode: Annotated[str, typer.Option(help="fast, or quality: a longer search for better lines.")] = "fast",
    seed: Annotated[int, typer.Option(help="Same input and seed: same result.")] = 0,
    publish: Annotated[bool, typer.Option("--publish", help="Put the plans in force at once.")] = False,
    stable: Annotated[
        bool,
        typer.Option(
            "--stable", help="Begin with the plans in force: as few households as possible change grid."
        ),
    ] = False,
    several: Annotated[
        int | None,
        typer.Option(
            "--alternatives", help="Make so many different drafts of each community, and a sheet of them."
        ),
    ] = None,
    folder: Annotated[Path, typer.Option("--out", help="Folder for the sheets of alternatives.")] = Path(),
    reason: Annotated[str, typer.Option(help="Why; kept with the plans.")] = "",
    as_json: Json = False,
) -> None:
    """Divide the communities of an area into grids. 把区域内的社区划分为网格。

    Examples: `gridmap divide 999901001001` · `gridmap divide 示意街道 --publish` ·
    `gridmap divide 999901001 --min 280 --max 520 --mode quality --json` · `gridmap divide 示意街道 --stable`
    """
    run = door(context)
    if mode not in ("fast", "quality"):
        raise Invalid(
            Text(en=f"There is no mode {mode!r}.", zh=f"没有“{mode}”这种模式。"),
            hint=Text(en="fast or quality.", zh="可用 fast 或 quality。"),
        )
    if several is not None:
        asked = {"reason": reason, "band": Band(minimum, maximum), "seed": seed, "folder": folder}
        _divide_alternatives(run, areas, several, as_json=as_json, **asked)
        return
    with run.progress() as progress:
        report = dividing.divide_areas(
            run.engine,
            areas,
            actor=run.actor,
            reason=reason,
            band=Band(minimum, maximum),
            mode=cast(Mode, mode),
            seed=seed,
            publish_plans=publish,
            stable=stable,
            progress=progress,
        )
    if as_json:
        run.answer(report.as_dict())
    else:
        show_table(run, report)
        for line in report.lines():
            run.say(line)
    _end_infeasible(report)


def _divide_alternatives(run: Door, areas: list[str], count: int, *, as_json: bool, **asked: Any) -> None:
    with run.progress() as progress:
        choices = alternatives.divide_alternatives(
            run.engine, areas, count, actor=run.actor, language=run.language, progress=progress, **asked
        )
    if as_json:
        run.answer({"communities": [choice.as_dict() for choice in choices]})
    for choice in choices:
        plans = ", ".join(map(str, choice.plan_ids))
        run.say(
            Text(
                en=f"{choice.name}: plans {plans} are drafts; compare them in {choice.sheet}, then `gridmap plan publish`.",
                zh=f"{choice.name}：方案 {plans} 已存为草稿；请在 {choice.sheet} 中比较，再用 gridmap plan publish 发布。",
            )
        )


def show_table(run: Door, report: DivisionReport) -> None:
    """Print a table with a row a community."""
    zh = run.language == "zh"
    heads = ("代码", "社区", "户数", "网格", "达标", "结论", "方案")
    if not zh:
        heads = ("code", "community", "households", "grids", "in band", "verdict", "plan")
    table = Table(*heads, box=None)
    for result in report.communities:
        table.add_row(
            result.code,
            result.name,
            f"{result.households:,}{'★' if result.estimated else ''}",
            str(result.grids),
            str(result.in_band),
            VERDICTS[result.verdict].in_language(run.language),
            str(result.plan_id),
        )
    run.print_table(table)


def _end_infeasible(report: DivisionReport) -> None:
    """End with 6 when no community at all could be divided."""
    totals = report.totals()
    if totals["infeasible"] and totals["infeasible"] == totals["communities"]:
        first = next(result for result in report.communities if result.certificate)
        text = (first.certificate or {})["text"]
        raise Infeasible(Text(en=f"{first.name}: {text['en']}", zh=f"{first.name}：{text['zh']}"))


def check(context: typer.Context, area: Annotated[str, AREA], as_json: Json = False) -> None:
    """Check the published grids of an area against every rule. 检查已发布的网格。

    Looks at band, gaps, overlaps, lost households and stale plans. Example: `gridmap check 示意街道`
    """
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        report = checking.check_area(connection, area)
    if as_json:
        run.answer(report.as_dict())
    else:
        for line in report.lines():
            run.say(line)


@plans.command("list")
def list_plans(context: typer.Context, area: Annotated[str, AREA], as_json: Json = False) -> None:
    """List the plans of an area, newest first. 列出划分方案。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        rows = planning.list_plans(connection, area)
    if as_json:
        run.answer({"plans": rows})
        return
    table = Table(
        "plan", "community", "status", "verdict", "grids", "households", "author", "created", box=None
    )
    for row in rows:
        table.add_row(
            str(row["id"]),
            f"{row['name']} {row['code']}",
            row["status"],
            row["verdict"],
            str(row["grids"]),
            f"{row['households']:,}",
            row["author"],
            f"{row['created_at']:%Y-%m-%d %H:%M}",
        )
    run.print_table(table)
    if not rows:
        run.say(
            Text(en="No plans yet: `gridmap divide AREA`.", zh="还没有方案：请运行 gridmap divide 区域。")
        )


@plans.command("show")
def show_plan(context: typer.Context, plan: int, as_json: Json = False) -> None:
    """Show one plan with its grids. 查看一个方案。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        found = planning.show_plan(connection, plan)
    if as_json:
        run.answer(found)
        return
    run.print_line(f"{plan} · {found['name']} {found['code']} · {found['status']} · {found['verdict']}")
    table = Table("grid", "code", "kind", "households", "area ha", "locked", box=None)
    for grid in found["grids"]:
        table.add_row(
            str(grid["sequence"]),
            grid["code"] or "–",
            grid["kind"],
            str(grid["planned_households"]),
            f"{grid['area_m2'] / 10_000:.1f}",
            "yes" if grid["sequence"] in found["locked"] else "",
        )
    run.print_table(table)
    for finding in found["findings"]:
        run.say(Text(**finding["text"]))
        for line in finding["where"]:
            run.print_line(f"  {line}")


@plans.command("diff")
def diff_plans(context: typer.Context, one: int, other: int, as_json: Json = False) -> None:
    """Compare two plans of a community: households and buildings that change grid. 比较两个方案。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        difference = planning.diff_plans(connection, one, other)
    if as_json:
        run.answer(difference)
        return
    run.say(
        Text(
            en=f"{difference['households_moved']:,} households in {difference['carriers_moved']} buildings change grid.",
            zh=f"{difference['carriers_moved']} 栋楼、{difference['households_moved']:,} 户更换网格。",
        )
    )


@plans.command("lookup")
def look_up(
    context: typer.Context,
    old: int,
    new: int,
    out: Annotated[Path | None, typer.Option(help="Write it to this CSV file.")] = None,
    as_json: Json = False,
) -> None:
    """Tell which grid became which: U unchanged, S split, M merged, X irregular. 新旧网格对照表。

    Example: `gridmap plan lookup 12 17 --out lookup.csv`
    """
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        rows = succession.lookup_table(connection, old, new)
    if out is not None:
        succession.write_lookup(rows, out)
        run.say(Text(en=f"{len(rows)} rows in {out}.", zh=f"已写入 {out}，共 {len(rows)} 行。"))
    if as_json:
        run.answer({"old": old, "new": new, "lookup": rows})
    elif out is None:
        headers = succession.HEADERS
        table = Table(*(headers.values() if run.language == "zh" else headers), box=None)
        for row in rows:
            table.add_row(*("–" if value is None else str(value) for value in row.values()))
        run.print_table(table)


@plans.command("typical")
def tell_typical(context: typer.Context, plan: int, as_json: Json = False) -> None:
    """Tell how a plan compares with many random valid plans. 与大量随机合规方案比较。

    The percentile is the share of random plans that this one is better than. Example: `gridmap plan typical 12`
    """
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        found = alternatives.typical(connection, plan)
    if as_json:
        run.answer(found)
        return
    table = Table(
        *(("项目", "数值", "百分位") if run.language == "zh" else ("merit", "value", "percentile")), box=None
    )
    for name, one in found["merits"].items():
        shown = ["–" if one[key] is None else f"{one[key]:.2f}" for key in ("value", "percentile")]
        table.add_row(MERITS[name].in_language(run.language), *shown)
    run.print_table(table)
    run.say(
        Text(
            en=f"Against {found['random_plans']} random valid plans; these are no uniform sample.",
            zh=f"与 {found['random_plans']} 个随机合规方案比较（非均匀抽样）。",
        )
    )


@plans.command("publish")
def publish_plan(
    context: typer.Context, plan: int, reason: Annotated[str, typer.Option(help="Why.")] = ""
) -> None:
    """Put a draft in force; the former plan is archived. 发布方案。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        publishing.publish(connection, plan)
    run.say(Text(en=f"Plan {plan} is in force.", zh=f"方案 {plan} 已生效。"))


@plans.command("archive")
def archive_plan(
    context: typer.Context, plan: int, reason: Annotated[str, typer.Option(help="Why.")] = ""
) -> None:
    """Put a draft away. 归档草稿。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, reason=reason, role="gridmap_app") as connection:
        publishing.archive(connection, plan)
    run.say(Text(en=f"Plan {plan} is archived.", zh=f"方案 {plan} 已归档。"))
