"""Integer programmes, solved by HiGHS the same way each time: with limits that count, not clocks."""

from typing import Any, NamedTuple

import highspy
import numpy as np
from scipy.sparse import csr_matrix, vstack

from gridmap.core.highs import new_solver
from gridmap.core.topology import Booleans, Floats

MOST_NODES = 2000
ROUNDING = 1e-6
ONE_LESS = 0.999
"""Gap within which there is no better whole number."""
WORK = 2_000_000
"""Nodes of the search tree times numbers in the rows: a limit that counts, so that the same question has the same answer."""


def node_limit(numbers: int) -> int:
    """Return the nodes that a programme is worth. Where they do not suffice, the answer says how far it may be from the best."""
    return max(10, min(MOST_NODES, WORK // max(1, numbers)))


class Programme(NamedTuple):
    """Minimise a sum under rows that bound other sums.

    Attributes
    ----------
    cost, low, high : shape (v,), of the variables.
    is_integer : shape (v,).
    rows : scipy CSR matrix, shape (r, v).
    row_low, row_high : shape (r,).
    """

    cost: Floats
    low: Floats
    high: Floats
    is_integer: Booleans
    rows: Any
    row_low: Floats
    row_high: Floats


class Solved(NamedTuple):
    """What HiGHS found.

    Attributes
    ----------
    values : shape (v,); None if it found none.
    bound : no solution costs less; infinite if there is none.
    """

    values: Floats | None
    bound: float


def solve(
    programme: Programme,
    *,
    start: Floats | None = None,
    absolute_gap: float = ROUNDING,
    relative_gap: float = 0.0,
    nodes: int | None = None,
) -> Solved:
    """Solve a programme.

    Parameters
    ----------
    start : shape (v,), a solution to begin with. It is whole: one that HiGHS 1.16 has to complete itself can come with an
        objective that it has not.
    absolute_gap, relative_gap : how far the answer may be from the best; the bound says how far it is.
    nodes : of the search tree at most; None: see `node_limit`. An answer that needs more is not proved.
    """
    solver = _solver(
        programme,
        mip_max_nodes=node_limit(programme.rows.nnz) if nodes is None else nodes,
        mip_abs_gap=absolute_gap,
        mip_rel_gap=relative_gap,
    )
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    return _read(solver, is_integer=bool(programme.is_integer.any()))


class Relaxation:
    """A programme without whole numbers that is asked more and more; HiGHS goes on from the last solution each time.

    Attributes
    ----------
    rows, high : what was asked beside the programme and not forgotten: scipy CSR matrix, shape (r, v), and shape (r,).
    work : steps of the simplex method so far.
    """

    def __init__(self, programme: Programme) -> None:
        self._solver = _solver(programme._replace(is_integer=np.zeros(len(programme.cost), dtype=bool)))
        self._own = programme.rows.shape[0]
        self.rows: Any = csr_matrix((0, len(programme.cost)))
        self.high = np.zeros(0)
        self.work = 0

    def solve(self) -> Solved:
        """Return the best solution of what is asked by now."""
        self._solver.run()
        self.work += int(self._solver.getInfo().simplex_iteration_count)
        return _read(self._solver, is_integer=False)

    def ask(self, rows: Any, high: Floats) -> None:
        """Add rows that are no more than so much: scipy CSR matrix, shape (r, v), and shape (r,)."""
        low = np.full(len(high), -np.inf)
        self._solver.addRows(
            len(high), low, high, rows.nnz, rows.indptr[:-1], rows.indices, rows.data.astype(float)
        )
        self.rows, self.high = vstack([self.rows, rows], format="csr"), np.append(self.high, high)

    def forget_loose(self) -> None:
        """Forget the rows asked that the last solution, which must be fresh, keeps by itself."""
        status = self._solver.getBasis().row_status[self._own :]
        loose = np.array([it == highspy.HighsBasisStatus.kBasic for it in status], dtype=bool)
        places = np.flatnonzero(loose) + self._own
        if len(places):
            self._solver.deleteRows(len(places), places.astype(np.int32))
            self.rows, self.high = self.rows[~loose], self.high[~loose]


def _solver(programme: Programme, **options: float) -> Any:
    solver = new_solver(**options)
    solver.passModel(_as_highs(programme))
    return solver


def _as_highs(programme: Programme) -> Any:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = programme.rows.shape
    model.col_cost_, model.col_lower_, model.col_upper_ = programme.cost, programme.low, programme.high
    model.row_lower_, model.row_upper_ = programme.row_low, programme.row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = programme.rows.indptr
    model.a_matrix_.index_, model.a_matrix_.value_ = programme.rows.indices, programme.rows.data.astype(float)
    if programme.is_integer.any():
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(flag)] for flag in programme.is_integer]
    return model


def _read(solver: Any, *, is_integer: bool) -> Solved:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solved(None, np.inf)
    has_values = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.asarray(solver.getSolution().col_value) if has_values else None
    is_optimal = status == highspy.HighsModelStatus.kOptimal
    if is_integer:
        bound = float(info.mip_dual_bound)
    else:
        bound = float(info.objective_function_value) if is_optimal else -np.inf
    return Solved(values, bound)
