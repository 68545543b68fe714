"""What is wrong with a row, found by named checks, said in both languages."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridmap.core.values import Problem, chinese_number
from gridmap.errors import Text

__all__ = [
    "Check",
    "Finding",
    "Problem",
    "chinese_number",
    "geometry_types",
    "in_range",
    "mended",
    "not_crossed",
    "not_swapped",
    "null_geometry",
    "unique",
]

AREA_KEPT = 0.99
"""A crossed polygon is mended only if this share of its area survives as one piece."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem in its place.

    Parameters
    ----------
    row : number of the row in the file, from 1, header not counted.
    column : the file's name of the column; None where the row or its geometry is meant.
    value : what stood there, shortened; None if nothing did.
    """

    row: int
    column: str | None
    value: str | None
    problem: Problem


@dataclass(frozen=True, slots=True)
class Check:
    """A named rule about rows: ``find`` takes a frame with the columns ``row`` and ``geometry``."""

    name: str
    meaning: Text
    find: Callable[[gpd.GeoDataFrame], Iterable[Finding]]


def mended(shape: BaseGeometry) -> BaseGeometry | None:
    """Repair a polygon that crosses itself, or return None if that would be guessing.

    The rule: after ``make_valid`` one piece must hold at least 99 % of the area enclosed, and that piece must be
    within 1 % of the area the ring claimed (shoelace, crossings counted against it). So a spike or a doubled
    vertex is mended, a bow tie is not: its two halves could both be meant, or neither. The parts of a
    multipolygon are mended one by one and then united where they overlap.
    """
    if shape.geom_type == "MultiPolygon":
        parts = [part if part.is_valid else mended(part) for part in shape.geoms]
        if any(part is None for part in parts):
            return None
        whole = shapely.union_all(np.array(parts, dtype=object))
        return whole if whole.geom_type in {"Polygon", "MultiPolygon"} else None
    pieces = [part for part in _parts(shapely.make_valid(shape)) if part.geom_type == "Polygon"]
    enclosed = sum(piece.area for piece in pieces)
    if not pieces or enclosed == 0.0:
        return None
    largest = max(pieces, key=lambda piece: piece.area)
    claimed = abs(shape.area)
    if largest.area < AREA_KEPT * enclosed or abs(largest.area - claimed) > (1.0 - AREA_KEPT) * claimed:
        return None
    return largest


def null_geometry() -> Check:
    """Find rows without a geometry, or with an empty one."""
    meaning = Text(en="every row has a geometry", zh="每行都有图形")
    problem = Problem(
        "geometry.null",
        Text(en="The row has no geometry.", zh="该行没有图形。"),
        Text(en="Draw it, or leave the row out.", zh="请补绘图形，或删去该行。"),
    )

    def find(frame: gpd.GeoDataFrame) -> Iterable[Finding]:
        shapes = _shapes(frame)
        return _findings(frame, shapely.is_missing(shapes) | shapely.is_empty(shapes), problem)

    return Check("geometry.null", meaning, find)


def geometry_types(allowed: frozenset[str]) -> Check:
    """Find geometries of a kind that the layer does not hold."""
    meaning = Text(en="geometries are of the right type", zh="图形类型正确")
    names = sorted(allowed)

    def find(frame: gpd.GeoDataFrame) -> Iterable[Finding]:
        shapes = _shapes(frame)
        types = np.array(["" if shape is None else shape.geom_type for shape in shapes], dtype=object)
        wrong = ~np.isin(types, [*names, ""])
        for position in np.flatnonzero(wrong).tolist():
            yield _finding(
                frame,
                position,
                Problem(
                    "geometry.type",
                    Text(
                        en=f"A {types[position]} does not fit: this layer holds {', '.join(names)}.",
                        zh=f"图形类型 {types[position]} 不符：该图层只收 {'、'.join(names)}。",
                    ),
                    Text(
                        en="Draw it again in the right type, or import the row as another kind.",
                        zh="请按正确类型重绘，或按其他类别导入。",
                    ),
                ),
            )

    return Check("geometry.type", meaning, find)


def in_range() -> Check:
    """Find coordinates that are not on the earth, and the zero point of a missing fix."""
    meaning = Text(en="coordinates are on the earth", zh="坐标在地球范围内")
    outside = Problem(
        "coordinates.range",
        Text(en="The coordinates are not on the earth.", zh="坐标超出地球范围。"),
        Text(
            en="Look for a wrong digit, swapped columns or another coordinate system (--crs).",
            zh="请检查数字、列的顺序或坐标系（--crs）。",
        ),
    )
    zero = Problem(
        "coordinates.zero",
        Text(
            en="The coordinates are 0, 0: a place that was not found.",
            zh="坐标为 0,0，通常是未能定位的记录。",
        ),
        Text(en="Give the row its place.", zh="请补上该行的位置。"),
    )

    def find(frame: gpd.GeoDataFrame) -> Iterable[Finding]:
        bounds = shapely.bounds(_shapes(frame))
        present = ~shapely.is_missing(_shapes(frame)) & ~shapely.is_empty(_shapes(frame))
        low, high = np.array([-180.0, -90.0, -180.0, -90.0]), np.array([180.0, 90.0, 180.0, 90.0])
        good = ((bounds >= low) & (bounds <= high)).all(axis=1)
        yield from _findings(frame, present & ~good, outside)
        yield from _findings(frame, present & (np.abs(bounds) < 1e-9).all(axis=1), zero)

    return Check("coordinates.range", meaning, find)


def not_swapped() -> Check:
    """Find single rows whose latitude and longitude are swapped: turned round they join all the others."""
    meaning = Text(en="longitude comes before latitude", zh="经度在前、纬度在后")
    problem = Problem(
        "coordinates.swapped",
        Text(en="Longitude and latitude are swapped in this row.", zh="该行的经度与纬度颠倒了。"),
        Text(en="Exchange the two numbers.", zh="请把两个数对调。"),
    )

    def find(frame: gpd.GeoDataFrame) -> Iterable[Finding]:
        shapes = _shapes(frame)
        bounds = shapely.bounds(shapes)
        middles = bounds[:, :2] / 2.0 + bounds[:, 2:] / 2.0
        finite = np.isfinite(middles).all(axis=1)
        if finite.sum() < 3:
            return ()
        centre = np.median(middles[finite], axis=0)
        if abs(centre[0] - centre[1]) < 5.0:
            return ()
        with np.errstate(invalid="ignore"):
            turned = (np.abs(middles[:, ::-1] - centre) < 2.0).all(axis=1)
        return _findings(frame, finite & turned, problem)

    return Check("coordinates.swapped", meaning, find)


def not_crossed() -> Check:
    """Find polygons that cross themselves beyond what `mended` repairs; run it on mended shapes."""
    meaning = Text(en="polygons do not cross themselves", zh="多边形不自相交")
    hint = Text(
        en="Open the shape in a map program and move the corner that lies wrong.",
        zh="请在制图软件中打开该图形，改正位置有误的顶点。",
    )

    def find(frame: gpd.GeoDataFrame) -> Iterable[Finding]:
        shapes = _shapes(frame)
        for position in np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)).tolist():
            why = str(shapely.is_valid_reason(shapes[position]))
            place = re.sub(r"^[^\[]*", "", why)
            tie = why.startswith(("Self-intersection", "Ring Self-intersection"))
            message = (
                Text(
                    en=f"The polygon crosses itself (bow tie) at {place}.",
                    zh=f"多边形在 {place} 处自相交（蝴蝶结）。",
                )
                if tie
                else Text(en=f"The shape is not valid: {why}.", zh=f"图形无效：{why}。")
            )
            yield _finding(
                frame, position, Problem("geometry.bow_tie" if tie else "geometry.invalid", message, hint)
            )

    return Check("geometry.bow_tie", meaning, find)


def unique(field: str, column: str | None) -> Check:
    """Find values of a field that an earlier row has already; empty values may repeat."""
    meaning = Text(en=f"no two rows have the same {field}", zh=f"{field} 不重复")

    def find(frame: gpd.GeoDataFrame) -> Iterable[Finding]:
        values = frame[field]
        again = values.notna() & values.duplicated(keep="first")
        if not again.any():
            return
        first = pd.Series(frame["row"].to_numpy(), index=values.to_numpy())
        first = first[~first.index.duplicated(keep="first")]
        for position in np.flatnonzero(again).tolist():
            value = str(values.iloc[position])
            yield Finding(
                int(frame["row"].iloc[position]), column, value, _repeated(field, value, int(first[value]))
            )

    return Check(f"duplicate.{field}", meaning, find)


def _repeated(field: str, value: str, first: int) -> Problem:
    return Problem(
        "duplicate.code" if field == "code" else "duplicate.id",
        Text(en=f"Row {first} has “{value}” already.", zh=f"“{value}”已用于第 {first} 行。"),
        Text(
            en="Keep the row that is right, or give this one an identifier of its own.",
            zh="请保留正确的一行，或给本行另编标识。",
        ),
    )


def _parts(shape: BaseGeometry) -> Iterable[BaseGeometry]:
    return list(shapely.get_parts(shapely.get_parts(shape)))


def _shapes(frame: gpd.GeoDataFrame) -> NDArray[np.object_]:
    return np.asarray(frame.geometry.array, dtype=object)


def _findings(frame: gpd.GeoDataFrame, wrong: NDArray[np.bool_], problem: Problem) -> list[Finding]:
    return [_finding(frame, position, problem) for position in np.flatnonzero(wrong).tolist()]


def _finding(frame: gpd.GeoDataFrame, position: int, problem: Problem) -> Finding:
    shape = frame.geometry.iloc[position]
    value = None if shape is None else shape.wkt[:120]
    return Finding(int(frame["row"].iloc[position]), None, value, problem)
