"""One community: its parts certified, divided, and as good as can be where the band cannot be kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal
from zlib import crc32

import numpy as np

from gridmap.core.division.certificate import Certificate, certify, exhausted
from gridmap.core.division.exhaust import Spent, exhaust
from gridmap.core.division.graph import Graph
from gridmap.core.division.objective import BALANCED, Objective
from gridmap.core.division.portfolio import EFFORT, Effort, out_of_band, partition
from gridmap.core.division.trees import State
from gridmap.core.model import Band, Verdict
from gridmap.core.topology import Booleans, Integers

Mode = Literal["fast", "quality"]


@dataclass(frozen=True, slots=True)
class Solution:
    """The grids of one community before they have polygons.

    Attributes
    ----------
    label : shape (n,), the grid of each cell, from 0.
    is_dedicated : shape (g,), grids of parts without households.
    parts : how many pieces of the community do not touch.
    """

    label: Integers
    is_dedicated: Booleans
    parts: int
    verdict: Verdict
    certificate: Certificate | None


def random_state(code: str, seed: int) -> State:
    """Return a random state that depends on the community and the seed alone."""
    return np.random.SeedSequence([seed, crc32(code.encode())]).generate_state(1, np.uint64).astype(np.uint64)


def solve(
    graph: Graph,
    name: Callable[[int], str],
    band: Band,
    mode: Mode,
    state: State,
    *,
    objective: Objective = BALANCED,
) -> Solution:
    """Divide the cells of one community.

    Parts that do not touch are divided each by itself. A part without households is one dedicated grid. The verdict
    is the worst of the parts: infeasible if one is proved so, else unknown if a grid of one is out of the band.

    Parameters
    ----------
    name : tells the name of a cell; asked only if a certificate names cells.
    objective : what a good division is.
    """
    part = graph.parts()
    parts = int(part.max(initial=-1)) + 1
    label = np.zeros(len(part), dtype=np.int64)
    dedicated: list[bool] = []
    verdicts, certificates = [Verdict.DIVIDED], []
    for number in range(parts):
        cells = np.flatnonzero(part == number)
        piece = graph.within(cells)
        if not piece.households.any():
            grids = np.zeros(len(cells), dtype=np.int64)
        else:
            certificate = certify(piece.households, partial(_named, name, cells), band, is_part=parts > 1)
            grids, certificate = _solve_part(
                piece, band, EFFORT[mode], state, objective=objective, certificate=certificate
            )
            certificates += [certificate] if certificate is not None else []
            is_divided = not out_of_band(grids, piece.households, band)
            verdicts.append(
                Verdict.DIVIDED if is_divided else Verdict.INFEASIBLE if certificate else Verdict.UNKNOWN
            )
        label[cells] = grids + len(dedicated)
        dedicated += [not piece.households.any()] * (int(grids.max()) + 1)
    worst = max(verdicts, key=[Verdict.DIVIDED, Verdict.UNKNOWN, Verdict.INFEASIBLE].index)
    return Solution(label, np.array(dedicated, dtype=bool), parts, worst, next(iter(certificates), None))


def _named(name: Callable[[int], str], cells: Integers, cell: int) -> str:
    return name(int(cells[cell]))


def _solve_part(
    graph: Graph,
    band: Band,
    effort: Effort,
    state: State,
    *,
    objective: Objective,
    certificate: Certificate | None,
) -> tuple[Integers, Certificate | None]:
    """Divide a connected part; the fewest grids out of the band where it cannot be kept, with the proof if there is one."""
    if certificate is not None:
        effort = replace(effort, repairs=2)
    label = partition(graph, band, objective, effort, state)
    if certificate is None and out_of_band(label, graph.households, band):
        try:
            whole, sets = exhaust(graph, band, limit=effort.sets)
        except Spent:
            return label, None
        if whole is None:
            return label, exhausted(graph.households, band, sets)
        label = partition(graph, band, objective, effort, state, start=whole)
    return label, certificate
