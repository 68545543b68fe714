"""Improvement: take a few neighbouring grids, join their cells, and divide them anew; then move single cells.

Both only ever accept a division that costs less, and grids outside the band cost more than any border, so a division
with grids out of the band is repaired by the same loop.
"""

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.search import OUTSIDE, State, Task, closing, cut_tree, draw, spanning_tree, true_cost
from gridmap.core.topology import Booleans, Floats, Integers


def improve(task: Task, label: Integers, *, rounds: int, state: State) -> Integers:
    """Return a division that is at least as good.

    Parameters
    ----------
    label : shape (n,), the grid of each cell; every grid hangs together.
    rounds : how many neighbourhoods of 2–4 grids are divided anew.
    """
    moved = label.copy()
    _resolve(
        moved,
        rounds,
        state,
        task.households,
        task.first,
        task.second,
        task.cost,
        task.rank,
        task.start,
        task.neighbour,
        task.low,
        task.high,
    )
    _shift(moved, task.households, task.start, task.neighbour, task.price, task.low, task.high)
    return np.asarray(np.unique(moved, return_inverse=True)[1], dtype=np.int64)


@compiled
def _pick(label: Integers, start: Integers, neighbour: Integers, wanted: int, state: State) -> Booleans:
    """Mark the cells of a random grid and of up to ``wanted - 1`` more that touch those before."""
    inside = label == label[int(draw(state) * len(label))]
    for _ in range(1, wanted):
        seen, chosen = 0, -1
        for cell in np.flatnonzero(inside):
            for at in range(start[cell], start[cell + 1]):
                if not inside[neighbour[at]]:
                    seen += 1
                    if draw(state) * seen < 1.0:
                        chosen = label[neighbour[at]]
        if chosen < 0:
            break
        inside |= label == chosen
    return inside


@compiled
def _edges_among(
    inside: Booleans, place: Integers, first: Integers, second: Integers, cost: Floats, rank: Integers
) -> tuple[Integers, Integers, Floats, Integers]:
    """Return the edges among some cells, renumbered."""
    kept = np.flatnonzero(inside[first] & inside[second])
    return place[first[kept]], place[second[kept]], cost[kept], rank[kept]


@compiled
def _resolve(
    label: Integers,
    rounds: int,
    state: State,
    households: Integers,
    first: Integers,
    second: Integers,
    cost: Floats,
    rank: Integers,
    start: Integers,
    neighbour: Integers,
    low: int,
    high: int,
) -> None:
    """Divide random neighbourhoods anew, in place."""
    place = np.zeros(len(label), np.int64)
    for _ in range(rounds):
        inside = _pick(label, start, neighbour, 2 + int(draw(state) * 3), state)
        cells = np.flatnonzero(inside)
        place[cells] = np.arange(len(cells))
        one, two, price, kind = _edges_among(inside, place, first, second, cost, rank)
        used = np.unique(label[cells])
        old = np.searchsorted(used, label[cells])
        held = households[cells]
        before = true_cost(old, one, two, price, held, low, high)
        beyond = 0 if before < OUTSIDE else high
        order, parent, along = spanning_tree(len(cells), one, two, price, kind, 0.5 + 2.0 * draw(state), state)
        found, trial = cut_tree(order, parent, along, held, low, high, beyond)
        if found == np.inf or true_cost(trial, one, two, price, held, low, high) >= before - 1e-6:
            continue
        unused = label.max() + 1
        for nth in range(len(cells)):
            grid = trial[nth]
            label[cells[nth]] = used[grid] if grid < len(used) else unused + grid - len(used)


@compiled
def _holds_together(
    label: Integers, leaving: int, start: Integers, neighbour: Integers, size: int, mark: Integers
) -> bool:
    """Tell whether the grid of a cell still hangs together, and is not empty, once the cell has left."""
    grid = label[leaving]
    stack = np.empty(size, np.int64)
    depth, reached = 0, 0
    for at in range(start[leaving], start[leaving + 1]):
        if label[neighbour[at]] == grid:
            stack[0], depth, reached = neighbour[at], 1, 1
            mark[neighbour[at]] = leaving
            break
    mark[leaving] = leaving
    while depth > 0:
        depth -= 1
        cell = stack[depth]
        for at in range(start[cell], start[cell + 1]):
            other = neighbour[at]
            if label[other] == grid and mark[other] != leaving:
                mark[other] = leaving
                stack[depth] = other
                depth += 1
                reached += 1
    return reached == size - 1 and size > 1


@compiled
def _cheapest_move(
    cell: int, label: Integers, held: Integers, own: int, start: Integers, neighbour: Integers, price: Floats,
    low: int, high: int,
) -> tuple[float, int]:  # fmt: skip
    """Return the change in cost, and the grid, of the best move of a cell to a grid beside it."""
    grid, stays = label[cell], 0.0
    for at in range(start[cell], start[cell + 1]):
        if label[neighbour[at]] == grid:
            stays += price[at]
    best, target = 0.0, -1
    for at in range(start[cell], start[cell + 1]):
        other = label[neighbour[at]]
        if other == grid:
            continue
        change = stays
        for beside in range(start[cell], start[cell + 1]):
            if label[neighbour[beside]] == other:
                change -= price[beside]
        change += closing(held[grid] - own, low, high, high)
        change += closing(held[other] + own, low, high, high)
        change -= closing(held[grid], low, high, high)
        change -= closing(held[other], low, high, high)
        if change < best - 1e-6:
            best, target = change, other
    return best, target


@compiled
def _shift(
    label: Integers,
    households: Integers,
    start: Integers,
    neighbour: Integers,
    price: Floats,
    low: int,
    high: int,
) -> None:
    """Move single cells across borders, in place, as long as that lowers the cost."""
    held, size = np.zeros(label.max() + 1, np.int64), np.zeros(label.max() + 1, np.int64)
    for cell in range(len(label)):
        held[label[cell]] += households[cell]
        size[label[cell]] += 1
    mark = np.full(len(label), -1, np.int64)
    has_moved = True
    while has_moved:
        has_moved = False
        for cell in range(len(label)):
            own = households[cell]
            _, target = _cheapest_move(cell, label, held, own, start, neighbour, price, low, high)
            grid = label[cell]
            if target >= 0 and _holds_together(label, cell, start, neighbour, size[grid], mark):
                label[cell] = target
                held[grid], held[target] = held[grid] - own, held[target] + own
                size[grid], size[target] = size[grid] - 1, size[target] + 1
                has_moved = True
            mark[:] = -1
