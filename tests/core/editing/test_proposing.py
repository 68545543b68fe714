"""Splits the engine proposes."""

import numpy as np
import pytest

from gridmap.core.division.solve import random_state
from gridmap.core.editing import apply
from gridmap.core.editing.proposing import propose_split
from gridmap.core.model import Band
from gridmap.errors import Conflict, Invalid
from tests.core.editing.drawing import drawn


def test_a_grid_over_the_band_is_split_into_grids_within_it() -> None:
    plan = drawn("1111 1111 1111")
    change = apply(plan, propose_split(plan, 1, random_state("a", 0)), is_strict=True)
    assert len(change.after.kinds) in (3, 4)
    assert change.after.out_of_band() == []


def test_a_grid_within_the_band_is_split_into_even_halves() -> None:
    plan = drawn("1122 1122")
    change = apply(plan, propose_split(plan, 1, random_state("a", 0)))
    assert change.after.households() == {1: 200, 2: 400, 3: 200}


def test_a_grid_of_one_cell_cannot_be_split() -> None:
    plan = drawn("12", households=400, band=Band())
    with pytest.raises(Conflict):
        propose_split(plan, 1, random_state("a", 0))
    with pytest.raises(Invalid):
        propose_split(plan, 9, random_state("a", 0))


def test_the_larger_part_keeps_the_number_and_the_same_state_proposes_the_same() -> None:
    plan = drawn("1111111", households=100, band=Band(150, 450))
    splits = [propose_split(plan, 1, random_state("a", 0)) for _ in range(2)]
    assert splits[0] == splits[1]
    after = apply(plan, splits[0]).after
    assert after.households()[1] == max(after.households().values())
    assert np.array_equal(
        after.cells_of(1), np.setdiff1d(np.arange(7), [cell for part in splits[0].parts for cell in part])
    )
