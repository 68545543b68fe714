"""One community: its parts certified, divided, and as good as can be where the band cannot be kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal
from zlib import crc32

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.certificate import Certificate, Subject
from gridmap.core.division.proof.exhaust import Spent, exhaust
from gridmap.core.division.proof.fewest import fewest_outside
from gridmap.core.division.proof.proofs import (
    prove_around_heavy_cells,
    prove_by_sums,
    prove_by_weights,
    prove_nearby,
    prove_whole,
)
from gridmap.core.division.search.objective import BALANCED, Objective
from gridmap.core.division.search.portfolio import EFFORT, Effort, out_of_band, partition
from gridmap.core.division.search.trees import State
from gridmap.core.division.verify import verify
from gridmap.core.model import Band, Verdict
from gridmap.core.topology import Booleans, Integers

Mode = Literal["fast", "quality"]
TURNS = ((20, 60), (1, 300))
"""To settle what resists: exhaustion is given up after so small a part of its states, then so many searches follow."""
SUSPECTS = 24
"""Heaviest cells of grids out of the band whose neighbourhoods are looked at."""


@dataclass(frozen=True, slots=True)
class Solution:
    """The grids of one community before they have polygons.

    Attributes
    ----------
    label : shape (n,), the grid of each cell, from 0.
    is_dedicated : shape (g,), grids of parts without households.
    parts : how many pieces of the community do not touch.
    certificate : of the first part proved infeasible; its facts tell how many grids of the part are out of the band
        (``fewest_out``), and how many must be (``fewest_out_at_least``: equal where the fewest are proved).
    """

    label: Integers
    is_dedicated: Booleans
    parts: int
    verdict: Verdict
    certificate: Certificate | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part as it ended."""

    label: Integers
    verdict: Verdict
    certificate: Certificate | None = None
    is_dedicated: bool = False


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
    Nothing is called infeasible without a certificate that the independent checker accepts.

    Parameters
    ----------
    name : tells the name of a cell; asked only if a certificate names cells.
    objective : what a good division is.
    """
    part = graph.parts()
    count = int(part.max(initial=-1)) + 1
    label = np.zeros(len(part), dtype=np.int64)
    ended: list[_Part] = []
    grids = 0
    for number in range(count):
        cells = np.flatnonzero(part == number)
        subject = Subject(graph.within(cells), cells, name, band, is_part=count > 1)
        one = _divide_part(
            subject, EFFORT[mode], state, objective=objective, is_proof=partial(verify, graph, band)
        )
        label[cells] = one.label + grids
        grids += int(one.label.max()) + 1
        ended.append(one)
    dedicated = [one.is_dedicated for one in ended for _ in range(int(one.label.max()) + 1)]
    worst = max(
        [Verdict.DIVIDED, *(one.verdict for one in ended)],
        key=[Verdict.DIVIDED, Verdict.UNKNOWN, Verdict.INFEASIBLE].index,
    )
    certificate = next((one.certificate for one in ended if one.certificate), None)
    return Solution(label, np.array(dedicated, dtype=bool), count, worst, certificate)


def find_division(graph: Graph, band: Band, effort: Effort, state: State) -> Integers | None:
    """Return some division with every grid in the band, or None if none was found; nothing is proved.

    Returns
    -------
    shape (n,), the grid of each cell; land in parts without households is a grid of its own.
    """
    part = graph.parts()
    label, grids = np.zeros(len(part), dtype=np.int64), 0
    for number in range(int(part.max(initial=-1)) + 1):
        cells = np.flatnonzero(part == number)
        subject = Subject(graph.within(cells), cells, str, band)
        found = _any_division(subject, effort, state)
        if found is None:
            return None
        label[cells] = found + grids
        grids += int(found.max()) + 1
    return label


def _any_division(subject: Subject, effort: Effort, state: State) -> Integers | None:
    graph, band = subject.graph, subject.band
    if not graph.households.any():
        return np.zeros(len(subject.number), dtype=np.int64)
    found = _search(subject, effort, state, objective=BALANCED)
    if isinstance(found, Certificate):
        return None
    if not out_of_band(found, graph.households, band):
        return found
    try:
        return exhaust(graph, band, limit=effort.states).label
    except Spent:
        return None


def _search(
    subject: Subject, effort: Effort, state: State, *, objective: Objective
) -> Integers | Certificate:
    """Return the best division that can be found, or a cheap proof that none has every grid in the band.

    The dearer of these proofs waits until a quick search has failed.
    """
    graph, band = subject.graph, subject.band
    proof = prove_by_sums(subject)
    if proof is None:
        label = partition(graph, band, objective, replace(effort, repairs=0), state)
        if not out_of_band(label, graph.households, band):
            return label
        proof = prove_around_heavy_cells(subject)
    return proof if proof is not None else partition(graph, band, objective, effort, state, start=label)


def _divide_part(
    subject: Subject,
    effort: Effort,
    state: State,
    *,
    objective: Objective,
    is_proof: Callable[[Certificate], bool],
) -> _Part:
    """Divide a connected part; with the fewest grids out of the band where it cannot be kept."""
    graph, band = subject.graph, subject.band
    if not graph.households.any():
        return _Part(np.zeros(len(subject.number), dtype=np.int64), Verdict.DIVIDED, is_dedicated=True)
    found = _search(subject, effort, state, objective=objective)
    if isinstance(found, Certificate):
        label = partition(graph, band, objective, replace(effort, repairs=2), state)
        if is_proof(found):
            return _infeasible(subject, label, found)
    else:
        label = found
    if not out_of_band(label, graph.households, band):
        return _Part(label, Verdict.DIVIDED)
    proof = next(filter(is_proof, _proofs_nearby(subject, label)), None)
    if proof is not None:
        return _infeasible(subject, label, proof)
    return _settle(subject, label, effort, state, objective=objective, is_proof=is_proof)


def _settle(
    subject: Subject,
    label: Integers,
    effort: Effort,
    state: State,
    *,
    objective: Objective,
    is_proof: Callable[[Certificate], bool],
) -> _Part:
    """Go through all divisions of a part that resists, and search on where there are too many; each in turn harder."""
    graph, band = subject.graph, subject.band
    for part, repairs in TURNS:
        try:
            found = exhaust(graph, band, limit=effort.states // part)
        except Spent:
            label = partition(graph, band, objective, replace(effort, repairs=repairs), state, start=label)
            if not out_of_band(label, graph.households, band):
                return _Part(label, Verdict.DIVIDED)
            continue
        if found.label is not None:
            label = partition(graph, band, objective, effort, state, start=found.label)
            return _Part(label, Verdict.DIVIDED)
        proof = prove_whole(subject, np.flatnonzero(graph.households), found.states)
        return _infeasible(subject, label, proof) if is_proof(proof) else _Part(label, Verdict.UNKNOWN)
    return _Part(label, Verdict.UNKNOWN)


def _proofs_nearby(subject: Subject, label: Integers) -> Iterator[Certificate]:
    """Return proofs that need no exhaustion of the whole."""
    suspects = _suspects(subject, label)
    for proof in (prove_by_weights(subject), prove_nearby(subject, suspects, radii=(1, 2, 3))):
        if proof is not None:
            yield proof


def _suspects(subject: Subject, label: Integers) -> Integers:
    """Return the heaviest cells of grids out of the band."""
    households, band = subject.graph.households, subject.band
    held = np.bincount(label, households)[label]
    suspects = np.flatnonzero((households > 0) & ((held < band.minimum) | (held > band.maximum)))
    return suspects[np.argsort(-households[suspects], kind="stable")][:SUSPECTS]


def _infeasible(subject: Subject, label: Integers, proof: Certificate) -> _Part:
    fewest = fewest_outside(subject.graph, subject.band, label)
    told = {"fewest_out": fewest.outside, "fewest_out_at_least": fewest.at_least}
    return _Part(fewest.label, Verdict.INFEASIBLE, replace(proof, facts={**proof.facts, **told}))
