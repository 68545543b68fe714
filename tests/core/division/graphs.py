"""Small graphs, estates of towers, and the slow but plain ways to divide them."""

from functools import cache
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from scipy.spatial import Voronoi

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.model import Band
from gridmap.core.topology import Integers

SHORTEST_RIDGE = 0.15
STAR = [(0, 3), (1, 3), (2, 3), (3, 4), (3, 5)]


def make_graph(households: list[int], edges: list[tuple[int, int]]) -> Graph:
    """Return a graph whose borders are ten metres each, inside a compound."""
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    metres = np.zeros((len(edges), 4))
    metres[:, 0] = 10.0
    none = np.full(len(households), -1, dtype=np.int64)
    return Graph(np.array(households, dtype=np.int64), first.copy(), second.copy(), metres, none, none)


def chain(count: int) -> list[tuple[int, int]]:
    return [(cell, cell + 1) for cell in range(count - 1)]


@st.composite
def connected_graphs(pick: st.DrawFn, *, most: int, heaviest: int) -> Graph:
    count = pick(st.integers(1, most))
    edges = {(pick(st.integers(0, node - 1)), node) for node in range(1, count)}
    edges |= {
        (one, two) for one in range(count) for two in range(one + 1, count) if pick(st.integers(0, 3)) == 0
    }
    return make_graph([pick(st.integers(0, heaviest)) for _ in range(count)], sorted(edges))


def is_connected(graph: Graph, cells: list[int]) -> bool:
    """Tell whether some cells, at least one, hang together."""
    edges = list(zip(graph.first.tolist(), graph.second.tolist(), strict=True))
    inside, reached = set(cells), {cells[0]}
    for _ in inside:
        reached |= {cell for edge in edges if reached.intersection(edge) for cell in edge if cell in inside}
    return reached == inside


def fewest_outside(graph: Graph, band: Band) -> int:
    """Return the fewest grids out of the band, by trying all divisions into grids of at most twice the maximum."""

    @cache
    def hangs_together(grid: tuple[int, ...]) -> bool:
        return is_connected(graph, list(grid))

    @cache
    def fewest(left: frozenset[int]) -> int:
        if not left:
            return 0
        head, *rest = sorted(left)
        best = 10**6
        for size in range(len(rest) + 1):
            for others in combinations(rest, size):
                grid = (head, *others)
                held = sum(min(int(graph.households[cell]), band.maximum + 1) for cell in grid)
                if held <= 2 * band.maximum and hangs_together(grid):
                    is_out = not band.minimum <= held <= band.maximum
                    best = min(best, is_out + fewest(left - set(grid)))
        return best

    return fewest(frozenset(range(len(graph.households))))


def fits(label: Integers, graph: Graph, band: Band) -> bool:
    """Tell whether all grids hang together and lie in the band."""
    held = np.bincount(label, graph.households)
    same = label[graph.first] == label[graph.second]
    pieces = components(len(label), graph.first[same], graph.second[same])
    return bool(((held >= band.minimum) & (held <= band.maximum)).all()) and len(set(pieces)) == len(held)


def tower_estate(seed: int, cells: int, *, low: int = 200, high: int = 310) -> Graph:
    """Return an estate: as many towers of 200–310 households as empty cells, on a jittered lattice."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(cells)))
    points = np.stack([np.arange(cells) % side, np.arange(cells) // side], axis=1) + rng.uniform(
        -0.35, 0.35, (cells, 2)
    )
    diagram = Voronoi(np.concatenate([points, [[-9, -9], [-9, 30], [30, -9], [40, 40]]]))
    edges = []
    for pair, ridge in zip(diagram.ridge_points.tolist(), diagram.ridge_vertices, strict=True):
        if max(pair) < cells and -1 not in ridge:
            start, end = np.clip(diagram.vertices[ridge], -1, side + 1)
            if np.hypot(*(start - end)) > SHORTEST_RIDGE:
                edges.append((min(pair), max(pair)))
    households = np.zeros(cells, dtype=np.int64)
    towers = rng.permutation(cells)[: cells // 2]
    households[towers] = rng.integers(low, high + 1, len(towers))
    return make_graph(households.tolist(), sorted(edges))
