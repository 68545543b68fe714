"""An order in which to take up the cells of a graph, so that few of them are ever half surrounded."""

from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.topology import Booleans, Integers

STARTS = 12
"""Orders to try, each from another cell."""


@dataclass(frozen=True, slots=True)
class Walk:
    """An order of the cells, and where each stands while it is on the frontier.

    The frontier is the cells taken up that still have a neighbour to come. Each holds a slot as long as it is there.

    Attributes
    ----------
    order : shape (n,), cells.
    slot : shape (n,), of the cell taken up at each step.
    beside : for each step, the slots of the neighbours taken up before.
    leaving : for each step, the slots that are left behind once the cell is taken up; perhaps its own.
    width : number of slots.
    """

    order: Integers
    slot: Integers
    beside: list[Integers]
    leaving: list[Integers]
    width: int


def walk(count: int, first: Integers, second: Integers, *, start: int | None = None) -> Walk:
    """Return the best of some greedy orders of a connected graph: the one with the least work for all frontiers.

    Parameters
    ----------
    start : the cell to begin with; None for the best of a few.
    """
    near = neighbours(count, first, second)
    spread = np.unique(np.linspace(0, count - 1, min(count, STARTS)).astype(int)).tolist()
    starts = spread if start is None else [start]
    begin = np.cumsum([0, *map(len, near)])
    beside = np.array([other for around in near for other in around], dtype=np.int64)
    _, order = min((_greedy(begin, beside, start) for start in starts), key=itemgetter(0))
    return _with_slots(order.tolist(), near)


def neighbours(count: int, first: Integers, second: Integers) -> list[set[int]]:
    """Return the neighbours of each cell."""
    near: list[set[int]] = [set() for _ in range(count)]
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        near[one].add(two)
        near[two].add(one)
    return near


@compiled
def _greedy(begin: Integers, beside: Integers, start: int) -> tuple[float, Integers]:
    """Take up next what leaves the smallest frontier; among equals what is beside the oldest cell of it.

    Parameters
    ----------
    begin, beside : the neighbours of cell k are ``beside[begin[k]:begin[k + 1]]``.

    Returns
    -------
    the work for all frontiers, and the order.
    """
    to_come, reached = begin[1:] - begin[:-1], np.zeros(len(begin) - 1, dtype=np.int64)
    is_taken = np.zeros(len(to_come), dtype=np.bool_)
    order, work, frontier = np.empty(len(to_come), dtype=np.int64), 0.0, 0
    cell, step = start, 0
    while cell >= 0:
        frontier += _left_behind(cell, begin, beside, to_come, is_taken)
        work += 3.0**frontier
        order[step], is_taken[cell], step = cell, True, step + 1
        for other in beside[begin[cell] : begin[cell + 1]]:
            to_come[other] -= 1
            if not reached[other]:
                reached[other] = step
        cell, least, oldest = -1, 0, 0
        for other in range(len(to_come)):
            if reached[other] and not is_taken[other]:
                behind = _left_behind(other, begin, beside, to_come, is_taken)
                if cell < 0 or behind < least or (behind == least and reached[other] < oldest):
                    cell, least, oldest = other, behind, reached[other]
    return work, order[:step]


@compiled
def _left_behind(cell: int, begin: Integers, beside: Integers, to_come: Integers, is_taken: Booleans) -> int:
    """Return how much the frontier grows if a cell is taken up."""
    grown = int(to_come[cell] > 0)
    for other in beside[begin[cell] : begin[cell + 1]]:
        grown -= int(is_taken[other] and to_come[other] == 1)
    return grown


def _with_slots(order: list[int], near: list[set[int]]) -> Walk:
    to_come = [len(around) for around in near]
    at: dict[int, int] = {}
    slots, beside, leaving, width = [], [], [], 0
    for cell in order:
        beside.append(np.array(sorted(at[other] for other in near[cell] if other in at), dtype=np.int64))
        used = set(at.values())
        at[cell] = next(slot for slot in range(len(used) + 1) if slot not in used)
        slots.append(at[cell])
        width = max(width, at[cell] + 1)
        for other in near[cell]:
            to_come[other] -= 1
        gone = [old for old in (*near[cell], cell) if old in at and not to_come[old]]
        leaving.append(np.array([at.pop(old) for old in gone], dtype=np.int64))
    return Walk(np.array(order), np.array(slots), beside, leaving, width)
