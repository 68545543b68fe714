"""Exhaustion along a frontier: all divisions at once, cell by cell.

Cells are taken up in a fixed order. The frontier is the cells taken up that still have a neighbour to come; how they
are joined into open groups, and how many households each group holds, is all that the rest of the work depends on.
So divisions that agree on this are one state, and the number of states grows with the width of the frontier, not
with the number of cells. A group that leaves the frontier is a grid and must lie in the band. A group that can take
no more households is closed at once; land without households that no grid needs joins any grid beside it afterwards.

A grid out of the band may be allowed at a price of one; the least price is then the fewest grids out of the band.

Source: frontier-based search (Simpath) after Knuth, TAOCP 4A, 7.1.4; for districting Kawahara, Horiyama, Hotta and
Minato, "Generating all patterns of graph partitions within a disparity bound", WALCOM 2017.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridmap.core.compiled import compiled
from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.walk import Walk, neighbours, walk
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Integers

Rows = NDArray[np.int16]
"""Shape (states, 2·width): the open group in each slot of the frontier (-1: none), then what each group holds."""


WIDEST = 31
"""Slots of a frontier: a group is a bit of 32."""
LARGEST = 8_000
"""Maximum of a band: what a group holds is a number of 16 bits."""


class Spent(Exception):
    """There are more states than may be kept; nothing is proved."""


class Rules(NamedTuple):
    """When a group may grow and when it may be closed.

    Attributes
    ----------
    low, high : the band.
    most : households a group may hold: `high`, or more if a grid out of the band is allowed.
    price : grids out of the band that are allowed.
    same : shape (2, most + 1), the least count that has the same future as each; -1 if it has none. The second row
        is for groups that reach cells beyond those looked at.
    is_full : shape (2, most + 1), nothing but empty land can be added.
    """

    low: int
    high: int
    most: int
    price: int
    same: Integers
    is_full: Booleans


class Step(NamedTuple):
    """A cell to be taken up: its slot and households, the slots beside it, and those left behind afterwards.

    `is_open` tells that it has neighbours beyond the cells looked at.
    """

    slot: int
    households: int
    is_open: bool
    beside: Integers
    leaving: Integers


class Level(NamedTuple):
    """The states after a step, what they have paid, and how each came about.

    Attributes
    ----------
    rows : shape (states, 2·width).
    price : shape (states,), grids out of the band so far.
    parent, joined : shape (states,), the state before, and the groups of it that the cell joined, as bits.
    """

    rows: Rows
    price: NDArray[np.int16]
    parent: NDArray[np.int32]
    joined: NDArray[np.int32]


class Sketch(NamedTuple):
    """A state being made: the group in each slot, and what each group holds; a group just joined comes last."""

    group: Integers
    held: Integers


@dataclass(frozen=True, slots=True)
class Outcome:
    """What exhaustion found.

    Attributes
    ----------
    label : shape (n,), the grid of each cell; None if no division exists at the price allowed. One grid, if there are
        no households.
    outside : grids out of the band, the fewest possible; more than allowed if there is no division.
    states : looked at.
    """

    label: Integers | None
    outside: int
    states: int


def exhaust(
    graph: Graph,
    band: Band,
    *,
    limit: int,
    outside: int = 0,
    is_open: Booleans | None = None,
    start: int | None = None,
) -> Outcome:
    """Divide a connected graph, or prove that it cannot be done.

    Parameters
    ----------
    limit : states to keep, over all steps.
    outside : grids out of the band that are allowed. They hold at most twice the maximum; a cell over the maximum
        counts as one household over it.
    is_open : shape (n,), cells with neighbours beyond these: their grid may take any number of households from there.
        The label is then one of these cells alone, and not worth much.
    start : the cell to begin with (see `walk`). Where little is wrong, little is looked at if one begins there.

    Raises
    ------
    Spent : the limit was reached; nothing is proved.
    """
    households = np.minimum(graph.households, band.maximum + 1)
    if not households.any():
        return Outcome(np.zeros(len(households), dtype=np.int64), 0, 0)
    open_cells = np.zeros(len(households), dtype=bool) if is_open is None else is_open
    course = walk(len(households), graph.first, graph.second, start=start)
    if course.width > WIDEST or band.maximum > LARGEST:
        raise Spent
    rules = _rules(households, band, outside=outside, is_open=bool(open_cells.any()))
    levels, states = [_beginning(course.width)], 0
    for step in _steps(course, households, open_cells):
        levels.append(_advanced(levels[-1], step, rules, limit - states))
        states += len(levels[-1].rows)
        if not len(levels[-1].rows):
            return Outcome(None, outside + 1, states)
    return Outcome(_read_back(graph, course, levels), int(levels[-1].price[0]), states)


def _beginning(width: int) -> Level:
    """Return the one state before any cell is taken up."""
    rows = np.full((1, 2 * width), -1, dtype=np.int16)
    rows[:, width:] = 0
    zero = np.zeros(1, dtype=np.int32)
    return Level(rows, zero.astype(np.int16), zero, zero)


def _steps(course: Walk, households: Integers, is_open: Booleans) -> Iterator[Step]:
    cells = zip(course.order, course.slot, course.beside, course.leaving, strict=True)
    for cell, slot, beside, leaving in cells:
        yield Step(int(slot), int(households[cell]), bool(is_open[cell]), beside, leaving)


def _rules(households: Integers, band: Band, *, outside: int, is_open: bool) -> Rules:
    """Work out which counts of households have the same future, from the sums that other cells can add.

    A group may still reach beyond the cells looked at, if any does, and what it would find there is not known.
    """
    most = 2 * band.maximum if outside else band.maximum
    if outside:
        same = np.tile(np.arange(most + 1), (2, 1))
        return Rules(band.minimum, band.maximum, most, outside, same, np.zeros((2, most + 1), dtype=bool))
    sums, mask = _sums(households, most), (1 << (most + 1)) - 1
    inside = mask ^ ((1 << band.minimum) - 1)
    futures = [[sums & (wanted >> held) for held in range(most + 1)] for wanted in (inside, mask)]
    same = np.array([_firsts(row, sums) for row in futures])
    if is_open:
        same[0] = np.arange(most + 1)
    return Rules(band.minimum, band.maximum, most, 0, same, np.array(futures, dtype=object) == 1)


def _sums(households: Integers, most: int) -> int:
    """Return all sums of households, each taken as often as one likes, as the set bits of an integer.

    More than the cells really add up to, but closed under addition: counts with the same future still have the same
    one after the same is added to both.
    """
    sums, mask = 1, (1 << (most + 1)) - 1
    for count in np.unique(households[households > 0]).tolist():
        shift = count
        while shift <= most:
            sums |= (sums << shift) & mask
            shift *= 2
    return sums


def _firsts(futures: list[int], sums: int) -> list[int]:
    """Return for each sum the first with the same future, -1 where there is none; 0 is like no other."""
    first: dict[int, int] = {}
    return [
        held if not held else first.setdefault(future, held) if future and sums >> held & 1 else -1
        for held, future in enumerate(futures)
    ]


def _advanced(before: Level, step: Step, rules: Rules, limit: int) -> Level:
    """Take up a cell in every state, in as much memory as it takes."""
    room = max(1024, 2 * len(before.rows))
    while True:
        size, level = _advance(before, step, rules, room)
        if size > limit:
            raise Spent
        if size <= room:
            rows, price, parent, joined = level
            return Level(rows[:size].copy(), price[:size].copy(), parent[:size].copy(), joined[:size].copy())
        room *= 4


@compiled
def _place(row: Rows, level: Level, size: int, table: Integers) -> int:
    """Return the place of a state among those found so far; a new one belongs at the end."""
    value = np.uint64(14695981039346656037)
    for number in row:
        value = (value ^ np.uint64(number + 1)) * np.uint64(1099511628211)
        value ^= value >> np.uint64(31)
    at = np.int64(value >> np.uint64(1)) & (len(table) - 1)
    while table[at] >= 0:
        is_same = True
        for nth in range(len(row)):
            if level.rows[table[at], nth] != row[nth]:
                is_same = False
                break
        if is_same:
            return int(table[at])
        at = (at + 1) & (len(table) - 1)
    table[at] = size
    return size


@compiled
def _groups_beside(row: Rows, beside: Integers) -> Integers:
    """Return the open groups in some slots."""
    groups = np.empty(len(beside), np.int64)
    count = 0
    for slot in beside:
        is_new = row[slot] >= 0
        for nth in range(count):
            is_new &= groups[nth] != row[slot]
        if is_new:
            groups[count] = row[slot]
            count += 1
    return groups[:count]


@compiled
def _join(row: Rows, joined: int, step: Step, rules: Rules, sketch: Sketch) -> bool:
    """Join a cell with groups, given as bits; False if what comes of it has no future.

    The new group is numbered after all others. What a group that is open to cells beyond holds is counted from
    ``most + 1`` upwards.
    """
    group, held = sketch
    width, cap = len(group), rules.most + 1
    total, is_open = step.households, step.is_open
    for slot in range(width):
        group[slot], held[slot] = row[slot], row[width + slot]
        if joined >> slot & 1:
            total += held[slot] % cap
            is_open |= held[slot] >= cap
    if total > rules.most or rules.same[int(is_open), total] < 0:
        return False
    name = -1 if rules.is_full[int(is_open), total] else width
    held[width] = rules.same[int(is_open), total] + (cap if is_open else 0)
    for slot in range(width):
        if group[slot] >= 0 and joined >> group[slot] & 1:
            group[slot] = name
    group[step.slot] = name
    return True


@compiled
def _leave(sketch: Sketch, leaving: Integers, rules: Rules) -> int:
    """Take slots off the frontier and return the number of grids out of the band among the groups this closes."""
    group, held = sketch
    price = 0
    for slot in leaving:
        gone = group[slot]
        group[slot] = -1
        if gone < 0 or (group == gone).any():
            continue
        if 0 < held[gone] < rules.low or rules.high < held[gone] <= rules.most:
            price += 1
    return price


@compiled
def _number(sketch: Sketch, row: Rows, name: Integers) -> None:
    """Write a state down so that equal states are equal rows: groups numbered as they appear."""
    group, held = sketch
    width, count = len(group), 0
    name[:] = -1
    row[width:] = 0
    for slot in range(width):
        if group[slot] < 0:
            row[slot] = -1
        else:
            if name[group[slot]] < 0:
                name[group[slot]] = count
                row[width + count] = held[group[slot]]
                count += 1
            row[slot] = name[group[slot]]


@compiled
def _advance(before: Level, step: Step, rules: Rules, room: int) -> tuple[int, Level]:
    """Take up a cell in every state; stop when there are more than `room` new ones."""
    length = before.rows.shape[1]
    width, size, slots = length // 2, 0, 1
    while slots < 2 * room:
        slots *= 2
    table = np.full(slots, -1, np.int64)
    level = Level(
        np.empty((room, length), np.int16),
        np.empty(room, np.int16),
        np.empty(room, np.int32),
        np.empty(room, np.int32),
    )
    sketch = Sketch(np.empty(width, np.int64), np.empty(width + 1, np.int64))
    name = np.empty(width + 1, np.int64)
    row = np.empty(length, np.int16)
    for parent in range(len(before.rows)):
        groups = _groups_beside(before.rows[parent], step.beside)
        for choice in range(1 << len(groups)):
            joined = 0
            for nth in range(len(groups)):
                joined |= (choice >> nth & 1) << groups[nth]
            if not _join(before.rows[parent], joined, step, rules, sketch):
                continue
            price = before.price[parent] + _leave(sketch, step.leaving, rules)
            if price > rules.price:
                continue
            _number(sketch, row, name)
            at = _place(row, level, size, table)
            if at == size:
                if size == room:
                    return room + 1, level
                level.rows[at] = row
                size += 1
            elif price >= level.price[at]:
                continue
            level.price[at], level.parent[at], level.joined[at] = price, parent, joined
    return size, level


def _read_back(graph: Graph, course: Walk, levels: list[Level]) -> Integers:
    """Follow the last state back to the first, join cells as it did, and give land left over to a grid beside it."""
    count = len(graph.households)
    near, slots_of = neighbours(count, graph.first, graph.second), np.full(course.width, -1)
    chosen, at = [], 0
    for level in reversed(levels[1:]):
        chosen.append((int(level.parent[at]), int(level.joined[at])))
        at = int(level.parent[at])
    label = np.arange(count)
    for nth, (parent, joined) in enumerate(reversed(chosen)):
        cell, row = course.order[nth], levels[nth].rows[parent]
        for slot in course.beside[nth]:
            if row[slot] >= 0 and joined >> row[slot] & 1:
                label[label == label[slots_of[slot]]] = label[cell]
        slots_of[course.slot[nth]] = cell
    return _spread(label, graph.households, near)


def _spread(label: Integers, households: Integers, near: list[set[int]]) -> Integers:
    """Give groups without households to a grid beside them."""
    held = np.bincount(label, households, minlength=len(label))
    waiting = [cell for cell in range(len(label)) if not held[label[cell]]]
    while waiting:
        for cell in waiting:
            beside = sorted({int(label[other]) for other in near[cell] if held[label[other]]})
            if beside:
                label[label == label[cell]] = beside[0]
        waiting = [cell for cell in waiting if not held[label[cell]]]
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)
