"""Search: many random spanning trees, each cut in the best way.

A spanning tree that prefers edges inside compounds, then along walls, then along streets is drawn at random; a dynamic
programme then finds the cheapest way to cut the tree into parts whose households all lie in the band, if there is
one. State: households of the part that is still open at a node. The best of many trees is kept, by its true cost.

No tree is a proof: a community no tree could cut may still be divisible, so the trees grow more and more random
until one succeeds or the budget is spent.

Source of the method: exact tree partition after Ito, Zhou and Nishizeki, "Partitioning a graph of bounded tree-width
to connected subgraphs of almost uniform size", J. Discrete Algorithms 4 (2006); trees as in DeFord, Duchin and
Solomon, "Recombination: a family of Markov chains for redistricting" (2021).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridmap.core.division._compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.model import Band
from gridmap.core.topology import Floats, Integers

BALANCE = 20.0
"""Cost of a grid that is 100 households off the middle of the band; grows with the square."""
OUTSIDE = 1e7
"""Cost of a grid outside the band: more than any border."""
NOISE = (1.0, 2.5, 6.0, 15.0, 40.0, 100.0)
"""How far chance may overrule the class of an edge when a tree is drawn; 1 keeps compounds together."""

State = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Task:
    """A connected graph made ready for the compiled loops.

    Attributes
    ----------
    households : shape (n,); a cell over the band counts as one household over it, so that nothing joins it.
    first, second, cost, rank : shape (m,), the edges.
    start, neighbour, price : the same edges from either end; those of cell i lie at ``start[i]:start[i + 1]``.
    low, high : the band.
    """

    households: Integers
    first: Integers
    second: Integers
    cost: Floats
    rank: Integers
    start: Integers
    neighbour: Integers
    price: Floats
    low: int
    high: int


def prepare(graph: Graph, band: Band) -> Task:
    """Make a graph ready for the compiled loops."""
    count = len(graph.households)
    one = np.concatenate([graph.first, graph.second])
    order = np.argsort(one, kind="stable")
    return Task(
        households=np.minimum(graph.households, band.maximum + 1),
        first=graph.first,
        second=graph.second,
        cost=graph.cost,
        rank=graph.rank,
        start=np.searchsorted(one[order], np.arange(count + 1)).astype(np.int64),
        neighbour=np.concatenate([graph.second, graph.first])[order],
        price=np.tile(graph.cost, 2)[order],
        low=band.minimum,
        high=band.maximum,
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
def closing(households: int, low: int, high: int, beyond: int) -> float:
    """Return the cost of a finished grid: balance, and a heavy price outside the band, infinite if `beyond` is 0."""
    off = (households - 0.5 * (low + high)) / 100.0
    cost = BALANCE * off * off
    if low <= households <= high:
        return cost
    if beyond == 0:
        return np.inf
    distance = low - households if households < low else households - high
    return cost + OUTSIDE * (1.0 + min(0.9, distance / (2.0 * high)))


@compiled
def _root(parent: Integers, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def spanning_tree(
    count: int, first: Integers, second: Integers, cost: Floats, rank: Integers, noise: float, state: State
) -> tuple[Integers, Integers, Floats]:
    """Draw a random spanning tree.

    Returns
    -------
    nodes from the root outwards, the parent of each node (-1 for the root), and the cost of the edge to it.
    """
    edges = len(first)
    keys = np.empty(edges)
    for edge in range(edges):
        keys[edge] = rank[edge] + noise * draw(state)
    group = np.arange(count)
    degree = np.zeros(count + 1, np.int64)
    taken = np.empty(count - 1, np.int64)
    size = 0
    for edge in np.argsort(keys):
        a, b = _root(group, first[edge]), _root(group, second[edge])
        if a != b:
            group[a] = b
            taken[size] = edge
            size += 1
            degree[first[edge] + 1] += 1
            degree[second[edge] + 1] += 1
    start = np.cumsum(degree)
    fill = start[:-1].copy()
    link = np.empty(2 * size, np.int64)
    for nth in range(size):
        a, b = first[taken[nth]], second[taken[nth]]
        link[fill[a]] = taken[nth]
        link[fill[b]] = taken[nth]
        fill[a] += 1
        fill[b] += 1
    return _outwards(count, first, second, cost, start, link)


@compiled
def _outwards(
    count: int, first: Integers, second: Integers, cost: Floats, start: Integers, link: Integers
) -> tuple[Integers, Integers, Floats]:
    """Walk a tree from node 0 outwards."""
    order = np.empty(count, np.int64)
    parent = np.full(count, -1, np.int64)
    price = np.zeros(count)
    order[0] = 0
    found = 1
    for at in range(count):
        node = order[at]
        for nth in range(start[node], start[node + 1]):
            edge = link[nth]
            other = first[edge] + second[edge] - node
            if other != parent[node]:
                parent[other] = node
                price[other] = cost[edge]
                order[found] = other
                found += 1
    return order, parent, price


@compiled
def cut_tree(
    order: Integers,
    parent: Integers,
    price: Floats,
    households: Integers,
    low: int,
    high: int,
    beyond: int,
) -> tuple[float, Integers]:
    """Cut a tree into grids at the least cost.

    Parameters
    ----------
    order, parent, price : the tree, as `spanning_tree` returns it.
    households : shape (n,).
    low, high : the band.
    beyond : households a grid may hold above the band at a cost of `OUTSIDE`; 0 if every grid must lie in it.

    Returns
    -------
    the cost (infinite if there is no way), and the grid of each node.
    """
    count = len(order)
    cap = high + beyond
    best = np.empty((count, cap + 1))
    top = np.empty(count, np.int64)
    choice = np.empty((count, cap + 1), np.int32)
    closed_at = np.full(count, -1, np.int64)
    merged = np.empty(cap + 1)
    for node in range(count):
        own = households[node]
        if own > cap:
            return np.inf, np.zeros(count, np.int64)
        best[node, : own + 1] = np.inf
        best[node, own] = 0.0
        top[node] = own
    for at in range(count - 1, -1, -1):
        node = order[at]
        closed = np.inf
        for held in range(top[node] + 1):
            if best[node, held] < np.inf:
                total = best[node, held] + closing(held, low, high, beyond)
                if total < closed:
                    closed = total
                    closed_at[node] = held
        up = parent[node]
        if up < 0:
            if closed == np.inf:
                return np.inf, np.zeros(count, np.int64)
            return closed, _read_back(order, parent, choice, closed_at)
        reach = min(cap, top[up] + top[node])
        for held in range(reach + 1):
            merged[held] = np.inf
        for held in range(top[up] + 1):
            merged[held] = best[up, held] + closed + price[node]
            choice[node, held] = -1
        for one in range(top[up] + 1):
            base = best[up, one]
            if base < np.inf:
                for two in range(min(top[node], cap - one) + 1):
                    total = base + best[node, two]
                    if total < merged[one + two]:
                        merged[one + two] = total
                        choice[node, one + two] = two
        top[up] = reach
        for held in range(reach + 1):
            best[up, held] = merged[held]
    return np.inf, np.zeros(count, np.int64)


@compiled
def _read_back(order: Integers, parent: Integers, choice: NDArray[np.int32], closed_at: Integers) -> Integers:
    """Read the grids off the choices, from the root outwards: the last child merged is the first to be undone."""
    count = len(order)
    label = np.zeros(count, np.int64)
    held = np.zeros(count, np.int64)
    held[order[0]] = closed_at[order[0]]
    grids = 1
    for at in range(1, count):
        node = order[at]
        up = parent[node]
        taken = choice[node, held[up]]
        if taken < 0:
            label[node] = grids
            grids += 1
            held[node] = closed_at[node]
        else:
            label[node] = label[up]
            held[node] = taken
            held[up] -= taken
    return label


@compiled
def true_cost(
    label: Integers, first: Integers, second: Integers, cost: Floats, households: Integers, low: int, high: int
) -> float:
    """Return the cost of all borders and all grids of a division."""
    total = 0.0
    for edge in range(len(first)):
        if label[first[edge]] != label[second[edge]]:
            total += cost[edge]
    held = np.zeros(label.max() + 1, np.int64)
    for node in range(len(label)):
        held[label[node]] += households[node]
    for grid in range(len(held)):
        total += closing(held[grid], low, high, high)
    return total


@compiled
def _best_of(
    trees: int,
    noise: float,
    state: State,
    households: Integers,
    first: Integers,
    second: Integers,
    cost: Floats,
    rank: Integers,
    low: int,
    high: int,
    beyond: int,
) -> tuple[float, Integers]:
    """Cut so many random trees and keep the best division by true cost."""
    least = np.inf
    label = np.zeros(len(households), np.int64)
    for _ in range(trees):
        order, parent, price = spanning_tree(len(households), first, second, cost, rank, noise, state)
        found, trial = cut_tree(order, parent, price, households, low, high, beyond)
        if found < np.inf:
            total = true_cost(trial, first, second, cost, households, low, high)
            if total < least:
                least = total
                label = trial
    return least, label


def search(task: Task, *, trees: int, state: State, noise: float, is_strict: bool) -> tuple[float, Integers]:
    """Return the least cost and the grids found with so many trees; infinite cost if none could be cut."""
    return _best_of(
        trees,
        noise,
        state,
        task.households,
        task.first,
        task.second,
        task.cost,
        task.rank,
        task.low,
        task.high,
        0 if is_strict else task.high,
    )
