"""Improvement: take a few neighbouring grids, join their cells, and divide them anew; then move single cells.

Both only ever accept a division that costs less, and grids outside the band cost more than any border, so a division
with grids out of the band is repaired by the same loop.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.division._compiled import compiled
from gridmap.core.division.search import (
    OUTSIDE,
    Problem,
    State,
    closing,
    cut_tree,
    draw,
    room_for,
    spanning_tree,
    true_cost,
)
from gridmap.core.topology import Booleans, Floats, Integers


class Around(NamedTuple):
    """The neighbours of each cell: those of cell i, and what the edges cost, lie at ``start[i]:start[i + 1]``."""

    start: Integers
    neighbour: Integers
    cost: Floats


def improve(problem: Problem, label: Integers, *, rounds: int, state: State) -> Integers:
    """Return a division that is at least as good.

    Parameters
    ----------
    label : shape (n,), the grid of each cell, numbered without gaps; every grid hangs together.
    rounds : how many neighbourhoods of 2–4 grids are divided anew.
    """
    moved, around = label.copy(), _neighbours(problem)
    _resolve(moved, rounds, problem, around, state)
    _shift(moved, problem, around)
    return np.asarray(np.unique(moved, return_inverse=True)[1], dtype=np.int64)


def _neighbours(problem: Problem) -> Around:
    one = np.concatenate([problem.first, problem.second])
    order = np.argsort(one, kind="stable")
    return Around(
        np.searchsorted(one[order], np.arange(len(problem.households) + 1)).astype(np.int64),
        np.concatenate([problem.second, problem.first])[order],
        np.tile(problem.cost, 2)[order],
    )


@compiled
def _pick(label: Integers, around: Around, wanted: int, state: State) -> Booleans:
    """Mark the cells of a random grid and of up to ``wanted - 1`` more that touch those before."""
    inside: Booleans = label == label[int(draw(state) * len(label))]
    for _ in range(1, wanted):
        seen, chosen = 0, -1
        for cell in np.flatnonzero(inside):
            for other in around.neighbour[around.start[cell] : around.start[cell + 1]]:
                if not inside[other]:
                    seen += 1
                    if draw(state) * seen < 1.0:
                        chosen = label[other]
        if chosen < 0:
            break
        inside |= label == chosen
    return inside


@compiled
def _part(problem: Problem, cells: Integers, inside: Booleans, place: Integers) -> Problem:
    """Return the problem of some cells alone."""
    place[cells] = np.arange(len(cells))
    kept = np.flatnonzero(inside[problem.first] & inside[problem.second])
    return Problem(
        problem.households[cells],
        place[problem.first[kept]],
        place[problem.second[kept]],
        problem.cost[kept],
        problem.rank[kept],
        problem.low,
        problem.high,
        problem.balance,
    )


@compiled
def _resolve(label: Integers, rounds: int, problem: Problem, around: Around, state: State) -> None:
    """Divide random neighbourhoods anew, in place."""
    place, room = np.zeros(len(label), np.int64), room_for(problem, problem.high)
    for _ in range(rounds):
        inside = _pick(label, around, 2 + int(draw(state) * 3), state)
        cells = np.flatnonzero(inside)
        part = _part(problem, cells, inside, place)
        used = np.unique(label[cells])
        before = true_cost(np.searchsorted(used, label[cells]), part)
        beyond = 0 if before < OUTSIDE else problem.high
        tree = spanning_tree(part, 0.5 + 2.0 * draw(state), state)
        found, trial = cut_tree(tree, part, beyond, room)
        if found == np.inf or true_cost(trial, part) >= before - 1e-6:
            continue
        unused = label.max() + 1
        for nth in range(len(cells)):
            grid = trial[nth]
            label[cells[nth]] = used[grid] if grid < len(used) else unused + grid - len(used)


@compiled
def _holds_together(label: Integers, leaving: int, around: Around, mark: Integers) -> bool:
    """Tell whether the neighbours of a cell in its grid still reach each other once it has left."""
    grid, beside, depth, reached = label[leaving], 0, 0, 0
    stack = np.empty(len(label), np.int64)
    for other in around.neighbour[around.start[leaving] : around.start[leaving + 1]]:
        if label[other] == grid:
            beside += 1
            stack[0], depth = other, 1
    if depth:
        mark[stack[0]] = leaving
    while depth > 0:
        depth -= 1
        cell = stack[depth]
        for other in around.neighbour[around.start[cell] : around.start[cell + 1]]:
            if other == leaving:
                reached += 1
            elif label[other] == grid and mark[other] != leaving:
                stack[depth], mark[other] = other, leaving
                depth += 1
    return reached == beside and beside > 0


@compiled
def _cheapest_move(
    cell: int, label: Integers, held: Integers, problem: Problem, around: Around
) -> tuple[float, int]:
    """Return the change in cost, and the grid, of the best move of a cell to a grid beside it; -1 if none is better."""
    grid, own = label[cell], problem.households[cell]
    near = range(around.start[cell], around.start[cell + 1])
    stays = 0.0
    for at in near:
        if label[around.neighbour[at]] == grid:
            stays += around.cost[at]
    stays += closing(held[grid] - own, problem, problem.high) - closing(held[grid], problem, problem.high)
    least, target = -1e-6, -1
    for at in near:
        other = label[around.neighbour[at]]
        if other == grid:
            continue
        change = stays - closing(held[other], problem, problem.high)
        change += closing(held[other] + own, problem, problem.high)
        for beside in near:
            if label[around.neighbour[beside]] == other:
                change -= around.cost[beside]
        if change < least:
            least, target = change, other
    return least, target


@compiled
def _shift(label: Integers, problem: Problem, around: Around) -> None:
    """Move single cells across borders, in place, as long as that lowers the cost."""
    held = np.zeros(label.max() + 1, np.int64)
    for cell in range(len(label)):
        held[label[cell]] += problem.households[cell]
    has_moved = True
    while has_moved:
        has_moved = False
        mark = np.full(len(label), -1, np.int64)
        for cell in range(len(label)):
            _, target = _cheapest_move(cell, label, held, problem, around)
            if target >= 0 and _holds_together(label, cell, around, mark):
                held[label[cell]] -= problem.households[cell]
                held[target] += problem.households[cell]
                label[cell] = target
                has_moved = True
