"""The walking network: what walkers may use, where it meets, on which level it lies, and which gates it passes."""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridmap.core.coverage.gates import Gates, gated, read_gates
from gridmap.core.coverage.noding import WELD, Nodes, noded, nodes_of
from gridmap.core.model import LineClass
from gridmap.core.topology import Booleans, Floats, Geometries, Integers
from gridmap.errors import Invalid, Text

Levels = NDArray[np.int16]

NOT_WALKED = frozenset({LineClass.RIVER, LineClass.RAILWAY, LineClass.MOTORWAY, LineClass.WALL})
"""Lines of these classes are not for walkers."""
INDOOR = 100
"""Added to the level of lines inside a building, so that nothing outside meets them but at their ends."""
COVERED_LEVEL = {"bridge": 1, "tunnel": -1}


@dataclass(frozen=True, slots=True)
class Repairs:
    """What was mended or left out while a network was built.

    Attributes
    ----------
    left_out : rows of lines without a shape that can be walked (empty, no line, not finite, shorter than a node).
    doubled : stretches drawn twice, kept once, as the shorter was drawn.
    cut : places where lines met that were not cut there.
    gates_off : rows of gates that stand on no edge.
    through_barriers : rows of lines that lead through a barrier where there is no gate. They are walked all the same.
    """

    left_out: tuple[int, ...] = ()
    doubled: int = 0
    cut: int = 0
    gates_off: tuple[int, ...] = ()
    through_barriers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """Edges between nodes, walked in both directions.

    Attributes
    ----------
    xy : shape (n, 2), nodes, in metres of a projected CRS.
    first, second : shape (m,), the nodes at the start and the end of each edge.
    metres : shape (m,).
    geometry : shape (m,), LineStrings from first to second.
    is_steps : shape (m,).
    level : shape (m,), 0 for the ground.
    gate : shape (m,), the gate that the edge passes, -1: none.
    line : shape (m,), the row of the line it was cut from.
    component : shape (n,), nodes with the same number hang together when all gates are open.
    """

    xy: Floats
    first: Nodes
    second: Nodes
    metres: Floats
    geometry: Geometries
    is_steps: Booleans
    level: Levels
    gate: NDArray[np.int32]
    line: NDArray[np.int32]
    component: NDArray[np.int32]
    gates: Gates
    repairs: Repairs = field(default_factory=Repairs)


def build_network(
    lines: gpd.GeoDataFrame, gates: gpd.GeoDataFrame | None = None, barriers: Geometries | None = None
) -> Network:
    """Build the walking network from lines. One-way rules are for vehicles and ignored.

    Parameters
    ----------
    lines : lines in metres, with ``class`` (a `LineClass`) and, where known, ``level`` (number, missing: 0) and ``covered``
        (``bridge``, ``tunnel``, ``indoor`` or nothing): covered lines lie on a level of their own.
    gates : points with ``source_id``, ``hours`` and ``residents_only``, see `read_gates`.
    barriers : lines or areas nobody walks through, in metres; None: the walls, rivers and railways among the lines.

    Raises
    ------
    Invalid
        If the lines are in degrees or without CRS, or a class or a way of being covered is unknown.
    """
    require_metres(lines)
    drawn, drawn_on, left_out = _walked(lines)
    once = np.sort(np.unique(shapely.to_wkb(shapely.normalize(drawn)), return_index=True)[1])
    walked, owner = drawn[once], drawn_on[once]
    level, whole = levels_of(lines), read_gates(gates)
    pieces = noded(walked, level[owner])
    edges, gate = gated(pieces.shapes, level[owner[pieces.line]], whole)
    line = owner[pieces.line[edges.line]]
    kept = _once(edges.shapes)
    shapes, line, gate = edges.shapes[kept], line[kept], gate[kept]
    xy, first, second = nodes_of(shapes)
    repairs = Repairs(
        left_out=left_out,
        doubled=len(drawn) - len(once) + len(edges.shapes) - len(kept),
        cut=len(pieces.shapes) - len(walked),
        gates_off=tuple(np.setdiff1d(np.arange(len(whole)), gate).tolist()),
        through_barriers=_through(
            shapes, line, gate, barriers_among(lines) if barriers is None else barriers
        ),
    )
    links = coo_array((np.ones(len(first)), (first, second)), shape=(len(xy), len(xy)))
    return Network(
        xy=xy,
        first=first,
        second=second,
        metres=np.asarray(shapely.length(shapes)),
        geometry=shapes,
        is_steps=(lines["class"] == LineClass.STEPS).to_numpy()[line],
        level=level[line].astype(np.int16),
        gate=gate.astype(np.int32),
        line=line.astype(np.int32),
        component=connected_components(links, directed=False)[1].astype(np.int32),
        gates=whole,
        repairs=repairs,
    )


