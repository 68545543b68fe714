"""The lookup between the grids of two plans: which became which, and how.

Two grids are linked if they share households. A grid that shares households with none is linked by the buildings or
areas without households that it shares. The kind of a change is the kind of the whole cluster of links around it:

U unchanged: one old grid, one new grid. Nobody changed grid: the homes that both plans know are the same.
S split: one old grid, several new ones. Counts of the new ones add up to a count of the old one.
M merged: several old grids, one new one. Counts of the old ones add up to a count of the new one.
X irregular: anything else, a grid that begins or ends without a link too. Counts cannot be compared.

These are the kinds of the lookups between output areas of two censuses (Office for National Statistics, "OA (2011) to
OA (2021) to LAD exact fit lookup", 2022). There a grid is unchanged if its line is; here homes decide, since a line
over empty land may be drawn anew when a building is added.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import linear_sum_assignment

from gridmap.core.division.parts import components
from gridmap.core.topology import Booleans, Floats, Integers


class Succession(StrEnum):
    """How grids of one plan became grids of the next."""

    UNCHANGED = "U"
    SPLIT = "S"
    MERGED = "M"
    IRREGULAR = "X"


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the lookup.

    Attributes
    ----------
    old, new : numbers of the grids; None where a grid begins, or ends, without a link.
    households, carriers : that both have, counted now.
    continues : whether the new grid is the one that goes on from the old: grids are paired so that the fewest
        households are in another pair.
    """

    old: int | None
    new: int | None
    kind: Succession
    households: int
    carriers: int
    continues: bool


def lookup(old: Integers, new: Integers, households: Integers, is_carrier: Booleans) -> list[Link]:
    """Return the lookup between two plans, sorted by old and then new grid; what has no old grid comes last.

    Parameters
    ----------
    old, new : shape (n,), the grid of each carrier in either plan, from 0; -1 where it has none.
    households : shape (n,), of each carrier, now.
    is_carrier : shape (n,), False for points that only stand for the ground of a grid: they count where homes do not.
    """
    both = (old >= 0) & (new >= 0)
    shape = (int(old.max(initial=-1)) + 1, int(new.max(initial=-1)) + 1)
    held, count, ground = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    np.add.at(held, (old[both], new[both]), households[both])
    np.add.at(count, (old[both], new[both]), is_carrier[both])
    np.add.at(ground, (old[both], new[both]), 1)
    linked = _linked(held, ground)
    one, two = np.nonzero(linked)
    kinds = _kinds(one, two, shape)
    pairs = _pairs(np.where(linked, held + count * 1e-4 + ground * 1e-8, 0.0))
    links = [
        Link(i, j, kind, int(held[i, j]), int(count[i, j]), continues=(i, j) in pairs)
        for i, j, kind in zip(one.tolist(), two.tolist(), kinds, strict=True)
    ]
    return links + list(_unlinked(old, new, linked))


def _linked(held: Integers, ground: Integers) -> Booleans:
    by_homes = held > 0
    old_is_bare, new_is_bare = ~by_homes.any(axis=1), ~by_homes.any(axis=0)
    is_bare = np.logical_or.outer(old_is_bare, new_is_bare)
    return np.asarray(by_homes | (is_bare & (ground > 0)))


def _kinds(one: Integers, two: Integers, shape: tuple[int, int]) -> list[Succession]:
    """Return the kind of each link by the cluster it belongs to."""
    cluster = components(sum(shape), one, shape[0] + two)
    olds = np.bincount(cluster[: shape[0]], minlength=sum(shape))
    news = np.bincount(cluster[shape[0] :], minlength=sum(shape))
    kinds = []
    for number in cluster[one]:
        if olds[number] == 1:
            kinds.append(Succession.UNCHANGED if news[number] == 1 else Succession.SPLIT)
        else:
            kinds.append(Succession.MERGED if news[number] == 1 else Succession.IRREGULAR)
    return kinds


def _pairs(shared: Floats) -> set[tuple[int, int]]:
    old, new = linear_sum_assignment(shared, maximize=True)
    return {(int(i), int(j)) for i, j in zip(old, new, strict=True) if shared[i, j] > 0}


def _unlinked(old: Integers, new: Integers, linked: Booleans) -> Iterator[Link]:
    """Return the grids that end, and those that begin, without a link."""
    for grid in np.unique(old[old >= 0]).tolist():
        if not linked[grid].any():
            yield Link(grid, None, Succession.IRREGULAR, 0, 0, continues=False)
    for grid in np.unique(new[new >= 0]).tolist():
        if not linked[:, grid].any():
            yield Link(None, grid, Succession.IRREGULAR, 0, 0, continues=False)
