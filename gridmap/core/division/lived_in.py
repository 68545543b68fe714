"""The part of each grid that is lived in: the grid without the empty land at its edge.

Planners judge the shape of a grid by where people live, not by the park or depot that hangs on it. Empty cells at the
edge of a grid are peeled off, the largest first, as long as what is left hangs together; empty land between homes stays.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.topology import Booleans, Floats, Integers, Segments


class _Touching(NamedTuple):
    """Cells of one grid that touch: those beside cell k are ``beside[begin[k]:begin[k + 1]]``."""

    begin: Integers
    beside: Integers


def cell_areas(borders: Segments, cells: int) -> Floats:
    """Return the square metres of each cell, from its borders."""
    low = borders.start.min(axis=0, initial=np.inf)
    start, end = borders.start - low, borders.end - low
    twice = start[:, 0] * end[:, 1] - start[:, 1] * end[:, 0]
    inside = np.bincount(borders.left + 1, twice, minlength=cells + 1)
    return np.asarray((inside - np.bincount(borders.right + 1, twice, minlength=cells + 1))[1:] / 2)


def peeled(graph: Graph, borders: Segments, label: Integers) -> Integers:
    """Return the grid of each cell, -1 for empty cells at the edge of a grid.

    A grid without households keeps its cells.

    Parameters
    ----------
    label : shape (n,), the grid of each cell.
    """
    count = len(label)
    area, of_side = cell_areas(borders, count), np.append(label, -1)
    parted = of_side[borders.left] != of_side[borders.right]
    is_edge = np.zeros(count + 1, dtype=bool)
    is_edge[borders.left[parted]] = is_edge[borders.right[parted]] = True
    homes = np.bincount(label, graph.households, minlength=int(label.max(initial=-1)) + 1)
    wanted = np.flatnonzero((graph.households == 0) & (homes[label] > 0))
    order = wanted[np.lexsort((wanted, -area[wanted]))]
    return _peeled(_touching(graph.first, graph.second, label), label, order, is_edge[:-1])


@compiled
def _touching(first: Integers, second: Integers, label: Integers) -> _Touching:
    begin = np.zeros(len(label) + 1, dtype=np.int64)
    for edge in range(len(first)):
        if label[first[edge]] == label[second[edge]]:
            begin[first[edge] + 1] += 1
            begin[second[edge] + 1] += 1
    begin = np.cumsum(begin)
    place, beside = begin.copy(), np.empty(begin[-1], dtype=np.int64)
    for edge in range(len(first)):
        one, two = first[edge], second[edge]
        if label[one] == label[two]:
            beside[place[one]], beside[place[two]] = two, one
            place[one] += 1
            place[two] += 1
    return _Touching(begin, beside)


@compiled
def _peeled(touching: _Touching, label: Integers, order: Integers, is_edge: Booleans) -> Integers:
    """Peel off cells in the order given, again and again until none can go."""
    kept, held = label.copy(), np.bincount(label)
    seen, stack = np.full(len(label), -1, dtype=np.int64), np.empty(len(label), dtype=np.int64)
    question, peeling = 0, True
    while peeling:
        peeling = False
        for cell in order:
            if kept[cell] < 0 or not is_edge[cell]:
                continue
            around = touching.beside[touching.begin[cell] : touching.begin[cell + 1]]
            kept[cell] = -1
            if _reached(touching, kept, around, seen, (question, stack)) == held[label[cell]] - 1:
                held[label[cell]] -= 1
                is_edge[around] = True
                peeling = True
            else:
                kept[cell] = label[cell]
            question += 1
    return kept


@compiled
def _reached(
    touching: _Touching, kept: Integers, around: Integers, seen: Integers, work: tuple[int, Integers]
) -> int:
    """Count the cells that are kept and hang together with the first kept one of some cells."""
    question, stack = work
    waiting = reached = 0
    for cell in around:
        if kept[cell] >= 0 and waiting == 0:
            stack[0], seen[cell], waiting = cell, question, 1
    while waiting:
        waiting -= 1
        cell, reached = stack[waiting], reached + 1
        for other in touching.beside[touching.begin[cell] : touching.begin[cell + 1]]:
            if kept[other] >= 0 and seen[other] != question:
                seen[other] = question
                stack[waiting] = other
                waiting += 1
    return reached
