"""Proofs of impossibility, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.certificate import Certificate, CertificateKind, certify, grid_counts, reachable
from gridmap.core.model import Band

BAND = Band(300, 500)


def prove(*households: int, band: Band = BAND, is_part: bool = False) -> Certificate | None:
    return certify(np.array(households), "cell {}".format, band, is_part=is_part)


@pytest.mark.parametrize("households", [1, 299, 501, 556, 599])
def test_counts_between_the_bands_are_impossible(households: int) -> None:
    found = prove(*[1] * households)
    assert found is not None
    assert found.kind is CertificateKind.ARITHMETIC
    assert found.facts["households"] == households
    assert str(households) in found.text.en
    assert str(households) in found.text.zh


@pytest.mark.parametrize("households", [300, 500, 600, 899, 901, 5000])
def test_counts_within_a_band_are_not_ruled_out(households: int) -> None:
    assert prove(*[1] * households) is None


@given(st.integers(0, 4000), st.integers(1, 400), st.integers(0, 300))
@settings(deadline=None)
def test_arithmetic_says_exactly_which_numbers_of_grids_fit(households: int, low: int, width: int) -> None:
    band = Band(low, low + width)
    fitting = [n for n in range(households + 1) if n * band.minimum <= households <= n * band.maximum]
    assert list(grid_counts(households, band)) == fitting


def test_the_cheapest_way_out_is_told() -> None:
    found = prove(*[1] * 556)
    assert found is not None
    assert "278" in found.text.en
    lower = prove(*[1] * 510)
    assert lower is not None
    assert "510" in lower.text.zh
    assert "上限" in lower.text.zh


def test_cells_over_the_band_are_named() -> None:
    found = prove(100, 612, 200)
    assert found is not None
    assert found.kind is CertificateKind.CELL_OVER_MAXIMUM
    assert found.facts["cells"] == [{"name": "cell 1", "households": 612}]
    assert "cell 1（612 户）" in found.text.zh


def test_a_part_is_called_a_part() -> None:
    found = prove(120, is_part=True)
    assert found is not None
    assert "独立部分" in found.text.zh


def test_towers_of_264_fit_with_no_other() -> None:
    found = prove(264, 264, 264, 264)
    assert found is not None
    assert found.kind is CertificateKind.LONELY_CELL
    assert len(found.facts["cells"]) == 4


def test_no_households_need_no_proof() -> None:
    assert prove(0, 0) is None


def partitions(items: list[int]) -> list[list[int]]:
    """Return the sums of the groups of every way to group items."""
    if not items:
        return [[]]
    rest = partitions(items[1:])
    joined = [
        [*groups[:i], groups[i] + items[0], *groups[i + 1 :]] for groups in rest for i in range(len(groups))
    ]
    return joined + [[*groups, items[0]] for groups in rest]


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_what_is_proved_impossible_is_so_even_if_all_cells_touched(households: list[int]) -> None:
    band = Band(30, 50)
    found = prove(*households, band=band)
    if found is not None:
        occupied = [count for count in households if count]
        assert not any(all(30 <= one <= 50 for one in groups) for groups in partitions(occupied))


def test_reachable_sums_are_those_of_some_of_the_counts() -> None:
    sums = reachable(np.array([3, 5, 9]), 12)
    assert [value for value in range(13) if sums >> value & 1] == [0, 3, 5, 8, 9, 12]
