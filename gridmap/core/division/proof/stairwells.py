"""Towers split by stairwell (单元): one cell becomes several, one above the same piece of land each."""

from collections.abc import Mapping

import numpy as np

from gridmap.core.division.fabric.lines import INNER
from gridmap.core.division.graph import Graph
from gridmap.core.topology import Integers

BETWEEN_STAIRWELLS_M = 12.0
"""Metres of border between two stairwells of a tower, as if it were cut across: it counts as inside a compound."""


def split_towers(graph: Graph, stairwells: Mapping[int, int]) -> tuple[Graph, Integers]:
    """Split cells into vertical cells of equal households.

    The cells of a tower share its footprint: each touches all others of the tower, and all neighbours of the tower.

    Parameters
    ----------
    stairwells : for each cell to be split, the number of cells it becomes.

    Returns
    -------
    the graph, in which every cell keeps its number (a tower that of its first stairwell) and the others follow; and
    the cell of the given graph that each cell comes from.
    """
    count = len(graph.households)
    extra = [tower for tower, parts in sorted(stairwells.items()) for _ in range(parts - 1)]
    source = np.concatenate([np.arange(count), np.array(extra, dtype=np.int64)])
    copies = {tower: np.flatnonzero(source == tower).tolist() for tower in stairwells}
    households = graph.households[source]
    for tower, parts in copies.items():
        share, rest = divmod(int(graph.households[tower]), len(parts))
        households[parts] = share + (np.arange(len(parts)) < rest)
    edges = [
        (min(here, there), max(here, there), edge)
        for edge, (one, two) in enumerate(zip(graph.first.tolist(), graph.second.tolist(), strict=True))
        for here in copies.get(one, [one])
        for there in copies.get(two, [two])
    ]
    inside = [(here, there) for parts in copies.values() for here in parts for there in parts if here < there]
    between = np.zeros((len(inside), graph.metres.shape[1]))
    between[:, INNER] = BETWEEN_STAIRWELLS_M
    first, second, edge = np.array(edges, dtype=np.int64).reshape(-1, 3).T
    pairs = np.array(inside, dtype=np.int64).reshape(-1, 2)
    split = Graph(
        households,
        np.concatenate([first, pairs[:, 0]]),
        np.concatenate([second, pairs[:, 1]]),
        np.concatenate([graph.metres[edge], between]),
        graph.estate[source],
        graph.former[source],
    )
    return split, source
