"""The facilities of one service while a planner tries what would become of it: opened, moved, closed; gates as well."""

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from gridmap.core.coverage.answers import TOLERANCE_M
from gridmap.core.coverage.distances import is_off_the_ways, outcomes
from gridmap.core.coverage.home_reach import HomeReach
from gridmap.core.coverage.situation import OPEN, UNSURE
from gridmap.core.coverage.snapping import Positions
from gridmap.core.coverage.whatif import NOWHERE, Standing
from gridmap.core.topology import Booleans, Floats, Integers


class Distances(NamedTuple):
    """What is said of each home's distance, shape (n,) each.

    Attributes
    ----------
    metres : to the nearest facility that is surely open; inf beyond the search.
    outcome : values of `Outcome`.
    is_within : the plain comparison.
    """

    metres: Floats
    outcome: NDArray[np.object_]
    is_within: Booleans


@dataclass(frozen=True, slots=True)
class Service:
    """The facilities of one service.

    Attributes
    ----------
    reach : the homes, in parts.
    sure, unsure : of each part who is near to those that are open, and to those whose hours nobody knows.
    owner : shape (p,), the facility of each entrance, in the order of the entrances given.
    opened : shape (k,), `OPEN`, `CLOSED` or `UNSURE`; whoever is closed serves nobody, wherever it is.
    """

    reach: HomeReach
    sure: tuple[Standing, ...]
    unsure: tuple[Standing, ...]
    owner: Integers
    opened: NDArray[np.int8]

    @classmethod
    def of(
        cls, reach: HomeReach, entrances: Positions, owner: Integers, opened: NDArray[np.int8], radius: float
    ) -> Self:
        """Put facilities on a network.

        Parameters
        ----------
        entrances : shape (p,).
        radius : metres to search.
        """
        state = opened[owner]
        sure, unsure = (_standings(reach, entrances.where(state == one), radius) for one in (OPEN, UNSURE))
        return cls(reach, sure, unsure, owner, opened)

    def add(self, position: Positions) -> Self:
        """Open one more facility, of one entrance, at all hours."""
        return replace(self, sure=tuple(one.add(position) for one in self.sure))

    def move(self, facility: int, position: Positions) -> Self:
        """Put a facility elsewhere; it keeps its hours and has one entrance there."""
        if self.opened[facility] == OPEN:
            return replace(self, sure=_moved(self.sure, self._entrances(facility), position))
        if self.opened[facility] == UNSURE:
            return replace(self, unsure=_moved(self.unsure, self._entrances(facility), position))
        return self

    def close(self, facility: int) -> Self:
        """Close a facility."""
        return self.move(facility, NOWHERE)

    def set_gate(self, gate: int, *, is_open: bool) -> Self:
        """Open a gate to everybody, or close it."""
        sure, unsure = (
            tuple(one.open_gate(gate) if is_open else one.close_gate(gate) for one in standings)
            for standings in (self.sure, self.unsure)
        )
        return replace(self, sure=sure, unsure=unsure)

    def lets_through(self, gate: int) -> tuple[bool, ...]:
        """Tell of each part whether a gate lets it through."""
        return tuple(bool(one.is_open[gate]) for one in self.sure)

    def distances(self, radius_m: Floats, unlinked: NDArray[np.object_]) -> Distances:
        """Judge distances as `judge_distances` does.

        Parameters
        ----------
        radius_m : shape (n,), NaN where the norm sets none.
        unlinked : shape (n,), why a home is not linked to the network; empty where it is.
        """
        metres = self._metres(self.sure)
        limit = radius_m + TOLERANCE_M
        is_within = metres <= limit
        is_perhaps = self._metres(self.unsure) <= limit
        is_unknown = ~is_within & (is_perhaps | is_off_the_ways(unlinked))
        return Distances(metres, outcomes(metres, radius_m, is_unknown), is_within)

    def _metres(self, standings: tuple[Standing, ...]) -> Floats:
        return self.reach.least([one.nearest().metres for one in standings])

    def _entrances(self, facility: int) -> Integers:
        """Return the rows of a facility's entrances in its own part, those surely open or those that may be."""
        alike = self.opened[self.owner] == self.opened[facility]
        return np.flatnonzero(self.owner[alike] == facility)


def _standings(reach: HomeReach, entrances: Positions, radius: float) -> tuple[Standing, ...]:
    """Return who is near to what for each part; to those but the first only where a gate of their own may be on the way."""
    first, *others = reach.parts
    found = [Standing.of(reach.reach, entrances, radius, is_open=first.is_open)]
    for part in others:
        near = entrances.where(np.arange(len(entrances)))
        near.edge[~reach.near(part, entrances, radius)] = NOWHERE.edge[0]
        found.append(Standing.of(reach.reach, near, radius, is_open=part.is_open))
    return tuple(found)


def _moved(standings: tuple[Standing, ...], entrances: Integers, position: Positions) -> tuple[Standing, ...]:
    first, *others = entrances.tolist()
    for row in others:
        standings = tuple(one.close(row) for one in standings)
    return tuple(one.move(first, position) for one in standings)
