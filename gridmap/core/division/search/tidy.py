"""Empty land that hangs on a grid by its end goes to the grid beside it.

The search weighs borders by what lies along them, so that a strip between an arterial and a row of houses may end up
with the grid at its end, and stick out as a tail. Moving land where nobody lives changes no count. Moving it wherever
that makes the border shorter was measured too: it leaves the streets (.598 → .584 of the border on a real town).
"""

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.redivision.beside import Beside, beside
from gridmap.core.topology import Floats, Integers

TWICE = 2.0
"""How many times the border with its own grid another must have for a cell to move there."""
LEAST_M = 1.0


def tidied(graph: Graph, label: Integers) -> Integers:
    """Move empty cells, one after the other, to grids with which they have more than twice the border.

    Grids keep hanging together, keep their households and never lose their last cell. Each move makes the border
    between grids shorter, so there is an end.

    Parameters
    ----------
    label : shape (n,), the grid of each cell, numbered from 0 without gaps; grids hang together.

    Returns
    -------
    shape (n,), numbered likewise.
    """
    found = label.copy()
    _tidy(beside(graph, graph.metres.sum(axis=1)), np.flatnonzero(graph.households == 0), found)
    return found


@compiled
def _tidy(around: Beside, free: Integers, label: Integers) -> None:
    metres, seen = np.zeros(len(label)), np.full(len(label), -1, dtype=np.int64)
    stack = np.empty(len(label), dtype=np.int64)
    question, moving = 0, True
    while moving:
        moving = False
        for cell in free:
            target = _longest(around, cell, label, metres)
            if target != label[cell]:
                if _hangs_together(around, cell, label, seen, (question, stack)):
                    label[cell], moving = target, True
                question += 1


@compiled
def _longest(around: Beside, cell: int, label: Integers, metres: Floats) -> int:
    """Return the grid a cell has the longest border with; its own unless another has `TWICE` as much."""
    begin, end = around.start[cell], around.start[cell + 1]
    for at in range(begin, end):
        metres[label[around.neighbour[at]]] += around.cost[at]
    best = label[cell]
    most = TWICE * metres[best] + LEAST_M
    for at in range(begin, end):
        grid = label[around.neighbour[at]]
        if metres[grid] > most:
            best, most = grid, metres[grid]
    for at in range(begin, end):
        metres[label[around.neighbour[at]]] = 0.0
    return int(best)


@compiled
def _hangs_together(
    around: Beside, leaving: int, label: Integers, seen: Integers, work: tuple[int, Integers]
) -> bool:
    """Tell whether the grid of a cell still hangs together, and is there at all, without it."""
    question, stack = work
    grid, wanted, waiting = label[leaving], 0, 0
    for at in range(around.start[leaving], around.start[leaving + 1]):
        other = around.neighbour[at]
        if label[other] == grid:
            wanted += 1
            if waiting == 0:
                stack[0], seen[other], waiting = other, question, 1
    if wanted == 0:
        return False
    seen[leaving] = question
    while waiting:
        waiting -= 1
        cell = stack[waiting]
        for at in range(around.start[cell], around.start[cell + 1]):
            other = around.neighbour[at]
            if label[other] == grid and seen[other] != question:
                seen[other] = question
                stack[waiting] = other
                waiting += 1
    for at in range(around.start[leaving], around.start[leaving + 1]):
        other = around.neighbour[at]
        if label[other] == grid and seen[other] != question:
            return False
    return True
