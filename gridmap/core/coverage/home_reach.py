"""How far homes are from facilities when a gate for residents only lets through those who live in its compound, and nobody else.

Homes that may pass the same gates are a part of all homes. Each part is searched on the network that is open to it; as the
networks differ by a few gates, only sources within reach of such a gate are searched again.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import shapely

from gridmap.core.coverage.access import has_way
from gridmap.core.coverage.answers import Nearest, Pairs, sorted_pairs
from gridmap.core.coverage.gates import HALF_GATE_M, STANDS_ON_M
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.reach import Reach
from gridmap.core.coverage.residents import Residents
from gridmap.core.coverage.snapping import Positions
from gridmap.core.topology import Booleans, Floats, Integers

OFF_GATE_M = STANDS_ON_M + HALF_GATE_M
"""Metres between a gate and the ends of the piece of way that passes it, at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """Homes that may pass the same gates.

    Attributes
    ----------
    homes : shape (t,), which these are.
    is_open : shape (g,), the gates that let them through.
    own : rows of the gates that let them through, being for residents only; of the first part none.
    """

    homes: Booleans
    is_open: Booleans
    own: Integers


@dataclass(frozen=True, slots=True)
class HomeReach:
    """Homes on a network, each by the gates that let its residents through.

    Attributes
    ----------
    reach : all homes on the network.
    parts : each home belongs to one; the first has those who pass no gate for residents only.
    """

    reach: Reach
    parts: tuple[Part, ...]

    @classmethod
    def of(
        cls,
        network: Network,
        homes: Positions,
        passable: Booleans,
        residents: Residents,
        *,
        walked: Booleans | None = None,
    ) -> Self:
        """Make homes ready for search.

        Parameters
        ----------
        passable : shape (m,), edges that somebody may pass, residents of a compound among them.
        walked : as of `Reach.of`.
        """
        reach = Reach.of(network, homes, passable, walked=walked)
        kept, part_of = np.unique(residents.part, return_inverse=True)
        parts = [
            Part(part_of == place, reach.gates_open & residents.lets[row], residents.own(row))
            for place, row in enumerate(kept.tolist())
        ]
        if kept[:1].tolist() != [0]:
            nobody = np.zeros(len(homes), dtype=bool)
            parts.insert(0, Part(nobody, reach.gates_open & residents.lets[0], residents.own(0)))
        return cls(reach, tuple(part for part in parts if not len(part.own) or part.is_open[part.own].any()))

    @property
    def passable(self) -> Booleans:
        """Edges that everybody may pass, shape (m,)."""
        return self._passable(self.parts[0])

    def opened(self, gate: int) -> Self:
        """Return the same with a gate open to everybody."""
        is_open = [part.is_open.copy() for part in self.parts]
        for one in is_open:
            one[gate] = True
        parts = (replace(part, is_open=one) for part, one in zip(self.parts, is_open, strict=True))
        return replace(self, parts=tuple(parts))

    def pairs(self, sources: Positions, radius: float) -> Pairs:
        """Return all sources and homes within a radius in metres of one another."""
        first, *others = self.parts
        found = self.reach.pairs(sources, radius, is_open=first.is_open)
        for part in others:
            near = np.flatnonzero(self.near(part, sources, radius))
            own = self.reach.pairs(sources.where(near), radius, is_open=part.is_open)
            stays = ~(part.homes[found.target] & np.isin(found.source, near))
            theirs = part.homes[own.target]
            found = sorted_pairs(
                np.concatenate([found.source[stays], near[own.source[theirs]]]),
                np.concatenate([found.target[stays], own.target[theirs]]),
                np.concatenate([found.metres[stays], own.metres[theirs]]),
            )
        return found

    def nearest(self, sources: Positions, radius: float) -> Nearest:
        """Return the nearest source of each home within a radius in metres."""
        first, *others = self.parts
        metres, source = self.reach.nearest(sources, radius, is_open=first.is_open)
        for part in others:
            near = np.flatnonzero(self.near(part, sources, radius))
            own = self.reach.nearest(sources.where(near), radius, is_open=part.is_open)
            row = np.append(near, -1).astype(np.int32)[own.source]
            is_tied = (own.metres == metres) & (row >= 0) & (row < source)
            better = part.homes & ((own.metres < metres) | is_tied)
            metres[better], source[better] = own.metres[better], row[better]
        return Nearest(metres, source)

    def near(self, part: Part, sources: Positions, radius: float) -> Booleans:
        """Tell from which sources a walk within a radius may pass a gate of a part's own, shape (s,)."""
        network = self.reach.network
        linked = np.flatnonzero(sources.edge >= 0)
        places = shapely.line_interpolate_point(
            network.geometry[sources.edge[linked]], sources.offset[linked]
        )
        gates = shapely.multipoints(network.gates.xy[part.own])
        near = np.zeros(len(sources), dtype=bool)
        near[linked] = shapely.distance(places, gates) <= radius + OFF_GATE_M
        return near

    def has_way(self, homes: Positions, facilities: Positions) -> Booleans:
        """Tell which homes any way, however long, leads to any of the facilities, shape (t,)."""
        found = np.zeros(len(homes), dtype=bool)
        for part in self.parts:
            reached = has_way(self.reach.network, self._passable(part), homes, facilities)
            found[part.homes] = reached[part.homes]
        return found

    def least(self, of_parts: list[Floats]) -> Floats:
        """Return for each home the least of what was found for everybody and for its own part, shape (t,).

        Parameters
        ----------
        of_parts : of each part, shape (t,) each.
        """
        first, *others = of_parts
        least = first.copy()
        for part, own in zip(self.parts[1:], others, strict=True):
            least[part.homes] = np.minimum(least, own)[part.homes]
        return least

    def _passable(self, part: Part) -> Booleans:
        gate = self.reach.network.gate
        return np.asarray(self.reach.passable & np.append(part.is_open, True)[gate])
