"""Search: many random spanning trees, each cut in the best way.

The best of many trees is kept, by its true cost. No tree is a proof: a community no tree could cut may still be
divisible, so the trees grow more and more random until one succeeds or the budget is spent.

Random trees as in DeFord, Duchin and Solomon, "Recombination: a family of Markov chains for redistricting" (2021).
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.search.cutting import Room, Rules, closing, cut_tree, room_for
from gridmap.core.division.search.objective import Objective, edge_costs
from gridmap.core.division.search.trees import Part, State, Tree, draw_tree, tree_for
from gridmap.core.model import Band
from gridmap.core.topology import Floats, Integers

NOISE = 0.33
"""How far chance overrules the cost of a metre when the first tree is drawn."""
GROWTH = 1.15
"""How much more it does after each tree that could not be cut."""


class Problem(NamedTuple):
    """A connected graph to be divided, as the compiled loops want it.

    Attributes
    ----------
    part : cells and edges; a cell over the band counts as one household over it, so that nothing joins it.
    weight : shape (m,), metres of each edge.
    start, other, edge : the neighbours of cell i, and the edges to them, lie at ``start[i]:start[i + 1]``.
    low, high : the band.
    balance : cost of a grid 100 households off the middle of the band.
    """

    part: Part
    weight: Floats
    start: Integers
    other: Integers
    edge: Integers
    low: int
    high: int
    balance: float


class Bench(NamedTuple):
    """Memory for trees and their cuts."""

    tree: Tree
    room: Room


def prepare(graph: Graph, band: Band, objective: Objective) -> Problem:
    """Make a graph ready for the compiled loops."""
    cost, metres = edge_costs(graph, objective), np.maximum(graph.metres.sum(axis=1), 0.01)
    households = np.minimum(graph.households, band.maximum + 1)
    part = Part(households, graph.first, graph.second, cost, _keys(cost / metres))
    return with_neighbours(part, metres, band.minimum, band.maximum, objective.balance)


def _keys(metre: Floats) -> Floats:
    """Return how good it is to cut an edge, by the cost of a metre: 0 from 8 on, 1 from 0.5 down."""
    return np.asarray(1.0 - np.log2(np.clip(metre, 0.5, 8.0) / 0.5) / 4.0)


@compiled
def with_neighbours(part: Part, weight: Floats, low: int, high: int, balance: float) -> Problem:
    """Return the problem of a part, with the neighbours of each cell."""
    count, edges = len(part.households), len(part.first)
    start = np.zeros(count + 1, np.int64)
    for edge in range(edges):
        start[part.first[edge] + 1] += 1
        start[part.second[edge] + 1] += 1
    start = np.cumsum(start)
    fill, other, at = start[:-1].copy(), np.empty(2 * edges, np.int64), np.empty(2 * edges, np.int64)
    for edge in range(edges):
        one, two = part.first[edge], part.second[edge]
        other[fill[one]], at[fill[one]] = two, edge
        other[fill[two]], at[fill[two]] = one, edge
        fill[one] += 1
        fill[two] += 1
    return Problem(part, weight, start, other, at, low, high, balance)


@compiled
def strict(problem: Problem, share: float, shift: int) -> Rules:
    """Return the rules of a division with every grid in the band; see `cutting.Rules`."""
    low, high = problem.low, problem.high
    return Rules(low, high, low, high, problem.balance, share, shift)


@compiled
def loose(problem: Problem, least: int) -> Rules:
    """Return the rules of a division with grids out of the band, though of twice its maximum at most.

    Parameters
    ----------
    least : households of a grid; only the one around the root of a tree may have fewer.
    """
    low, high = problem.low, problem.high
    return Rules(low, high, min(least, low - 1), 2 * high, problem.balance, 1.0, 3)


@compiled
def bench_for(problem: Problem) -> Bench:
    """Reserve memory for any part of a problem."""
    cells, edges = len(problem.part.households), len(problem.part.first)
    return Bench(tree_for(cells, edges), room_for(cells, 2 * problem.high))


@compiled
def border_cost(label: Integers, part: Part) -> float:
    """Return the cost of all borders between grids."""
    total = 0.0
    for edge in range(len(part.first)):
        if label[part.first[edge]] != label[part.second[edge]]:
            total += part.cost[edge]
    return total


@compiled
def true_cost(label: Integers, problem: Problem) -> float:
    """Return the cost of all borders and all grids of a division; grids are numbered without gaps."""
    held = np.zeros(label.max() + 1, np.int64)
    for cell in range(len(label)):
        held[label[cell]] += problem.part.households[cell]
    total, rules = border_cost(label, problem.part), strict(problem, 1.0, 0)
    for grid in range(len(held)):
        total += closing(held[grid], rules)
    return total


@compiled
def try_tree(part: Part, noise: float, rules: Rules, bench: Bench, state: State) -> tuple[float, int]:
    """Draw a tree, cut it, and return the true cost (infinite if there is no way) and how many grids there are."""
    draw_tree(part, noise, state, bench.tree)
    grids = cut_tree(bench.tree, part, rules, bench.room, state)
    if grids == 0:
        return np.inf, 0
    total = border_cost(bench.room.label, part)
    for grid in range(grids):
        total += closing(bench.room.filled[grid], rules)
    return total, grids


@compiled
def search(problem: Problem, trees: int, bench: Bench, state: State) -> Integers:
    """Cut so many random trees, the more at random the more fail, and return the best division by its true cost.

    Where no tree can be cut into grids within the band, the fewest of them are outside it that could be found.
    """
    least, noise = np.inf, NOISE
    label, rules = np.zeros(len(problem.part.households), np.int64), strict(problem, 1.0, 3)
    for turn in range(4 * trees):
        if turn >= trees and least < np.inf:
            break
        cost, _ = try_tree(problem.part, noise, rules, bench, state)
        if cost < least:
            least = cost
            label[:] = bench.room.label[: len(label)]
        elif cost == np.inf:
            noise *= GROWTH
    if least == np.inf:
        _search_loosely(problem, label, bench, state)
    return label


@compiled
def _search_loosely(problem: Problem, label: Integers, bench: Bench, state: State) -> None:
    """Cut a tree into grids some of which are outside the band."""
    for least in (problem.low // 3, 1):
        cost, _ = try_tree(problem.part, NOISE, loose(problem, least), bench, state)
        if cost < np.inf:
            label[:] = bench.room.label[: len(label)]
            return
