"""What-if on the command line: options of ``cover`` that try changes, and how the answer is shown and written."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import geopandas as gpd
import typer
from rich.table import Table

from gridmap.cli.door import Door
from gridmap.cli.files import write_features, write_table
from gridmap.errors import Invalid, Text
from gridmap.services.what_if import Action, Change

Answer = dict[str, Any]

HOME = ("name", "households", "outcome_before", "outcome_after", "metres_before", "metres_after")
"""What is written of a home."""

Closed = Annotated[
    list[str] | None,
    typer.Option("--close", metavar="KEY", help="Try it without this facility (key in its source, or name)."),
]
Opened = Annotated[
    list[str] | None,
    typer.Option("--open", metavar="LON,LAT", help="Try it with one more facility here (WGS 84)."),
]
Moved = Annotated[
    list[str] | None,
    typer.Option("--move", metavar="KEY=LON,LAT", help="Try it with this facility there."),
]
GatesOpened = Annotated[
    list[str] | None, typer.Option("--open-gate", metavar="KEY", help="Try it with this gate open.")
]
GatesClosed = Annotated[
    list[str] | None, typer.Option("--close-gate", metavar="KEY", help="Try it with this gate shut.")
]


def changes_of(
    closed: Closed, opened: Opened, moved: Moved, gates_opened: GatesOpened, gates_closed: GatesClosed
) -> list[Change]:
    """Read the changes that are to be tried.

    Raises
    ------
    Invalid : a place that is no longitude and latitude.
    """
    return [
        *(Change(Action.CLOSE_FACILITY, key) for key in closed or ()),
        *(_moved(text) for text in moved or ()),
        *(Change(Action.OPEN_FACILITY, None, *_place(text)) for text in opened or ()),
        *(Change(Action.OPEN_GATE, key) for key in gates_opened or ()),
        *(Change(Action.CLOSE_GATE, key) for key in gates_closed or ()),
    ]


def require_one_service(changes: Sequence[Change], norms: Sequence[str]) -> None:
    """Refuse changes to more than one service.

    Raises
    ------
    Invalid
    """
    if changes and len(norms) != 1:
        raise Invalid(
            Text(en="Changes are tried on one service.", zh="改动须针对一种服务试算。"),
            hint=Text(en="Name it with --kind, once.", zh="请用 --kind 指定一种。"),
        )


def show(run: Door, tried: Answer) -> None:
    """Print what changes: of the area, and by community and grid."""
    zh = run.language == "zh"
    heads = ("范围", "步行可达户", "占比") if zh else ("where", "near on foot", "share")
    table = Table(heads[0], box=None)
    for head in heads[1:]:
        table.add_column(head, justify="right", no_wrap=True)
    table.add_row("全部" if zh else "whole", *_before_and_after(tried))
    for unit in (*tried["communities"], *tried["grids"]):
        table.add_row(unit.get("name") or unit["code"], *_before_and_after(unit))
    run.print_table(table)
    for text in (*_problems(tried), *_effects(tried)):
        run.say(text)


def write(tried: Answer, out: Path) -> None:
    """Write the homes that differ, as a table or on the map."""
    features = tried["homes"]["features"]
    frame = gpd.GeoDataFrame.from_features(features, crs="EPSG:4326", columns=["geometry", *HOME])
    frame.insert(0, "home", [one["id"] for one in features])
    if out.suffix == ".csv":
        write_table(frame.drop(columns="geometry"), out)
    else:
        write_features(frame, out, "homes")


def _moved(text: str) -> Change:
    key, _, place = text.rpartition("=")
    if not key:
        raise _no_place(text)
    return Change(Action.MOVE_FACILITY, key, *_place(place))


def _place(text: str) -> tuple[float, float]:
    try:
        lon, lat = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError:
        raise _no_place(text) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _no_place(text)
    return lon, lat


def _no_place(text: str) -> Invalid:
    return Invalid(
        Text(en=f"{text!r} is no place.", zh=f"“{text}”不是一个位置。"),
        hint=Text(
            en="Write --open LON,LAT or --move KEY=LON,LAT in degrees, longitude first.",
            zh="写法：--open 经度,纬度 或 --move 标识=经度,纬度，单位为度。",
        ),
    )


def _before_and_after(unit: Answer) -> tuple[str, str]:
    sides = (unit["before"], unit["after"])
    within = " → ".join(f"{side['within']:,.0f}" for side in sides)
    share = " → ".join("–" if side["share"] is None else f"{side['share']:.1%}" for side in sides)
    return within, share


def _problems(tried: Answer) -> Iterator[Text]:
    for change in tried["changes"]:
        if change["problem"] is not None:
            name, problem = change["name"], Text(**change["problem"])
            yield Text(en=f"{name}: {problem.en}", zh=f"{name}：{problem.zh}")


def _effects(tried: Answer) -> Iterator[Text]:
    words = {
        "gained": Text(en="near enough now, not before", zh="新增可达"),
        "lost": Text(en="near enough before, not now", zh="失去可达"),
        "nearer": Text(en="a shorter way", zh="路程缩短"),
        "farther": Text(en="a longer way", zh="路程变长"),
    }
    for name, word in words.items():
        households, homes = tried[name]["households"], tried[name]["homes"]
        if homes:
            yield Text(
                en=f"{word.en}: {households:,.0f} households in {homes} homes",
                zh=f"{word.zh}：{households:,.0f} 户（{homes} 栋）",
            )
