"""Lines that people see as borders: cleaned, ranked, and looked up along the edges of cells."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.core.division.fabric.nearby import are_near
from gridmap.core.division.fabric.noding import UNIT, whole
from gridmap.core.division.fabric.sampling import line_edges
from gridmap.core.model import LineClass
from gridmap.core.topology import Booleans, Floats, Geometries, Integers, Segments
from gridmap.errors import Invalid, Text

INNER, WEAK, ROAD, ARTERIAL = 0, 1, 2, 3
"""Ranks of what lies along an edge: nothing, a service road or wall, a street, a river, railway or arterial."""
RANKS = 4

_RANKS = {
    LineClass.RIVER: ARTERIAL,
    LineClass.RAILWAY: ARTERIAL,
    LineClass.MOTORWAY: ARTERIAL,
    LineClass.PRIMARY: ARTERIAL,
    LineClass.SECONDARY: ROAD,
    LineClass.TERTIARY: ROAD,
    LineClass.RESIDENTIAL: ROAD,
    LineClass.SERVICE: WEAK,
    LineClass.FOOTWAY: WEAK,
    LineClass.STEPS: WEAK,
    LineClass.WALL: WEAK,
}
NEAR_PATH_M = 4.0
"""A border that runs between buildings this near a footway counts as following it."""
_PATHS = (LineClass.FOOTWAY, LineClass.STEPS)


@dataclass(frozen=True, slots=True)
class Barriers:
    """Lines that bound blocks, and paths that do not but that borders like to follow.

    Attributes
    ----------
    lines : shape (n,), LineString.
    rank : shape (n,), from `WEAK` to `ARTERIAL`.
    paths : shape (p,), LineString: footways and steps.
    """

    lines: Geometries
    rank: Integers
    paths: Geometries

    def raised(self, rank: Integers, borders: Segments, within: Floats) -> Integers:
        """Return the rank of borders, raised to that of what lies near their middle.

        A border within so many metres of a line has at least the rank of the line; one within `NEAR_PATH_M` of a
        path is at least `WEAK`.
        """
        found = rank.copy()
        rows = np.flatnonzero(within > 0)
        if len(self.lines) and len(rows):
            middle = borders.where(rows).midpoints()
            point, line = shapely.STRtree(self.lines).query(
                middle, predicate="dwithin", distance=within[rows]
            )
            np.maximum.at(found, rows[point], self.rank[line])
        bare = np.flatnonzero(found == INNER)
        if len(self.paths) and len(bare):
            halfway = whole((borders.start[bare] + borders.end[bare]) / 2)
            found[bare[are_near(halfway, line_edges(self.paths).ends, round(NEAR_PATH_M / UNIT))]] = WEAK
        return found


def read_barriers(frame: gpd.GeoDataFrame, areas: Geometries) -> Barriers:
    """Clean lines and rank them.

    Repeated lines count once; the outline of an area (a river bank) is its line. Footways and steps bound no block:
    measured on real estates they bend borders and cut compounds into slivers.

    Parameters
    ----------
    frame : geometry and ``class``, a value of `LineClass`.
    areas : shape (a,); lines that meet none of them are left out.

    Raises
    ------
    Invalid : a class is not known.
    """
    if not len(frame):
        nothing = np.empty(0, dtype=object)
        return Barriers(nothing, np.empty(0, dtype=np.int64), nothing)
    classes, nth = _classes(frame)
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    shapes = shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes
    areal = shapely.get_dimensions(shapes) == 2
    shapes = shapes.copy()
    shapes[areal] = shapely.boundary(shapes[areal])
    parts, row = shapely.get_parts(shapes, return_index=True)
    rank = np.array([_RANKS[name] for name in classes], dtype=np.int64)[nth[row]]
    path = np.array([name in _PATHS for name in classes], dtype=bool)[nth[row]]
    useful = shapely.length(parts) > 0
    useful[useful] = _met(parts[useful], areas)
    once = _once(parts[useful & ~path], rank[useful & ~path])
    paths, _ = _once(parts[useful & path], rank[useful & path])
    return Barriers(*once, paths)


def _met(lines: Geometries, areas: Geometries) -> Booleans:
    """Tell which lines meet an area."""
    met = np.zeros(len(lines), dtype=bool)
    met[shapely.STRtree(lines).query(areas, predicate="intersects")[1]] = True
    return met


def _once(lines: Geometries, rank: Integers) -> tuple[Geometries, Integers]:
    """Keep one of each line drawn several times, in either direction, at its highest rank."""
    alike = np.flatnonzero(pd.DataFrame(shapely.bounds(lines)).duplicated(keep=False))
    normal = shapely.to_wkb(shapely.normalize(lines[alike]))
    table = pd.DataFrame({"line": normal, "rank": rank[alike], "row": alike})
    again = table.sort_values("rank", kind="stable").duplicated("line", keep="last")
    kept = np.setdiff1d(np.arange(len(lines)), table["row"][again[again].index].to_numpy())
    return lines[kept], rank[kept]


def _classes(frame: gpd.GeoDataFrame) -> tuple[list[LineClass], Integers]:
    """Return the classes that occur, and the number of the class of each line."""
    if "class" not in frame:
        raise Invalid(Text(en="The lines have no column “class”.", zh="线要素缺少“class”（类别）列。"))
    nth, occurring = pd.factorize(frame["class"].astype(str), sort=True)
    known = {str(name) for name in LineClass}
    strange = [name for name in occurring if name not in known]
    if strange:
        listed = ", ".join(strange[:10])
        raise Invalid(
            Text(en=f"Unknown classes of lines: {listed}.", zh=f"未知的线类别：{listed}。"),
            hint=Text(
                en=f"Use one of {', '.join(sorted(known))}.", zh=f"可用类别：{'、'.join(sorted(known))}。"
            ),
        )
    return [LineClass(name) for name in occurring], nth.astype(np.int64)
