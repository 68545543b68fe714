"""Exhaustion: every way of joining neighbouring cells, for small parts that no tree could divide.

Unlike the search this is a proof. The heaviest cell left must be in some grid; each connected set around it within
the band is tried, and what remains is divided likewise, each of its parts by itself. What has been found to have no
division is remembered. The number of connected sets grows fast, so it stops at a limit; then nothing is proved.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from gridmap.core.division.certificate import grid_counts
from gridmap.core.division.graph import Graph
from gridmap.core.model import Band
from gridmap.core.topology import Integers

MOST_CELLS = 64
"""Parts of more cells have more connected sets than can be tried."""


class Spent(Exception):
    """There are more sets than may be tried."""


@dataclass(slots=True)
class _Cells:
    """Cells as bits of an integer.

    Attributes
    ----------
    beside : neighbours of each cell, as bits.
    steps : connected sets looked at so far, `limit` at most.
    hopeless : sets of cells known to have no division.
    """

    households: list[int]
    beside: list[int]
    band: Band
    limit: int
    steps: int = 0
    hopeless: set[int] = field(default_factory=set)

    def divide(self, left: int) -> list[int] | None:
        """Return grids that cover the cells left, None if there is no such division."""
        grids: list[int] = []
        for part in self._parts(left):
            found = self._divide_part(part)
            if found is None:
                return None
            grids += found
        return grids

    def _divide_part(self, part: int) -> list[int] | None:
        if part in self.hopeless:
            return None
        if grid_counts(self._sum(part), self.band) and self._sum(part):
            pivot = max(_bits(part), key=lambda cell: (self.households[cell], -cell))
            border = self.beside[pivot] & part
            for grid in self._around(
                1 << pivot, self.households[pivot], border, part & ~(1 << pivot) & ~border
            ):
                rest = self.divide(part & ~grid)
                if rest is not None:
                    return [grid, *rest]
        self.hopeless.add(part)
        return None

    def _around(self, chosen: int, total: int, border: int, free: int) -> Iterator[int]:
        """Return the connected sets within the band that hold `chosen`, cells of `border` and free cells behind it."""
        self.steps += 1
        if self.steps > self.limit:
            raise Spent
        if total > self.band.maximum:
            return
        if total >= self.band.minimum:
            yield chosen
        while border:
            bit = border & -border
            border ^= bit
            cell = bit.bit_length() - 1
            more = self.beside[cell] & free
            yield from self._around(chosen | bit, total + self.households[cell], border | more, free & ~more)

    def _sum(self, cells: int) -> int:
        return sum(self.households[cell] for cell in _bits(cells))

    def _parts(self, left: int) -> Iterator[int]:
        """Split cells into parts that do not touch."""
        while left:
            part, fresh = 0, left & -left
            while fresh:
                part |= fresh
                fresh = self._beside_all(fresh) & left & ~part
            left &= ~part
            yield part

    def _beside_all(self, cells: int) -> int:
        around = 0
        for cell in _bits(cells):
            around |= self.beside[cell]
        return around


def _bits(cells: int) -> Iterator[int]:
    while cells:
        bit = cells & -cells
        yield bit.bit_length() - 1
        cells ^= bit


def exhaust(graph: Graph, band: Band, *, limit: int) -> tuple[Integers | None, int]:
    """Divide a connected graph or prove that it cannot be done.

    Parameters
    ----------
    limit : connected sets to look at.

    Returns
    -------
    the grid of each cell, None if no division exists; and the number of sets looked at.

    Raises
    ------
    Spent : the limit was reached, or there are more than `MOST_CELLS` cells; nothing is proved.
    """
    count = len(graph.households)
    if count > MOST_CELLS:
        raise Spent
    beside = [0] * count
    for one, two in zip(graph.first.tolist(), graph.second.tolist(), strict=True):
        beside[one] |= 1 << two
        beside[two] |= 1 << one
    cells = _Cells(graph.households.tolist(), beside, band, limit)
    grids = cells.divide((1 << count) - 1)
    if grids is None:
        return None, cells.steps
    label = np.zeros(count, dtype=np.int64)
    for number, grid in enumerate(grids):
        label[list(_bits(grid))] = number
    return label, cells.steps
