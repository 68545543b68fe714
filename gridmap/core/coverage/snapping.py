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

    def replaced(self, row: int, position: "Positions") -> "Positions":
        """Return the positions with another one in a row."""
        edge, offset = self.edge.copy(), self.offset.copy()
        leg, reason = self.leg.copy(), self.reason.copy()
        edge[row], offset[row], leg[row] = position.edge[0], position.offset[0], position.leg[0]
        reason[row] = position.reason[0]
        return Positions(edge, offset, leg, reason)


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
    entries = network.gate < 0 if usable is None else usable & (network.gate < 0)
    island = is_island(network)
    ground = _Ground(network.geometry, shapely.STRtree([] if barriers is None else barriers), limit_m)
    edge = np.full(len(points), -1, dtype=np.int64)
    reason = np.full(len(points), Unlinked.TOO_FAR.value, dtype=object)
    for one in np.unique(own):
        here, beside = np.flatnonzero(own == one), network.level == one
        edge[here], reason[here] = ground.link(points[here], entries & beside & ~island)
        for others, why in ((beside & island, Unlinked.ISLAND), (~beside & ~island, Unlinked.OTHER_LEVEL)):
            far = here[reason[here] == Unlinked.TOO_FAR]
            reached, _ = ground.link(points[far], entries & others)
            reason[far[reached >= 0]] = why.value
    return _positions(network, points, edge, reason)


def is_island(network: Network) -> Booleans:
    """Tell of each edge, shape (m,), whether it belongs to an island."""
    component = network.component[network.first]
    metres = np.bincount(component, network.metres)
    return np.asarray(
        (metres < ISLAND_M)[component] & (component != metres.argmax() if len(metres) else True)
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """Edges and barriers, found by place.

    Attributes
    ----------
    edges : shape (m,).
    limit_m : longest leg.
    """

    edges: Geometries
    barriers: shapely.STRtree
    limit_m: float

    def link(self, points: Geometries, chosen: Booleans) -> tuple[Integers, NDArray[np.object_]]:
        """Return the nearest of the chosen edges that a leg reaches, -1: none, and the reason if there is none."""
        rows = np.flatnonzero(chosen)
        tree = shapely.STRtree(self.edges[rows])
        edge = np.full(len(points), -1, dtype=np.int64)
        reason = np.full(len(points), Unlinked.TOO_FAR.value, dtype=object)
        point, near = tree.query_nearest(points, max_distance=self.limit_m, all_matches=True)
        self._take_first(edge, points, point, rows[near])
        reason[edge >= 0] = Unlinked.LINKED.value
        linked = np.flatnonzero(edge >= 0)
        stopped = linked[self._stop(points[linked], edge[linked])]
        edge[stopped], reason[stopped] = -1, Unlinked.BEHIND_BARRIER.value
        place, near = tree.query(points[stopped], predicate="dwithin", distance=self.limit_m)
        point, near = stopped[place], rows[near]
        free = ~self._stop(points[point], near)
        self._take_first(edge, points, point[free], near[free])
        reason[edge >= 0] = Unlinked.LINKED.value
        return edge, reason

    def _take_first(self, edge: Integers, points: Geometries, point: Integers, near: Integers) -> None:
        """Give each point the nearest of its edges, of those equally near the one of the least row."""
        order = np.lexsort((near, shapely.distance(points[point], self.edges[near]), point))
        found, once = np.unique(point[order], return_index=True)
        edge[found] = near[order][once]

    def _stop(self, points: Geometries, edge: Integers) -> Booleans:
        """Tell whose legs go through a barrier; to begin or end at one is not to go through it."""
        stopped = np.zeros(len(points), dtype=bool)
        legs = shapely.shortest_line(points, self.edges[edge])
        stopped[self.barriers.query(legs, predicate="crosses")[0]] = True
        return stopped


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


def enterable(network: Network, passable: Booleans) -> Booleans:
    """Tell from which edges the network is entered, shape (m,): from those that are passable and no gate's own."""
    return np.asarray(passable & (network.gate < 0))


def entered(network: Network, positions: Positions, passable: Booleans) -> Integers:
    """Return the rows of positions from which the network is entered."""
    linked = np.flatnonzero(positions.edge >= 0)
    return linked[enterable(network, passable)[positions.edge[linked]]]
