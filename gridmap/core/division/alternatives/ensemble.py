"""Many random valid plans of a community, to tell how typical a given plan is.

Each is a random spanning tree of the cells, drawn without regard to what lies along their borders, cut into grids that
all lie in the band; trees that cannot be cut are drawn again. This is an ensemble in the sense of DeFord, Duchin and
Solomon, "Recombination: a family of Markov chains for redistricting", Harvard Data Science Review 3 (2021), with
independent plans as McCartan and Imai, "Sequential Monte Carlo for sampling balanced and compact redistricting plans",
Annals of Applied Statistics 17 (2023, arXiv 2020) ask for. It is no uniform sample: plans with many spanning trees, which
are the compact ones, come up more often.
"""

from collections.abc import Sequence

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.search.objective import Objective
from gridmap.core.division.search.search import Bench, Problem, bench_for, prepare, strict, try_tree
from gridmap.core.division.search.trees import State
from gridmap.core.model import Band
from gridmap.core.topology import Integers

BLIND = Objective(border=(1.0, 1.0, 1.0, 1.0), spanned=0.0, balance=0.0, estate=0.0)
"""The objective of somebody who sees no roads, compounds or old lines: short borders alone."""
NOISE = 30.0
"""Chance overrules the cost of a metre wholly."""
PLACES = 0.5
"""Share of the places where a tree may be cut that are tried: which ones is left to chance, too."""
TREES = 200
"""Trees drawn for one plan before it is given up."""


def random_plans(graph: Graph, band: Band, count: int, state: State) -> list[Integers]:
    """Return random plans with every grid in the band, each the grid of each cell, from 0.

    Parameters
    ----------
    graph : may be in parts; a part without households is one grid.
    count : how many to draw; those for which no tree could be cut are left out.
    state : random numbers; moved on.
    """
    part = graph.parts()
    pieces = [np.flatnonzero(part == number) for number in range(int(part.max(initial=-1)) + 1)]
    drawn = [_draws(graph.within(cells), band, count, state) for cells in pieces]
    return [
        _joined(labels, pieces, len(part))
        for labels in zip(*drawn, strict=True)
        if all(len(label) for label in labels)
    ]


def _draws(graph: Graph, band: Band, count: int, state: State) -> list[Integers]:
    """Return plans of a connected part; an empty array for each that could not be drawn."""
    if not graph.households.any():
        return [np.zeros(len(graph.households), dtype=np.int64)] * count
    problem = prepare(graph, band, BLIND)
    bench = bench_for(problem)
    return [_draw(problem, bench, state) for _ in range(count)]


def _joined(labels: Sequence[Integers], pieces: Sequence[Integers], count: int) -> Integers:
    joined, grids = np.zeros(count, dtype=np.int64), 0
    for label, cells in zip(labels, pieces, strict=True):
        joined[cells] = label + grids
        grids += int(label.max()) + 1
    return joined


@compiled
def _draw(problem: Problem, bench: Bench, state: State) -> Integers:
    """Return a plan from the first tree that can be cut; empty if none of `TREES` can."""
    rules = strict(problem, PLACES, 0)
    for _ in range(TREES):
        cost, _grids = try_tree(problem.part, NOISE, rules, bench, state)
        if cost < np.inf:
            return bench.room.label[: len(problem.part.households)].copy()
    return np.zeros(0, np.int64)


def percentile(value: float, among: Sequence[float]) -> float:
    """Return the share of random plans that a plan is better than, in percent; equal ones count half.

    NaN if the value or all others are NaN.
    """
    others = np.array([other for other in among if not np.isnan(other)])
    if np.isnan(value) or not len(others):
        return float("nan")
    return float(100 * ((others < value - 1e-9).mean() + (np.abs(others - value) <= 1e-9).mean() / 2))
