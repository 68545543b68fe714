"""An independent checker of answers, from the problem alone.

It shares no code with what finds them: pairs are taken whole, sums are taken again with scipy, and that sites can serve
what is claimed is proved by a linear programme over all pairs.
"""

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

if TYPE_CHECKING:
    from gridmap.core.coverage.siting.answer import Answer
    from gridmap.core.coverage.siting.problem import Limits, Problem
    from gridmap.core.topology import Booleans

TOLERANCE = 1e-6


def verify_siting(
    problem: "Problem",
    answer: "Answer",
    limits: "Limits | None" = None,
    *,
    with_capacity: bool = False,
    beyond: float | None = None,
) -> list[str]:
    """Return what is wrong with an answer; nothing if every constraint is kept and every claim is true.

    Parameters
    ----------
    limits : what the choice has to keep to; None for a covering of everybody.
    with_capacity : whether sites can serve only as much as they are said to.
    beyond : metres charged for a target that nothing is nearer to, where the value is the walk of all; None: it is not.

    Returns
    -------
    of ``choice``, ``count``, ``budget``, ``floor``, ``everybody``, ``served``, ``capacity``, ``walk`` and ``bound`` those
    that fail.
    """
    chosen = answer.chosen.tolist()
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(range(len(problem.candidates))):
        return ["choice"]
    checks = {
        "count": limits is None or limits.count is None or len(chosen) <= limits.count,
        "budget": limits is None or _keeps_budget(problem, answer, limits),
        "floor": limits is None or _keeps_floor(problem, answer, limits.floor),
        "everybody": limits is not None or _serves_everybody(problem, answer),
        "served": _is_reached(problem, answer, with_capacity=with_capacity),
        "capacity": not with_capacity or _can_serve(problem, answer),
        "walk": beyond is None or _is_walk(problem, answer, beyond),
        "bound": _is_in_order(answer),
    }
    return [name for name, is_kept in checks.items() if not is_kept]


def _keeps_budget(problem: "Problem", answer: "Answer", limits: "Limits") -> bool:
    cost = float(problem.candidates.cost[answer.chosen].sum())
    return limits.budget is None or cost <= limits.budget * (1 + TOLERANCE)


def _keeps_floor(problem: "Problem", answer: "Answer", floor: float) -> bool:
    groups = set(problem.group.tolist()) - {-1}
    rows = [problem.group == group for group in groups]
    return all(
        answer.served[own].sum() >= floor * problem.weight[own].sum() * (1 - TOLERANCE) - TOLERANCE
        for own in rows
    )


def _open_reach(problem: "Problem", answer: "Answer") -> csr_matrix:
    """Return which open site reaches which target, sites × targets: candidates, then standing facilities."""
    pairs, standing = problem.pairs, problem.existing_pairs
    candidates, facilities = len(problem.candidates), len(problem.existing)
    source = np.concatenate([pairs.source, standing.source + candidates])
    target = np.concatenate([pairs.target, standing.target])
    shape = (candidates + facilities, len(problem.weight))
    reach = (csr_matrix((np.ones(len(source)), (source, target)), shape=shape) > 0).astype(float)
    is_open = np.concatenate([np.isin(np.arange(candidates), answer.chosen), np.ones(facilities, dtype=bool)])
    return reach[is_open]


def _reached(problem: "Problem", answer: "Answer") -> "Booleans":
    return np.asarray(_open_reach(problem, answer).sum(axis=0)).ravel() > 0


def _is_reached(problem: "Problem", answer: "Answer", *, with_capacity: bool) -> bool:
    most = np.where(_reached(problem, answer), problem.weight, 0.0)
    if with_capacity:
        return bool((answer.served >= -TOLERANCE).all() and (answer.served <= most + TOLERANCE).all())
    return bool(np.abs(answer.served - most).max(initial=0.0) <= TOLERANCE)


def _serves_everybody(problem: "Problem", answer: "Answer") -> bool:
    anywhere = np.zeros(len(problem.weight), dtype=bool)
    anywhere[np.concatenate([problem.pairs.target, problem.existing_pairs.target])] = True
    return bool((answer.served[anywhere] == problem.weight[anywhere]).all())


def _can_serve(problem: "Problem", answer: "Answer") -> bool:
    """Tell whether there is a flow from open sites that serves each target what is claimed."""
    reach = _open_reach(problem, answer).tocoo()
    count = len(reach.row)
    if not count:
        return bool((answer.served <= TOLERANCE).all())
    both = np.concatenate([problem.candidates.capacity[np.sort(answer.chosen)], problem.existing.capacity])
    capacity = np.minimum(both, problem.weight.sum())
    place = np.arange(count)
    by_site = csr_matrix((np.ones(count), (reach.row, place)), shape=(reach.shape[0], count))
    by_target = csr_matrix((np.ones(count), (reach.col, place)), shape=(reach.shape[1], count))
    claimed = np.maximum(0.0, answer.served - TOLERANCE)
    rows = vstack([by_site, -by_target], format="csr")
    found = linprog(np.zeros(count), A_ub=rows, b_ub=np.concatenate([capacity, -claimed]))
    return bool(found.status == 0)


def _is_walk(problem: "Problem", answer: "Answer", beyond: float) -> bool:
    """Tell whether the value is the demand of each target times the metres to its nearest open site."""
    pairs, standing = problem.pairs, problem.existing_pairs
    is_open = np.isin(pairs.source, answer.chosen)
    target = np.concatenate([pairs.target[is_open], standing.target])
    metres = np.concatenate([pairs.metres[is_open], standing.metres])
    order = np.lexsort((metres, target))
    reached, first = np.unique(target[order], return_index=True)
    nearest = np.full(len(problem.weight), beyond)
    nearest[reached] = np.minimum(beyond, metres[order][first])
    total = float((nearest * problem.weight).sum())
    return abs(total - answer.value) <= TOLERANCE * max(1.0, abs(answer.value))


def _is_in_order(answer: "Answer") -> bool:
    slack = TOLERANCE * max(1.0, abs(answer.value))
    if answer.goal == "most":
        is_sum = abs(answer.value - answer.served.sum()) <= slack
        return bool(is_sum and answer.bound >= answer.value - slack)
    return bool(answer.bound <= answer.value + slack)
