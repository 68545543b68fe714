"""Gates (出入口): where the edge that passes a gate is cut, so that closing the gate closes that piece alone."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from gridmap.core.coverage.cutting import Pieces, cut
from gridmap.core.coverage.hours import Hours
from gridmap.core.coverage.hours_reading import read_hours
from gridmap.core.coverage.noding import WELD
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

STANDS_ON_M = 5.0
"""Metres from a gate to the edge it stands on; a gate farther off stands on none."""
HALF_GATE_M = 0.5
"""Metres of the edge to either side that belong to the gate."""


@dataclass(frozen=True, slots=True)
class Gates:
    """Gates of compounds.

    Attributes
    ----------
    source_ids : shape (g,), as their source calls them.
    hours : one for each, None where unknown.
    unread : rows of gates whose hours make no sense; they count as unknown.
    residents_only : shape (g,).
    xy : shape (g, 2), metres.
    """

    source_ids: NDArray[np.object_]
    hours: tuple[Hours | None, ...]
    residents_only: Booleans
    xy: Floats
    unread: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.source_ids)


def read_gates(gates: gpd.GeoDataFrame | None) -> Gates:
    """Take gates from a table.

    Parameters
    ----------
    gates : points, with columns ``source_id`` and, where known, ``hours`` (text) and ``residents_only``; None: there are none.
    """
    if gates is None or gates.empty:
        return Gates(np.zeros(0, dtype=object), (), np.zeros(0, dtype=bool), np.zeros((0, 2)))
    texts = gates.get("hours", [None] * len(gates))
    hours = [read_hours(text if isinstance(text, str) else None) for text in texts]
    residents = gates["residents_only"].eq(other=True) if "residents_only" in gates else [False] * len(gates)
    return Gates(
        gates["source_id"].to_numpy(dtype=object),
        tuple(reading.hours for reading in hours),
        np.asarray(residents, dtype=bool),
        shapely.get_coordinates(shapely.point_on_surface(gates.geometry.to_numpy())),
        tuple(row for row, reading in enumerate(hours) if reading.problem is not None),
    )


def gated(shapes: Geometries, level: Integers, gates: Gates) -> tuple[Pieces, Integers]:
    """Cut the edges that gates stand on.

    Parameters
    ----------
    shapes : shape (n,), edges: LineStrings in metres that meet at their ends.
    level : shape (n,).

    Returns
    -------
    The pieces, and the gate that each passes (-1: none). A gate at a node is passed by every edge of its level that meets
    there.
    """
    tree = shapely.STRtree(shapes)
    points = shapely.points(gates.xy)
    gate, edge = tree.query_nearest(points, max_distance=STANDS_ON_M, all_matches=False)
    along = shapely.line_locate_point(shapes[edge], points[gate])
    places = shapely.line_interpolate_point(shapes[edge], along)
    place, passes = tree.query(places, predicate="dwithin", distance=WELD)
    same = level[passes] == level[edge[place]]
    place, passes = place[same], passes[same]
    middle = shapely.line_locate_point(shapes[passes], places[place])
    line, cuts = np.tile(passes, 2), np.concatenate([middle - HALF_GATE_M, middle + HALF_GATE_M])
    pieces = cut(shapes, line, cuts, shortest=WELD)
    return pieces, _passed(pieces, shapely.get_coordinates(places), gate, np.unique(passes))


def _passed(pieces: Pieces, places: Floats, gate: Integers, passes: Integers) -> Integers:
    """Return the gate that each piece passes: the one whose place is within the length of a gate of its whole length."""
    passed = np.full(len(pieces.shapes), -1, dtype=np.int64)
    if not len(gate):
        return passed
    reach = HALF_GATE_M + 2 * WELD
    short = np.flatnonzero(np.isin(pieces.line, passes) & (shapely.length(pieces.shapes) <= 2 * reach))
    ends = [
        shapely.get_coordinates(shapely.line_interpolate_point(pieces.shapes[short], at, normalized=True))
        for at in (0, 0.5, 1)
    ]
    found = [cKDTree(places).query(end, distance_upper_bound=reach) for end in ends]
    inside = np.all([np.isfinite(distance) for distance, _ in found], axis=0)
    passed[short[inside]] = gate[found[1][1][inside]]
    return passed
