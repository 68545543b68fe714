"""The proven optimum of a small community: all connected sets in the band, then the cheapest way to cover with them.

Sets are enumerated, each once; the linear relaxation over all of them is solved by column generation; sets whose reduced
cost exceeds the gap to a known division cannot be in a better one and are left out; what is left is solved as a mixed
integer programme. It shares the cost of a division with the engine, and nothing of its search.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_matrix

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.search.objective import BALANCED, Objective, edge_costs, spannable
from gridmap.core.model import Band
from gridmap.core.topology import Floats, Integers

Masks = NDArray[np.uint64]
"""Sets of up to 64 cells, one bit each."""
MOST_CELLS = 60
ADDED = 400
"""Sets added to the relaxation at a time."""
TOLERANCE = 1e-6
SECONDS = 20.0
"""For the integer programme."""


class NotProved(Exception):
    """Too many sets, or the integer programme took too long."""


class Pool(NamedTuple):
    """Connected sets in the band, and what each adds to the cost of a division.

    Attributes
    ----------
    masks, cost : shape (s,).
    """

    masks: Masks
    cost: Floats


class _Cells(NamedTuple):
    """Cells for the compiled loop: neighbours as bits, and the cost of each border as a matrix."""

    households: Integers
    beside: Masks
    cost: Floats
    low: int
    high: int


def optimum(
    graph: Graph, band: Band, *, known: float, most_sets: int, objective: Objective = BALANCED
) -> float:
    """Return the least cost of a division of a connected graph.

    Parameters
    ----------
    known : the cost of some division; infinite if none is known.

    Raises
    ------
    NotProved : the optimum was not found within the limits.
    """
    pool = connected_sets(graph, band, most_sets=most_sets, objective=objective)
    count = len(graph.households)
    bound, duals = _relaxed(pool, count)
    reduced = pool.cost - _sums(pool.masks, duals)
    useful = reduced <= known - bound + TOLERANCE * max(1.0, abs(known))
    if not useful.any():
        raise NotProved("the relaxation is above the cost of a known division")
    found = milp(
        pool.cost[useful],
        constraints=LinearConstraint(_columns(pool.masks[useful], count), 1, 1),
        integrality=np.ones(int(useful.sum())),
        bounds=Bounds(0, 1),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if found.status != 0:
        raise NotProved(found.message)
    return float(found.fun)


def connected_sets(graph: Graph, band: Band, *, most_sets: int, objective: Objective = BALANCED) -> Pool:
    """Return all connected sets within the band, with half the cost of their borders and that of their households.

    Raises
    ------
    NotProved : there are too many cells or sets.
    """
    count = len(graph.households)
    if count > MOST_CELLS:
        raise NotProved(f"{count} cells")
    beside, cost = np.zeros(count, dtype=np.uint64), np.zeros((count, count))
    for one, two, price in zip(graph.first, graph.second, edge_costs(graph, objective), strict=True):
        beside[one] |= np.uint64(1) << np.uint64(two)
        beside[two] |= np.uint64(1) << np.uint64(one)
        cost[one, two] = cost[two, one] = price
    cells = _Cells(graph.households, beside, cost, band.minimum, band.maximum)
    masks, border, held, found = _enumerate(cells, most_sets, 40 * most_sets)
    if found < 0:
        raise NotProved(f"more than {most_sets} sets")
    return Pool(masks[:found].copy(), border[:found] / 2 + balance_cost(held[:found], band, objective))


def balance_cost(households: Integers, band: Band, objective: Objective = BALANCED) -> Floats:
    """Return what grids cost for being off the middle of the band."""
    return np.asarray(objective.balance * ((households - (band.minimum + band.maximum) / 2) / 100) ** 2)


def division_cost(graph: Graph, band: Band, label: Integers, objective: Objective = BALANCED) -> float:
    """Return the cost of a division."""
    cut = label[graph.first] != label[graph.second]
    held = np.bincount(label, graph.households).astype(np.int64)
    return float(edge_costs(graph, objective)[cut].sum() + balance_cost(held, band, objective).sum())


def cost_of_one_grid(graph: Graph) -> float:
    """Return what it would cost to span every arterial: counted from there, no division costs less than nothing."""
    return float(BALANCED.spanned * spannable(graph).sum())


@compiled
def _index(bit: np.uint64) -> int:
    """Return which bit is set."""
    place = 0
    for step in (32, 16, 8, 4, 2, 1):
        if bit >> np.uint64(place + step) != np.uint64(0):
            place += step
    return place


class _Stack(NamedTuple):
    """Connected sets on the way to the one at hand: the set, cells that may join it next, and those behind them.

    Attributes
    ----------
    chosen, rim, free, total, cut : shape (n + 1,); households, and the cost of all the border.
    """

    chosen: Masks
    rim: Masks
    free: Masks
    total: Integers
    cut: Floats


@compiled
def _begin(start: int, cells: _Cells, stack: _Stack) -> None:
    """Put the set of one cell at the bottom; only cells above it may join."""
    above = ~((np.uint64(1) << np.uint64(start + 1)) - np.uint64(1))
    stack.chosen[0], stack.total[0] = np.uint64(1) << np.uint64(start), cells.households[start]
    stack.rim[0], stack.free[0] = cells.beside[start] & above, above & ~cells.beside[start]
    stack.cut[0] = cells.cost[start].sum()


@compiled
def _grow(depth: int, cells: _Cells, stack: _Stack) -> None:
    """Put on top the set at `depth` with the next cell of its rim, which never joins that set again."""
    bit = stack.rim[depth] & (~stack.rim[depth] + np.uint64(1))
    stack.rim[depth] ^= bit
    cell, shared = _index(bit), 0.0
    for other in range(len(cells.households)):
        if stack.chosen[depth] >> np.uint64(other) & np.uint64(1):
            shared += cells.cost[cell, other]
    more = cells.beside[cell] & stack.free[depth]
    stack.chosen[depth + 1], stack.rim[depth + 1] = stack.chosen[depth] | bit, stack.rim[depth] | more
    stack.free[depth + 1] = stack.free[depth] & ~more
    stack.total[depth + 1] = stack.total[depth] + cells.households[cell]
    stack.cut[depth + 1] = stack.cut[depth] + cells.cost[cell].sum() - 2 * shared


@compiled
def _enumerate(cells: _Cells, most_sets: int, most_steps: int) -> tuple[Masks, Floats, Integers, int]:
    """Return sets, the cost of all their border, their households, and how many there are; -1 if too many."""
    count = len(cells.households)
    masks, border, held = np.empty(most_sets, np.uint64), np.empty(most_sets), np.empty(most_sets, np.int64)
    bits = np.zeros((3, count + 1), np.uint64)
    stack = _Stack(bits[0], bits[1], bits[2], np.zeros(count + 1, np.int64), np.zeros(count + 1))
    found, steps = 0, 0
    for start in range(count):
        _begin(start, cells, stack)
        depth, is_new = 0, True
        while depth >= 0:
            if is_new and cells.low <= stack.total[depth] <= cells.high:
                masks[found], border[found] = stack.chosen[depth], stack.cut[depth]
                held[found] = stack.total[depth]
                found += 1
            steps += 1
            if found == most_sets or steps == most_steps:
                return masks, border, held, -1
            is_new = stack.total[depth] <= cells.high and stack.rim[depth] != np.uint64(0)
            if is_new:
                _grow(depth, cells, stack)
            depth += 1 if is_new else -1
    return masks, border, held, found


@compiled
def _sums(masks: Masks, values: Floats) -> Floats:
    """Return for each set the sum of the values of its cells."""
    sums = np.zeros(len(masks))
    for row in range(len(masks)):
        left = masks[row]
        for cell in range(len(values)):
            if left >> np.uint64(cell) & np.uint64(1):
                sums[row] += values[cell]
    return sums


def _columns(masks: Masks, count: int) -> csc_matrix:
    """Return a column for each set, with a one for each of its cells."""
    inside = (masks[:, None] >> np.arange(count, dtype=np.uint64)) & np.uint64(1)
    return csc_matrix(inside.T.astype(np.float64))


def _relaxed(pool: Pool, count: int) -> tuple[float, Floats]:
    """Return the optimum of the linear relaxation over all sets, and the dual value of each cell.

    A dear column for each cell keeps the relaxation solvable before enough sets are in it.
    """
    dear = 10.0 * max(1.0, float(np.abs(pool.cost).max(initial=1.0))) * np.ones(count)
    rows = np.argsort(pool.cost)[:ADDED]
    while True:
        matrix = csc_matrix(np.hstack([np.eye(count), _columns(pool.masks[rows], count).toarray()]))
        solved = linprog(np.r_[dear, pool.cost[rows]], A_eq=matrix, b_eq=np.ones(count), method="highs")
        duals = np.asarray(solved.eqlin.marginals)
        reduced = pool.cost - _sums(pool.masks, duals)
        wanted = np.flatnonzero(reduced < -TOLERANCE)
        if not len(wanted):
            return float(solved.fun), duals
        rows = np.union1d(rows, wanted[np.argsort(reduced[wanted])[:ADDED]])
