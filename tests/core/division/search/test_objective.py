"""What a border between cells costs."""

from dataclasses import replace

import numpy as np
import pytest

from gridmap.core.division.fabric.lines import ARTERIAL, INNER, ROAD, WEAK
from gridmap.core.division.graph import Graph
from gridmap.core.division.search.objective import Objective, edge_costs

PLAIN = Objective(border=(5.0, 2.0, 1.0, 1.0), spanned=0.0, balance=20.0, estate=0.0, former=0.0)
NEW = (-1, -1)


def pair(
    *,
    rank: int,
    metres: float = 10.0,
    households: tuple[int, int] = (1, 1),
    estate: tuple[int, int] = NEW,
    former: tuple[int, int] = NEW,
) -> Graph:
    """Return two cells side by side."""
    table = np.zeros((1, 4))
    table[0, rank] = metres
    return Graph(
        np.array(households), np.array([0]), np.array([1]), table, np.array(estate), np.array(former)
    )


@pytest.mark.parametrize(("rank", "cost"), [(INNER, 50), (WEAK, 20), (ROAD, 10), (ARTERIAL, 10)])
def test_what_lies_along_a_border_decides_its_cost(rank: int, cost: float) -> None:
    assert edge_costs(pair(rank=rank), PLAIN) == [cost]


def test_a_border_along_an_arterial_saves_what_spanning_it_would_cost() -> None:
    assert edge_costs(pair(rank=ARTERIAL), replace(PLAIN, spanned=3.0)) == [-20]
    assert edge_costs(pair(rank=ROAD), replace(PLAIN, spanned=3.0)) == [10]


def test_land_where_nobody_lives_spans_nothing() -> None:
    assert edge_costs(pair(rank=ARTERIAL, households=(1, 0)), replace(PLAIN, spanned=3.0)) == [10]


@pytest.mark.parametrize(
    ("rank", "estate", "cost"),
    [(INNER, (4, 4), 70), (WEAK, (4, 4), 40), (ROAD, (4, 4), 10), (INNER, (4, 5), 50), (INNER, NEW, 50)],
)
def test_an_estate_holds_together_but_not_across_a_street(
    rank: int, estate: tuple[int, int], cost: float
) -> None:
    assert edge_costs(pair(rank=rank, estate=estate), replace(PLAIN, estate=2.0)) == [cost]


@pytest.mark.parametrize(
    ("rank", "former", "cost"),
    [(INNER, (0, 0), 80), (INNER, (0, 1), 10), (ROAD, (0, 1), 10), (INNER, (0, -1), 50), (INNER, NEW, 50)],
)
def test_former_lines_are_as_cheap_as_a_street_and_former_grids_dearer_to_cut(
    rank: int, former: tuple[int, int], cost: float
) -> None:
    assert edge_costs(pair(rank=rank, former=former), replace(PLAIN, former=3.0)) == [cost]


def test_former_grids_do_not_matter_unless_asked_for() -> None:
    assert edge_costs(pair(rank=INNER, former=(0, 1)), PLAIN) == [50]
