"""The best division there is of a small part: all grids it could have, and the cheapest choice of them.

Every connected set of cells within the band is a column; a division chooses columns that hold each cell once. The
linear relaxation, solved over ever more columns until none is missing, gives prices of cells; a column whose reduced
cost is more than the gap to a division already known is in no better one. The integer programme over what is left
finds the optimum, and proves it.

Source: reduced cost fixing in set partition, as in Balas and Padberg, "Set partitioning: a survey", SIAM Review 18
(1976).
"""

import highspy
import numpy as np
from numpy.typing import NDArray

from gridmap.core.compiled import compiled
from gridmap.core.division.search.cutting import closing
from gridmap.core.division.search.search import Problem, strict, true_cost
from gridmap.core.highs import new_solver
from gridmap.core.topology import Booleans, Floats, Integers

MOST_CELLS = 64
"""A set is an integer with a bit for each cell."""
BATCH = 300
"""Columns added to the linear programme at a time."""
STEPS = 6
"""Steps for each set that may be found."""
MOST_COLUMNS = 5000
"""Columns left over for the integer programme."""
NODES = 100
"""Nodes of its search tree; a count and not a time, so that the same part has the same answer."""

Sets = NDArray[np.uint64]


def best_choice(problem: Problem, label: Integers, limit: int) -> Integers:
    """Return the cheapest division of a small part, or the one given if that cannot be found.

    Parameters
    ----------
    label : shape (n,), a division with every grid within the band.
    limit : connected sets within the band at most; where there are more, `label` is returned.
    """
    if len(label) > MOST_CELLS:
        return label
    sets = connected_sets(problem, limit)
    if not len(sets):
        return label
    cost = _costs(sets, problem)
    known = np.flatnonzero(np.isin(sets, _sets_of(label)))
    reduced, bound = _relaxed(cost, sets, len(label), known)
    kept = np.flatnonzero(reduced <= true_cost(label, problem) - bound + 1e-6)
    if not np.isfinite(bound) or len(kept) > MOST_COLUMNS:
        return label
    members = _members(sets[kept], len(label))
    values = _solved(cost[kept], members, is_integer=True)[0]
    if values is None:
        return label
    chosen = members[values > 0.5]
    found = np.asarray(chosen.argmax(axis=0), dtype=np.int64)
    return found if true_cost(found, problem) < true_cost(label, problem) else label


@compiled
def connected_sets(problem: Problem, limit: int) -> Sets:
    """Return the connected sets of cells within the band, each once; none if there are more than `limit`."""
    count, one = len(problem.part.households), np.uint64(1)
    beside = np.zeros(count, np.uint64)
    for cell in range(count):
        for arc in range(problem.start[cell], problem.start[cell + 1]):
            beside[cell] |= one << np.uint64(problem.other[arc])
    found, so_far = np.empty(limit, np.uint64), (0, STEPS * limit)
    for root in range(count):
        so_far = _grow(root, beside, problem, found, so_far)
        if so_far[1] < 0:
            return found[:0]
    return found[: so_far[0]]


@compiled
def _grow(root: int, beside: Sets, problem: Problem, found: Sets, so_far: tuple[int, int]) -> tuple[int, int]:
    """Add the connected sets of which `root` is the first cell: each cell beside a set is taken or ruled out.

    Parameters
    ----------
    so_far : how many sets there are, and how many steps are left.

    Returns
    -------
    the same now; less than no steps if there are too many sets or steps.
    """
    (size, steps), households, own = so_far, problem.part.households, np.uint64(1) << np.uint64(root)
    stack, held = np.empty((2 * len(beside) + 2, 3), np.uint64), np.empty(2 * len(beside) + 2, np.int64)
    seen = own | (own - np.uint64(1))
    stack[0, 0], stack[0, 1], stack[0, 2], held[0], depth = (
        own,
        beside[root] & ~seen,
        seen,
        households[root],
        1,
    )
    while depth > 0:
        depth, steps = depth - 1, steps - 1
        taken, border, seen, total = stack[depth, 0], stack[depth, 1], stack[depth, 2], held[depth]
        if total > problem.high:
            continue
        if steps < 0 or size == len(found):
            return size, -1
        if border == np.uint64(0):
            if total >= problem.low:
                found[size] = taken
                size += 1
            continue
        cell = _lowest(border)
        bit = np.uint64(1) << np.uint64(cell)
        stack[depth, 0], stack[depth, 1], stack[depth, 2] = taken, border & ~bit, seen | bit
        depth += 1
        stack[depth, 0], stack[depth, 2], held[depth] = taken | bit, seen | bit, total + households[cell]
        stack[depth, 1] = (border | beside[cell]) & ~(seen | bit)
        depth += 1
    return size, steps


