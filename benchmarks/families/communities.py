"""Communities: nodes of the tree of splits, or squares of superblocks."""

import numpy as np

from benchmarks.families.streets import Splits
from gridmap.core.topology import Integers

LEAST_HOUSEHOLDS = 620
"""A part of a superblock with fewer is not a community by itself: 501–599 households fit no number of grids."""


def roots(splits: Splits) -> Integers:
    """Return which piece of the land each node comes from."""
    root = np.arange(len(splits.parent))
    for depth in range(1, int(splits.depth.max()) + 1):
        nodes = np.flatnonzero(splits.depth == depth)
        root[nodes] = root[splits.parent[nodes]]
    return root


def choose_communities(
    splits: Splits, households: Integers, between: tuple[int, int], rng: np.random.Generator
) -> Integers:
    """Go down the tree until a node holds few enough households, and return the community of each leaf.

    Parameters
    ----------
    households : shape (leaves,).
    between : the limit is drawn for each node.
    """
    count = len(splits.parent)
    held, least_child = np.zeros(count, dtype=np.int64), np.full(count, np.iinfo(np.int64).max)
    held[splits.is_leaf] = households
    for depth in range(int(splits.depth.max()), 0, -1):
        nodes = np.flatnonzero(splits.depth == depth)
        np.add.at(held, splits.parent[nodes], held[nodes])
        np.minimum.at(least_child, splits.parent[nodes], held[nodes])
    is_whole = splits.is_leaf | (held <= rng.integers(*between, count)) | (least_child < LEAST_HOUSEHOLDS)
    top = np.arange(count)
    inside = np.zeros(count, dtype=bool)
    for depth in range(1, int(splits.depth.max()) + 1):
        nodes = np.flatnonzero(splits.depth == depth)
        up = splits.parent[nodes]
        inside[nodes] = is_whole[up] | inside[up]
        top[nodes] = np.where(inside[nodes], top[up], nodes)
    return _numbered(top[splits.is_leaf], roots(splits))


def squares(splits: Splits, side: int, superblocks: int) -> Integers:
    """Return the community of each leaf where one takes ``superblocks × superblocks`` of a lattice of `side`."""
    root = roots(splits)[splits.is_leaf]
    across = -(-side // superblocks)
    return np.asarray(root // side // superblocks * across + root % side // superblocks)


def _numbered(top: Integers, root: Integers) -> Integers:
    """Give communities numbers, superblock by superblock, so that the first ones lie together."""
    nodes, nth = np.unique(top, return_inverse=True)
    place = np.empty(len(nodes), dtype=np.int64)
    place[np.lexsort((nodes, root[nodes]))] = np.arange(len(nodes))
    return place[nth]
