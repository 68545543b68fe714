"""Proofs that a part cannot be divided, from cheap to dear.

Sums come before any search: arithmetic and cells over the maximum. All others come after a quick search that found
nothing: cells in no group of the band, and neighbourhoods that cannot be divided whatever lies around them, which cost
nothing where all cells are small; then shares of groups, and exhaustion.
"""

from collections.abc import Iterable

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.proof import certificate as certificates
from gridmap.core.division.proof.certificate import Certificate, Subject
from gridmap.core.division.proof.exhaust import Spent, exhaust
from gridmap.core.division.proof.groups import groups_within, household_neighbours
from gridmap.core.division.proof.setpartition import farkas_vector
from gridmap.core.division.proof.walk import neighbours, walk
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Integers

GROUPS = 2_000
"""Groups around one cell to look at before it is taken not to be lonely."""
COLUMNS = 20_000
"""Groups in a set partition."""
NEAR_STATES = 20_000
"""States of a neighbourhood; more are for the whole part."""


def prove_by_sums(subject: Subject) -> Certificate | None:
    """Prove by counting alone that a part cannot be divided, or return None where that proves nothing."""
    households, band = subject.graph.households, subject.band
    over = np.flatnonzero(households > band.maximum)
    if len(over):
        return certificates.over_maximum(subject, over.tolist())
    if subject.households and not certificates.grid_counts(subject.households, band):
        return certificates.arithmetic(subject)
    return None


def prove_around_heavy_cells(subject: Subject) -> Certificate | None:
    """Prove that some heavy cell, or what lies around it, fits into no division; None where these proofs do not apply."""
    doubtful = doubtful_cells(subject.graph, subject.band)
    if not len(doubtful):
        return None
    return _lonely(subject, doubtful) or prove_nearby(subject, doubtful, radii=(1, 2))


def prove_nearby(subject: Subject, cells: Integers, *, radii: Iterable[int]) -> Certificate | None:
    """Prove that the neighbourhood of some cell cannot be divided, the smallest that will do.

    Parameters
    ----------
    radii : how many borders away the cells of a neighbourhood may be; tried in turn.
    """
    near = neighbours(len(subject.number), subject.graph.first, subject.graph.second)
    for radius in radii:
        proofs = []
        for cell in cells.tolist():
            around = _ball(near, cell, radius)
            if len(around) < len(near):
                proof = _neighbourhood(subject, around)
                proofs += [proof] if proof is not None else []
        if proofs:
            return min(proofs, key=lambda proof: (len(proof.facts["cells"]), len(proof.facts["order"])))
    return None


def prove_by_weights(subject: Subject) -> Certificate | None:
    """Prove that not even shares of groups can cover every household cell once."""
    try:
        weight = farkas_vector(subject.graph, subject.band, limit=COLUMNS)
    except Spent:
        return None
    return certificates.set_partition(subject, weight) if weight is not None else None


def prove_whole(subject: Subject, cells: Integers, states: int) -> Certificate:
    """Put down that exhaustion found no division, in the order that needs the fewest states.

    Parameters
    ----------
    cells : to begin with; the best of them, or of the order taken before, is kept.
    states : that were needed before.
    """
    graph, best = subject.graph, None
    for cell in cells.tolist():
        try:
            states = exhaust(graph, subject.band, limit=states - 1, start=cell).states
        except Spent:
            continue
        best = cell
    order = walk(len(graph.households), graph.first, graph.second, start=best).order
    return certificates.exhausted(subject, order.tolist(), states)


def doubtful_cells(graph: Graph, band: Band) -> Integers:
    """Return cells that need another heavy one: small cells alone do not bring them into the band.

    A group that grows by cells of at most ``maximum - minimum + 1`` households cannot jump over the band.
    """
    small = band.maximum - band.minimum + 1
    if graph.households.max(initial=0) <= small:
        return np.empty(0, dtype=np.int64)
    one = np.concatenate([graph.first, graph.second])
    order = np.argsort(one, kind="stable")
    start = np.searchsorted(one[order], np.arange(len(graph.households) + 1))
    other = np.concatenate([graph.second, graph.first])[order]
    return np.flatnonzero(_is_doubtful(start, other, graph.households, small, band.minimum))


@compiled
def _is_doubtful(start: Integers, other: Integers, households: Integers, small: int, wanted: int) -> Booleans:
    count = len(households)
    doubtful, seen, queue = np.zeros(count, np.bool_), np.full(count, -1), np.empty(count, np.int64)
    for cell in range(count):
        if households[cell] == 0 or households[cell] >= wanted:
            continue
        held, size, at = households[cell], 1, 0
        queue[0], seen[cell] = cell, cell
        while at < size and held < wanted:
            for beside in other[start[queue[at]] : start[queue[at] + 1]]:
                if seen[beside] != cell and households[beside] <= small:
                    seen[beside], queue[size] = cell, beside
                    held += households[beside]
                    size += 1
            at += 1
        doubtful[cell] = held < wanted
    return doubtful


def _lonely(subject: Subject, cells: Integers) -> Certificate | None:
    near = household_neighbours(subject.graph)
    alone = [cell for cell in cells.tolist() if _is_lonely(subject, near, cell)]
    return certificates.lonely(subject, alone) if alone else None


def _is_lonely(subject: Subject, near: list[int], cell: int) -> bool:
    groups = groups_within(subject.graph, near, subject.band, around=cell, limit=GROUPS)
    try:
        return next(groups, None) is None
    except Spent:
        return False


def _ball(near: list[set[int]], cell: int, radius: int) -> list[int]:
    ball, shell = {cell}, {cell}
    for _ in range(radius):
        shell = {other for one in shell for other in near[one]} - ball
        ball |= shell
    return sorted(ball)


def _neighbourhood(subject: Subject, cells: list[int]) -> Certificate | None:
    """Prove that some connected cells cannot be divided even if their grids may take from beyond what they like."""
    graph, chosen = subject.graph, np.array(cells)
    is_inside = np.zeros(len(graph.households), dtype=bool)
    is_inside[chosen] = True
    crossing = is_inside[graph.first] != is_inside[graph.second]
    is_open = np.zeros(len(is_inside), dtype=bool)
    is_open[graph.first[crossing]] = is_open[graph.second[crossing]] = True
    part = graph.within(chosen)
    try:
        found = exhaust(part, subject.band, limit=NEAR_STATES, is_open=is_open[chosen])
    except Spent:
        return None
    if found.label is not None:
        return None
    order = chosen[walk(len(cells), part.first, part.second).order]
    return certificates.neighbourhood(subject, order.tolist(), found.states)
