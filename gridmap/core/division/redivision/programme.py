"""An integer programme for the plan in band that moves the fewest households, to be solved by HiGHS.

For each cell and each grid it may join there is a variable of 0 or 1. Every cell joins one grid; every grid that
exists holds a number of households in the band. That grids hang together is asked only where an answer breaks it: if a
piece of a grid is apart from the rest, then each of its cells asks for one of the cells between, if it is in that grid
(Oehrlein and Haunert, "A cutting-plane method for contiguity-constrained spatial aggregation", Journal of Spatial
Information Science 15, 2017).
"""

import math
from typing import NamedTuple

import highspy
import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.highs import new_solver
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Floats, Integers

NODES = 500
"""Nodes of the search tree for one answer. A count and not a time, so that the same question has the same answer."""
SECONDS = 20.0
"""The last resort, for all answers to one question; the plan known before is kept then, its minimum left open."""


class Question(NamedTuple):
    """Ask for a plan in the band that moves at most so many households.

    Attributes
    ----------
    former : shape (n,), the grid each cell was in; -1 if none.
    most : households that may move.
    cell, grid : shape (v,), the choices: which cell may join which grid.
    must_exist : shape (g,), grids that cannot be given up.
    root : shape (g,), a cell that is certain to be in each grid; -1 if there is none.
    """

    graph: Graph
    former: Integers
    band: Band
    most: int
    cell: Integers
    grid: Integers
    must_exist: Booleans
    root: Integers


class Answer(NamedTuple):
    """The best plan with the cuts so far, and the households that any plan in the band moves at least.

    ``label`` is None if there is no such plan, or if the search ended without one.
    """

    label: Integers | None
    at_least: int


class Programme:
    """The question as rows and columns; cuts are added between answers."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self._variable = np.full((len(question.former), len(question.root)), -1, dtype=np.int64)
        self._variable[question.cell, question.grid] = np.arange(len(question.cell))
        households = question.graph.households[question.cell]
        moves = (question.former[question.cell] >= 0) & (question.former[question.cell] != question.grid)
        self._moving = np.where(moves, households, 0)
        self._scale = len(question.former) + 1
        self._price = self._moving * self._scale + moves
        self._solver = new_solver(mip_rel_gap=0.0, mip_abs_gap=0.5, mip_max_nodes=NODES)
        self._add_columns()
        self._add_cells()
        self._add_grids()

    def _add_columns(self) -> None:
        choices, grids = len(self._price), len(self.question.root)
        count = choices + grids
        low = np.concatenate([np.zeros(choices), self.question.must_exist])
        price = np.concatenate([self._price, np.zeros(grids)]).astype(float)
        none = np.zeros(0, dtype=np.int32)
        self._solver.addCols(count, price, low, np.ones(count), 0, none, none, np.zeros(0))
        kinds = np.full(count, highspy.HighsVarType.kInteger)
        self._solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), kinds)

    def _add_cells(self) -> None:
        """Every cell joins one grid, and few households move; a cell that moves to a grid finds a neighbour in it."""
        asked = self.question
        for choices in self._variable:
            self._row(1, 1, choices[choices >= 0])
        dear = np.flatnonzero(self._moving)
        self._row(0, asked.most, dear, self._moving[dear])
        edges = np.concatenate(
            [np.c_[asked.graph.first, asked.graph.second], np.c_[asked.graph.second, asked.graph.first]]
        )
        moves = (asked.former[asked.cell] != asked.grid) & (asked.root[asked.grid] >= 0)
        for cell, grid in zip(asked.cell[moves].tolist(), asked.grid[moves].tolist(), strict=True):
            self.ask_for_way(cell, int(asked.root[grid]), grid, edges[edges[:, 0] == cell, 1])

    def _add_grids(self) -> None:
        """Every grid that exists holds a number of households in the band; others have no cells."""
        asked, choices = self.question, len(self._price)
        for grid, must_exist in enumerate(asked.must_exist):
            own = np.flatnonzero(asked.grid == grid)
            held = asked.graph.households[asked.cell[own]].astype(float)
            exists = choices + grid
            for bound, sign in ((asked.band.minimum, 1.0), (asked.band.maximum, -1.0)):
                self._row(0, np.inf, np.append(own, exists), np.append(sign * held, -sign * bound))
            if not must_exist:
                for choice in own[held == 0]:
                    self._row(0, np.inf, np.array([exists, choice]), np.array([1.0, -1.0]))

    def ask_for_way(self, cell: int, goal: int, grid: int, between: Integers) -> None:
        """Ask that a cell is in one grid with another only if one of the cells between them is in it, too."""
        ends, ways = self._variable[[cell, goal], grid], self._variable[between, grid]
        if goal in between or (ends < 0).any():
            return
        ways = ways[ways >= 0]
        self._row(-1, np.inf, np.concatenate([ends, ways]), np.append([-1.0, -1.0], np.ones(len(ways))))

    def _row(
        self, low: float, high: float, variables: Integers, factors: Floats | Integers | None = None
    ) -> None:
        given = np.ones(len(variables)) if factors is None else np.asarray(factors, dtype=float)
        self._solver.addRow(low, high, len(variables), variables.astype(np.int32), given)

    def solve(self) -> Answer:
        """Return the plan that moves the fewest households with the cuts so far."""
        self._solver.setOptionValue("time_limit", max(0.0, SECONDS - self._solver.getRunTime()))
        self._solver.run()
        status, nothing_better = self._solver.getModelStatus(), self.question.most + 1
        if status == highspy.HighsModelStatus.kInfeasible:
            return Answer(None, nothing_better)
        bound = (self._solver.getInfo().mip_dual_bound - self._scale + 1) / self._scale
        least = min(nothing_better, max(0, math.ceil(bound - 1e-4))) if math.isfinite(bound) else 0
        if status != highspy.HighsModelStatus.kOptimal:
            return Answer(None, least)
        taken = np.asarray(self._solver.getSolution().col_value)[: len(self._price)] > 0.5
        label = np.full(len(self.question.former), -1, dtype=np.int64)
        label[self.question.cell[taken]] = self.question.grid[taken]
        return Answer(label, int(self._moving[taken].sum()))
