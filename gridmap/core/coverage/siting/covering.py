"""Cover every target with the fewest sites, or the cheapest: the location set covering problem.

Source: Toregas, Swain, ReVelle and Bergman, "The location of emergency service facilities", Operations Research 19, 1971.
"""

import numpy as np

from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.greedy import Rules, added
from gridmap.core.coverage.siting.model import Model, coverage_model, site_of_pair
from gridmap.core.coverage.siting.problem import NOTHING, Problem, Sites, unknown_costs
from gridmap.core.coverage.siting.programme import ONE_LESS, ROUNDING, Programme, solve
from gridmap.core.coverage.siting.reductions import Incidence, incidence, parts, reduced_covering
from gridmap.core.topology import Floats, Integers


def greedy_cover(problem: Problem, *, by_cost: bool = False) -> Answer:
    """Return a covering at once; see `lscp`.

    The bound is that of Chvátal, "A greedy heuristic for the set-covering problem", Mathematics of Operations Research 4,
    1979: greedy costs at most 1 + 1/2 + … + 1/d times the least, where no site covers more than d targets.
    """
    model, cost = _unweighted(coverage_model(problem)), _costs(problem.candidates, by_cost=by_cost)
    chosen = _greedy(model, cost)
    most = int(np.diff(model.start).max(initial=1))
    least = cost[chosen].sum() / (1.0 / np.arange(1, most + 1)).sum()
    return _answer(problem, cost, chosen, float(least))


def lscp(problem: Problem, *, by_cost: bool = False, nodes: int | None = None) -> Answer:
    """Return the candidates that, with the standing facilities, cover every target that any site reaches.

    Targets that none reaches are told by `Problem.unreachable`.

    Parameters
    ----------
    by_cost : the cheapest choice; else that of fewest sites.
    nodes : of the search tree of each part at most; an answer that needs more carries a gap.

    Raises
    ------
    Invalid : by cost, and the cost of a candidate is not known.
    """
    model, cost = coverage_model(problem), _costs(problem.candidates, by_cost=by_cost)
    asked, row = np.unique(model.target, return_inverse=True)
    whole = incidence(row.astype(np.int64), site_of_pair(model), (len(asked), model.sites))
    rows, columns = reduced_covering(whole, cost)
    small = whole[rows][:, columns]
    small.sort_indices()
    chosen, bound = _by_parts(small, cost[columns], nodes)
    return _answer(problem, cost, columns[chosen], bound)


def _by_parts(matrix: Incidence, cost: Floats, nodes: int | None) -> tuple[Integers, float]:
    """Return the columns that cover all rows, found for each part by itself, and the least that they could cost."""
    row_part, column_part = parts(matrix)
    alone = np.bincount(column_part, minlength=1)[column_part] == 1 if len(column_part) else np.zeros(0, bool)
    chosen, bound = [np.flatnonzero(alone)], float(cost[alone].sum())
    for part in np.unique(column_part[~alone]):
        columns = np.flatnonzero(column_part == part)
        found, least = _covered(matrix[row_part == part][:, columns], cost[columns], nodes)
        chosen, bound = [*chosen, columns[found]], bound + least
    return np.sort(np.concatenate(chosen)), bound


def _covered(matrix: Incidence, cost: Floats, nodes: int | None) -> tuple[Integers, float]:
    """Return the cheapest columns that cover all rows, and the least they could cost."""
    rows, columns = matrix.shape
    by_column = matrix.tocsc()
    by_column.sort_indices()
    model = Model(
        np.ones(rows),
        by_column.indptr.astype(np.int64),
        by_column.indices.astype(np.int64),
        np.ones(matrix.nnz),
        np.full(columns, np.inf),
    )
    start = np.zeros(columns)
    start[_greedy(model, cost)] = 1.0
    is_whole = bool((cost == np.rint(cost)).all())
    programme = Programme(
        cost,
        np.zeros(columns),
        np.ones(columns),
        np.ones(columns, bool),
        matrix,
        np.ones(rows),
        np.full(rows, np.inf),
    )
    solved = solve(programme, start=start, absolute_gap=ONE_LESS if is_whole else ROUNDING, nodes=nodes)
    values = start if solved.values is None else solved.values
    bound = float(np.ceil(solved.bound - 1e-6)) if is_whole else solved.bound
    return np.flatnonzero(values > 0.5), bound


def _greedy(model: Model, cost: Floats) -> Integers:
    """Return the sites that cover most for their cost, until all is covered."""
    no_limits = Rules(np.zeros((0, model.sites)), np.zeros(0))
    return np.sort(added(model, no_limits, cost, NOTHING))


def _unweighted(model: Model) -> Model:
    """Return the model with every target that has demand weighing the same."""
    return model._replace(weight=(model.weight > 0).astype(np.float64))


def _costs(sites: Sites, *, by_cost: bool) -> Floats:
    if not by_cost:
        return np.ones(len(sites))
    if np.isnan(sites.cost).any():
        raise unknown_costs(sites)
    return sites.cost


def _answer(problem: Problem, cost: Floats, chosen: Integers, bound: float) -> Answer:
    served = np.where(problem.covered(chosen), problem.weight, 0.0)
    value = float(cost[chosen].sum())
    return Answer(np.sort(chosen), value, min(bound, value), served, "least")
