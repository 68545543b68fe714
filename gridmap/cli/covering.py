"""``cover``: who is served on foot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.table import Table

from gridmap.cli import altering
from gridmap.cli.database import Json
from gridmap.cli.door import Door, as_json, door
from gridmap.cli.files import check_suffix, write_features, write_table
from gridmap.errors import Invalid, Text
from gridmap.io.writing.files import write_text
from gridmap.services.coverage_page import write_coverage_page
from gridmap.services.covering import Coverage
from gridmap.services.covering_areas import Refused, cover_areas
from gridmap.services.questions import Walking
from gridmap.services.what_if import try_on

STANDARD = typer.Option(help="Id of a standard of data/standards, or a YAML file of your own.")
PROFILE = typer.Option(help="Who walks: adult, elder, wheelchair or night.")
AT = typer.Option(help='A time of the week, such as "Saturday 19:00" or "周六 19:00".')
MINUTES = typer.Option(help="Minutes on foot that count as near, instead of the norm's radius.")
OUT = typer.Option(
    help="File to write: .json all of it, .csv who is not served, .geojson or .gpkg the homes on the map, "
    ".html a page that opens without a network."
)


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(cover)


def cover(
    context: typer.Context,
    areas: Annotated[
        list[str], typer.Argument(metavar="AREA...", help="Codes or names; each area is a study of its own.")
    ],
    standard: Annotated[str, STANDARD],
    kinds: Annotated[
        list[str] | None, typer.Option("--kind", help="Only these norms or kinds of facility.")
    ] = None,
    profile: Annotated[str, PROFILE] = "adult",
    at: Annotated[str | None, AT] = None,
    minutes: Annotated[float | None, MINUTES] = None,
    closed: altering.Closed = None,
    opened: altering.Opened = None,
    moved: altering.Moved = None,
    gates_opened: altering.GatesOpened = None,
    gates_closed: altering.GatesClosed = None,
    out: Annotated[Path | None, OUT] = None,
    as_json: Json = False,
) -> None:
    """Check which households a facility is near enough to, on foot. 检查设施覆盖。

    Distance, floor area and capacity are told apart; whoever is not served is listed with the reason. Several areas are a
    study each; if one cannot be checked, the others are, and the command ends with the code of its error. With --close, --open,
    --move, --open-gate or --close-gate it tells what these would change for one service, all together; --out then has the
    homes that differ.

    Examples: `gridmap cover 示意街道 --standard sample-district` · `gridmap cover 望湖社区 高桥社区 --standard gb50180-2018
    --profile wheelchair --at "Saturday 19:00"` · `gridmap cover 示意街道 --standard sample-district --kind day_care --out 未覆盖.csv` ·
    `gridmap cover 示意街道 --standard sample-district --kind day_care --open-gate 望湖苑侧门 --open 165.0108,30.0028`
    """
    run = door(context)
    asked = Walking(standard, tuple(kinds or ()), profile, at, minutes)
    changes = altering.changes_of(closed, opened, moved, gates_opened, gates_closed)
    altering.require_one_service(changes, asked.norms)
    _check_several(areas, out, is_altered=bool(changes))
    check_suffix(out, *(() if changes else (".html",)))
    with run.progress() as progress:
        each = cover_areas(
            run.engine, areas, asked, standards=run.standards, actor=run.actor, progress=progress
        )
        found = list(each)
    covered = [one for one in found if isinstance(one, Coverage)]
    refused = [one for one in found if isinstance(one, Refused)]
    answers = [one.study.as_dict() for one in covered]
    if changes:
        answers[0] |= {"what_if": try_on(covered[0], changes)}
    answer = answers[0] if len(found) == 1 else _together(answers, refused)
    if out is not None and covered:
        _write_coverage(run, covered, answer, out)
    if as_json:
        run.answer(answer)
    else:
        for one in answers:
            _show_coverage(run, one, is_named=len(found) > 1)
    if out is not None and covered:
        run.say(Text(en=f"Written to {out}.", zh=f"已写入 {out}。"))
    _end_refused(run, refused)


def _check_several(areas: list[str], out: Path | None, *, is_altered: bool) -> None:
    """Refuse what can be done for one area only."""
    is_page = out is not None and out.suffix == ".html"
    if len(areas) > 1 and (is_altered or is_page):
        raise Invalid(
            Text(
                en="A page, or changes that are tried, are of one area.",
                zh="网页报告和改动试算一次只能针对一个区域。",
            ),
            hint=Text(
                en="Name one area; a street or district counts as one.",
                zh="请只给出一个区域，街道或区县也算一个。",
            ),
        )


def _together(answers: list[dict[str, Any]], refused: list[Refused]) -> dict[str, Any]:
    return {"studies": answers, "refused": [one.as_dict() for one in refused]}


def _end_refused(run: Door, refused: list[Refused]) -> None:
    """Tell which areas were refused, and end with the error of the first."""
    for one in refused[1:]:
        run.say(one.line())
    if refused:
        error, line = refused[0].error, refused[0].line()
        raise type(error)(line, **error.facts)


def _write_coverage(run: Door, covered: list[Coverage], answer: dict[str, Any], out: Path) -> None:
    if out.suffix == ".html":
        write_coverage_page(run.engine, covered[0].study.id, out, language=run.language, actor=run.actor)
    elif out.suffix == ".json":
        write_text([as_json(answer, pretty=True), "\n"], out)
    elif "what_if" in answer:
        altering.write(answer["what_if"], out)
    elif out.suffix == ".csv":
        write_table(pd.DataFrame(_uncovered(covered)), out)
    else:
        homes = [one.homes().assign(**_area(one, covered)) for one in covered]
        write_features(pd.concat(homes, ignore_index=True), out, "homes")


def _uncovered(covered: list[Coverage]) -> Iterator[dict[str, Any]]:
    """Yield a row for each norm and home that it does not find served."""
    for one in covered:
        for norm in one.study.result["norms"]:
            yield from ({"norm": norm["norm"], **_area(one, covered), **row} for row in norm["uncovered"])


def _area(one: Coverage, covered: list[Coverage]) -> dict[str, str]:
    """Return what tells the rows of one area from those of others, where there are others."""
    return {"area": one.study.area.code} if len(covered) > 1 else {}


def _show_coverage(run: Door, answer: dict[str, Any], *, is_named: bool) -> None:
    zh = run.language == "zh"
    heads = ("服务", "设施", "步行可达户", "占比", "不确定", "面积", "容量")
    if not zh:
        heads = ("service", "has", "near on foot", "share", "unsure", "area", "places")
    table = Table(
        heads[0], box=None, title=answer["area"]["name"] if is_named else None, title_justify="left"
    )
    for head in heads[1:]:
        table.add_column(head, justify="right", no_wrap=True)
    for norm in answer["norms"]:
        distance = norm["area"]["distance"]
        table.add_row(
            norm["name"]["zh" if zh else "en"],
            str(norm["facilities"]),
            f"{distance['within']:,.0f}/{distance['judged']:,.0f}",
            _share(distance["share"]),
            f"{distance['uncertain']:,.0f}",
            _share(norm["area"]["floor_area"]["share"]),
            _share(norm["area"]["capacity"]["share"]),
        )
    run.print_table(table)
    for warning in answer["warnings"]:
        run.say(Text(**warning))
    _show_unlinked(run, answer["unlinked"])
    run.say(
        Text(
            en=f"Kept as coverage study {answer['study']}; households, by {answer['receipt']['norm_version']}.",
            zh=f"已存为覆盖分析 {answer['study']}；单位为户，依据 {answer['receipt']['norm_version']}。",
        )
    )
    if "what_if" in answer:
        altering.show(run, answer["what_if"])


def _show_unlinked(run: Door, unlinked: dict[str, Any]) -> None:
    for one in unlinked["facilities"]:
        run.say(
            Text(
                en=f"{one['name']} ({one['kind']}) hangs on no way: {one['reason']}.",
                zh=f"{one['name']}（{one['kind']}）未接入步行网络：{one['reason']}。",
            )
        )
    if homes := len(unlinked["homes"]):
        run.say(Text(en=f"{homes} homes hang on no way.", zh=f"{homes} 栋住宅未接入步行网络。"))


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
