"""Connected groups of household cells, against all subsets."""

from itertools import chain as flat
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.exhaust import Spent
from gridmap.core.division.proof.groups import all_groups, bits
from gridmap.core.model import Band
from tests.core.division.graphs import connected_graphs, is_connected, make_graph

BAND = Band(30, 50)


def subsets(cells: list[int]) -> list[tuple[int, ...]]:
    return list(flat.from_iterable(combinations(cells, size) for size in range(len(cells) + 1)))


@given(connected_graphs(most=8, heaviest=30))
@settings(max_examples=100, deadline=None)
def test_groups_are_what_empty_land_can_connect(cells: Graph) -> None:
    homes = np.flatnonzero(cells.households).tolist()
    land = [cell for cell in range(len(cells.households)) if cell not in homes]
    wanted = {
        group
        for group in subsets(homes)
        if 30 <= cells.households[list(group)].sum() <= 50
        and any(is_connected(cells, [*group, *more]) for more in subsets(land))
    }
    found = all_groups(cells, BAND, limit=1000)
    assert {tuple(bits(group)) for group in found} == wanted
    assert len(found) == len(wanted)


def test_too_many_groups_are_not_listed() -> None:
    everyone = make_graph([1] * 40, list(combinations(range(40), 2)))
    with pytest.raises(Spent):
        all_groups(everyone, BAND, limit=100)
