"""``import``, ``quarantine`` and ``estimate``."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from gridmap.cli.database import Json
from gridmap.cli.door import Door, door
from gridmap.cli.door import as_json as as_json_text
from gridmap.errors import Invalid, Text
from gridmap.io.reading import ReadOptions
from gridmap.io.schemas import field_rows
from gridmap.io.writing.files import write_text
from gridmap.services import estimating
from gridmap.services.importing import (
    ImportReport,
    export_quarantine,
    export_unplaced,
    import_file,
)

quarantine = typer.Typer(
    no_args_is_help=True, help="Rows that an import could not take. 导入时被隔离的记录。"
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_)
    app.add_typer(quarantine, name="quarantine")
    app.command()(estimate)


def import_(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(
            help="areas, cells, buildings, roads, places, facilities, organisations, households, residents or osm."
        ),
    ],
    file: Annotated[
        Path | None, typer.Argument(help="CSV, Excel, GeoJSON, GeoPackage, Shapefile or OSM PBF.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(help="EPSG:n, gcj02 or bd09. Default: what the file tells.")
    ] = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="field=column of the file; may repeat.")
    ] = None,
    constants: Annotated[
        list[str] | None, typer.Option("--set", help="field=value for all rows; may repeat.")
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="The area the rows are for; rows outside are set aside.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="utf-8, gb18030, big5 … Default: told from the bytes.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of a GeoPackage or sheet of a workbook.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do all of it, report, and keep nothing.")
    ] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report", help="Write the report as JSON to this file.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the import.")] = "",
    fields: Annotated[bool, typer.Option("--fields", help="List the fields of the kind and stop.")] = False,
    as_json: Json = False,
) -> None:
    """Take a file in. 导入文件。

    Good rows are kept in one transaction; rows that cannot be taken wait in quarantine with the reason.

    Examples: `gridmap import buildings --fields` · `gridmap import areas 社区.shp --set level=community` ·
    `gridmap import households 户数.csv --map households=户数 house_number=门牌 --dry-run`
    """
    run = door(context)
    if fields:
        _show_fields(run, kind, as_json=as_json)
        return
    if file is None:
        raise Invalid(
            Text(en="Which file is to be imported?", zh="要导入哪个文件？"),
            hint=Text(en=f"gridmap import {kind} FILE", zh=f"gridmap import {kind} 文件"),
        )
    fixed = _pairs(constants or [], option="--set")
    with run.progress() as progress:
        report = import_file(
            run.engine,
            kind,
            file,
            options=ReadOptions(
                crs=crs, mapping=_pairs(mapping or [], option="--map"), encoding=encoding, layer=layer
            ),
            dataset=fixed.pop("dataset", None),
            constants=fixed,
            area=area,
            actor=run.actor,
            reason=reason,
            dry_run=dry_run,
            progress=progress,
        )
    _tell(run, report, report_file, as_json=as_json)


@quarantine.command("export")
def export_rows(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="CSV or GeoJSON to write.")],
    dataset: Annotated[str | None, typer.Option(help="Of this data set only.")] = None,
    unplaced: Annotated[
        bool, typer.Option("--unplaced", help="Instead: addresses whose households have no building.")
    ] = False,
) -> None:
    """Write the waiting rows to a file, to be mended and imported again. 导出被隔离的记录以便修改后重新导入。

    Example: `gridmap quarantine export mend.csv --dataset 户数`
    """
    run = door(context)
    write = export_unplaced if unplaced else export_quarantine
    count = write(run.engine, out, dataset=dataset, actor=run.actor)
    run.say(Text(en=f"{count} rows written to {out}.", zh=f"已将 {count} 条记录写入 {out}。"))


def estimate(
    context: typer.Context,
    area: Annotated[str, typer.Argument(help="Code or name of an area.", show_default=False)],
    total: Annotated[
        int | None, typer.Option(help="Households the estimates shall sum to, where a total is known.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Take the estimates back.")] = False,
    as_json: Json = False,
) -> None:
    """Estimate households from floors × footprint where no count exists. 按层数×占地估算户数。

    Estimates are marked wherever they show and never replace a count. Example: `gridmap estimate 甲社区`
    """
    run = door(context)
    if clear:
        cleared = estimating.clear_estimates(run.engine, area, actor=run.actor)
        run.say(Text(en=f"{cleared} estimates taken back.", zh=f"已清除 {cleared} 栋楼的估算。"))
        return
    report = estimating.estimate(run.engine, area, control_total=total, actor=run.actor)
    if as_json:
        run.answer(report.as_dict())
    else:
        for line in report.lines():
            run.say(line)


def _pairs(given: list[str], *, option: str) -> dict[str, str]:
    """Read ``field=value`` pairs; one option may carry several, separated by blanks or commas."""
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Invalid(
                Text(
                    en=f"{option} {text!r} is not field=value.", zh=f"{option} “{text}”不是“字段=值”的形式。"
                ),
                hint=Text(en=f"For example {option} households=户数.", zh=f"例如 {option} households=户数。"),
            )
        pairs[name.strip()] = value.strip()
    return pairs


def _tell(run: Door, report: ImportReport, report_file: Path | None, *, as_json: bool) -> None:
    if report_file is not None:
        write_text([as_json_text(report.as_dict(), pretty=True)], report_file)
    if as_json:
        run.answer(report.as_dict())
        return
    for line in report.lines(run.language):
        run.print_line(line)


def _show_fields(run: Door, kind: str, *, as_json: bool) -> None:
    rows = field_rows(kind)
    if as_json:
        run.answer({"kind": kind, "fields": rows})
        return
    table = Table(*rows[0], box=None) if rows else Table(box=None)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    run.print_table(table)
