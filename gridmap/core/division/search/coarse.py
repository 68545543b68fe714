"""Fewer, larger pieces: cells that belong together are joined before the search, and told apart after it.

A search over clusters of some dozen households is many times faster than one over buildings, and loses little: only
cells with nothing between them are joined.

Source: Karypis and Kumar, "A fast and high quality multilevel scheme for partitioning irregular graphs", SIAM J. Sci.
Comput. 20 (1998).
"""

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.division.search.search import Problem, with_neighbours
from gridmap.core.division.search.trees import Part, State, Tree, find, order_edges
from gridmap.core.topology import Integers

INNER_KEY = 0.35
"""Edges with a key up to this run inside a compound: a metre costs 4.7 or more."""


@compiled
def coarsen(problem: Problem, most: int, tree: Tree, state: State) -> tuple[Problem, Integers]:
    """Join neighbouring cells of a compound to clusters of so many households at most.

    Returns
    -------
    the problem of the clusters, and the cluster of each cell.
    """
    part = problem.part
    order_edges(part, INNER_KEY, state, tree)
    held, group = part.households.copy(), np.arange(len(part.households))
    for at in range(len(part.first)):
        edge = tree.sequence[at]
        one, two = find(group, part.first[edge]), find(group, part.second[edge])
        if one != two and part.key[edge] <= INNER_KEY and held[one] + held[two] <= most:
            group[one] = two
            held[two] += held[one]
    number, cluster, count = np.full(len(group), -1, np.int64), np.empty(len(group), np.int64), 0
    for cell in range(len(group)):
        root = find(group, cell)
        if number[root] < 0:
            number[root] = count
            count += 1
        cluster[cell] = number[root]
    return _joined(problem, cluster, count), cluster


@compiled
def _joined(problem: Problem, cluster: Integers, count: int) -> Problem:
    """Return the problem of clusters; edges between the same two become one."""
    part, size = problem.part, len(problem.part.first)
    order = np.argsort(cluster)
    households, begin = np.zeros(count, np.int64), np.searchsorted(cluster[order], np.arange(count + 1))
    for cell in range(len(cluster)):
        households[cluster[cell]] += part.households[cell]
    first, second, edges = np.empty(size, np.int64), np.empty(size, np.int64), 0
    cost, key, metres = np.zeros(size), np.zeros(size), np.zeros(size)
    place = np.full(count, -1, np.int64)
    for one in range(count):
        fresh = edges
        for cell in order[begin[one] : begin[one + 1]]:
            for arc in range(problem.start[cell], problem.start[cell + 1]):
                two, edge = cluster[problem.other[arc]], problem.edge[arc]
                if two <= one:
                    continue
                if place[two] < fresh:
                    place[two], first[edges], second[edges] = edges, one, two
                    edges += 1
                cost[place[two]] += part.cost[edge]
                key[place[two]] += part.key[edge] * problem.weight[edge]
                metres[place[two]] += problem.weight[edge]
    key[:edges] /= metres[:edges]
    joined = Part(households, first[:edges], second[:edges], cost[:edges], key[:edges])
    return with_neighbours(joined, metres[:edges], problem.low, problem.high, problem.balance)
