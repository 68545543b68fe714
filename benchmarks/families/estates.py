"""Tower estates, as graphs: towers too heavy to stand two and two by luck, on land that grids must share."""

import numpy as np
from scipy.spatial import Delaunay

from gridmap.core.division.fabric.lines import INNER, ROAD, WEAK
from gridmap.core.division.graph import Graph, build_graph

SPACING_M = 60.0
HOUSEHOLDS = (200, 310)


def tower_estate(*, towers: int, seed: int, is_planted: bool = False) -> Graph:
    """Return an estate of so many towers of 200–310 households and as many empty cells, scattered.

    Parameters
    ----------
    is_planted : give neighbouring towers counts that add up to 300–500 as far as they can be paired, and the others
        300–310, so that a division exists.
    """
    rng = np.random.default_rng([seed, towers, is_planted])
    count = 2 * towers
    points = rng.uniform(0, SPACING_M * np.sqrt(count), (count, 2))
    first, second = _neighbours(points)
    households = np.zeros(count, dtype=np.int64)
    standing = rng.permutation(count)[:towers]
    households[standing] = rng.integers(*HOUSEHOLDS, towers, endpoint=True)
    if is_planted:
        _pair(households, first, second, rng)
    metres = rng.uniform(5, SPACING_M, len(first))
    rank = rng.choice([INNER, WEAK, ROAD], len(first), p=[0.6, 0.2, 0.2])
    return build_graph(households, first, second, metres, rank)


def _neighbours(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs that the Delaunay triangulation joins."""
    corners = Delaunay(points).simplices
    sides = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    pairs = np.unique(sides, axis=0).astype(np.int64)
    return pairs[:, 0], pairs[:, 1]


def _pair(households: np.ndarray, first: np.ndarray, second: np.ndarray, rng: np.random.Generator) -> None:
    """Pair towers that touch, in random order, and make the sum of each pair fit; a tower left over stands alone."""
    waiting = households > 0
    least, most = HOUSEHOLDS
    for edge in rng.permutation(len(first)):
        one, two = first[edge], second[edge]
        if waiting[one] and waiting[two]:
            households[one] = rng.integers(least, 500 - least, endpoint=True)
            households[two] = rng.integers(least, min(most, 500 - households[one]), endpoint=True)
            waiting[one] = waiting[two] = False
    households[waiting] = rng.integers(300, most, int(waiting.sum()), endpoint=True)
