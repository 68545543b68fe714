"""What an import refuses once it knows what is in the database: row by row, with a reason and a hint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, Row, Table

from gridmap.core.crs import WGS84
from gridmap.core.detection import detect_shift
from gridmap.core.model import AreaLevel
from gridmap.core.offsets import in_shift_box
from gridmap.core.quality import Problem
from gridmap.db.importing import remove_rows
from gridmap.db.queries import sql
from gridmap.errors import Invalid, Text
from gridmap.services.areas import AreaReference
from gridmap.services.importing.joining import find_buildings

LEVELS = [level.value for level in AreaLevel]
"""From the top."""
SHIFT_SAMPLE = 2_000
FEWEST_REFERENCES = 30
CLOSE_M = 30.0
"""A reading of coordinates fits when the median distance to known buildings is below this."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row the database cannot take: ``column`` is the field at fault, None for the row as a whole."""

    row: int
    field: str | None
    value: str | None
    problem: Problem


# --- before the rows are sent ---


def refuse_shifted(connection: Connection, frame: gpd.GeoDataFrame, dataset: str) -> None:
    """Refuse coordinates that lie where known buildings are only once the GCJ-02 or BD-09 shift is taken off.

    Raises
    ------
    Invalid : they do; the hint names the option.
    """
    points = shapely.get_coordinates(shapely.centroid(np.asarray(frame.geometry.array, dtype=object)))
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0 or not in_shift_box(points).all():
        return
    sample = points[:: max(len(points) // SHIFT_SAMPLE, 1)]
    names = ("west", "south", "east", "north")
    bounds = np.concatenate([sample.min(axis=0) - 0.01, sample.max(axis=0) + 0.01]).tolist()
    known = connection.execute(
        sql("reference_points"), {"dataset": dataset, **dict(zip(names, bounds, strict=True))}
    ).all()
    if len(known) < FEWEST_REFERENCES:
        return
    found = detect_shift(sample, np.array([tuple(row) for row in known], dtype=np.float64))
    if found.crs is None or found.crs == WGS84 or found.distances_m[found.crs] > CLOSE_M:
        return
    away, close = found.distances_m[WGS84], found.distances_m[found.crs]
    raise Invalid(
        Text(
            en=f"The coordinates seem to be shifted ({found.crs}): they lie {away:.0f} m from the buildings that are "
            f"known, and {close:.0f} m once the shift is taken off.",
            zh=f"坐标疑似带有 {found.crs} 偏移：距已有楼栋约 {away:.0f} 米，纠偏后约 {close:.0f} 米。",
        ),
        hint=Text(
            en=f"Pass --crs {found.crs}; or --crs EPSG:4326 if they are right as they are.",
            zh=f"请加 --crs {found.crs}；若坐标本来正确，请加 --crs EPSG:4326。",
        ),
        reason="crs.shifted",
        candidates=[found.crs, WGS84],
    )


def outside_of(connection: Connection, frame: gpd.GeoDataFrame, area: AreaReference) -> list[Refused]:
    """List the rows whose place has nothing in common with the area they were imported for."""
    shape = shapely.from_wkb(bytes(connection.execute(sql("area_shape"), {"area_id": area.id}).scalar_one()))
    shapely.prepare(shape)
    places = np.asarray(frame.geometry.array, dtype=object)
    outside = ~shapely.is_missing(places) & ~shapely.intersects(shape, places)
    problem = Problem(
        "area.outside",
        Text(
            en=f"The row lies outside {area.name} ({area.code}).",
            zh=f"该行位于 {area.name}（{area.code}）之外。",
        ),
        Text(
            en="Look at the coordinate system, or import it without --area.",
            zh="请核对坐标系，或去掉 --area 再导入。",
        ),
    )
    return [Refused(int(row), None, None, problem) for row in frame["row"].to_numpy()[outside]]


def without_count(frame: gpd.GeoDataFrame) -> list[Refused]:
    """List the rows of a table of households that do not say how many."""
    problem = Problem(
        "value.missing",
        Text(en="The number of households is missing.", zh="缺少户数。"),
        Text(en="Fill it in; write 0 if nobody lives there.", zh="请补填；若无人居住请写 0。"),
    )
    missing = frame["households"].isna().to_numpy()
    return [Refused(int(row), "households", None, problem) for row in frame["row"].to_numpy()[missing]]


# --- when the rows are in their temporary table ---


def refuse_areas(connection: Connection, staged: Table) -> tuple[list[Refused], list[Text]]:
    """Take out areas that overlap others or whose parent is not there; note overlaps of a hair, which are kept."""
    refused: list[Refused] = []
    while True:
        overlaps = connection.execute(sql("overlapping_areas")).all()
        found = [*_overlapping(overlaps), *_orphans(connection)]
        if not found:
            return refused, _tolerated(overlaps)
        refused += {one.row: one for one in reversed(found)}.values()
        remove_rows(connection, staged, [one.row for one in found])


def _overlapping(overlaps: Iterable[Row[Any]]) -> Iterable[Refused]:
    """Of two areas of a file the later one loses, unless the earlier has lost already."""
    lost: set[int] = set()
    for one in overlaps:
        if not one.too_much or one.row in lost or one.other_row in lost:
            continue
        lost.add(one.row)
        other = f"{one.other_name} ({one.other_code})"
        where_en = "an area that is known" if one.other_row is None else f"row {one.other_row}"
        where_zh = "已有区域" if one.other_row is None else f"第 {one.other_row} 行"
        yield Refused(
            one.row,
            None,
            None,
            Problem(
                "area.overlap",
                Text(
                    en=f"The area overlaps {where_en}, {other}, by {one.m2:,.0f} m².",
                    zh=f"该区域与{where_zh} {other} 重叠 {one.m2:,.0f} 平方米。",
                ),
                Text(
                    en="Correct the line between the two; if one replaces the other, give it the same code.",
                    zh="请修正两者的界线；若是新旧替换，请使用相同的代码。",
                ),
            ),
        )


def _tolerated(overlaps: Sequence[Row[Any]]) -> list[Text]:
    if not overlaps:
        return []
    widest = max(overlaps, key=lambda one: one.m2)
    return [
        Text(
            en=f"{len(overlaps)} pairs of areas overlap by a strip and were taken; the largest has {widest.m2:,.0f} m², "
            f"{widest.width_m:.1f} m wide, with {widest.other_name} ({widest.other_code}).",
            zh=f"有 {len(overlaps)} 对区域边界略有重叠，已接受；最大一处 {widest.m2:,.0f} 平方米、"
            f"平均宽 {widest.width_m:.1f} 米，位于与 {widest.other_name}（{widest.other_code}）之间。",
        )
    ]


def _orphans(connection: Connection) -> Iterable[Refused]:
    for one in connection.execute(sql("areas_without_parent"), {"levels": LEVELS}):
        message = (
            Text(
                en=f"The parent {one.parent} is not of a higher level.",
                zh=f"上级 {one.parent} 的级别不高于本区域。",
            )
            if one.known
            else Text(en=f"The parent {one.parent} is not known.", zh=f"找不到上级区域 {one.parent}。")
        )
        hint = Text(
            en="Import the parent first, put it into the same file, or leave the field empty.",
            zh="请先导入上级区域，或放入同一文件，或将该字段留空。",
        )
        yield Refused(one.row, "parent", one.parent, Problem("area.parent", message, hint))


def refuse_homeless(connection: Connection, staged: Table) -> list[Refused]:
    """Take out residents for whom no single building is found, by reference, address or position."""
    connection.execute(sql("incoming_to_join"))
    find_buildings(connection, stand_ins=True)
    refused = [
        Refused(one.row, "building", one.building, AMBIGUOUS if one.how == "ambiguous" else HOMELESS)
        for one in connection.execute(sql("residents_without_building"))
    ]
    remove_rows(connection, staged, [one.row for one in refused])
    return refused


def refuse_placeless(connection: Connection, staged: Table) -> list[Refused]:
    """Put organisations without a place on the building of their address; take out those that have none."""
    connection.execute(sql("organisations_to_join"))
    find_buildings(connection)
    connection.execute(sql("place_organisations"))
    refused = [
        Refused(row, None, None, PLACELESS)
        for row in connection.execute(sql("organisations_without_place")).scalars()
    ]
    remove_rows(connection, staged, [one.row for one in refused])
    connection.execute(sql("forget_joining"))
    return refused


HOMELESS = Problem(
    "building.unknown",
    Text(en="There is no such building.", zh="找不到对应的楼栋。"),
    Text(
        en="Import the buildings first, or give house number and street, or the building's source_id.",
        zh="请先导入楼栋，或补全门牌号与街道名，或填写楼栋的 source_id。",
    ),
)
AMBIGUOUS = Problem(
    "building.ambiguous",
    Text(en="Several buildings fit.", zh="符合的楼栋不止一栋。"),
    Text(en="Give the building's source_id or a position.", zh="请填写楼栋的 source_id 或坐标。"),
)
PLACELESS = Problem(
    "place.unknown",
    Text(
        en="The row has no position, and no single building has its address.",
        zh="该行没有坐标，按地址也找不到唯一的楼栋。",
    ),
    Text(en="Give lon and lat, or house number and street.", zh="请补充经纬度，或门牌号与街道名。"),
)
