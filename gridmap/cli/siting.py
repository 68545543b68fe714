"""``site``: where to open more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import pandas as pd
import typer
from rich.table import Table

from gridmap.cli.covering import AT, MINUTES, PROFILE, STANDARD
from gridmap.cli.database import Json
from gridmap.cli.dividing import AREA
from gridmap.cli.door import Door, as_json, door
from gridmap.cli.files import check_suffix, write_features, write_table
from gridmap.errors import Text
from gridmap.io.writing.files import write_text
from gridmap.services.questions import Objective, SitingQuestion, Walking
from gridmap.services.siting import site as site_facilities


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(site)


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
            run.engine,
            area,
            asked,
            standards=run.standards,
            actor=run.actor,
            progress=progress,
            hear=lambda first: run.say(_at_once(first)),
        )
    answer = found.study.as_dict()
    if out is not None:
        _write_sites(answer, out)
    if as_json:
        run.answer(answer)
    else:
        _show_sites(run, answer)


def _write_sites(answer: dict[str, Any], out: Path) -> None:
    chosen = pd.DataFrame(answer["chosen"])
    if out.suffix == ".json":
        write_text([as_json(answer, pretty=True), "\n"], out)
    elif out.suffix == ".csv":
        write_table(chosen, out)
    else:
        points = gpd.points_from_xy(chosen.pop("lon"), chosen.pop("lat"), crs="EPSG:4326")
        write_features(gpd.GeoDataFrame(chosen, geometry=points), out, "sites")


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
    for line in _by_objective(answer):
        run.say(line)
    for warning in answer["warnings"]:
        run.say(Text(**warning))


def _at_once(first: dict[str, Any]) -> Text:
    """Say what greedy found, while the best choice is sought."""
    sites = len(first["names"])
    covered = "–" if first["covered"] is None else f"{first['covered']:,.0f}"
    return Text(
        en=f"At once: {sites} sites, {covered} near enough. Seeking the best choice …",
        zh=f"初步方案：{sites} 处，覆盖 {covered}。正在求最优方案……",
    )


def _by_objective(answer: dict[str, Any]) -> Iterator[Text]:
    """Say what only some objectives tell."""
    walk = answer["walk"]
    if walk and walk["before_m"] is not None:
        yield Text(
            en=f"Mean walk before: {walk['before_m']:,.0f} m; after: {walk['after_m']:,.0f} m.",
            zh=f"平均步行距离：现状 {walk['before_m']:,.0f} 米，选址后 {walk['after_m']:,.0f} 米。",
        )
    if answer["objective"] == Objective.ALL and answer["left"]:
        yield Text(
            en=f"{answer['left']:,.0f} are out of reach of every candidate.",
            zh=f"另有 {answer['left']:,.0f} 不在任何候选点的服务半径内。",
        )


def _summary(answer: dict[str, Any], known: Text) -> Text:
    """Say how many are near enough before and after, and how good the choice is."""
    found, sites = answer["answer"], len(answer["chosen"])
    return Text(
        en=f"{sites} sites. Near enough before: {answer['before']:,.0f} of {answer['demand']:,.0f}; "
        f"after: {found['covered']:,.0f} ({known.en}).",
        zh=f"共 {sites} 处。现状覆盖 {answer['before']:,.0f}／{answer['demand']:,.0f}，"
        f"选址后 {found['covered']:,.0f}（{known.zh}）。",
    )
