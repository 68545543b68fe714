"""Local search from an earlier plan: the fewest households change grid until every grid is in the band.

Grids keep their identity: a cell whose number differs from its former one has moved. A step takes one cell over a
border, with whatever would be cut off behind it, so grids always hang together; at times a cell comes back in return.
Steps that cost more are taken too, ever more rarely (simulated annealing: Kirkpatrick, Gelatt and Vecchi,
"Optimization by Simulated Annealing", Science 220, 1983).
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.redivision.beside import Beside
from gridmap.core.division.search.trees import State, draw
from gridmap.core.topology import Integers

OUTSIDE = 3.0
"""Price of each household out of the band, in households moved."""
EMPTY = 1e-2
"""Price of a cell that moves, beside its households: cells without any stay where they are, too."""
BORDER = 1e-7
"""Price of a border that costs 1: decides between plans that are as good otherwise."""
HOT, COLD = 80.0, 4.0
"""Households that a step may cost at the beginning, and at the end, with a chance of 1 in e."""
SWAPS = 0.6
"""Share of steps in which another cell comes back."""


class Task(NamedTuple):
    """What is to be divided anew, as the compiled loops want it.

    Attributes
    ----------
    households, former : shape (n,), of each cell; -1 where a cell was in no grid, so that it is free to join any.
    low, high : the band.
    border : shape (b, 2), neighbours between which a line may run.
    """

    households: Integers
    former: Integers
    low: int
    high: int
    border: Integers
    beside: Beside


class _Room(NamedTuple):
    """The division as it is, and memory.

    Attributes
    ----------
    label : shape (n,). held, cells : shape (g,), households and cells of each grid.
    mark, stamp : shape (n,), (1,): a cell whose mark is at least the stamp has been seen.
    stack : shape (n,). taken : shape (n,), cells that move together.
    """

    label: Integers
    held: Integers
    cells: Integers
    mark: Integers
    stamp: Integers
    stack: Integers
    taken: Integers


def relocate(task: Task, label: Integers, *, grids: int, steps: int, state: State) -> Integers | None:
    """Return the division in band with the fewest households moved that was found; None if none was.

    Parameters
    ----------
    label : shape (n,), where to begin: connected grids, of which some are out of the band. Not changed.
    grids : numbers in use, former and new; a grid may lose all its cells, but a lost grid does not come back.
    steps : how many to take.
    state : random numbers; moved on.
    """
    found, best = _anneal(task, label.copy(), grids, steps, state)
    return best if found else None


@compiled
def _price(cell: int, grid: int, task: Task) -> float:
    """Return what it costs that a cell is in a grid."""
    former = task.former[cell]
    return 0.0 if former < 0 or former == grid else task.households[cell] + EMPTY


@compiled
def _off(held: int, cells: int, task: Task) -> float:
    """Return what it costs that a grid is out of the band; a grid without cells does not count."""
    if cells == 0:
        return 0.0
    return OUTSIDE * max(0, task.low - held, held - task.high)


@compiled
def _spread(first: int, leaving: int, number: int, task: Task, room: _Room) -> float:
    """Mark what hangs together with a cell in its grid without the one that leaves; return the households kept."""
    grid, depth, worth = room.label[leaving], 1, 0.0
    room.stack[0], room.mark[first] = first, number
    while depth > 0:
        depth -= 1
        cell = room.stack[depth]
        if task.former[cell] == grid:
            worth += task.households[cell] + EMPTY
        for other in task.beside.neighbour[task.beside.start[cell] : task.beside.start[cell + 1]]:
            if other != leaving and room.label[other] == grid and room.mark[other] < room.stamp[0]:
                room.mark[other] = number
                room.stack[depth] = other
                depth += 1
    return worth


@compiled
def _take(leaving: int, task: Task, room: _Room) -> int:
    """Gather a cell and all that would be cut off from the larger rest of its grid; return how many cells that is."""
    start, end = task.beside.start[leaving], task.beside.start[leaving + 1]
    number, most, kept = room.stamp[0], -1.0, -1
    for other in task.beside.neighbour[start:end]:
        if room.label[other] == room.label[leaving] and room.mark[other] < room.stamp[0]:
            worth = _spread(other, leaving, number, task, room)
            if worth > most:
                most, kept = worth, number
            number += 1
    size = 1
    room.taken[0] = leaving
    if number - room.stamp[0] > 1:
        for cell in range(len(room.label)):
            if room.label[cell] == room.label[leaving] and cell != leaving and room.mark[cell] != kept:
                room.taken[size] = cell
                size += 1
    room.stamp[0] = number + 1
    return size


@compiled
def _change(size: int, target: int, task: Task, room: _Room) -> float:
    """Return what it changes to move the gathered cells to another grid."""
    source, held, change = room.label[room.taken[0]], 0, 0.0
    for cell in room.taken[:size]:
        room.mark[cell] = room.stamp[0]
        held += task.households[cell]
        change += _price(cell, target, task) - _price(cell, source, task)
    for cell in room.taken[:size]:
        for at in range(task.beside.start[cell], task.beside.start[cell + 1]):
            other = task.beside.neighbour[at]
            if room.mark[other] != room.stamp[0]:
                was, will = room.label[other] != source, room.label[other] != target
                change += BORDER * task.beside.cost[at] * (int(will) - int(was))
    room.stamp[0] += 1
    for grid, more, cells in ((source, -held, -size), (target, held, size)):
        change += _off(room.held[grid] + more, room.cells[grid] + cells, task)
        change -= _off(room.held[grid], room.cells[grid], task)
    return change


@compiled
def _move(size: int, target: int, task: Task, room: _Room) -> None:
    source = room.label[room.taken[0]]
    for cell in room.taken[:size]:
        room.label[cell] = target
        room.held[source] -= task.households[cell]
        room.held[target] += task.households[cell]
    room.cells[source] -= size
    room.cells[target] += size


@compiled
def _border(one: int, other: int, task: Task, room: _Room, state: State) -> tuple[int, int]:
    """Draw neighbours with a line between them, that between two grids if these are given; (-1, -1) if none comes up."""
    for _ in range(20 if one < 0 else 40):
        edge = int(draw(state) * len(task.border))
        turned = int(draw(state) < 0.5)
        leaving, joining = task.border[edge, turned], task.border[edge, 1 - turned]
        source, target = room.label[leaving], room.label[joining]
        if source != target and (one < 0 or (source == one and target == other)):
            return leaving, joining
    return -1, -1


@compiled
def _undo(label: Integers, cells: Integers, source: int, task: Task, room: _Room) -> None:
    for cell in cells:
        target = label[cell]
        room.label[cell] = source
        room.held[target] -= task.households[cell]
        room.held[source] += task.households[cell]
        room.cells[target] -= 1
        room.cells[source] += 1


@compiled
def _step(heat: float, task: Task, room: _Room, state: State) -> float:
    """Try one step; return what it changed, 0 if it was not taken."""
    leaving, joining = _border(-1, -1, task, room, state)
    if leaving < 0:
        return 0.0
    source, target = room.label[leaving], room.label[joining]
    size = _take(leaving, task, room)
    change = _change(size, target, task, room)
    allowed = -heat * np.log(1.0 - draw(state))
    if change <= allowed and draw(state) >= SWAPS:
        _move(size, target, task, room)
        return change
    first = room.taken[:size].copy()
    _move(size, target, task, room)
    back, _ = _border(target, source, task, room, state)
    if back >= 0 and room.cells[source] > 0:
        size = _take(back, task, room)
        both = change + _change(size, source, task, room)
        if both <= min(allowed, change):
            _move(size, source, task, room)
            return both
    if change <= allowed:
        return change
    _undo(room.label, first, source, task, room)
    return 0.0


@compiled
def _is_in_band(task: Task, room: _Room) -> bool:
    for grid in range(len(room.held)):
        if room.cells[grid] > 0 and not task.low <= room.held[grid] <= task.high:
            return False
    return True


@compiled
def _room_of(label: Integers, grids: int, task: Task) -> _Room:
    held, cells = np.zeros(grids, np.int64), np.zeros(grids, np.int64)
    for cell in range(len(label)):
        held[label[cell]] += task.households[cell]
        cells[label[cell]] += 1
    count = len(label)
    blank = np.zeros(count, np.int64)
    return _Room(
        label, held, cells, blank, np.ones(1, np.int64), np.empty(count, np.int64), np.empty(count, np.int64)
    )


@compiled
def _anneal(task: Task, label: Integers, grids: int, steps: int, state: State) -> tuple[bool, Integers]:
    """Take so many steps, ever more cautious; return whether a division in band came up, and the best of them."""
    room = _room_of(label, grids, task)
    found, best, total, least = _is_in_band(task, room), label.copy(), 0.0, 0.0
    for step in range(steps):
        heat = HOT * (COLD / HOT) ** (step / steps)
        change = _step(heat, task, room, state)
        total += change
        if change != 0.0 and (not found or total < least - 1e-9) and _is_in_band(task, room):
            found, least = True, total
            best[:] = room.label
    return found, best
