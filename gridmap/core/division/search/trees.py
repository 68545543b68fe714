"""Random spanning trees that keep together what is dear to cut, drawn without reserving memory.

Kruskal's algorithm on the cost of a metre of each edge, overruled by chance. Edges are ordered by counting, not by
sorting: a tree of 200 cells takes some microseconds, and thousands are drawn for one community.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.core.compiled import compiled
from gridmap.core.topology import Floats, Integers

State = NDArray[np.uint64]
"""Shape (1,), of the random numbers; moved on by each draw."""
BUCKETS = 512
"""Edges whose keys differ by less than this part of the range are as good as equal."""


class Part(NamedTuple):
    """A connected part of a problem: some cells and the edges between them, numbered anew.

    Attributes
    ----------
    households : shape (n,).
    first, second : shape (m,), the cells of each edge.
    cost : shape (m,), of cutting each edge.
    key : shape (m,), from 0 (must not be cut) to 1 (good to cut).
    """

    households: Integers
    first: Integers
    second: Integers
    cost: Floats
    key: Floats


class Tree(NamedTuple):
    """A spanning tree, and the memory it takes.

    Attributes
    ----------
    order : shape (n,), cells from the root outwards.
    parent : shape (n,), of each cell; -1 for the root.
    group : shape (n,), while edges are taken, another cell of the same group, or the cell itself.
    bucket, sequence : shape (m,), the bucket of each edge, and the edges in order.
    filled : where each bucket ends in that order.
    link, following : the edges of each cell, as chains: twice the number of an edge, plus 1 at its second cell.
    """

    order: Integers
    parent: Integers
    group: Integers
    bucket: Integers
    sequence: Integers
    filled: Integers
    link: Integers
    following: Integers


@compiled
def tree_for(cells: int, edges: int) -> Tree:
    """Reserve memory for trees of so many cells and edges at most."""
    return Tree(
        np.empty(cells, np.int64),
        np.empty(cells, np.int64),
        np.empty(cells, np.int64),
        np.empty(edges, np.int64),
        np.empty(edges, np.int64),
        np.empty(BUCKETS + 1, np.int64),
        np.empty(cells, np.int64),
        np.empty(2 * edges, np.int64),
    )


@compiled
def draw(state: State) -> float:
    """Return the next random number in [0, 1) and move the state on (SplitMix64)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) / 9007199254740992.0


@compiled
def draw_tree(part: Part, noise: float, state: State, tree: Tree) -> None:
    """Draw a random spanning tree into `tree`.

    Parameters
    ----------
    noise : how far chance may overrule the key of an edge: hardly at 0.3, all but wholly at 30.
    """
    order_edges(part, noise, state, tree)
    _join(part, tree)
    _root(part, int(draw(state) * len(part.households)), tree)


@compiled
def order_edges(part: Part, noise: float, state: State, tree: Tree) -> None:
    """Put edges in order into ``tree.sequence``, by key and chance."""
    scale = BUCKETS / (1.0 + noise)
    tree.filled[:] = 0
    for edge in range(len(part.first)):
        bucket = min(BUCKETS - 1, int((part.key[edge] + noise * draw(state)) * scale))
        tree.bucket[edge] = bucket
        tree.filled[bucket + 1] += 1
    for bucket in range(BUCKETS):
        tree.filled[bucket + 1] += tree.filled[bucket]
    for edge in range(len(part.first)):
        bucket = tree.bucket[edge]
        tree.sequence[tree.filled[bucket]] = edge
        tree.filled[bucket] += 1


@compiled
def find(group: Integers, cell: int) -> int:
    """Return the cell that stands for the group of a cell."""
    while group[cell] != cell:
        group[cell] = group[group[cell]]
        cell = group[cell]
    return cell


@compiled
def _join(part: Part, tree: Tree) -> None:
    """Take the edges that join, in order, and chain them at both of their cells."""
    cells = len(part.households)
    for cell in range(cells):
        tree.group[cell] = cell
        tree.link[cell] = -1
    left = cells - 1
    for at in range(len(part.first)):
        if left == 0:
            break
        edge = tree.sequence[at]
        first, second = part.first[edge], part.second[edge]
        one, two = find(tree.group, first), find(tree.group, second)
        if one != two:
            tree.group[one] = two
            tree.following[2 * edge], tree.link[first] = tree.link[first], 2 * edge
            tree.following[2 * edge + 1], tree.link[second] = tree.link[second], 2 * edge + 1
            left -= 1


@compiled
def _root(part: Part, root: int, tree: Tree) -> None:
    """Walk the tree from a root outwards."""
    tree.order[0], tree.parent[root] = root, -1
    found = 1
    for at in range(len(part.households)):
        cell = tree.order[at]
        arc = tree.link[cell]
        while arc >= 0:
            edge = arc >> 1
            other = part.first[edge] + part.second[edge] - cell
            if other != tree.parent[cell]:
                tree.parent[other] = cell
                tree.order[found] = other
                found += 1
            arc = tree.following[arc]
