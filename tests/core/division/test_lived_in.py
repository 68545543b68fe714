"""Grids without the empty land at their edge."""

import numpy as np

from gridmap.core.division.lived_in import cell_areas, peeled
from tests.core.division.strips import strip


def kept(households: list[int], label: list[int]) -> list[int]:
    return peeled(*strip(households), np.array(label)).tolist()


def test_empty_land_at_the_edge_goes() -> None:
    assert kept([0, 0, 9, 0], [0, 0, 0, 0]) == [-1, -1, 0, -1]


def test_empty_land_between_homes_stays() -> None:
    assert kept([9, 0, 9, 0], [0, 0, 0, 0]) == [0, 0, 0, -1]


def test_a_grid_without_households_keeps_its_land() -> None:
    assert kept([9, 0, 0], [0, 1, 1]) == [0, 1, 1]


def test_cells_have_the_area_their_borders_enclose() -> None:
    _, borders = strip([1, 2, 3])
    assert cell_areas(borders, 3).tolist() == [10_000, 10_000, 10_000]
