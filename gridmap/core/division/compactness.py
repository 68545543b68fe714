"""How round grids are, as they stand and where people live."""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.lived_in import cell_areas, peeled
from gridmap.core.topology import Floats, Integers, Segments


@dataclass(frozen=True, slots=True)
class Compactness:
    """The compactness 4·π·area/perimeter² of grids (Polsby and Popper 1991).

    Attributes
    ----------
    whole, lived_in : shape (g,), of each grid, and of it without the empty land at its edge (see `lived_in`).
    """

    whole: Floats
    lived_in: Floats

    def of(self, grids: slice) -> "Compactness":
        """Return the compactness of some of the grids."""
        return Compactness(self.whole[grids], self.lived_in[grids])


def compactness(graph: Graph, borders: Segments, label: Integers, count: int) -> Compactness:
    """Return the compactness of grids of one community or of many.

    Parameters
    ----------
    borders : of the cells.
    label : shape (n,), the grid of each cell, from 0 to `count` - 1.
    """
    lived_in = polsby_popper(borders, peeled(graph, borders, label), count)
    return Compactness(polsby_popper(borders, label, count), lived_in)


def polsby_popper(borders: Segments, label: Integers, count: int) -> Floats:
    """Return 4·π·area/perimeter² of each label; NaN for a label that no cell has.

    Parameters
    ----------
    label : shape (n,), of each cell, -1 where it does not count.
    """
    of_side = np.append(label, -1)
    left, right = of_side[borders.left], of_side[borders.right]
    parting = left != right
    sides = Segments(left[parting], right[parting], borders.start[parting], borders.end[parting])
    area, metres = cell_areas(sides, count), sides.lengths()
    around = np.bincount(sides.left + 1, metres, minlength=count + 1)
    around = (around + np.bincount(sides.right + 1, metres, minlength=count + 1))[1:]
    with np.errstate(invalid="ignore"):
        return np.asarray(4 * np.pi * area / around**2)
