"""Connected groups of household cells: what a grid could be made of, if it had all land without households to itself.

Land without households joins what it touches. That other grids may need the same land is left out of account, so
there are never fewer groups here than there are grids; what is proved from all groups holds for grids.
"""

from collections.abc import Iterator

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.division.proof.exhaust import Spent
from gridmap.core.model import Band


def household_neighbours(graph: Graph) -> list[int]:
    """Return for each household cell those that touch it or land that reaches it, as bits; 0 for cells without."""
    count, is_home = len(graph.households), graph.households > 0
    empty = ~is_home[graph.first] & ~is_home[graph.second]
    land = components(count, graph.first[empty], graph.second[empty])
    near, around = [0] * count, [0] * count
    for one, two in zip(graph.first.tolist(), graph.second.tolist(), strict=True):
        for home, other in ((one, two), (two, one)):
            if is_home[home] and is_home[other]:
                near[home] |= 1 << other
            elif is_home[home]:
                around[land[other]] |= 1 << home
    for shore in around:
        for home in bits(shore):
            near[home] |= shore & ~(1 << home)
    return near


def bits(cells: int) -> Iterator[int]:
    """Return the cells in a set given as bits, in order."""
    while cells:
        bit = cells & -cells
        yield bit.bit_length() - 1
        cells ^= bit


def groups_within(
    graph: Graph, near: list[int], band: Band, *, around: int, limit: int, below: int = 0
) -> Iterator[int]:
    """Return the connected groups within the band that hold a cell, as bits, each once.

    Parameters
    ----------
    near : see `household_neighbours`.
    around : the cell.
    limit : groups to look at, in the band or under it.
    below : cells that must not be in a group, as bits.

    Raises
    ------
    Spent : there are more groups.
    """
    held = graph.households.tolist()
    start = 1 << around
    stack, seen = [(start, held[around], near[around] & ~below)], {start}
    while stack:
        group, total, border = stack.pop()
        if total > band.maximum:
            continue
        if total >= band.minimum:
            yield group
        for cell in bits(border):
            larger = group | 1 << cell
            if larger not in seen:
                seen.add(larger)
                stack.append((larger, total + held[cell], (border | near[cell] & ~below) & ~larger))
        if len(seen) > limit:
            raise Spent


def all_groups(graph: Graph, band: Band, *, limit: int) -> list[int]:
    """Return all connected groups within the band, as bits.

    Raises
    ------
    Spent : there are more than `limit` groups.
    """
    near = household_neighbours(graph)
    found: list[int] = []
    for cell in np.flatnonzero(graph.households).tolist():
        below = (1 << cell) - 1
        found += groups_within(graph, near, band, around=cell, limit=limit, below=below)
        if len(found) > limit:
            raise Spent
    return found