@compiled
def _lowest(bits: np.uint64) -> int:
    """Return the number of the lowest bit that is set."""
    cell = 0
    while not (bits >> np.uint64(cell)) & np.uint64(1):
        cell += 1
    return cell


@compiled
def _costs(sets: Sets, problem: Problem) -> Floats:
    """Return the cost of each set as a grid: half of its border, which it shares, and its balance."""
    costs, one, rules, part = np.zeros(len(sets)), np.uint64(1), strict(problem, 1.0, 0), problem.part
    for at in range(len(sets)):
        held = 0
        for cell in range(len(part.households)):
            if (sets[at] >> np.uint64(cell)) & one:
                held += part.households[cell]
        costs[at] = closing(held, rules)
        for edge in range(len(part.first)):
            first, second = np.uint64(part.first[edge]), np.uint64(part.second[edge])
            if ((sets[at] >> first) ^ (sets[at] >> second)) & one:
                costs[at] += 0.5 * part.cost[edge]
    return costs


def _members(sets: Sets, cells: int) -> Booleans:
    """Return which cells each set holds, shape (sets, cells)."""
    return np.asarray((sets[:, None] >> np.arange(cells, dtype=np.uint64)) & np.uint64(1), dtype=bool)


def _sets_of(label: Integers) -> Sets:
    bits = np.uint64(1) << np.arange(len(label), dtype=np.uint64)
    return np.array([bits[label == grid].sum(dtype=np.uint64) for grid in np.unique(label)])


def _relaxed(cost: Floats, sets: Sets, cells: int, known: Integers) -> tuple[Floats, float]:
    """Solve the linear relaxation, beginning with columns that are a division.

    Returns
    -------
    the reduced cost of every column, and the bound; minus infinity if it could not be solved.
    """
    used = np.zeros(len(cost), dtype=bool)
    used[known] = True
    used[_least(cost / _sums(sets, np.ones(cells)))] = True
    while True:
        columns = np.flatnonzero(used)
        values, prices = _solved(cost[columns], _members(sets[columns], cells), is_integer=False)
        if values is None:
            return cost, -np.inf
        reduced = cost - _sums(sets, prices)
        missing = np.flatnonzero((reduced < -1e-7) & ~used)
        if not len(missing):
            return reduced, float(prices.sum())
        used[missing[_least(reduced[missing])]] = True


def _least(values: Floats) -> Integers:
    """Return where the least values are, a batch of them at most; of equal ones the first."""
    if len(values) > BATCH:
        near = np.flatnonzero(values <= np.partition(values, BATCH)[BATCH])
        return near[np.argsort(values[near], kind="stable")[:BATCH]]
    return np.arange(len(values))


@compiled
def _sums(sets: Sets, values: Floats) -> Floats:
    """Return for each set the sum of the values of its cells, eight cells at a time."""
    table, sums = np.zeros((8, 256)), np.zeros(len(sets))
    for cell in range(len(values)):
        for byte in range(256):
            if (byte >> (cell % 8)) & 1:
                table[cell // 8, byte] += values[cell]
    for at in range(len(sets)):
        for place in range(8):
            sums[at] += table[place, (sets[at] >> np.uint64(8 * place)) & np.uint64(255)]
    return sums


def _solved(
    cost: Floats, members: Booleans, *, is_integer: bool
) -> tuple[Floats, Floats] | tuple[None, Floats]:
    """Solve a set partition by HiGHS, the same way each time: values of columns and prices of cells, None if in doubt."""
    solver, columns, cells = new_solver(mip_rel_gap=0.0, mip_max_nodes=NODES), len(cost), members.shape[1]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, cells
    model.col_cost_, model.col_lower_ = cost, np.zeros(columns)
    model.col_upper_ = np.full(columns, 1.0 if is_integer else highspy.kHighsInf)
    model.row_lower_ = model.row_upper_ = np.ones(cells)
    row, column = np.nonzero(members.T)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(row, np.arange(cells + 1))
    model.a_matrix_.index_, model.a_matrix_.value_ = column, np.ones(len(column))
    if is_integer:
        model.integrality_ = [highspy.HighsVarType.kInteger] * columns
    solver.passModel(model)
    solver.run()
    solution = solver.getSolution()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, np.zeros(cells)
    return np.array(solution.col_value), np.array(solution.row_dual if not is_integer else np.zeros(cells))
