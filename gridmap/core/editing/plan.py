"""A drawn plan as a value: which grid each cell of a community is in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.model import Band, BandPosition, GridKind
from gridmap.core.topology import Integers


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPlan:
    """One plan of one community.

    Attributes
    ----------
    graph : households of the cells, and which touch.
    grid_of_cell : shape (n,), the number of the grid of each cell, from 1; numbers may be missing.
    kinds : of every grid, by its number.
    locked : numbers of the grids that may not be changed.
    last_number : the highest number ever given in this plan; a new grid gets the next one.
    """

    graph: Graph
    grid_of_cell: Integers
    kinds: Mapping[int, GridKind]
    locked: frozenset[int]
    band: Band
    last_number: int

    def cells_of(self, grid: int) -> Integers:
        """Return the cells of a grid."""
        return np.flatnonzero(self.grid_of_cell == grid)

    def households(self) -> dict[int, int]:
        """Return the households of every grid."""
        held = np.bincount(self.grid_of_cell, self.graph.households, minlength=self.last_number + 1)
        return {grid: int(held[grid]) for grid in self.kinds}

    def out_of_band(self) -> list[int]:
        """Return the general grids whose households lie outside the band."""
        return [grid for grid, held in self.households().items() if self.is_out_of_band(grid, held)]

    def is_out_of_band(self, grid: int, households: int) -> bool:
        """Tell whether a grid of so many households breaks the band; dedicated grids never do."""
        return self.kinds[grid] is GridKind.GENERAL and self.band.position(households) is not BandPosition.IN

    def torn(self, grids: frozenset[int]) -> list[int]:
        """Return those of some grids whose cells do not hang together."""
        inside = np.isin(self.grid_of_cell, list(grids))
        one, two = self.graph.first, self.graph.second
        kept = inside[one] & (self.grid_of_cell[one] == self.grid_of_cell[two])
        part = components(len(inside), one[kept], two[kept])
        pairs = np.unique(np.column_stack([self.grid_of_cell, part])[inside], axis=0)
        numbers, parts = np.unique(pairs[:, 0], return_counts=True)
        return [int(grid) for grid in numbers[parts > 1]]

    def neighbours(self, grid: int) -> Integers:
        """Return the grids that share a border with a grid."""
        one, two = self.grid_of_cell[self.graph.first], self.grid_of_cell[self.graph.second]
        beside = np.concatenate([two[one == grid], one[two == grid]])
        return np.unique(beside[beside != grid])

    def redrawn(self, grid_of_cell: Integers, **changes: object) -> "DrawnPlan":
        """Return the plan with other grids; kinds and locks of grids without cells are dropped."""
        drawn = replace(self, grid_of_cell=grid_of_cell, **changes)  # type: ignore[arg-type]
        there = {int(grid) for grid in np.unique(grid_of_cell)}
        return replace(
            drawn,
            kinds={grid: drawn.kinds.get(grid, GridKind.GENERAL) for grid in sorted(there)},
            locked=drawn.locked & there,
            last_number=max(drawn.last_number, *there),
        )


def is_same(one: DrawnPlan, other: DrawnPlan) -> bool:
    """Tell whether two plans on the same cells are equal in every respect."""
    return (
        np.array_equal(one.grid_of_cell, other.grid_of_cell)
        and dict(one.kinds) == dict(other.kinds)
        and (one.locked, one.band, one.last_number) == (other.locked, other.band, other.last_number)
    )
