"""All divisions at once, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.exhaust import Spent, exhaust
from gridmap.core.model import Band
from tests.core.division.graphs import (
    STAR,
    chain,
    connected_graphs,
    fewest_outside,
    fits,
    make_graph,
    tower_estate,
)

BAND = Band(30, 50)


@given(connected_graphs(most=7, heaviest=40))
@settings(max_examples=150, deadline=None)
def test_a_division_is_found_exactly_where_there_is_one(cells: Graph) -> None:
    found = exhaust(cells, BAND, limit=100_000)
    assert (found.label is not None) == (not cells.households.any() or fewest_outside(cells, BAND) == 0)
    if found.label is not None and cells.households.any():
        assert found.outside == 0
        assert fits(found.label, cells, BAND)


@given(connected_graphs(most=7, heaviest=70))
@settings(max_examples=150, deadline=None)
def test_the_fewest_grids_out_of_the_band_are_found(cells: Graph) -> None:
    if not cells.households.any():
        return
    found = exhaust(cells, BAND, limit=1_000_000, outside=7)
    assert found.label is not None
    held = np.bincount(found.label, cells.households)
    assert found.outside == ((held < 30) | (held > 50)).sum() == fewest_outside(cells, BAND)


@given(connected_graphs(most=7, heaviest=40))
@settings(max_examples=100, deadline=None)
def test_cells_that_cannot_be_divided_alone_may_be_with_help_from_beyond(cells: Graph) -> None:
    """Where no cell is open, nothing changes; where all are, only a cell over the maximum is impossible."""
    nobody, everybody = (
        np.zeros(len(cells.households), dtype=bool),
        np.ones(len(cells.households), dtype=bool),
    )
    alone = exhaust(cells, BAND, limit=100_000)
    assert (exhaust(cells, BAND, limit=100_000, is_open=nobody).label is None) == (alone.label is None)
    assert exhaust(cells, BAND, limit=100_000, is_open=everybody).label is not None


def test_a_star_whose_rays_cannot_all_meet_is_proved_impossible() -> None:
    found = exhaust(make_graph([20, 20, 20, 29, 20, 20], STAR), BAND, limit=1000)
    assert found.label is None
    assert found.states > 0


def test_nothing_is_proved_when_the_limit_is_reached() -> None:
    side = 12
    cell = np.arange(side * side).reshape(side, side)
    edges = [*zip(cell[:, :-1].ravel().tolist(), cell[:, 1:].ravel().tolist(), strict=True)]
    edges += [*zip(cell[:-1].ravel().tolist(), cell[1:].ravel().tolist(), strict=True)]
    with pytest.raises(Spent):
        exhaust(make_graph([1] * side**2, edges), Band(17, 19), limit=2000)


def test_a_long_street_is_no_obstacle() -> None:
    found = exhaust(make_graph([7] * 600, chain(600)), BAND, limit=100_000)
    assert found.label is not None
    assert fits(found.label, make_graph([7] * 600, chain(600)), BAND)


def test_land_that_two_grids_would_need_is_given_to_one() -> None:
    """Four towers around one car park: only one pair can meet over it."""
    towers = make_graph([20, 20, 20, 20, 0], [(0, 4), (1, 4), (2, 4), (3, 4)])
    assert exhaust(towers, BAND, limit=1000).label is None
    joined = make_graph([20, 20, 20, 20, 0], [(0, 4), (1, 4), (2, 4), (3, 4), (2, 3)])
    label = exhaust(joined, BAND, limit=1000).label
    assert label is not None
    assert label[0] == label[1] == label[4] != label[2] == label[3]


@pytest.mark.parametrize("seed", range(4))
def test_an_estate_of_towers_is_settled(seed: int) -> None:
    estate = tower_estate(seed, 80, low=200, high=260)
    found = exhaust(estate, Band(), limit=10_000_000)
    assert found.label is None or fits(found.label, estate, Band())
