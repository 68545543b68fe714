"""An order of the cells with a narrow frontier."""

import numpy as np
from hypothesis import given, settings

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.walk import neighbours, walk
from tests.core.division.graphs import chain, connected_graphs, make_graph


@given(connected_graphs(most=12, heaviest=1))
@settings(deadline=None)
def test_every_cell_meets_each_neighbour_taken_up_before_in_its_slot(cells: Graph) -> None:
    count = len(cells.households)
    near, found = neighbours(count, cells.first, cells.second), walk(count, cells.first, cells.second)
    assert sorted(found.order) == list(range(count))
    held: dict[int, int] = {}
    for nth, cell in enumerate(found.order.tolist()):
        assert {held[slot] for slot in found.beside[nth].tolist()} == near[cell] & set(held.values())
        assert found.slot[nth] not in held
        held[int(found.slot[nth])] = cell
        assert len(held) <= found.width
        for slot in found.leaving[nth].tolist():
            assert near[held.pop(slot)] <= set(found.order[: nth + 1].tolist())
    assert not held


def test_the_frontier_of_a_street_is_one_house() -> None:
    street = make_graph([1] * 50, chain(50))
    assert walk(50, street.first, street.second).width <= 3


def test_a_single_cell_is_walked() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert list(walk(1, nothing, nothing).order) == [0]
