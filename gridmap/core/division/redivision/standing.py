"""How a community stands after its households changed: which grids of the former plan are still in order."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.division.redivision.beside import Beside, beside
from gridmap.core.division.search.objective import BALANCED, edge_costs
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Integers


@dataclass(frozen=True, slots=True)
class Standing:
    """Cells that may move, and the grids they were in.

    Attributes
    ----------
    graph : with ``former``: the grid each cell was in, from 0; -1 if it was in none, so that it may join any.
    beside : the neighbours of each cell, with the cost of a border.
    label : shape (n,), the former plan as it is now: cells of no grid have joined one beside them, pieces that are cut
        off from the rest of their grid too, and what lies all by itself is a grid of its own.
    grids : how many numbers are in use; those from the number of former grids upwards are new.
    """

    graph: Graph
    band: Band
    beside: Beside
    label: Integers
    grids: int

    @property
    def former(self) -> Integers:
        """The grid each cell was in, -1 if none."""
        return self.graph.former

    def is_broken(self, label: Integers, grids: int) -> Booleans:
        """Tell which grids of a plan have cells and are out of the band."""
        held = np.bincount(label, self.graph.households, minlength=grids)
        has_cells = np.bincount(label, minlength=grids) > 0
        return has_cells & ((held < self.band.minimum) | (held > self.band.maximum))

    def near(self, grids: Booleans, steps: int) -> Booleans:
        """Return some grids and those at most so many borders away."""
        one, two = self.label[self.graph.first], self.label[self.graph.second]
        near = grids.copy()
        for _ in range(steps):
            reached = near[one] | near[two]
            near[one[reached]] = near[two[reached]] = True
        return near


def stand(graph: Graph, band: Band) -> Standing:
    """Return how a community stands; ``graph.former`` tells its former plan."""
    around = beside(graph, edge_costs(graph, BALANCED))
    former = int(graph.former.max(initial=-1)) + 1
    label = _grown(_whole(graph), graph, around, band, former)
    return Standing(graph, band, around, label, max(former, int(label.max(initial=-1)) + 1))


def _whole(graph: Graph) -> Integers:
    """Return the former grid of each cell in the largest piece of it; -1 elsewhere."""
    inside = graph.former[graph.first] == graph.former[graph.second]
    piece = components(len(graph.former), graph.first[inside], graph.second[inside])
    weight = np.bincount(piece, graph.households) + 1e-6 * np.bincount(piece)
    label = np.full(len(graph.former), -1, dtype=np.int64)
    order = np.argsort(weight, kind="stable")
    owner = np.full(len(weight), -1, dtype=np.int64)
    owner[piece] = graph.former
    largest = {int(owner[number]): int(number) for number in order if owner[number] >= 0}
    for grid, number in largest.items():
        label[piece == number] = grid
    return label


def _grown(label: Integers, graph: Graph, around: Beside, band: Band, grids: int) -> Integers:
    """Let cells without a grid join one beside them: where they fit, and where the border is dearest."""
    held = np.bincount(label[label >= 0], graph.households[label >= 0], minlength=grids).astype(np.int64)
    waiting = np.flatnonzero(label < 0)
    while len(waiting):
        late = []
        for cell in waiting[np.argsort(-graph.households[waiting], kind="stable")].tolist():
            costs = _costs_beside(cell, label, around)
            if not costs:
                late.append(cell)
                continue
            own = int(graph.households[cell])
            excess = {grid: max(0, int(held[grid]) + own - band.maximum) if own else 0 for grid in costs}
            label[cell] = min(costs, key=lambda grid: (excess[grid], -costs[grid], grid))
            held[label[cell]] += own
        if len(late) == len(waiting):
            return _alone(label, graph, grids)
        waiting = np.array(late, dtype=np.int64)
    return label


def _costs_beside(cell: int, label: Integers, around: Beside) -> dict[int, float]:
    """Return the cost of a border between a cell and each grid beside it."""
    costs: dict[int, float] = {}
    for at in range(around.start[cell], around.start[cell + 1]):
        grid = int(label[around.neighbour[at]])
        if grid >= 0:
            costs[grid] = costs.get(grid, 0.0) + float(around.cost[at])
    return costs


def _alone(label: Integers, graph: Graph, grids: int) -> Integers:
    """Give a number to each piece that touches no grid."""
    lone = label < 0
    ends = lone[graph.first] & lone[graph.second]
    piece = components(len(label), graph.first[ends], graph.second[ends])
    numbered = label.copy()
    numbered[lone] = grids + np.unique(piece[lone], return_inverse=True)[1]
    return numbered


def continued(graph: Graph, label: Integers) -> Integers:
    """Pair the grids of a plan with the former ones so that the fewest households, then cells, move.

    Parameters
    ----------
    label : shape (n,), the new grid of each cell, from 0 without gaps.

    Returns
    -------
    shape (k,), the former grid that each new one continues; -1 if there is none left for it.
    """
    count, grids = int(graph.former.max(initial=-1)) + 1, int(label.max(initial=-1)) + 1
    known = graph.former >= 0
    shared = np.zeros((grids, count))
    np.add.at(shared, (label[known], graph.former[known]), graph.households[known] + 1e-6)
    predecessor = np.full(grids, -1, dtype=np.int64)
    new, old = linear_sum_assignment(shared, maximize=True)
    kept = shared[new, old] > 0
    predecessor[new[kept]] = old[kept]
    return predecessor
