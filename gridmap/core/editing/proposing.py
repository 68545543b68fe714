"""Let the engine propose how to split a grid."""

from collections.abc import Iterator

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.search.trees import State
from gridmap.core.division.solve import solve
from gridmap.core.editing.edits import Split
from gridmap.core.editing.plan import DrawnPlan
from gridmap.core.editing.reasons import ReasonKind, refused
from gridmap.core.model import Band, Verdict
from gridmap.core.topology import Integers

SLACK = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""How far a half may be off the middle, tried in turn."""


def propose_split(plan: DrawnPlan, grid: int, state: State) -> Split:
    """Split a grid over the band into grids within it, and any other grid into two halves as even as can be.

    The part with the most households keeps the number.

    Raises
    ------
    Invalid, Conflict : there is no such grid, or no way was found.
    """
    if grid not in plan.kinds:
        raise refused(ReasonKind.NO_SUCH_GRID, grids=[grid])
    cells = plan.cells_of(grid)
    part = plan.graph.within(cells)
    for band in _bands(int(part.households.sum()), plan.band):
        label = _divided(part, band, state)
        if label is not None:
            return _split(grid, cells, label, part.households)
    raise refused(ReasonKind.CANNOT_BE_SPLIT, grids=[grid])


def _bands(total: int, band: Band) -> Iterator[Band]:
    if total > band.maximum:
        yield band
    for slack in SLACK:
        least = max(1, int(np.ceil(total / 2 * (1 - slack))))
        if total >= 2:
            yield Band(least, max(least, total - least))


def _divided(part: Graph, band: Band, state: State) -> Integers | None:
    solution = solve(part, _nameless, band, "fast", state)
    several = len(np.unique(solution.label)) > 1
    return solution.label if several and solution.verdict is Verdict.DIVIDED else None


def _nameless(_: int) -> str:
    return ""


def _split(grid: int, cells: Integers, label: Integers, households: Integers) -> Split:
    held = np.bincount(label, households)
    kept = int(np.argmax(held))
    parts = [cells[label == part] for part in range(len(held)) if part != kept]
    return Split(grid, tuple(tuple(part.tolist()) for part in parts))
