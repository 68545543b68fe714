"""METIS with an honest repair, the strongest simple baseline.

What METIS gives is repaired by what anyone would write next: pieces that hang apart go to a neighbour, grids that are
too small are joined, cells move across borders as long as that brings grids nearer to the band or shortens borders, and
a grid that stays bad is divided anew by METIS together with one or two neighbours. Several seeds are repaired, with
another number of grids where the likely one leads nowhere, and the best is kept.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np

from benchmarks.peers.metis import merit, metis, metis_runs
from benchmarks.peers.network import Network, PeerFailed, bad_grids, likely_count, numbered
from gridmap.core.compiled import compiled
from gridmap.core.division.parts import components
from gridmap.core.model import Band
from gridmap.core.topology import Floats, Integers

RESEEDS = 4
MOST_NEIGHBOURHOODS = 24
MOST_TRIALS = 1500
"""New divisions of neighbourhoods for one community, some seconds of CPU; after that it stays as it is."""


class Budget:
    """So many trials and no more."""

    def __init__(self, trials: int = MOST_TRIALS) -> None:
        self.left = trials

    def spend(self) -> bool:
        """Tell whether one more trial may be made."""
        self.left -= 1
        return self.left >= 0


def metis_repaired(network: Network, band: Band) -> Integers:
    """Return the best of METIS's ten seeds repaired."""
    count, budget = likely_count(int(network.households.sum()), band), Budget()
    best: Integers | None = None
    for grids in (count, count + 1, max(1, count - 1)):
        if best is not None and not bad_grids(network, best, band).any():
            break
        for run in metis_runs(network, band, grids=grids):
            best = _better(network, band, repair(network, band, run, budget), best)
    if best is None:
        raise PeerFailed("no seed gave a division")
    return best


def _better(network: Network, band: Band, one: Integers, other: Integers | None) -> Integers:
    if other is None or merit(network, one, band) < merit(network, other, band):
        return one
    return other


def repair(network: Network, band: Band, label: Integers, budget: Budget) -> Integers:
    """Return a division that is at least as good: fewer bad grids, or as many and no greater cost."""
    repaired: Integers | None = shifted(network, band, merged(network, band, whole(network, label)))
    best = label
    while repaired is not None:
        best = _better(network, band, repaired, best)
        repaired = _redivided(network, band, repaired, budget)
    return best


def whole(network: Network, label: Integers) -> Integers:
    """Keep of each grid the piece with the most households; other pieces join the neighbour they share most with."""
    same = label[network.first] == label[network.second]
    piece = components(len(label), network.first[same], network.second[same])
    held = np.bincount(piece, network.households) + np.bincount(piece) * 1e-6
    grid_of_piece = label[np.unique(piece, return_index=True)[1]]
    order = np.lexsort((-held, grid_of_piece))
    main = np.zeros(len(held), dtype=bool)
    main[order[np.diff(grid_of_piece[order], prepend=-1) > 0]] = True
    settled, fixed = main[piece], label.copy()
    while not settled.all():
        common: dict[tuple[int, int], float] = {}
        for one, two, cost in _both_ways(network):
            if not settled[one] and settled[two]:
                key = (int(piece[one]), int(fixed[two]))
                common[key] = common.get(key, 0.0) + cost
        (stray, target), _ = max(common.items(), key=lambda item: item[1])
        fixed[piece == stray] = target
        settled[piece == stray] = True
    return numbered(fixed)


def _both_ways(network: Network) -> Iterator[tuple[int, int, float]]:
    for one, two, cost in zip(network.first, network.second, network.cost, strict=True):
        yield one, two, cost
        yield two, one, cost


def merged(network: Network, band: Band, label: Integers) -> Integers:
    """Join grids under the minimum to the neighbour they share most with, as long as the sum is within the maximum."""
    joined = label.copy()
    while True:
        held = np.bincount(joined, network.households)
        one, two = joined[network.first], joined[network.second]
        small = (held[one] < band.minimum) | (held[two] < band.minimum)
        fits = (one != two) & small & (held[one] + held[two] <= band.maximum)
        if not fits.any():
            return joined
        pairs, nth = np.unique(
            np.sort(np.column_stack([one, two])[fits], axis=1), axis=0, return_inverse=True
        )
        keep, gone = pairs[np.bincount(nth, network.cost[fits]).argmax()]
        joined = numbered(np.where(joined == gone, keep, joined))


class _State(NamedTuple):
    """Cells with their neighbours in compressed rows, for the compiled loop."""

    households: Integers
    start: Integers
    neighbour: Integers
    cost: Floats
    low: int
    high: int


def shifted(network: Network, band: Band, label: Integers) -> Integers:
    """Move single cells across borders while that brings grids nearer to the band, or as near at less cost."""
    one, two = (
        np.concatenate(ends) for ends in ((network.first, network.second), (network.second, network.first))
    )
    order = np.lexsort((two, one))
    start = np.searchsorted(one[order], np.arange(len(label) + 1)).astype(np.int64)
    cost = np.tile(network.cost, 2)[order]
    moved = label.copy()
    _shift(moved, _State(network.households, start, two[order], cost, band.minimum, band.maximum))
    return numbered(moved)


