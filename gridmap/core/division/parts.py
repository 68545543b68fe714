"""What hangs together."""

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.topology import Integers


def components(count: int, first: Integers, second: Integers) -> Integers:
    """Return the number of the connected component of each of `count` nodes, in the order of their first nodes.

    Parameters
    ----------
    first, second : shape (m,), the nodes at the ends of each edge.
    """
    return _components(count, *(np.ascontiguousarray(ends, dtype=np.int64) for ends in (first, second)))


@compiled
def _components(count: int, first: Integers, second: Integers) -> Integers:
    """Join nodes to trees whose root is their least node, then number the roots."""
    above = np.arange(count)
    for edge in range(len(first)):
        one, two = _root(above, first[edge]), _root(above, second[edge])
        above[max(one, two)] = min(one, two)
    number, found = np.empty(count, dtype=np.int64), 0
    for node in range(count):
        if above[node] == node:
            number[node] = found
            found += 1
        else:
            number[node] = number[above[node]]
    return number


@compiled
def _root(above: Integers, node: int) -> int:
    """Return the root of a node, and shorten the way to it."""
    while above[node] != node:
        above[node] = above[above[node]]
        node = above[node]
    return node
