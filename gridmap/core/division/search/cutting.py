"""The best way to cut a tree into grids: a dynamic programme over the households of the part still open at a cell.

What lies below an edge that no grid could fill is never cut off, so the programme runs on the few cells with enough
households below them, and keeps only the counts that can really come about there.

The price of cutting an edge of the tree is the cost of the whole border between its two sides, not that of the edge
alone. For two grids that is exact; for more it counts a border once for each cut that it is part of, and the true cost
decides between trees.

Sources: exact tree partition after Ito, Zhou and Nishizeki, "Partitioning a graph of bounded tree-width to connected
subgraphs of almost uniform size", J. Discrete Algorithms 4 (2006); the cut of each subtree after Karger, "Minimum cuts
in near-linear time", J. ACM 47 (2000).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.core.compiled import compiled
from gridmap.core.division.search.trees import Part, State, Tree, draw
from gridmap.core.topology import Booleans, Floats, Integers

OUTSIDE = 1e7
"""Cost of a grid outside the band: more than any border."""


class Rules(NamedTuple):
    """What a grid may hold, what it costs, and how closely to look.

    Attributes
    ----------
    low, high : the band.
    least, most : what a grid holds at all; `low` and `high` where every grid must lie in the band.
    balance : cost of a grid 100 households off the middle of the band; grows with the square.
    share : of the places where a tree may be cut that are tried, besides those cheaper than the places next to them.
    shift : counts of open parts that differ in the last so many bits only are as good as equal; 0 for an exact result.
    """

    low: int
    high: int
    least: int
    most: int
    balance: float
    share: float
    shift: int


class Room(NamedTuple):
    """Memory of the programme, used again for every tree. A stem is a cell with households enough below it to be cut off.

    Attributes
    ----------
    total : shape (n,), households below each cell, its own included.
    base : of those, what no cut can part from it.
    stem : the nearest stem above each cell, itself included.
    depth : how far each cell is from the root.
    price : of the border between what lies below a stem and all else.
    is_cut : whether a stem may be cut off.
    is_lent : whether the parent goes on with the states of a stem as they are.
    begin, end, more : where the states of a stem are (0 as long as it has none), and what it holds besides them.
    closed, closed_at : least cost of all below a stem if it is cut off, and the state that has it.
    held, cost, up, down : the states: households of the open part, cost of what is closed below it, and the states of
        the parent and the child that it came from; `down` is -1 where the child was cut off.
    slot : by households, the state that holds so many; -1 between merges.
    label : shape (n,), the grid of each cell, numbered from 0.
    filled : shape (g,), households of each grid.
    """

    total: Integers
    base: Integers
    stem: Integers
    depth: Integers
    price: Floats
    is_cut: Booleans
    is_lent: Booleans
    begin: Integers
    end: Integers
    more: Integers
    closed: Floats
    closed_at: Integers
    held: NDArray[np.int32]
    cost: Floats
    up: NDArray[np.int32]
    down: NDArray[np.int32]
    slot: NDArray[np.int32]
    label: Integers
    filled: Integers


@compiled
def room_for(cells: int, most: int) -> Room:
    """Reserve memory; what is not used costs nothing.

    Parameters
    ----------
    most : what a grid holds at most.
    """
    whole, states = np.empty((10, cells), np.int64), np.empty((3, (cells + 1) * (most + 2)), np.int32)
    return Room(
        whole[0],
        whole[1],
        whole[2],
        whole[3],
        np.empty(cells),
        np.empty(cells, np.bool_),
        np.empty(cells, np.bool_),
        whole[4],
        whole[5],
        whole[6],
        np.empty(cells),
        whole[7],
        states[0],
        np.empty(states.shape[1]),
        states[1],
        states[2],
        np.full(most + 1, -1, np.int32),
        whole[8],
        whole[9],
    )


@compiled
def closing(households: int, rules: Rules) -> float:
    """Return the cost of a finished grid: balance, and a heavy price outside the band."""
    off = (households - 0.5 * (rules.low + rules.high)) / 100.0
    cost = rules.balance * off * off
    if rules.low <= households <= rules.high:
        return cost
    distance = rules.low - households if households < rules.low else households - rules.high
    return cost + OUTSIDE * (1.0 + min(0.9, distance / (2.0 * rules.high)))


@compiled
def cut_tree(tree: Tree, part: Part, rules: Rules, room: Room, state: State) -> int:
    """Cut a tree into grids at the least price; they are in ``room.label`` and ``room.filled``.

    Returns
    -------
    how many grids; 0 if there is no way.
    """
    _weigh(tree, part, rules, room)
    _set_prices(tree, part, room)
    _choose(tree, part, rules, room, state)
    end, root = 1, tree.order[0]
    for at in range(len(part.households) - 1, 0, -1):
        cell = tree.order[at]
        if room.stem[cell] == cell:
            end = _begin(cell, rules, room, end)
            if room.begin[cell] == room.end[cell]:
                return 0
            end = _hand_on(cell, tree.parent[cell], rules, room, end)
    _begin(root, rules, room, end)
    _close(root, rules.least if rules.least == rules.low else 0, rules, room)
    return _read_back(tree, part, room) if room.closed[root] < np.inf else 0


@compiled
def _weigh(tree: Tree, part: Part, rules: Rules, room: Room) -> None:
    """Sum up the households below each cell, and find the stems."""
    count = len(part.households)
    for cell in range(count):
        room.total[cell] = room.base[cell] = part.households[cell]
        room.price[cell], room.end[cell], room.more[cell] = 0.0, 0, 0
    for at in range(count - 1, 0, -1):
        cell = tree.order[at]
        parent = tree.parent[cell]
        room.total[parent] += room.total[cell]
        if room.total[cell] < rules.least:
            room.base[parent] += room.base[cell]
    root = tree.order[0]
    room.stem[root], room.depth[root] = root, 0
    for at in range(1, count):
        cell = tree.order[at]
        parent = tree.parent[cell]
        room.stem[cell] = cell if room.total[cell] >= rules.least else room.stem[parent]
        room.depth[cell] = room.depth[parent] + 1


@compiled
def _set_prices(tree: Tree, part: Part, room: Room) -> None:
    """Price what lies below each stem: all its edges, less twice those that stay below it."""
    for edge in range(len(part.first)):
        one, two = room.stem[part.first[edge]], room.stem[part.second[edge]]
        if one == two:
            continue
        cost = part.cost[edge]
        room.price[one] += cost
        room.price[two] += cost
        while one != two:
            if room.depth[one] >= room.depth[two]:
                one = tree.parent[one]
            else:
                two = tree.parent[two]
        room.price[one] -= 2.0 * cost
    for at in range(len(part.households) - 1, 0, -1):
        cell = tree.order[at]
        if room.stem[cell] == cell:
            room.price[tree.parent[cell]] += room.price[cell]


@compiled
def _choose(tree: Tree, part: Part, rules: Rules, room: Room, state: State) -> None:
    """Choose the stems that may be cut off: those no dearer than the next above and below, and a share of the others."""
    count = len(part.households)
    for cell in range(count):
        room.closed[cell], room.is_lent[cell] = np.inf, False
    for at in range(count - 1, 0, -1):
        cell = tree.order[at]
        if room.stem[cell] != cell:
            continue
        parent, price = tree.parent[cell], room.price[cell]
        is_least = price <= room.closed[cell] and (parent == tree.order[0] or price <= room.price[parent])
        room.is_cut[cell] = is_least or draw(state) < rules.share
        room.closed[parent] = min(room.closed[parent], price)


@compiled
def _begin(cell: int, rules: Rules, room: Room, end: int) -> int:
    """Begin the states of a stem, unless it has some, with what no cut can part from it."""
    if room.end[cell] > 0:
        return end
    room.begin[cell] = end
    if room.base[cell] <= rules.most:
        room.held[end], room.cost[end] = room.base[cell], 0.0
        end += 1
    room.end[cell] = end
    return end


@compiled
def _hand_on(cell: int, parent: int, rules: Rules, room: Room, end: int) -> int:
    """Hand the states of a stem on to its parent."""
    room.closed[cell] = np.inf
    if room.is_cut[cell]:
        _close(cell, rules.least, rules, room)
    elif room.end[parent] == 0:
        room.begin[parent], room.end[parent] = room.begin[cell], room.end[cell]
        room.more[parent], room.is_lent[cell] = room.more[cell] + room.base[parent], True
        return end
    return _merge(parent, cell, rules, room, _begin(parent, rules, room, end))


@compiled
def _close(cell: int, least: int, rules: Rules, room: Room) -> None:
    """Find the least cost of closing the part open at a stem, of so many households at least."""
    room.closed[cell] = np.inf
    for state in range(room.begin[cell], room.end[cell]):
        held = room.held[state] + room.more[cell]
        if least <= held <= rules.most:
            total = room.cost[state] + closing(held, rules)
            if total < room.closed[cell]:
                room.closed[cell], room.closed_at[cell] = total, state


@compiled
def _merge(parent: int, child: int, rules: Rules, room: Room, end: int) -> int:
    """Merge a child into its parent: cut it off, or join one of its states to one of the parent's."""
    begin, cut = end, room.closed[child] + room.price[child]
    for upper in range(room.begin[parent], room.end[parent]):
        own, cost = room.held[upper] + room.more[parent], room.cost[upper]
        if cut < np.inf and own <= rules.most:
            end = _enter((own, cost + cut), (upper, -1), rules, room, end)
        for lower in range(room.begin[child], room.end[child]):
            held = own + room.held[lower] + room.more[child]
            if held <= rules.most:
                end = _enter((held, cost + room.cost[lower]), (upper, lower), rules, room, end)
    for state in range(begin, end):
        room.slot[room.held[state] >> rules.shift] = -1
    room.begin[parent], room.end[parent], room.more[parent] = begin, end, 0
    return end


