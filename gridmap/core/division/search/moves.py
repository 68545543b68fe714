"""Single cells moved across borders, as long as that lowers the cost."""

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.search.cutting import Rules, closing
from gridmap.core.division.search.search import Problem, strict
from gridmap.core.topology import Integers


@compiled
def move_cells(label: Integers, problem: Problem) -> None:
    """Move single cells to a grid beside them, in place, until no move lowers the cost; every grid stays connected."""
    count = len(label)
    held, rules = np.zeros(count, np.int64), strict(problem, 1.0, 0)
    for cell in range(count):
        held[label[cell]] += problem.part.households[cell]
    mark, stack = np.full(count, -1, np.int64), np.empty(count, np.int64)
    idle, cell = 0, 0
    while idle < count:
        target = _best_target(cell, label, held, problem, rules)
        if target >= 0 and _holds_together(cell, label, problem, mark, stack):
            held[label[cell]] -= problem.part.households[cell]
            held[target] += problem.part.households[cell]
            label[cell] = target
            idle = 0
        idle, cell = idle + 1, (cell + 1) % count


@compiled
def _best_target(cell: int, label: Integers, held: Integers, problem: Problem, rules: Rules) -> int:
    """Return the grid beside a cell to which it would best be moved; -1 if no move lowers the cost."""
    grid, own, inside = label[cell], problem.part.households[cell], 0.0
    is_border = False
    for arc in range(problem.start[cell], problem.start[cell + 1]):
        if label[problem.other[arc]] == grid:
            inside += problem.part.cost[problem.edge[arc]]
        else:
            is_border = True
    if not is_border:
        return -1
    least, target = -1e-6, -1
    inside += closing(held[grid] - own, rules) - closing(held[grid], rules)
    for arc in range(problem.start[cell], problem.start[cell + 1]):
        other = label[problem.other[arc]]
        if other != grid:
            change = inside + closing(held[other] + own, rules) - closing(held[other], rules)
            for beside in range(problem.start[cell], problem.start[cell + 1]):
                if label[problem.other[beside]] == other:
                    change -= problem.part.cost[problem.edge[beside]]
            if change < least:
                least, target = change, other
    return target


@compiled
def _holds_together(leaving: int, label: Integers, problem: Problem, mark: Integers, stack: Integers) -> bool:
    """Tell whether the neighbours of a cell in its grid still reach each other once it has left."""
    grid, beside, depth, reached = label[leaving], 0, 0, 0
    for arc in range(problem.start[leaving], problem.start[leaving + 1]):
        other = problem.other[arc]
        mark[other] = -1
        if label[other] == grid:
            beside += 1
            stack[0] = other
    if beside == 0:
        return False
    depth, mark[stack[0]], mark[leaving] = 1, leaving, leaving
    while depth > 0 and reached < beside:
        depth -= 1
        cell = stack[depth]
        for arc in range(problem.start[cell], problem.start[cell + 1]):
            other = problem.other[arc]
            if other == leaving:
                reached += 1
            elif label[other] == grid and mark[other] != leaving:
                stack[depth], mark[other] = other, leaving
                depth += 1
    return reached == beside
