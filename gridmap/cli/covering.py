"""``cover`` and ``site``: who is served on foot, and where to open more."""

from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import pandas as pd
import typer
from rich.table import Table

from gridmap.cli import altering
from gridmap.cli.database import Json
from gridmap.cli.dividing import AREA
from gridmap.cli.door import Door, as_json, door
from gridmap.cli.files import check_suffix, write_features, write_table
from gridmap.errors import Text
from gridmap.io.writing import write_text
from gridmap.services.coverage_page import write_coverage_page
from gridmap.services.covering import Coverage
from gridmap.services.covering import cover as cover_area
from gridmap.services.questions import Objective, SitingQuestion, Walking
from gridmap.services.siting import site as site_facilities
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
    """Add the commands of this module."""
    app.command()(cover)
    app.command()(site)


def cover(
    context: typer.Context,
    area: Annotated[str, AREA],
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

    Distance, floor area and capacity are told apart; whoever is not served is listed with the reason. With --close, --open,
    --move, --open-gate or --close-gate it tells what these would change for one service, all together; --out then has the
    homes that differ.

    Examples: `gridmap cover 示意街道 --standard sample-district` · `gridmap cover 999901001003 --standard gb50180-2018
    --profile wheelchair --at "Saturday 19:00"` · `gridmap cover 示意街道 --standard sample-district --kind day_care --out 未覆盖.csv` ·
    `gridmap cover 示意街道 --standard sample-district --kind day_care --open-gate 望湖苑侧门 --open 165.0108,30.0028`
    """
    run = door(context)
    asked = Walking(standard, tuple(kinds or ()), profile, at, minutes)
    changes = altering.changes_of(closed, opened, moved, gates_opened, gates_closed)
    altering.require_one_service(changes, asked.norms)
    check_suffix(out, *(() if changes else (".html",)))
    with run.progress() as progress:
        coverage = cover_area(
            run.engine, area, asked, standards=_standards(run), actor=run.actor, progress=progress
        )
    answer = coverage.study.as_dict()
    if changes:
        answer |= {"what_if": try_on(coverage, changes)}
    if out is not None:
        _write_coverage(run, coverage, answer, out)
    if as_json:
        run.answer(answer)
    else:
        _show_coverage(run, answer)
    if out is not None:
        run.say(Text(en=f"Written to {out}.", zh=f"已写入 {out}。"))


def site(
    context: typer.Context,
    area: Annotated[str, AREA],
    kind: Annotated[str, typer.Option(help="Kind of facility, or id of a norm.")],
    count: Annotated[int | None, typer.Option(help="How many to open at most.", min=1)] = None,
    standard: Annotated[str, STANDARD] = "gb50180-2018",
    objective: Annotated[
        Objective,
        typer.Option(
            help="cover: most people near enough; all: everybody, with the fewest; nearest: the shortest walk of all."
        ),
    ] = Objective.COVER,
    budget: Annotated[float | None, typer.Option(help="Cost at most, in the unit of the candidates.")] = None,
    floor: Annotated[
        float, typer.Option(help="Share of every grid to be covered at least.", min=0, max=1)
    ] = 0.0,
    profile: Annotated[str, PROFILE] = "adult",
    at: Annotated[str | None, AT] = None,
    minutes: Annotated[float | None, MINUTES] = None,
    capacitated: Annotated[
        bool, typer.Option("--capacitated", help="A facility serves no more people than it has places for.")
    ] = False,
    no_gates: Annotated[bool, typer.Option("--no-gates", help="Do not propose to open gates.")] = False,
    out: Annotated[Path | None, typer.Option(help="File to write: .json, .csv, .geojson or .gpkg.")] = None,
    as_json: Json = False,
) -> None:
    """Choose rooms, plots or gates to open so that people are near a facility. 设施选址。

    Candidates are places of the kinds vacant_room, shared_room and plot, and gates that are shut. `--objective all` needs no
    count; minimum shares and capacities are known to `cover` only.

    Examples: `gridmap site 示意街道 --kind day_care --count 2 --standard sample-district` · `gridmap site 示意街道 --kind
    day_care --objective all --standard sample-district` · `gridmap site 高桥社区 --kind day_care --count 1 --minutes 10 --json`
    """
    run = door(context)
    walking = Walking(standard, (kind,), profile, at, minutes)
    asked = SitingQuestion(
        walking, count, budget, floor, capacitated=capacitated, with_gates=not no_gates, objective=objective
    )
    check_suffix(out)
    with run.progress() as progress:
        found = site_facilities(
            run.engine, area, asked, standards=_standards(run), actor=run.actor, progress=progress
        )
    answer = found.study.as_dict()
    if out is not None:
        _write_sites(answer, out)
    if as_json:
        run.answer(answer)
    else:
        _show_sites(run, answer)


def _standards(run: Door) -> Path:
    return run.settings.data / "standards"


def _write_coverage(run: Door, coverage: Coverage, answer: dict[str, Any], out: Path) -> None:
    if out.suffix == ".html":
        study = coverage.study.id
        write_coverage_page(run.engine, study, out, language=run.language, actor=run.actor)
    elif out.suffix == ".json":
        write_text([as_json(answer, pretty=True), "\n"], out)
    elif "what_if" in answer:
        altering.write(answer["what_if"], out)
    elif out.suffix == ".csv":
        rows = [{"norm": norm["norm"], **row} for norm in answer["norms"] for row in norm["uncovered"]]
        write_table(pd.DataFrame(rows), out)
    else:
        write_features(coverage.homes(), out, "homes")


def _write_sites(answer: dict[str, Any], out: Path) -> None:
    chosen = pd.DataFrame(answer["chosen"])
    if out.suffix == ".json":
        write_text([as_json(answer, pretty=True), "\n"], out)
    elif out.suffix == ".csv":
        write_table(chosen, out)
    else:
        points = gpd.points_from_xy(chosen.pop("lon"), chosen.pop("lat"), crs="EPSG:4326")
        write_features(gpd.GeoDataFrame(chosen, geometry=points), out, "sites")


def _show_coverage(run: Door, answer: dict[str, Any]) -> None:
    zh = run.language == "zh"
    heads = ("服务", "设施", "步行可达户", "占比", "不确定", "面积", "容量")
    if not zh:
        heads = ("service", "has", "near on foot", "share", "unsure", "area", "places")
    table = Table(heads[0], box=None)
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


def _show_sites(run: Door, answer: dict[str, Any]) -> None:
    zh = run.language == "zh"
    table = Table(
        *(("候选点", "类型", "费用", "仅由其覆盖") if zh else ("site", "kind", "cost", "only by it")),
        box=None,
    )
    for row in answer["chosen"]:
        cost = "–" if row["cost"] is None else f"{row['cost']:g}"
        table.add_row(row["name"], row["kind"], cost, f"{row['alone']:,.0f}")
    run.print_table(table)
    found = answer["answer"]
    known = (
        Text(en="proved best", zh="已证明最优")
        if found["proved"]
        else Text(en=f"at most {found['gap']:.2%} from the best", zh=f"与最优最多相差 {found['gap']:.2%}")
    )
    run.say(_summary(answer, known))
    if walk := answer["walk"]:
        run.say(
            Text(
                en=f"Mean walk before: {walk['before_m']:,.0f} m; after: {walk['after_m']:,.0f} m.",
                zh=f"平均步行距离：现状 {walk['before_m']:,.0f} 米，选址后 {walk['after_m']:,.0f} 米。",
            )
        )
    if answer["objective"] == Objective.ALL and answer["left"]:
        run.say(
            Text(
                en=f"{answer['left']:,.0f} are out of reach of every candidate.",
                zh=f"另有 {answer['left']:,.0f} 不在任何候选点的服务半径内。",
            )
        )
    for warning in answer["warnings"]:
        run.say(Text(**warning))


def _summary(answer: dict[str, Any], known: Text) -> Text:
    """Say how many are near enough before and after, and how good the choice is."""
    found, sites = answer["answer"], len(answer["chosen"])
    return Text(
        en=f"{sites} sites. Near enough before: {answer['before']:,.0f} of {answer['demand']:,.0f}; "
        f"after: {found['covered']:,.0f} ({known.en}).",
        zh=f"共 {sites} 处。现状覆盖 {answer['before']:,.0f}／{answer['demand']:,.0f}，"
        f"选址后 {found['covered']:,.0f}（{known.zh}）。",
    )