def require_metres(table: gpd.GeoDataFrame) -> None:
    """Refuse a table that is not in metres on a plane.

    Raises
    ------
    Invalid
    """
    if table.crs is None or not table.crs.is_projected:
        raise Invalid(
            Text(
                en="Walking distances need coordinates in metres, and these have none.",
                zh="计算步行距离需要米制投影坐标，而这些数据没有。",
            ),
            hint=Text(
                en="Bring the layer to the metric system of its place first.",
                zh="请先把图层转换到当地的投影坐标系。",
            ),
        )


def levels_of(lines: gpd.GeoDataFrame) -> Integers:
    """Return the level of each line, shape (n,): its own, or the one that being covered gives it.

    Raises
    ------
    Invalid
        If a line is covered in an unknown way.
    """
    level = np.zeros(len(lines), dtype=np.int64)
    if "level" in lines:
        level = lines["level"].astype("float64").fillna(0.0).round().to_numpy().astype(np.int64)
    if "covered" not in lines:
        return level
    covered = lines["covered"].where(lines["covered"].notna(), "").to_numpy(dtype=object)
    if unknown := set(covered) - {"", "indoor", *COVERED_LEVEL}:
        raise _unknown("covered", unknown)
    for name, own in COVERED_LEVEL.items():
        level[(covered == name) & (level == 0)] = own
    level[covered == "indoor"] += INDOOR
    return level


def barriers_among(lines: gpd.GeoDataFrame) -> Geometries:
    """Return the walls, rivers and railways on the ground, which nobody walks through, shape (k,)."""
    bars = lines["class"].isin([LineClass.WALL, LineClass.RIVER, LineClass.RAILWAY]).to_numpy()
    shapes = lines.geometry.to_numpy()[bars & (levels_of(lines) == 0)]
    return np.asarray(shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))])


def _walked(lines: gpd.GeoDataFrame) -> tuple[Geometries, Integers, tuple[int, ...]]:
    """Return the parts of walked lines, the row of each, and the rows left out."""
    if unknown := set(lines["class"]) - set(LineClass):
        raise _unknown("class", unknown)
    rows = np.flatnonzero(~lines["class"].isin(NOT_WALKED).to_numpy())
    shapes, index = shapely.get_parts(shapely.force_2d(lines.geometry.to_numpy()[rows]), return_index=True)
    is_line = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    bounds_known = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    good = np.flatnonzero(is_line & bounds_known & (np.nan_to_num(shapely.length(shapes)) > WELD))
    left_out = np.setdiff1d(np.arange(len(rows)), index[good])
    return np.asarray(shapes[good]), rows[index[good]].astype(np.int64), tuple(rows[left_out].tolist())


def _once(shapes: Geometries) -> Integers:
    """Return the edges to keep: of those that are the same stretch the shortest, and none that is no longer than a node."""
    _, first, second = nodes_of(shapes)
    metres = shapely.length(shapes)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(shapes, 0.5, normalized=True))
    low, high = np.minimum(first, second), np.maximum(first, second)
    keys = np.column_stack([low, high, np.round(np.column_stack([metres, middle]) / (2 * WELD))])
    shortest_first = np.argsort(metres, kind="stable")
    _, chosen = np.unique(keys[shortest_first], axis=0, return_index=True)
    kept = np.sort(shortest_first[chosen])
    return np.asarray(kept[(first[kept] != second[kept]) | (metres[kept] > 2 * WELD)], dtype=np.int64)


def _through(shapes: Geometries, line: Integers, gate: Integers, barriers: Geometries) -> tuple[int, ...]:
    """Return the rows of lines that cross a barrier on an edge without a gate."""
    edge, _ = shapely.STRtree(barriers).query(shapes, predicate="crosses")
    return tuple(np.unique(line[edge[gate[edge] < 0]]).tolist())


def _unknown(column: str, values: set[object]) -> Invalid:
    named = ", ".join(sorted(map(str, values))[:5])
    return Invalid(
        Text(
            en=f"Unknown values in column “{column}” of the lines: {named}.",
            zh=f"线要素的“{column}”列有未知取值：{named}。",
        ),
        column=column,
    )
