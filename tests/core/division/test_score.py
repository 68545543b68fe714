"""The numbers a division is judged by."""

import math

import numpy as np
import pytest
from shapely import box

from gridmap.core.division.score import score
from gridmap.core.model import Band

BAND = Band(300, 500)


def scored(households: list[int], general: list[bool], metres: list[float]) -> dict[str, float]:
    squares = np.array(
        [box(100 * nth, 0, 100 * nth + 100, 100) for nth in range(len(households))], dtype=object
    )
    return score(squares, np.array(households), np.array(general), np.array(metres), BAND)


def test_dedicated_grids_are_outside_the_band_by_rule() -> None:
    found = scored([400, 320, 0], [True, True, False], [0, 0, 100, 0])
    assert found["in_band"] == 1
    assert found["households_deviation"] == 40


def test_shares_and_weights_of_the_border() -> None:
    found = scored([400, 600], [True, True], [10, 20, 50, 20])
    assert found["on_roads"] == pytest.approx(0.7)
    assert found["on_lines"] == pytest.approx(0.9)
    assert found["weighted_border_m"] == 5 * 10 + 2 * 20 + 50 + 20
    assert found["in_band"] == 0.5


def test_a_square_is_as_compact_as_a_square() -> None:
    assert scored([400], [True], [0, 0, 0, 0])["polsby_popper"] == pytest.approx(math.pi / 4)


def test_what_cannot_be_measured_is_not_a_number() -> None:
    found = scored([0], [False], [0, 0, 0, 0])
    assert math.isnan(found["in_band"])
    assert math.isnan(found["on_roads"])
