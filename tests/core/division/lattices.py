"""Square towns for the tests of the search."""

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.model import Band
from gridmap.core.topology import Integers

SIDE = 8


def lattice(households: list[int], metres: list[int], *, ranks: int = 3) -> Graph:
    """Return a town of 8 × 8 cells; the lists, and so many ranks, are repeated as often as need be."""
    cell = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    first = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    table = np.zeros((len(first), 4))
    table[np.arange(len(first)), np.arange(len(first)) % ranks] = np.resize(metres, len(first))
    none = np.full(SIDE * SIDE, -1)
    return Graph(np.resize(households, SIDE * SIDE), first, second, table, none, none)


def planted(seed: int, side: int, band: Band) -> Graph:
    """Return a square town made from grids within the band, with a few heavy cells in each."""
    rng, count = np.random.default_rng(seed), side * side
    cell = np.arange(count).reshape(side, side)
    first = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    households = np.zeros(count, dtype=np.int64)
    for grid in _grown(rng, count, first, second):
        total = rng.integers(band.minimum, band.maximum + 1)
        households[grid] = rng.multinomial(total, rng.dirichlet(np.full(len(grid), 0.5)))
    table, none = np.zeros((len(first), 4)), np.full(count, -1)
    table[np.arange(len(first)), rng.integers(0, 3, len(first))] = rng.integers(5, 80, len(first))
    return Graph(households, first, second, table, none, none)


def _grown(rng: np.random.Generator, count: int, first: Integers, second: Integers) -> list[list[int]]:
    """Grow grids of 3–8 cells at random until all cells are taken; the last ones may be smaller."""
    free, grids = np.ones(count, dtype=bool), []
    for seed in rng.permutation(count).tolist():
        if not free[seed]:
            continue
        grid, wanted = [seed], rng.integers(3, 9)
        free[seed] = False
        while len(grid) < wanted:
            beside = np.concatenate([second[np.isin(first, grid)], first[np.isin(second, grid)]])
            if not free[beside].any():
                break
            grid.append(int(rng.choice(beside[free[beside]])))
            free[grid[-1]] = False
        grids.append(grid)
    return grids


def hangs_together(graph: Graph, label: Integers) -> bool:
    """Tell whether every grid is connected."""
    same = label[graph.first] == label[graph.second]
    pieces = components(len(label), graph.first[same], graph.second[same])
    return len(np.unique(pieces)) == len(np.unique(label))