@compiled
def _enter(found: tuple[int, float], origin: tuple[int, int], rules: Rules, room: Room, end: int) -> int:
    """Enter a state, given by households and cost, unless one like it is as cheap; return where the next one goes."""
    held, cost = found
    state = room.slot[held >> rules.shift]
    if state < 0:
        state = end
        room.slot[held >> rules.shift] = end
        end += 1
    elif cost >= room.cost[state]:
        return end
    room.held[state], room.cost[state] = held, cost
    room.up[state], room.down[state] = origin
    return end


@compiled
def _read_back(tree: Tree, part: Part, room: Room) -> int:
    """Read the grids off the states, from the root outwards: the last child merged is the first to be undone."""
    root, state, grids = tree.order[0], room.begin, 1
    state[root], room.label[root], room.filled[0] = room.closed_at[root], 0, part.households[root]
    for at in range(1, len(part.households)):
        cell = tree.order[at]
        parent = tree.parent[cell]
        room.label[cell] = room.label[parent]
        if room.stem[cell] == cell:
            merged = state[parent]
            if room.is_lent[cell]:
                state[cell] = merged
            else:
                state[parent], state[cell] = room.up[merged], room.down[merged]
                if state[cell] < 0:
                    state[cell], room.label[cell], room.filled[grids] = room.closed_at[cell], grids, 0
                    grids += 1
        room.filled[room.label[cell]] += part.households[cell]
    return grids
