"""Search: many random spanning trees, each cut in the best way.

A spanning tree that prefers edges inside compounds, then along walls, then along streets is drawn at random; a dynamic
programme then finds the cheapest way to cut the tree into parts whose households all lie in the band, if there is
one. State: households of the part that is still open at a node. The best of many trees is kept, by its true cost.

No tree is a proof: a community no tree could cut may still be divisible, so the trees grow more and more random
until one succeeds or the budget is spent.

Sources: exact tree partition after Ito, Zhou and Nishizeki, "Partitioning a graph of bounded tree-width to connected
subgraphs of almost uniform size", J. Discrete Algorithms 4 (2006); random trees as in DeFord, Duchin and Solomon,
"Recombination: a family of Markov chains for redistricting" (2021).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.core.division._compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.objective import Objective, edge_costs
from gridmap.core.model import Band
from gridmap.core.topology import Floats, Integers

OUTSIDE = 1e7
"""Cost of a grid outside the band: more than any border."""
NOISE = (1.0, 2.5, 6.0, 15.0, 40.0, 100.0)
"""How far chance may overrule the class of an edge when a tree is drawn; 1 keeps compounds together."""

State = NDArray[np.uint64]
"""Shape (1,), of the random numbers; moved on by each draw."""


class Problem(NamedTuple):
    """A connected graph to be divided, as the compiled loops want it.

    Attributes
    ----------
    households : shape (n,); a cell over the band counts as one household over it, so that nothing joins it.
    first, second, cost, rank : shape (m,), the edges.
    low, high : the band.
    balance : cost of a grid 100 households off the middle of the band.
    """

    households: Integers
    first: Integers
    second: Integers
    cost: Floats
    rank: Integers
    low: int
    high: int
    balance: float


class Tree(NamedTuple):
    """A spanning tree: nodes from the root outwards, the parent of each (-1 for the root), the cost of the edge to it."""

    order: Integers
    parent: Integers
    price: Floats


class Room(NamedTuple):
    """Memory for the dynamic programme, used again for every tree.

    Attributes
    ----------
    best : costs of open parts, by node and households.
    choice : households taken over from a child, by child and households of the parent; -1 where the edge is cut.
    merged : costs while a child is merged.
    """

    best: Floats
    choice: NDArray[np.int32]
    merged: Floats


def prepare(graph: Graph, band: Band, objective: Objective) -> Problem:
    """Make a graph ready for the compiled loops."""
    return Problem(
        np.minimum(graph.households, band.maximum + 1),
        graph.first,
        graph.second,
        edge_costs(graph, objective),
        graph.rank,
        band.minimum,
        band.maximum,
        objective.balance,
    )


def search(
    problem: Problem, *, trees: int, state: State, noise: float, is_strict: bool
) -> tuple[float, Integers]:
    """Return the least true cost, and the grid of each cell, found with so many trees.

    Parameters
    ----------
    is_strict : every grid must lie in the band; the cost is infinite if no tree could be cut. Else grids outside cost
        `OUTSIDE` each, and hold at most twice the band.
    """
    return _best_of(trees, noise, problem, 0 if is_strict else problem.high, state)


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
def closing(households: int, problem: Problem, beyond: int) -> float:
    """Return the cost of a finished grid: balance, and a heavy price outside the band, infinite if `beyond` is 0."""
    low, high = problem.low, problem.high
    off = (households - 0.5 * (low + high)) / 100.0
    cost = problem.balance * off * off
    if low <= households <= high:
        return cost
    if beyond == 0:
        return np.inf
    distance = low - households if households < low else households - high
    return cost + OUTSIDE * (1.0 + min(0.9, distance / (2.0 * high)))


@compiled
def room_for(problem: Problem, beyond: int) -> Room:
    """Reserve memory for the dynamic programme; pages that are not used cost nothing."""
    cap = problem.high + beyond + 1
    size = len(problem.households) * cap
    return Room(np.empty(size), np.empty(size, np.int32), np.empty(cap))


@compiled
def _root(group: Integers, node: int) -> int:
    while group[node] != node:
        group[node] = group[group[node]]
        node = group[node]
    return node


@compiled
def spanning_tree(problem: Problem, noise: float, state: State) -> Tree:
    """Draw a random spanning tree: Kruskal's, by class of edge and chance."""
    count = len(problem.households)
    keys = np.empty(len(problem.first))
    for edge in range(len(keys)):
        keys[edge] = problem.rank[edge] + noise * draw(state)
    group = np.arange(count)
    taken = np.empty(count - 1, np.int64)
    size = 0
    for edge in np.argsort(keys):
        one, two = _root(group, problem.first[edge]), _root(group, problem.second[edge])
        if one != two:
            group[one] = two
            taken[size] = edge
            size += 1
    return _outwards(problem, taken[:size])


