"""The search for one connected part: which methods, in which order, and how hard to try."""

from dataclasses import dataclass

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.search.coarse import coarsen
from gridmap.core.division.search.cutting import OUTSIDE
from gridmap.core.division.search.improve import Rounds, divide_anew
from gridmap.core.division.search.moves import move_cells
from gridmap.core.division.search.objective import Objective
from gridmap.core.division.search.pool import MOST_CELLS, best_choice
from gridmap.core.division.search.search import Problem, bench_for, prepare, search, true_cost
from gridmap.core.division.search.trees import State
from gridmap.core.model import Band
from gridmap.core.topology import Integers


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try.

    Attributes
    ----------
    starts : times to begin, with fresh trees.
    small_starts : the same for parts of at most `MOST_CELLS` cells: heavy cells, of which few fit together, make these hard.
    trees : drawn for each start, and up to three times as many again while none can be cut.
    first : neighbourhoods divided anew at each start.
    then : neighbourhoods of the best start divided anew, cell by cell.
    repairs : times the whole is begun again, for the sake of the band alone, while a grid is out of it; 2 are enough
        where one must be.
    states : of exhaustion, before a part that resists is left unknown (see `exhaust`).
    columns : grids a part could have for its best division to be chosen among all of them; 0 never to do so.
    """

    starts: int
    small_starts: int
    trees: int
    first: Rounds
    then: Rounds
    repairs: int
    states: int
    columns: int


EFFORT: dict[str, Effort] = {
    "fast": Effort(
        starts=2,
        small_starts=2,
        trees=2,
        first=Rounds(4, 0.0, 0),
        then=Rounds(2, 0.0, 0),
        repairs=6,
        states=4_000_000,
        columns=0,
    ),
    "quality": Effort(
        starts=3,
        small_starts=16,
        trees=5,
        first=Rounds(40, 0.1, 60),
        then=Rounds(40, 0.1, 60),
        repairs=12,
        states=10_000_000,
        columns=600_000,
    ),
}
BAND_ALONE = Objective(border=(0.2, 0.1, 0.1, 0.1), spanned=0.0, balance=0.0, estate=0.0)
"""The objective of a search that has found no division within the band: borders hardly count."""
REPAIR = Rounds(60, 0.1, 60)
"""Neighbourhoods divided anew at each try of such a search."""
COARSE = 10
"""Clusters of the first search hold up to the middle of the band divided by this."""


def partition(
    graph: Graph,
    band: Band,
    objective: Objective,
    effort: Effort,
    state: State,
    *,
    start: Integers | None = None,
) -> Integers:
    """Divide a connected part as well as can be found: the fewest grids out of the band, then the least cost.

    Depends on the arguments alone, and keeps nothing: parts may be divided on as many threads as there are.

    Parameters
    ----------
    state : random numbers; moved on.
    start : shape (n,), a division with every grid connected, to be improved; None to find one.

    Returns
    -------
    shape (n,), the grid of each cell, numbered without gaps; every grid hangs together.
    """
    problem = prepare(graph, band, objective)
    if start is None:
        starts = effort.small_starts if len(graph.households) <= MOST_CELLS else effort.starts
        label = _divide(problem, starts, effort.trees, (effort.first, effort.then), state)
    else:
        label = start.copy()
        _improve(label, problem, effort.then, state)
    if out_of_band(label, graph.households, band):
        label = _repaired(label, prepare(graph, band, BAND_ALONE), effort, state)
        _improve(label, problem, effort.then, state)
    if effort.columns and not out_of_band(label, graph.households, band):
        label = best_choice(problem, _renumbered(label), effort.columns)
    return _renumbered(label)


def _repaired(label: Integers, problem: Problem, effort: Effort, state: State) -> Integers:
    """Begin the whole again until a division has every grid in the band, and return the best one."""
    for _ in range(effort.repairs):
        other = _divide(problem, 1, 2 * effort.trees, (REPAIR, REPAIR), state)
        label = min(label, other, key=lambda it: true_cost(it, problem))
        if true_cost(label, problem) < OUTSIDE:
            break
    return label


def out_of_band(label: Integers, households: Integers, band: Band) -> int:
    """Return how many grids are out of the band."""
    held = np.bincount(label, households)
    return int(((held < band.minimum) | (held > band.maximum)).sum())


def _renumbered(label: Integers) -> Integers:
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


@compiled
def _divide(
    problem: Problem, starts: int, trees: int, rounds: tuple[Rounds, Rounds], state: State
) -> Integers:
    """Begin several times on clusters of cells, and improve the best of these divisions cell by cell."""
    bench = bench_for(problem)
    middle = (problem.low + problem.high) // 2
    coarse, cluster = coarsen(problem, middle // COARSE, bench.tree, state)
    least, best = np.inf, np.zeros(len(coarse.part.households), np.int64)
    for _ in range(starts):
        label = search(coarse, trees, bench, state)
        divide_anew(label, coarse, rounds[0], bench, state)
        cost = true_cost(label, coarse)
        if cost < least:
            least, best = cost, label
    label = best[cluster]
    divide_anew(label, problem, rounds[1], bench, state)
    move_cells(label, problem)
    return label


@compiled
def _improve(label: Integers, problem: Problem, rounds: Rounds, state: State) -> None:
    divide_anew(label, problem, rounds, bench_for(problem), state)
    move_cells(label, problem)
