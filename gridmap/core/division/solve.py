"""One community: its parts certified, divided, and as good as can be where the band cannot be kept."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal
from zlib import crc32

import numpy as np

from gridmap.core.division.certificate import Certificate, certify, exhausted
from gridmap.core.division.exhaust import Spent, exhaust
from gridmap.core.division.graph import Graph
from gridmap.core.division.improve import improve
from gridmap.core.division.search import NOISE, Problem, State, prepare, search
from gridmap.core.model import Band, Verdict
from gridmap.core.topology import Booleans, Integers

Mode = Literal["fast", "quality"]


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try.

    Attributes
    ----------
    trees : drawn at the least noise, and again at each further step while no division is found.
    rounds_per_grid : neighbourhoods divided anew, for each grid of the division.
    repairs : times the whole is begun again while a grid is out of the band and nothing proves that it must be.
    sets : connected sets to look at before a part that resists is left unknown.
    """

    trees: int
    rounds_per_grid: int
    repairs: int
    sets: int


EFFORT: dict[str, Effort] = {
    "fast": Effort(trees=20, rounds_per_grid=20, repairs=6, sets=100_000),
    "quality": Effort(trees=100, rounds_per_grid=80, repairs=12, sets=1_000_000),
}


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


def solve(graph: Graph, name: Callable[[int], str], band: Band, mode: Mode, state: State) -> Solution:
    """Divide the cells of one community.

    Parts that do not touch are divided each by itself. A part without households is one dedicated grid. The verdict
    is the worst of the parts: infeasible if one is proved so, else unknown if a grid of one is out of the band.

    Parameters
    ----------
    name : tells the name of a cell; asked only if a certificate names cells.
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
            grids, certificate = _solve_part(piece, band, EFFORT[mode], state, certificate)
            certificates += [certificate] if certificate is not None else []
            is_divided = not _out_of_band(grids, piece.households, band)
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
    graph: Graph, band: Band, effort: Effort, state: State, certificate: Certificate | None
) -> tuple[Integers, Certificate | None]:
    """Divide a connected part; the fewest grids out of the band where it cannot be kept, with the proof if there is one."""
    problem = prepare(graph, band)
    label = None if certificate else _first_division(problem, effort, state)
    if label is not None:
        return improve(problem, label, rounds=_rounds(label, effort), state=state), None
    label = _repaired(problem, band, graph.households, effort, state, is_hopeless=certificate is not None)
    if certificate is None and _out_of_band(label, graph.households, band):
        try:
            whole, sets = exhaust(graph, band, limit=effort.sets)
        except Spent:
            return label, None
        if whole is None:
            return label, exhausted(graph.households, band, sets)
        label = improve(problem, whole, rounds=_rounds(whole, effort), state=state)
    return label, certificate


def _rounds(label: Integers, effort: Effort) -> int:
    grids = int(label.max()) + 1
    return effort.rounds_per_grid * grids if grids > 1 else 0


def _out_of_band(label: Integers, households: Integers, band: Band) -> int:
    held = np.bincount(label, households)
    return int(((held < band.minimum) | (held > band.maximum)).sum())


def _first_division(problem: Problem, effort: Effort, state: State) -> Integers | None:
    """Draw trees, more and more at random, until one can be cut."""
    for noise in NOISE:
        found, label = search(problem, trees=effort.trees, state=state, noise=noise, is_strict=True)
        if np.isfinite(found):
            return label
    return None


def _repaired(
    problem: Problem, band: Band, households: Integers, effort: Effort, state: State, *, is_hopeless: bool
) -> Integers:
    """Begin with grids out of the band and repair them; begin again, harder, while hope is left."""
    best, fewest = None, np.inf
    for attempt in range(effort.repairs):
        noise = NOISE[attempt % len(NOISE)]
        _, label = search(problem, trees=4, state=state, noise=noise, is_strict=False)
        label = improve(problem, label, rounds=4 * (attempt + 1) * _rounds(label, effort), state=state)
        outside = _out_of_band(label, households, band)
        if outside < fewest:
            best, fewest = label, outside
        if fewest == 0 or (is_hopeless and attempt >= 1):
            break
    assert best is not None
    return best
