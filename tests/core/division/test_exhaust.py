"""Every way of joining neighbouring cells, against brute force."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.exhaust import Spent, exhaust
from gridmap.core.division.graph import Graph
from gridmap.core.model import Band
from gridmap.core.topology import components

BAND = Band(30, 50)


def graph(households: list[int], edges: list[tuple[int, int]]) -> Graph:
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    none = np.full(len(households), -1)
    return Graph(np.array(households), first.copy(), second.copy(), np.ones((len(edges), 4)), none, none)


def groupings(count: int) -> Iterator[tuple[int, ...]]:
    """Return every way to group so many cells."""
    if count == 0:
        yield ()
        return
    for label in groupings(count - 1):
        for group in range(max(label, default=-1) + 2):
            yield (*label, group)


def fits(label: np.ndarray, cells: Graph) -> bool:
    held = np.bincount(label, cells.households)
    same = label[cells.first] == label[cells.second]
    pieces = components(len(label), cells.first[same], cells.second[same])
    return bool(((held >= 30) & (held <= 50)).all()) and len(set(pieces)) == len(held)


@st.composite
def connected_graphs(pick: st.DrawFn) -> Graph:
    count = pick(st.integers(1, 7))
    edges = {(pick(st.integers(0, node - 1)), node) for node in range(1, count)}
    edges |= {
        (one, two) for one in range(count) for two in range(one + 1, count) if pick(st.integers(0, 3)) == 0
    }
    return graph([pick(st.integers(0, 40)) for _ in range(count)], sorted(edges))


@given(connected_graphs())
@settings(max_examples=150, deadline=None)
def test_a_division_is_found_exactly_where_there_is_one(cells: Graph) -> None:
    label, _ = exhaust(cells, BAND, limit=100_000)
    exists = any(fits(np.array(one), cells) for one in groupings(len(cells.households)))
    assert (label is not None) == exists
    if label is not None:
        assert fits(label, cells)


def test_a_star_whose_rays_cannot_all_meet_is_proved_impossible() -> None:
    star = graph([20, 20, 20, 29, 20, 20], [(0, 3), (1, 3), (2, 3), (3, 4), (3, 5)])
    label, sets = exhaust(star, BAND, limit=1000)
    assert label is None
    assert sets > 0


def test_nothing_is_proved_when_the_limit_is_reached() -> None:
    side = 6
    cell = np.arange(side * side).reshape(side, side)
    edges = [*zip(cell[:, :-1].ravel(), cell[:, 1:].ravel(), strict=True)]
    edges += [*zip(cell[:-1].ravel(), cell[1:].ravel(), strict=True)]
    with pytest.raises(Spent):
        exhaust(graph([1] * 36, [(int(one), int(two)) for one, two in edges]), Band(5, 7), limit=20)


def test_too_many_cells_are_not_begun() -> None:
    with pytest.raises(Spent):
        exhaust(graph([1] * 65, [(cell, cell + 1) for cell in range(64)]), BAND, limit=10**9)
