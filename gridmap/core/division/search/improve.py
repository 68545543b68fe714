"""Improvement: take a few neighbouring grids, join their cells, and divide them anew; then move single cells.

At first a division somewhat dearer may be accepted too, by chance and ever less (simulated annealing); the best one
seen is kept. Grids outside the band cost more than any border, so a division with some is repaired by the same loop.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.search.cutting import OUTSIDE, closing
from gridmap.core.division.search.search import Bench, Problem, loose, strict, try_tree
from gridmap.core.division.search.trees import Part, State, draw
from gridmap.core.topology import Booleans, Floats, Integers

TRIES = 40
"""Borders looked at for each grid of a neighbourhood."""
MOST_GRIDS = 4
"""Grids of a neighbourhood."""
SHARE = 0.2
"""See `cutting.Rules`."""


class Rounds(NamedTuple):
    """How many neighbourhoods to divide anew.

    Attributes
    ----------
    per_grid : for each grid.
    heat : by about what share of its cost a neighbourhood may become dearer, at the beginning.
    small : neighbourhoods of fewer cells are cut wherever they can be, larger ones at a share of places only.
    """

    per_grid: int
    heat: float
    small: int


class Plan(NamedTuple):
    """A division that is being improved, and memory for it.

    Attributes
    ----------
    label : shape (n,), the grid of each cell.
    filled : shape (n,), households of each grid.
    grids : shape (1,), how many there are.
    chosen : shape (n,), grids to be divided anew.
    cells, place : shape (n,), the cells of these, and where each is among them.
    part : these cells by themselves.
    dear : shape (1,), cost of an edge that is always looked at.
    """

    label: Integers
    filled: Integers
    grids: Integers
    chosen: Booleans
    cells: Integers
    place: Integers
    part: Part
    dear: Floats


@compiled
def plan_of(label: Integers, problem: Problem) -> Plan:
    """Begin with a division."""
    cells, edges = len(label), len(problem.part.first)
    filled = np.zeros(cells, np.int64)
    for cell in range(cells):
        filled[label[cell]] += problem.part.households[cell]
    whole, ends, costs = np.empty((3, cells), np.int64), np.empty((2, edges), np.int64), np.empty((2, edges))
    part = Part(whole[2], ends[0], ends[1], costs[0], costs[1])
    dear = np.array([np.sort(problem.part.cost)[edges * 3 // 4] if edges else 0.0])
    return Plan(
        label, filled, np.array([label.max() + 1]), np.zeros(cells, np.bool_), whole[0], whole[1], part, dear
    )


@compiled
def divide_anew(label: Integers, problem: Problem, effort: Rounds, bench: Bench, state: State) -> None:
    """Divide neighbourhoods anew, in place; the result never costs more."""
    plan, kept, since = plan_of(label.copy(), problem), label, 0.0
    rules, close, hopeless = (
        strict(problem, SHARE, 4),
        strict(problem, 1.0, 0),
        loose(problem, problem.low // 3),
    )
    rounds = effort.per_grid * plan.grids[0]
    for turn in range(rounds):
        if plan.grids[0] < 2:
            break
        _pick(plan, problem.part, 2 + int(draw(state) * (MOST_GRIDS - 1)), state)
        part, before = _gather(plan, problem)
        is_whole = before < OUTSIDE
        looked = close if len(part.households) < effort.small else rules
        after, grids = try_tree(part, 0.2 + draw(state), looked if is_whole else hopeless, bench, state)
        slack = -1e-6
        if effort.heat > 0.0 and is_whole:
            slack -= effort.heat * (1.0 - turn / rounds) * before * np.log(1.0 - draw(state))
        if after < before + slack:
            _write(plan, part, bench.room.label, bench.room.filled, grids)
            since += after - before
            if since < -1e-6:
                kept[:] = plan.label
                since = 0.0


@compiled
def _pick(plan: Plan, part: Part, wanted: int, state: State) -> None:
    """Choose grids that touch: the first two along a border, the dearer the likelier; more likewise.

    There are always two: where no border is met by chance, as in a large part of few grids, the next one is taken.
    """
    plan.chosen[: plan.grids[0]] = False
    chosen = 1
    for _ in range(TRIES * wanted):
        edge = int(draw(state) * len(part.first))
        one, two = plan.label[part.first[edge]], plan.label[part.second[edge]]
        if one == two or (chosen > 1 and plan.chosen[one] == plan.chosen[two]):
            continue
        if part.cost[edge] >= draw(state) * plan.dear[0]:
            plan.chosen[one] = plan.chosen[two] = True
            chosen += 1
            if chosen == wanted:
                break
    if chosen == 1:
        one, two = _next_border(plan, part, int(draw(state) * len(part.first)))
        plan.chosen[one] = plan.chosen[two] = True


@compiled
def _next_border(plan: Plan, part: Part, start: int) -> tuple[int, int]:
    """Return the grids on either side of the first border from an edge on, round and round."""
    for nth in range(len(part.first)):
        edge = (start + nth) % len(part.first)
        one, two = plan.label[part.first[edge]], plan.label[part.second[edge]]
        if one != two:
            break
    return one, two


@compiled
def _gather(plan: Plan, problem: Problem) -> tuple[Part, float]:
    """Return the cells of the chosen grids as a part, and what its borders and grids cost now."""
    cells, edges, cost, part, whole = 0, 0, 0.0, plan.part, problem.part
    for cell in range(len(plan.label)):
        if plan.chosen[plan.label[cell]]:
            plan.cells[cells], plan.place[cell] = cell, cells
            part.households[cells] = whole.households[cell]
            cells += 1
    for at in range(cells):
        cell = plan.cells[at]
        for arc in range(problem.start[cell], problem.start[cell + 1]):
            other, edge = problem.other[arc], problem.edge[arc]
            if other > cell and plan.chosen[plan.label[other]]:
                part.first[edges], part.second[edges] = at, plan.place[other]
                part.cost[edges], part.key[edges] = whole.cost[edge], whole.key[edge]
                cost += whole.cost[edge] * (plan.label[cell] != plan.label[other])
                edges += 1
    rules = strict(problem, 1.0, 0)
    for grid in range(plan.grids[0]):
        if plan.chosen[grid]:
            cost += closing(plan.filled[grid], rules)
    found = Part(
        part.households[:cells], part.first[:edges], part.second[:edges], part.cost[:edges], part.key[:edges]
    )
    return found, cost


@compiled
def _write(plan: Plan, part: Part, label: Integers, filled: Integers, grids: int) -> None:
    """Write new grids over those chosen; grids stay numbered without gaps."""
    number, given = np.empty(grids, np.int64), 0
    for grid in range(plan.grids[0]):
        if plan.chosen[grid] and given < grids:
            number[given], plan.chosen[grid] = grid, False
            given += 1
    for nth in range(given, grids):
        number[nth] = plan.grids[0]
        plan.grids[0] += 1
    for at in range(len(part.households)):
        plan.label[plan.cells[at]] = number[label[at]]
    for nth in range(grids):
        plan.filled[number[nth]] = filled[nth]
    for grid in range(plan.grids[0] - 1, -1, -1):
        if plan.chosen[grid]:
            _drop(plan, grid)


@compiled
def _drop(plan: Plan, grid: int) -> None:
    """Give the number of a grid that is no more to the last one."""
    plan.grids[0] -= 1
    last = plan.grids[0]
    for cell in range(len(plan.label)):
        if plan.label[cell] == last:
            plan.label[cell] = grid
    plan.filled[grid] = plan.filled[last]
    plan.chosen[grid] = False
