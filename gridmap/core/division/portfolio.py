"""The search for one connected part: which methods, in which order, and how hard to try."""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.improve import improve
from gridmap.core.division.objective import Objective
from gridmap.core.division.search import NOISE, Problem, State, prepare, search
from gridmap.core.model import Band
from gridmap.core.topology import Integers


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try.

    Attributes
    ----------
    trees : drawn at the least noise, and again at each further step while no division is found.
    rounds_per_grid : neighbourhoods divided anew, for each grid of the division.
    repairs : times the whole is begun again while a grid is out of the band; 2 are enough where it must be.
    states : of exhaustion, before a part that resists is left unknown (see `exhaust`).
    """

    trees: int
    rounds_per_grid: int
    repairs: int
    states: int


EFFORT: dict[str, Effort] = {
    "fast": Effort(trees=20, rounds_per_grid=20, repairs=6, states=4_000_000),
    "quality": Effort(trees=100, rounds_per_grid=80, repairs=12, states=10_000_000),
}


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
    start : shape (n,), a division with every grid connected and within the band, to be improved; None to find one.

    Returns
    -------
    shape (n,), the grid of each cell, numbered without gaps; every grid hangs together.
    """
    problem = prepare(graph, band, objective)
    label = start if start is not None else _first_division(problem, effort, state)
    if label is not None:
        return improve(problem, label, rounds=_rounds(label, effort), state=state)
    return _repaired(problem, graph.households, band, effort, state)


def out_of_band(label: Integers, households: Integers, band: Band) -> int:
    """Return how many grids are out of the band."""
    held = np.bincount(label, households)
    return int(((held < band.minimum) | (held > band.maximum)).sum())


def _rounds(label: Integers, effort: Effort) -> int:
    grids = int(label.max()) + 1
    return effort.rounds_per_grid * grids if grids > 1 else 0


def _first_division(problem: Problem, effort: Effort, state: State) -> Integers | None:
    """Draw trees, more and more at random, until one can be cut."""
    for noise in NOISE:
        found, label = search(problem, trees=effort.trees, state=state, noise=noise, is_strict=True)
        if np.isfinite(found):
            return label
    return None


def _repaired(problem: Problem, households: Integers, band: Band, effort: Effort, state: State) -> Integers:
    """Begin with grids out of the band and repair them; begin again, harder, while one is left."""
    best, fewest = np.zeros(len(households), dtype=np.int64), np.inf
    for attempt in range(effort.repairs):
        noise = NOISE[attempt % len(NOISE)]
        _, label = search(problem, trees=4, state=state, noise=noise, is_strict=False)
        label = improve(problem, label, rounds=4 * (attempt + 1) * _rounds(label, effort), state=state)
        outside = out_of_band(label, households, band)
        if outside < fewest:
            best, fewest = label, outside
        if fewest == 0:
            break
    return best
