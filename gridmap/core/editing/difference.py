"""What changes for people between two plans of one community."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gridmap.core.topology import Booleans, Integers


@dataclass(frozen=True, slots=True)
class Difference:
    """Two plans compared.

    Attributes
    ----------
    partner : for a grid of the first plan the grid of the second that continues it.
    moved : shape (k,), carriers whose grid is not continued by the one they are in.
    households_moved : in those carriers.
    """

    partner: Mapping[int, int]
    moved: Booleans
    households_moved: int


def difference(one: Integers, other: Integers, households: Integers) -> Difference:
    """Compare two plans.

    Parameters
    ----------
    one, other : shape (k,), the grid of each carrier (building, small area or cell) in either plan.
    households : shape (k,).
    """
    partner = pair_grids(one, other, households)
    continued = np.array([partner.get(grid, -1) for grid in one.tolist()], dtype=np.int64)
    moved = continued != other
    return Difference(partner, moved, int(households[moved].sum()))


def pair_grids(one: Integers, other: Integers, households: Integers) -> dict[int, int]:
    """Pair the grids of two plans, those with most households in common first, ties by number.

    Parameters
    ----------
    one, other, households : see `difference`.
    """
    pairs, nth = np.unique(np.column_stack([one, other]), axis=0, return_inverse=True)
    common = np.bincount(nth.ravel(), households, minlength=len(pairs))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for place in np.lexsort((pairs[:, 1], pairs[:, 0], -common)):
        first, second = (int(grid) for grid in pairs[place])
        if first not in partner and second not in taken:
            partner[first] = second
            taken.add(second)
    return partner