@compiled
def _distance(households: int, low: int, high: int) -> int:
    return max(low - households, 0) + max(households - high, 0)


@compiled
def _stays_whole(leaving: int, label: Integers, state: _State) -> bool:
    """Tell whether the rest of the grid of a cell hangs together without it, and there is a rest."""
    grid, size, depth = label[leaving], 0, 0
    seen, stack = np.zeros(len(label), np.bool_), np.empty(len(label), np.int64)
    for other in state.neighbour[state.start[leaving] : state.start[leaving + 1]]:
        if label[other] == grid:
            stack[0], depth, seen[other] = other, 1, True
            break
    while depth > 0:
        depth -= 1
        cell = stack[depth]
        size += 1
        for other in state.neighbour[state.start[cell] : state.start[cell + 1]]:
            if other != leaving and label[other] == grid and not seen[other]:
                stack[depth], seen[other] = other, True
                depth += 1
    return size > 0 and size == (label == grid).sum() - 1


@compiled
def _best_move(cell: int, label: Integers, held: Integers, state: _State) -> int:
    """Return the grid beside a cell that it had best move to, -1 if it had best stay."""
    grid, own, low, high = label[cell], state.households[cell], state.low, state.high
    near = range(state.start[cell], state.start[cell + 1])
    stays, target, most, best = 0.0, -1, 0, 1e-6
    for at in near:
        if label[state.neighbour[at]] == grid:
            stays += state.cost[at]
    for at in near:
        other = label[state.neighbour[at]]
        if other == grid:
            continue
        nearer = _distance(held[grid], low, high) + _distance(held[other], low, high)
        nearer -= _distance(held[grid] - own, low, high) + _distance(held[other] + own, low, high)
        saved = -stays
        for beside in near:
            if label[state.neighbour[beside]] == other:
                saved += state.cost[beside]
        if nearer > most or (nearer == most and saved > best):
            most, best, target = nearer, saved, other
    return target


@compiled
def _shift(label: Integers, state: _State) -> None:
    held = np.zeros(label.max() + 1, np.int64)
    for cell in range(len(label)):
        held[label[cell]] += state.households[cell]
    has_moved = True
    while has_moved:
        has_moved = False
        for cell in range(len(label)):
            target = _best_move(cell, label, held, state)
            if target >= 0 and _stays_whole(cell, label, state):
                held[label[cell]] -= state.households[cell]
                held[target] += state.households[cell]
                label[cell] = target
                has_moved = True


def _redivided(network: Network, band: Band, label: Integers, budget: Budget) -> Integers | None:
    """Divide a bad grid anew with one or two neighbours; None if that helps none of them."""
    before = _shortfall(network, band, label)
    for bad in np.flatnonzero(bad_grids(network, label, band)):
        for grids in _neighbourhoods(network, label, int(bad)):
            trials = list(_trials(network, band, label, grids, budget))
            best = min(trials, key=lambda trial: _shortfall(network, band, trial), default=label)
            if _shortfall(network, band, best) < before:
                return best
    return None


def _shortfall(network: Network, band: Band, label: Integers) -> tuple[int, float, float]:
    """Return the number of bad grids, how far they are from the band together, and the cost."""
    held = np.bincount(label, network.households)
    away = np.maximum(band.minimum - held, 0) + np.maximum(held - band.maximum, 0)
    bad, cost = merit(network, label, band)
    return bad, float(away.sum()), cost


def _neighbourhoods(network: Network, label: Integers, grid: int) -> list[tuple[int, ...]]:
    """Return the grid with each neighbour, then with each two of which one touches the other or the grid."""
    one, two = label[network.first], label[network.second]
    pairs = {(int(a), int(b)) for a, b in zip(one, two, strict=True) if a != b}
    touching = pairs | {(b, a) for a, b in pairs}
    near = sorted({b for a, b in touching if a == grid})
    beyond = sorted({(a, b) for a in near for b in {d for c, d in touching if c == a} - {grid, *near}})
    wider = [(grid, *two) for two in [*combinations(near, 2), *beyond]]
    return [*[(grid, other) for other in near], *wider][:MOST_NEIGHBOURHOODS]


def _trials(
    network: Network, band: Band, label: Integers, grids: tuple[int, ...], budget: Budget
) -> Iterator[Integers]:
    """Divide the cells of some grids anew, into each number of grids that arithmetic allows, by some seeds."""
    cells = np.flatnonzero(np.isin(label, grids))
    part = network.within(cells)
    total = int(part.households.sum())
    counts = range(-(-total // band.maximum), total // band.minimum + 1) or [likely_count(total, band)]
    for count in counts:
        for seed in range(RESEEDS):
            if not budget.spend():
                return
            try:
                fresh = metis(part, band, seed=seed, grids=max(1, count))
            except PeerFailed:
                continue
            fresh = shifted(part, band, merged(part, band, whole(part, fresh)))
            trial = label.copy()
            trial[cells] = fresh + int(label.max()) + 1
            yield numbered(trial)
