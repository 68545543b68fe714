"""Dedicated sites that are new, or no more, since the former plan was made."""

from dataclasses import replace

import numpy as np

from gridmap.core.division.redivision.sites import as_sites_are_now
from gridmap.core.topology import Integers
from tests.core.division.redivision.test_former import row_of_three

FORMER = np.array([0, 0, 1])


def with_sites(sites: list[int], is_dedicated: list[bool]) -> tuple[Integers, list[bool]]:
    layout = replace(row_of_three([400, 100, 400], [0, 1, 2]), site=np.array(sites))
    former, dedicated = as_sites_are_now(layout, FORMER, np.array(is_dedicated))
    return former, dedicated.tolist()


def test_a_new_site_within_a_general_grid_becomes_a_dedicated_one_behind_the_others() -> None:
    former, dedicated = with_sites([-1, 0, -1], [False, False])
    assert former.tolist() == [0, 2, 1]
    assert dedicated == [False, False, True]


def test_a_site_that_was_a_dedicated_grid_stays_it() -> None:
    former, dedicated = with_sites([-1, -1, 0], [False, True])
    assert former.tolist() == FORMER.tolist()
    assert dedicated == [False, True]


def test_a_dedicated_grid_that_is_lived_in_and_no_site_any_more_is_a_general_one() -> None:
    former, dedicated = with_sites([-1, -1, -1], [False, True])
    assert former.tolist() == FORMER.tolist()
    assert dedicated == [False, False]
