"""An order in which to take up the cells of a graph, so that few of them are ever half surrounded."""

from dataclasses import dataclass

import numpy as np

from gridmap.core.topology import Integers

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
    _, order = min(_greedy(near, start) for start in starts)
    return _with_slots(order, near)


def neighbours(count: int, first: Integers, second: Integers) -> list[set[int]]:
    """Return the neighbours of each cell."""
    near: list[set[int]] = [set() for _ in range(count)]
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        near[one].add(two)
        near[two].add(one)
    return near


def _greedy(near: list[set[int]], start: int) -> tuple[float, list[int]]:
    """Take up next what leaves the smallest frontier; among equals what is beside the oldest cell of it."""
    to_come = [len(around) for around in near]
    age: dict[int, int] = {}
    order, work, cell = [], 0.0, start
    taken: set[int] = set()
    while True:
        order.append(cell)
        taken.add(cell)
        age[cell] = len(order)
        for other in near[cell]:
            to_come[other] -= 1
        for gone in [old for old in (*near[cell], cell) if old in age and not to_come[old]]:
            del age[gone]
        work += 3.0 ** len(age)
        options = {other: min(age[old], 10**9) for old in reversed(age) for other in near[old] - taken}
        if not options:
            return work, order
        cell = min(
            options, key=lambda other: (_left_behind(other, near, to_come, age), options[other], other)
        )


def _left_behind(cell: int, near: list[set[int]], to_come: list[int], age: dict[int, int]) -> int:
    """Return how much the frontier grows if a cell is taken up."""
    freed = sum(1 for other in near[cell] if other in age and to_come[other] == 1)
    return (to_come[cell] > 0) - freed


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
