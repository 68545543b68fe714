"""``export`` and ``map``."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gridmap.cli.database import Json
from gridmap.cli.door import door
from gridmap.core.model import silent
from gridmap.errors import Invalid, Text
from gridmap.io.writing.formats import Format, Headers
from gridmap.services import exporting


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(export)
    app.command("map")(map_)


def export(
    context: typer.Context,
    layer: Annotated[
        str,
        typer.Argument(help="areas, grids, buildings, cells, places, facilities, roads or organisations."),
    ],
    area: Annotated[str | None, typer.Option(help="Code or name of an area. Default: everything.")] = None,
    filtered: Annotated[
        str | None,
        typer.Option("--filter", help="Features for which this CQL2 text is true. Default: all."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="Of the file.")] = Format.GEOJSON,
    out: Annotated[
        Path | None, typer.Option(help="File to write. Default: stdout, for geojson, geojsonseq and csv.")
    ] = None,
    headers: Annotated[
        Headers | None,
        typer.Option(
            help="Over the columns of csv and xlsx: field names (en), Chinese titles (zh) or both in one cell.",
            show_default="en for csv, both for xlsx",
        ),
    ] = None,
    min_zoom: Annotated[int | None, typer.Option(help="Of pmtiles.", show_default="0")] = None,
    max_zoom: Annotated[int | None, typer.Option(help="Of pmtiles.", show_default="15")] = None,
    as_json: Json = False,
) -> None:
    """Write a layer to a file. 导出图层。

    GeoJSON is RFC 7946: WGS 84, longitude first. Building counts are complete, not only the published ones, except in
    PMTiles, which hold the tiles of the server. A file appears when it is complete; Ctrl-C leaves none.

    Examples: `gridmap export grids --area 甲社区 --out grids.geojson` · `gridmap export buildings --format gpkg --out b.gpkg`
    · `gridmap export buildings --filter "floors >= 12 AND households IS NULL"`
    · `gridmap export facilities --format xlsx --headers zh --out 设施.xlsx`
    · `gridmap export grids --format pmtiles --max-zoom 14 --out grids.pmtiles`
    """
    run = door(context)
    if as_json and out is None:
        raise Invalid(
            Text(en="--json needs --out: stdout cannot carry both.", zh="--json 需要同时给出 --out。"),
        )
    with run.progress() as progress:
        report = exporting.export(
            run.engine,
            layer,
            out or sys.stdout.buffer,
            form=form,
            wanted=area,
            filtered=filtered,
            headers=headers,
            zooms=(min_zoom, max_zoom),
            actor=run.actor,
            progress=progress if run.console.is_terminal and out is not None else silent,
        )
    if as_json:
        run.answer({"layer": layer, "features": report.features, "format": str(form), "file": report.target})
    else:
        unit = Text(en="tiles", zh="张瓦片") if form is Format.PMTILES else Text(en="features", zh="个要素")
        run.say(
            Text(
                en=f"{report.features:,} {unit.en} of {layer} written to {report.target}.",
                zh=f"已将 {layer} 的 {report.features:,} {unit.zh}写入 {report.target}。",
            )
        )


def map_(
    context: typer.Context,
    area: Annotated[str, typer.Argument(help="Code or name of an area.", show_default=False)],
    out: Annotated[Path, typer.Option(help="HTML file to write.")],
) -> None:
    """Write a map of an area's grids as one HTML file that opens without a network. 导出可离线打开的网格地图。

    Example: `gridmap map 甲社区 --out map.html`
    """
    from gridmap.services import mapping  # noqa: PLC0415 (seconds and memory that `export` does without)

    run = door(context)
    grids = mapping.write_map(run.engine, area, out, language=run.language, actor=run.actor)
    run.say(Text(en=f"Map of {grids} grids written to {out}.", zh=f"已将 {grids} 个网格的地图写入 {out}。"))
