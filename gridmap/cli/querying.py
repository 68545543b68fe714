"""``query …``: the questions about places that ``/api/v1/query`` answers, and questions kept under a name."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from gridmap.cli.database import Json
from gridmap.cli.door import Door, door
from gridmap.core.coverage.profiles import ProfileName
from gridmap.core.here import Here
from gridmap.db.engine import transaction
from gridmap.db.spatial import Relation, Unit
from gridmap.errors import Invalid, Text
from gridmap.services.collections import find_collection
from gridmap.services.locating import Located, locate, locate_address
from gridmap.services.paging import Matched
from gridmap.services.querying import By, Found, find_near, find_nearest, find_within
from gridmap.services.saved_queries import change_saved, find_saved, list_saved, save
from gridmap.services.shapes import Asked
from gridmap.services.summing import Group, Summary, sum_up

query = typer.Typer(no_args_is_help=True, help="What lies where, as anyone may know it. 空间查询。")
POINTS = {"ignore_unknown_options": True}
"""So that a longitude of -70 is no option."""

ROLES = {
    "grid_worker": Text(en="Grid worker", zh="网格员"),
    "mediator": Text(en="Mediator", zh="调解员"),
}

Layer = Annotated[
    str, typer.Argument(help="buildings, facilities, grids …, as in export.", show_default=False)
]
Lon = Annotated[float, typer.Argument(help="Longitude, degrees.", show_default=False)]
Lat = Annotated[float, typer.Argument(help="Latitude, degrees.", show_default=False)]
Place = Annotated[str | None, typer.Option(help="Code or name of an area, grid or place.")]
Shape = Annotated[Path | None, typer.Option(help="GeoJSON file with a polygon.", exists=True, dir_okay=False)]
Saved = Annotated[str | None, typer.Option(help="Name of a saved question.")]
Filter = Annotated[str | None, typer.Option("--filter", help="CQL2, as in export.")]
HowFar = Annotated[By, typer.Option(help="On the ground, or on foot along the network.")]
Walker = Annotated[ProfileName, typer.Option(help="Who walks, for --by network.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(query, name="query")


@query.command(context_settings=POINTS)
def grid(
    context: typer.Context,
    lon: Annotated[float | None, typer.Argument(help="Longitude, degrees.")] = None,
    lat: Annotated[float | None, typer.Argument(help="Latitude, degrees.")] = None,
    street: Annotated[str | None, typer.Option(help="Instead of a point, with --number.")] = None,
    number: Annotated[str | None, typer.Option(help="House number.")] = None,
    community: Annotated[str | None, typer.Option(help="Where several have the address.")] = None,
    as_json: Json = False,
) -> None:
    """Tell which grid a point or an address is in, and who serves it. 查询所属网格。

    Examples: `gridmap query grid 120.1553 30.2741` · `gridmap query grid --street 望湖路 --number 12`
    """
    run = door(context)
    if lon is not None and lat is not None:
        located = locate(run.engine, Here(lon, lat))
    elif street is not None and number is not None:
        located = locate_address(run.engine, street, number, community=community)
    else:
        raise Invalid(
            Text(en="Neither a point nor an address is given.", zh="没有给出位置或地址。"),
            hint=Text(
                en="gridmap query grid LON LAT, or --street and --number.",
                zh="用法：gridmap query grid 经度 纬度，或 --street 与 --number。",
            ),
        )
    if as_json:
        run.answer(asdict(located))
    else:
        _show_grid(run, located)


@query.command()
def within(
    context: typer.Context,
    layer: Layer,
    place: Place = None,
    shape: Shape = None,
    saved: Saved = None,
    filtered: Filter = None,
    relation: Annotated[
        Relation, typer.Option(help="Touch the shape, lie wholly in it, or stand in it.")
    ] = Relation.INTERSECTS,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    token: Annotated[str | None, typer.Option(help="Where the page begins.")] = None,
    as_json: Json = False,
) -> None:
    """List the features in a shape. 查询图形内的要素。

    Examples: `gridmap query within facilities --place 甲社区` · `gridmap query within buildings --shape area.geojson
    --filter "floors >= 12" --json`
    """
    run = door(context)
    asked = _asked(place, shape, saved, filtered)
    page = find_within(run.engine, find_collection(layer), asked, relation=relation, limit=limit, token=token)
    features = json.loads(f"[{page.features}]")
    if as_json:
        run.answer(_collection(features, page.matched) | {"next": page.following})
        return
    _show(run, features, page.matched)
    if page.following is not None:
        run.say(Text(en=f"More with --token {page.following}", zh=f"下一页：--token {page.following}"))


@query.command(context_settings=POINTS)
def near(
    context: typer.Context,
    layer: Layer,
    lon: Lon,
    lat: Lat,
    metres: Annotated[float, typer.Option(help="At most 50,000 on the ground, 3,000 on foot.")] = 500.0,
    by: HowFar = By.GROUND,
    walker: Walker = ProfileName.ADULT,
    place: Place = None,
    filtered: Filter = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 100,
    as_json: Json = False,
) -> None:
    """List the features within a distance of a point, the nearest first. 查询附近的要素。

    Examples: `gridmap query near facilities 120.1553 30.2741 --metres 800` · `gridmap query near facilities 120.1553 30.2741
    --by network --filter "kind = 'clinic'"`
    """
    run = door(context)
    found = find_near(
        run.engine,
        find_collection(layer),
        Here(lon, lat),
        metres,
        _asked(place, None, None, filtered),
        by=by,
        walker=walker,
        limit=limit,
    )
    _tell(run, found, as_json=as_json)


@query.command(context_settings=POINTS)
def nearest(
    context: typer.Context,
    layer: Layer,
    lon: Lon,
    lat: Lat,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1_000, help="How many.")] = 5,
    by: HowFar = By.GROUND,
    walker: Walker = ProfileName.ADULT,
    place: Place = None,
    filtered: Filter = None,
    as_json: Json = False,
) -> None:
    """List the nearest features to a point; on foot those within 3 km. 查询最近的要素。

    Example: `gridmap query nearest facilities 120.1553 30.2741 -n 3 --by network`
    """
    run = door(context)
    found = find_nearest(
        run.engine,
        find_collection(layer),
        Here(lon, lat),
        count,
        _asked(place, None, None, filtered),
        by=by,
        walker=walker,
    )
    _tell(run, found, as_json=as_json)


@query.command()
def aggregate(
    context: typer.Context,
    layer: Layer,
    by: Annotated[Unit, typer.Option(help="What is counted for.")] = Unit.GRID,
    sums: Annotated[list[str] | None, typer.Option("--sum", help="Column to sum; may repeat.")] = None,
    size: Annotated[float, typer.Option(help="Side of hexagons, metres.")] = 500.0,
    place: Place = None,
    shape: Shape = None,
    saved: Saved = None,
    filtered: Filter = None,
    as_json: Json = False,
) -> None:
    """Count and sum features by grid, community or hexagon. Small counts of people are in no sum. 汇总统计。

    Examples: `gridmap query aggregate buildings --by community --sum households` · `gridmap query aggregate facilities
    --by hexagon --size 300 --place 甲社区 --json`
    """
    run = door(context)
    summary = sum_up(
        run.engine,
        find_collection(layer),
        by,
        _asked(place, shape, saved, filtered),
        sums=sums or [],
        size_m=size,
    )
    if as_json:
        groups = [_plain(group) for group in summary.groups]
        run.answer(
            {
                "collection": layer,
                "by": by.value,
                "total": _plain(summary.total),
                "groups": groups,
                "srid": summary.srid,
            }
        )
        return
    _show_sums(run, summary, sums or [])


@query.command("save")
def save_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called.", show_default=False)],
    shape: Shape = None,
    layer: Annotated[str | None, typer.Option(help="What the filter is about.")] = None,
    filtered: Filter = None,
    note: Annotated[str, typer.Option()] = "",
    as_json: Json = False,
) -> None:
    """Keep a shape, a filter, or both, under a name that questions can give. 保存查询。

    Examples: `gridmap query save 试点片区 --shape area.geojson` · `gridmap query save 高层 --layer buildings --filter "floors >= 12"`
    """
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        kept = save(connection, name, shape=_geojson(shape), collection=layer, filtered=filtered, note=note)
    _say_saved(run, kept, as_json=as_json)


@query.command("saved")
def saved_(
    context: typer.Context,
    deleted: Annotated[bool, typer.Option("--deleted", help="Those deleted.")] = False,
    as_json: Json = False,
) -> None:
    """List the saved questions. 列出已存查询。"""
    run = door(context)
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        found = list_saved(connection, deleted=deleted)
    if as_json:
        run.answer({"saved": found})
        return
    zh = run.language == "zh"
    table = Table(
        *(("名称", "数据集", "条件", "图形", "备注") if zh else ("name", "layer", "filter", "shape", "note")),
        box=None,
    )
    for one in found:
        kind = "–" if one["shape"] is None else one["shape"]["type"]
        table.add_row(one["name"], one["collection"] or "–", one["filter"] or "–", kind, one["note"])
    run.print_table(table)


@query.command()
def rename(context: typer.Context, name: str, new_name: str, as_json: Json = False) -> None:
    """Give a saved question another name. 重命名已存查询。"""
    _change(door(context), name, as_json=as_json, new_name=new_name)


@query.command()
def delete(context: typer.Context, name: str, as_json: Json = False) -> None:
    """Delete a saved question; `gridmap query restore` puts it back. 删除已存查询。"""
    _change(door(context), name, as_json=as_json, deleted=True)


@query.command()
def restore(context: typer.Context, name: str, as_json: Json = False) -> None:
    """Put a deleted question back, of several with the name the one deleted last. 恢复已删除的查询。"""
    _change(door(context), name, as_json=as_json, deleted=False)


def _change(
    run: Door, name: str, *, as_json: bool, new_name: str | None = None, deleted: bool | None = None
) -> None:
    with transaction(run.engine, actor=run.actor, role="gridmap_app") as connection:
        key = find_saved(connection, name, deleted=deleted is False)
        kept = change_saved(connection, key, name=new_name, deleted=deleted)
    _say_saved(run, kept, as_json=as_json)


def _say_saved(run: Door, kept: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        run.answer(kept)
    elif kept["deleted_at"] is not None:
        run.say(
            Text(
                en=f"“{kept['name']}” is deleted; gridmap query restore {kept['name']} puts it back.",
                zh=f"已删除“{kept['name']}”，可用 gridmap query restore {kept['name']} 恢复。",
            )
        )
    else:
        run.say(Text(en=f"Saved as “{kept['name']}”.", zh=f"已保存为“{kept['name']}”。"))


def _asked(place: str | None, shape: Path | None, saved: str | None, filtered: str | None) -> Asked:
    return Asked(_geojson(shape), place, saved, filtered)


def _geojson(file: Path | None) -> Any:
    """Read a GeoJSON file; a collection of one feature is that feature."""
    if file is None:
        return None
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise Invalid(
            Text(en=f"{file} is not GeoJSON: {error}.", zh=f"{file} 不是有效的 GeoJSON：{error}。")
        ) from None
    if (
        isinstance(told, dict)
        and told.get("type") == "FeatureCollection"
        and len(told.get("features", [])) == 1
    ):
        return told["features"][0]
    return told


def _collection(features: list[dict[str, Any]], matched: Matched) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": features,
        **matched.as_dict(),
        "numberReturned": len(features),
    }


def _plain(group: Group) -> dict[str, Any]:
    told = asdict(group)
    shape = told.pop("shape")
    return told | {"geometry": None if shape is None else json.loads(shape)}


def _sum(group: Group, name: str) -> str:
    told = group.sums[name]
    number = "–" if told.total is None else f"{told.total:,}"
    return f"{number} (?{told.untold:,})" if told.untold else number


def _show_sums(run: Door, summary: Summary, sums: list[str]) -> None:
    zh = run.language == "zh"
    table = Table(
        "编码" if zh else "code", "名称" if zh else "name", "数量" if zh else "count", *sums, box=None
    )
    for group in [*summary.groups, summary.total]:
        total = group is summary.total
        code = ("合计" if zh else "total") if total else group.code or "–"
        table.add_row(code, group.name or "", f"{group.count:,}", *(_sum(group, name) for name in sums))
    run.print_table(table)
    if any(told.untold for told in summary.total.sums.values()):
        run.say(
            Text(
                en="(?n): of n features the value is not known or, of people, too small to tell.",
                zh="（?n）：另有 n 个要素数值不详，或人数过少不公布。",
            )
        )


def _tell(run: Door, found: Found, *, as_json: bool) -> None:
    if as_json:
        run.answer(_collection(found.features, Matched(found.matched)))
    else:
        _show(run, found.features, Matched(found.matched))


def _show(run: Door, features: list[dict[str, Any]], matched: Matched) -> None:
    zh = run.language == "zh"
    table = Table(
        "编号" if zh else "id",
        "名称" if zh else "name",
        "类型" if zh else "kind",
        "米" if zh else "m",
        box=None,
    )
    for feature in features:
        told = feature["properties"]
        called = (
            told.get("name")
            or told.get("code")
            or " ".join(filter(None, (told.get("street"), told.get("house_number"))))
        )
        metres = "" if "distance_m" not in told else f"{told['distance_m']:,.0f}"
        kind = told.get("kind") or told.get("use") or told.get("class") or "–"
        table.add_row(str(feature["id"]), called or "–", kind, metres)
    run.print_table(table)
    run.say(
        Text(
            en=f"{len(features):,} of {'' if matched.is_exact else 'about '}{matched.number:,}.",
            zh=f"{'共' if matched.is_exact else '约'} {matched.number:,} 个，列出 {len(features):,} 个。",
        )
    )


def _show_grid(run: Door, located: Located) -> None:
    zh = run.language == "zh"
    table = Table(show_header=False, box=None)
    table.add_row(located.said.in_language(run.language))
    if located.grid is not None and located.grid.households is not None:
        table.add_row(f"{located.grid.households} 户" if zh else f"{located.grid.households} households")
    for role in located.roles:
        kind = ROLES.get(role.kind, Text(en=role.kind, zh=role.kind)).in_language(run.language)
        table.add_row(f"{kind} {role.name} {role.phone or ''}".rstrip())
    run.print_table(table)
