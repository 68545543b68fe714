"""Weights that no group of the band can have above 0."""

import numpy as np
from hypothesis import given, settings

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.groups import all_groups, bits
from gridmap.core.division.proof.setpartition import farkas_vector
from gridmap.core.model import Band
from tests.core.division.graphs import connected_graphs, fewest_outside, make_graph

BAND = Band(30, 50)


@given(connected_graphs(most=8, heaviest=30))
@settings(max_examples=150, deadline=None)
def test_weights_prove_what_brute_force_finds_impossible(cells: Graph) -> None:
    weight = farkas_vector(cells, BAND, limit=1000)
    if weight is not None:
        assert weight.sum() > 0
        assert all(weight[list(bits(group))].sum() <= 0 for group in all_groups(cells, BAND, limit=1000))
        assert fewest_outside(cells, BAND) > 0


def test_three_big_towers_with_two_small_ones_lack_a_partner() -> None:
    """Big ones only fit with a small one; each small one fits with one big one only."""
    towers = make_graph([28, 28, 28, 20, 20], [(0, 3), (1, 3), (1, 4), (2, 4), (3, 4)])
    weight = farkas_vector(towers, BAND, limit=1000)
    assert weight is not None
    assert np.sign(weight).tolist() == [1, 1, 1, -1, -1]


def test_what_can_be_divided_has_no_such_weights() -> None:
    assert farkas_vector(make_graph([28, 20, 20, 28], [(0, 1), (1, 2), (2, 3)]), BAND, limit=1000) is None
