"""Where on the walking network a point is: on which edge, how far along it, and the straight leg to it."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from gridmap.core.coverage.network import Network
from gridmap.core.topology import Booleans, Floats, Geometries, Integers

LIMIT_M = 100.0
"""A point farther from the network than this is not linked to it."""
ISLAND_M = 500.0
"""A part of the network shorter than this, and not its longest part, is an island: a place cut off by missing lines."""


class Unlinked(StrEnum):
    """Why a point is not linked to the network; empty for one that is."""

    LINKED = ""
    TOO_FAR = "too_far"
    BEHIND_BARRIER = "behind_barrier"
    OTHER_LEVEL = "other_level"
    ISLAND = "island"


@dataclass(frozen=True, slots=True)
class Positions:
    """Points on the network.

    Attributes
    ----------
    edge : shape (k,), -1 for a point that is not linked.
    offset : shape (k,), metres from the first node of the edge; NaN where not linked.
    leg : shape (k,), metres straight to the edge; NaN where not linked.
    reason : shape (k,), values of `Unlinked`.
    """

    edge: NDArray[np.int32]
    offset: Floats
    leg: Floats
    reason: NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.edge)

    def where(self, chosen: Booleans | Integers) -> "Positions":
        """Return the positions chosen by a mask or by their rows."""
        return Positions(self.edge[chosen], self.offset[chosen], self.leg[chosen], self.reason[chosen])


def joined(*positions: Positions) -> Positions:
    """Return positions one after the other."""
    return Positions(
        np.concatenate([each.edge for each in positions]),
        np.concatenate([each.offset for each in positions]),
        np.concatenate([each.leg for each in positions]),
        np.concatenate([each.reason for each in positions]),
    )


def snap(
    network: Network,
    points: Geometries,
    *,
    barriers: Geometries | None = None,
    limit_m: float = LIMIT_M,
    level: Integers | None = None,
    usable: Booleans | None = None,
) -> Positions:
    """Link points to the nearest edge of their level whose straight leg crosses no barrier.

    Gates' own pieces are no place to enter the network, nor are islands.

    Parameters
    ----------
    points : shape (k,), points in the CRS of the network; missing or empty ones are not linked (too far).
    barriers : lines or areas that no leg crosses, such as `barriers_among` returns; None: none.
    limit_m : longest leg, in metres.
    level : shape (k,), None: all on the ground.
    usable : shape (m,), edges of the network to link to, such as a profile may use; None: all.
    """
    own = np.zeros(len(points), dtype=np.int64) if level is None else level
    entered = network.gate < 0 if usable is None else usable & (network.gate < 0)
    island = is_island(network)
    bars = _Bars(np.zeros(0, dtype=object) if barriers is None else barriers)
    edge = np.full(len(points), -1, dtype=np.int64)
    reason = np.full(len(points), Unlinked.TOO_FAR.value, dtype=object)
    for one in np.unique(own):
        here = np.flatnonzero(own == one)
        chosen = np.flatnonzero(entered & ~island & (network.level == one))
        edge[here], blocked = _nearest(network.geometry, chosen, points[here], bars, limit_m)
        reason[here[blocked]] = Unlinked.BEHIND_BARRIER.value
    _explain(network, points, own, entered, island, edge, reason, bars, limit_m)
    return _positions(network, points, edge, reason)


def is_island(network: Network) -> Booleans:
    """Tell of each edge, shape (m,), whether it belongs to an island."""
    component = network.component[network.first]
    metres = np.bincount(component, network.metres)
    return np.asarray(
        (metres < ISLAND_M)[component] & (component != metres.argmax() if len(metres) else True)
    )


class _Bars:
    """Barriers, found by place."""

    def __init__(self, shapes: Geometries) -> None:
        self.tree = shapely.STRtree(shapes)

    def stop(self, legs: Geometries) -> Booleans:
        """Tell which legs go through a barrier; to begin or end at one is not to go through it."""
        stopped = np.zeros(len(legs), dtype=bool)
        stopped[self.tree.query(legs, predicate="crosses")[0]] = True
        return stopped


def _nearest(
    shapes: Geometries, chosen: Integers, points: Geometries, bars: _Bars, limit_m: float
) -> tuple[Integers, Booleans]:
    """Return the nearest of the chosen edges that a leg reaches, -1: none, and which points barriers keep from all."""
    edge = np.full(len(points), -1, dtype=np.int64)
    tree = shapely.STRtree(shapes[chosen])
    point, near = tree.query_nearest(points, max_distance=limit_m, all_matches=True)
    order = np.lexsort((chosen[near], point))
    point, once = np.unique(point[order], return_index=True)
    edge[point] = chosen[near[order][once]]
    stopped = point[bars.stop(_legs(points[point], shapes[edge[point]]))]
    edge[stopped] = -1
    edge[stopped] = _around(tree, shapes, chosen, points[stopped], bars, limit_m)
    blocked = np.zeros(len(points), dtype=bool)
    blocked[stopped[edge[stopped] < 0]] = True
    return edge, blocked


def _around(
    tree: shapely.STRtree,
    shapes: Geometries,
    chosen: Integers,
    points: Geometries,
    bars: _Bars,
    limit_m: float,
) -> Integers:
    """Return the nearest edge within the limit whose leg is free, -1: none, for points whose nearest edge is not."""
    point, near = tree.query(points, predicate="dwithin", distance=limit_m)
    edges = chosen[near]
    free = ~bars.stop(_legs(points[point], shapes[edges]))
    point, edges = point[free], edges[free]
    order = np.lexsort((edges, shapely.distance(points[point], shapes[edges]), point))
    found, once = np.unique(point[order], return_index=True)
    edge = np.full(len(points), -1, dtype=np.int64)
    edge[found] = edges[order][once]
    return edge


def _legs(points: Geometries, shapes: Geometries) -> Geometries:
    return np.asarray(shapely.shortest_line(points, shapes))


def _explain(
    network: Network,
    points: Geometries,
    own: Integers,
    entered: Booleans,
    island: Booleans,
    edge: Integers,
    reason: NDArray[np.object_],
    bars: _Bars,
    limit_m: float,
) -> None:
    """Fill in why points that are not linked are not: what lies nearest to them, were it allowed."""
    reason[edge >= 0] = Unlinked.LINKED.value
    left = np.flatnonzero(reason == Unlinked.TOO_FAR.value)
    for chosen, why in ((entered & island, Unlinked.ISLAND), (entered & ~island, Unlinked.OTHER_LEVEL)):
        rows = np.flatnonzero(chosen)
        found, _ = _nearest(network.geometry, rows, points[left], bars, limit_m)
        fits = (found >= 0) & ((network.level[found] == own[left]) == (why is Unlinked.ISLAND))
        reason[left[fits]] = why.value
        left = left[~fits]


def _positions(
    network: Network, points: Geometries, edge: Integers, reason: NDArray[np.object_]
) -> Positions:
    offset, leg = np.full(len(points), np.nan), np.full(len(points), np.nan)
    linked = np.flatnonzero(edge >= 0)
    shapes = network.geometry[edge[linked]]
    offset[linked] = np.clip(
        shapely.line_locate_point(shapes, points[linked]), 0.0, network.metres[edge[linked]]
    )
    leg[linked] = shapely.distance(points[linked], shapes)
    return Positions(edge.astype(np.int32), offset, leg, reason)


def entered(network: Network, positions: Positions, passable: Booleans) -> Integers:
    """Return the rows of positions from which the network is entered: linked, on a passable edge that is no gate's own."""
    linked = np.flatnonzero(positions.edge >= 0)
    edge = positions.edge[linked]
    return linked[passable[edge] & (network.gate[edge] < 0)]
