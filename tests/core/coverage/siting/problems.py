"""Small problems of siting, and their answers by going through every choice."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.problem import Limits, Problem, Sites
from gridmap.core.topology import Floats, Integers

RADIUS = 500.0


def random_problem(
    seed: int, *, targets: int = 12, candidates: int = 7, existing: int = 0, groups: int = 0
) -> Problem:
    """Return targets and sites strewn over a square of 1.5 km; whoever is within 500 m along its sides is reached."""
    rng = np.random.default_rng(seed)
    homes = rng.uniform(0, 1500, (targets, 2))
    return Problem(
        rng.integers(0, 60, targets).astype(np.float64),
        _sites(rng, candidates),
        _pairs(rng.uniform(0, 1500, (candidates, 2)), homes),
        _sites(rng, existing),
        _pairs(rng.uniform(0, 1500, (existing, 2)), homes),
        rng.integers(0, groups, targets) if groups else np.full(targets, -1, dtype=np.int64),
    )


def _sites(rng: np.random.Generator, count: int) -> Sites:
    labels = np.array([f"site {number}" for number in range(count)], dtype=object)
    return Sites(labels, rng.integers(1, 9, count).astype(float), rng.integers(20, 120, count).astype(float))


def _pairs(places: Floats, homes: Floats) -> Pairs:
    metres = np.abs(places[:, None] - homes[None]).sum(axis=2)
    source, target = np.nonzero(metres <= RADIUS)
    return Pairs(source.astype(np.int64), target.astype(np.int64), metres[source, target])


problems = st.builds(
    random_problem,
    st.integers(0, 10_000),
    targets=st.integers(1, 14),
    candidates=st.integers(1, 8),
    existing=st.integers(0, 2),
)


def choices(problem: Problem, limits: Limits | None = None) -> Iterator[Integers]:
    """Yield every choice of candidates within count and budget."""
    count = len(problem.candidates)
    for size in range(count + 1):
        for chosen in combinations(range(count), size):
            rows = np.array(chosen, dtype=np.int64)
            if limits is None or keeps(problem, limits, rows):
                yield rows


def keeps(problem: Problem, limits: Limits, chosen: Integers) -> bool:
    """Tell whether a choice keeps count, budget and minimum shares."""
    if limits.count is not None and len(chosen) > limits.count:
        return False
    if limits.budget is not None and problem.candidates.cost[chosen].sum() > limits.budget:
        return False
    covered = problem.weight * problem.covered(chosen)
    groups = np.unique(problem.group[problem.group >= 0])
    return all(
        covered[problem.group == group].sum()
        >= limits.floor * problem.weight[problem.group == group].sum() - 1e-6
        for group in groups
    )


def min_share(problem: Problem, chosen: Integers) -> float:
    """Return the least share of its demand that a group has covered; groups without demand have all."""
    covered, shares = problem.weight * problem.covered(chosen), [1.0]
    for group in np.unique(problem.group[problem.group >= 0]):
        own = problem.group == group
        shares.append(covered[own].sum() / problem.weight[own].sum() if problem.weight[own].sum() else 1.0)
    return min(shares)


def most_covered(problem: Problem, limits: Limits) -> float | None:
    """Return the most demand that a choice within the limits covers; None if there is no such choice."""
    return max(
        (float(problem.weight[problem.covered(it)].sum()) for it in choices(problem, limits)), default=None
    )


def least_cover(problem: Problem, cost: Floats) -> float:
    """Return the least cost of covering all demand that any site reaches."""
    wanted = (problem.weight > 0) & ~problem.unreachable()
    return min(float(cost[it].sum()) for it in choices(problem) if problem.covered(it)[wanted].all())


def largest_flow(problem: Problem, chosen: Integers, floor: float = 0.0) -> float | None:
    """Return what open sites can serve, by a linear programme over all pairs; None if not every group has its share."""
    source = np.concatenate([problem.pairs.source, problem.existing_pairs.source + len(problem.candidates)])
    target = np.concatenate([problem.pairs.target, problem.existing_pairs.target])
    is_open = np.concatenate(
        [np.isin(np.arange(len(problem.candidates)), chosen), np.ones(len(problem.existing), bool)]
    )
    capacity = np.where(
        is_open, np.concatenate([problem.candidates.capacity, problem.existing.capacity]), 0.0
    )
    if not len(source):
        return 0.0 if floor == 0 else None
    by_site = (source[None] == np.arange(len(capacity))[:, None]).astype(float)
    by_target = (target[None] == np.arange(len(problem.weight))[:, None]).astype(float)
    groups = np.unique(problem.group[problem.group >= 0])
    shares = [-(problem.group[target] == group).astype(float) for group in groups]
    needed = [1e-7 - floor * problem.weight[problem.group == group].sum() for group in groups]
    found = linprog(
        -np.ones(len(source)),
        A_ub=np.vstack([by_site, by_target, *shares]),
        b_ub=np.concatenate([capacity, problem.weight, needed]),
    )
    return -float(found.fun) if found.status == 0 else None


def most_served(problem: Problem, limits: Limits) -> float | None:
    without = Limits(count=limits.count, budget=limits.budget)
    found = [largest_flow(problem, it, limits.floor) for it in choices(problem, without)]
    return max((value for value in found if value is not None), default=None)