@compiled
def _outwards(problem: Problem, taken: Integers) -> Tree:
    """Walk a tree from node 0 outwards."""
    count = len(problem.households)
    start = np.zeros(count + 1, np.int64)
    for edge in taken:
        start[problem.first[edge] + 1] += 1
        start[problem.second[edge] + 1] += 1
    start = np.cumsum(start)
    fill, link = start[:-1].copy(), np.empty(2 * len(taken), np.int64)
    for edge in taken:
        for node in (problem.first[edge], problem.second[edge]):
            link[fill[node]] = edge
            fill[node] += 1
    order, parent, price = np.zeros(count, np.int64), np.full(count, -1, np.int64), np.zeros(count)
    found = 1
    for at in range(count):
        node = order[at]
        for edge in link[start[node] : start[node + 1]]:
            other = problem.first[edge] + problem.second[edge] - node
            if other != parent[node]:
                parent[other], price[other] = node, problem.cost[edge]
                order[found] = other
                found += 1
    return Tree(order, parent, price)


@compiled
def _close(best: Floats, problem: Problem, beyond: int) -> tuple[float, int]:
    """Return the least cost of finishing the open part at a node, and its households."""
    least, at = np.inf, -1
    for held in range(len(best)):
        if best[held] < least:
            total = best[held] + closing(held, problem, beyond)
            if total < least:
                least, at = total, held
    return least, at


@compiled
def _merge(upper: Floats, lower: Floats, cut: float, merged: Floats, choice: NDArray[np.int32]) -> None:
    """Merge a child into its parent: cut the edge between them at a cost, or take some of its households over."""
    merged[:] = np.inf
    choice[:] = -1
    for held in range(len(upper)):
        merged[held] = upper[held] + cut
    for own in range(len(upper)):
        if upper[own] < np.inf:
            for more in range(min(len(lower), len(merged) - own)):
                total = upper[own] + lower[more]
                if total < merged[own + more]:
                    merged[own + more] = total
                    choice[own + more] = more


@compiled
def cut_tree(tree: Tree, problem: Problem, beyond: int, room: Room) -> tuple[float, Integers]:
    """Cut a tree into grids at the least cost.

    Parameters
    ----------
    beyond : households a grid may hold above the band at a cost of `OUTSIDE`; 0 if every grid must lie in it.

    Returns
    -------
    the cost (infinite if there is no way), and the grid of each node.
    """
    count, cap = len(tree.order), problem.high + beyond
    total = problem.households.copy()
    for at in range(count - 1, 0, -1):
        total[tree.parent[tree.order[at]]] += total[tree.order[at]]
    start = np.zeros(count + 1, np.int64)
    for node in range(count):
        start[node + 1] = start[node] + min(cap, total[node]) + 1
        own = problem.households[node]
        room.best[start[node] : start[node] + own + 1] = np.inf
        room.best[start[node] + own] = 0.0
    top, chosen, closed_at = problem.households.copy(), np.zeros(count, np.int64), np.zeros(count, np.int64)
    filled = 0
    for at in range(count - 1, 0, -1):
        node = tree.order[at]
        up = tree.parent[node]
        lower = room.best[start[node] : start[node] + top[node] + 1]
        closed, closed_at[node] = _close(lower, problem, beyond)
        reach = min(cap, top[up] + top[node])
        chosen[node] = filled
        merged, choice = room.merged[: reach + 1], room.choice[filled : filled + reach + 1]
        _merge(
            room.best[start[up] : start[up] + top[up] + 1], lower, closed + tree.price[node], merged, choice
        )
        room.best[start[up] : start[up] + reach + 1] = merged
        filled += reach + 1
        top[up] = reach
    root = tree.order[0]
    cost, closed_at[root] = _close(room.best[start[root] : start[root] + top[root] + 1], problem, beyond)
    if cost == np.inf:
        return cost, np.zeros(count, np.int64)
    return cost, _read_back(tree, room.choice, chosen, closed_at)


@compiled
def _read_back(tree: Tree, choice: NDArray[np.int32], chosen: Integers, closed_at: Integers) -> Integers:
    """Read the grids off the choices, from the root outwards: the last child merged is the first to be undone."""
    count = len(tree.order)
    label, held = np.zeros(count, np.int64), np.zeros(count, np.int64)
    held[tree.order[0]] = closed_at[tree.order[0]]
    grids = 1
    for node in tree.order[1:]:
        up = tree.parent[node]
        taken = choice[chosen[node] + held[up]]
        if taken < 0:
            label[node], held[node] = grids, closed_at[node]
            grids += 1
        else:
            label[node], held[node] = label[up], taken
            held[up] -= taken
    return label


@compiled
def true_cost(label: Integers, problem: Problem) -> float:
    """Return the cost of all borders and all grids of a division; grids are numbered without gaps."""
    total = 0.0
    for edge in range(len(problem.first)):
        if label[problem.first[edge]] != label[problem.second[edge]]:
            total += problem.cost[edge]
    held = np.zeros(label.max() + 1, np.int64)
    for node in range(len(label)):
        held[label[node]] += problem.households[node]
    for grid in range(len(held)):
        total += closing(held[grid], problem, problem.high)
    return total


@compiled
def _best_of(trees: int, noise: float, problem: Problem, beyond: int, state: State) -> tuple[float, Integers]:
    """Cut so many random trees and keep the best division by true cost."""
    least, label = np.inf, np.zeros(len(problem.households), np.int64)
    room = room_for(problem, beyond)
    for _ in range(trees):
        tree = spanning_tree(problem, noise, state)
        found, trial = cut_tree(tree, problem, beyond, room)
        if found < np.inf:
            total = true_cost(trial, problem)
            if total < least:
                least, label = total, trial
    return least, label
