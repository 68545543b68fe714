"""The numbers a division is judged by."""

import math

import numpy as np
import pytest

from gridmap.core.division.compactness import compactness
from gridmap.core.division.score import score
from gridmap.core.model import Band
from tests.core.division.strips import strip

BAND = Band(300, 500)


def scored(
    households: list[int],
    metres: list[float] | None = None,
    *,
    label: list[int] | None = None,
    general: list[bool] | None = None,
) -> dict[str, float]:
    graph, borders = strip(households, metres)
    grids = np.array(label if label is not None else range(len(households)))
    count = int(grids.max()) + 1
    is_general = np.array(general if general is not None else [True] * count)
    compact = compactness(graph, borders, grids, len(is_general))
    return score(graph, compact, grids, is_general, BAND)


def test_dedicated_grids_are_outside_the_band_by_rule() -> None:
    found = scored([400, 320, 0], general=[True, True, False])
    assert found["in_band"] == 1
    assert found["households_deviation"] == 40


def test_shares_and_weights_of_the_border() -> None:
    found = scored([400, 600], [10, 20, 50, 20])
    assert found["on_roads"] == pytest.approx(0.7)
    assert found["on_lines"] == pytest.approx(0.9)
    assert found["weighted_border_m"] == 5 * 10 + 2 * 20 + 50 + 20
    assert found["in_band"] == 0.5


def test_a_square_is_as_compact_as_a_square() -> None:
    found = scored([400])
    assert found["polsby_popper"] == found["lived_in_polsby_popper"] == pytest.approx(math.pi / 4)


def test_empty_land_at_the_edge_does_not_make_a_grid_less_compact() -> None:
    found = scored([400, 0, 0, 350], label=[0, 0, 0, 1])
    assert found["polsby_popper"] == pytest.approx((3 * math.pi / 16 + math.pi / 4) / 2)
    assert found["lived_in_polsby_popper"] == found["least_polsby_popper"] == pytest.approx(math.pi / 4)


def test_an_arterial_inside_a_grid_counts_and_is_spanned_where_people_live_on_both_sides() -> None:
    found = scored([200, 200, 0, 400], [0, 0, 0, 120], label=[0, 0, 0, 1])
    assert found["arterial_inside_m"] == 240
    assert found["arterial_spanned_m"] == 120
    assert found["spanning_grids"] == 1


def test_what_cannot_be_measured_is_not_a_number() -> None:
    found = scored([0], general=[False])
    assert math.isnan(found["in_band"])
    assert math.isnan(found["on_roads"])
    assert math.isnan(found["least_polsby_popper"])
