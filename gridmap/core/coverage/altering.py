"""The facilities of one service while a planner tries what would become of it: opened, moved, closed; gates as well."""

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from gridmap.core.coverage.answers import TOLERANCE_M
from gridmap.core.coverage.distances import is_off_the_ways, outcomes
from gridmap.core.coverage.reach import Reach
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
    sure, unsure : who is near to those that are open, and to those whose hours nobody knows.
    owner : shape (p,), the facility of each entrance, in the order of the entrances given.
    opened : shape (k,), `OPEN`, `CLOSED` or `UNSURE`; whoever is closed serves nobody, wherever it is.
    """

    sure: Standing
    unsure: Standing
    owner: Integers
    opened: NDArray[np.int8]

    @classmethod
    def of(
        cls, reach: Reach, entrances: Positions, owner: Integers, opened: NDArray[np.int8], radius: float
    ) -> Self:
        """Put facilities on a network.

        Parameters
        ----------
        entrances : shape (p,).
        radius : metres to search.
        """
        state = opened[owner]
        sure, unsure = (Standing.of(reach, entrances.where(state == one), radius) for one in (OPEN, UNSURE))
        return cls(sure, unsure, owner, opened)

    def add(self, position: Positions) -> Self:
        """Open one more facility, of one entrance, at all hours."""
        return replace(self, sure=self.sure.add(position))

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
        """Open a gate, or close it."""
        if is_open:
            return replace(self, sure=self.sure.open_gate(gate), unsure=self.unsure.open_gate(gate))
        return replace(self, sure=self.sure.close_gate(gate), unsure=self.unsure.close_gate(gate))

    def distances(self, radius_m: Floats, unlinked: NDArray[np.object_]) -> Distances:
        """Judge distances as `judge_distances` does.

        Parameters
        ----------
        radius_m : shape (n,), NaN where the norm sets none.
        unlinked : shape (n,), why a home is not linked to the network; empty where it is.
        """
        metres = self.sure.nearest().metres
        limit = radius_m + TOLERANCE_M
        is_within = metres <= limit
        is_perhaps = self.unsure.nearest().metres <= limit
        is_unknown = ~is_within & (is_perhaps | is_off_the_ways(unlinked))
        return Distances(metres, outcomes(metres, radius_m, is_unknown), is_within)

    def _entrances(self, facility: int) -> Integers:
        """Return the rows of a facility's entrances in its own part, those surely open or those that may be."""
        alike = self.opened[self.owner] == self.opened[facility]
        return np.flatnonzero(self.owner[alike] == facility)


def _moved(standing: Standing, entrances: Integers, position: Positions) -> Standing:
    first, *others = entrances.tolist()
    for row in others:
        standing = standing.close(row)
    return standing.move(first, position)
