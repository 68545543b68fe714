"""Proofs of impossibility, against brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.certificate import Certificate, CertificateKind, Subject, grid_counts
from gridmap.core.division.proof.proofs import (
    doubtful_cells,
    prove_around_heavy_cells,
    prove_by_sums,
    prove_by_weights,
    prove_nearby,
)
from gridmap.core.division.verify import verify
from gridmap.core.model import Band
from tests.core.division.graphs import chain, connected_graphs, fewest_outside, make_graph, tower_estate

BAND = Band(300, 500)


def prove(*households: int, band: Band = BAND, is_part: bool = False) -> Certificate | None:
    """Certify cells of which each touches the next."""
    graph = make_graph(list(households), chain(len(households)))
    return cheapest_proof(subject(graph, band, is_part=is_part))


def cheapest_proof(part: Subject) -> Certificate | None:
    return prove_by_sums(part) or prove_around_heavy_cells(part)


def subject(graph: Graph, band: Band = BAND, *, is_part: bool = False) -> Subject:
    return Subject(graph, np.arange(len(graph.households)), "cell {}".format, band, is_part)


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
    assert found.facts["cells"] == [{"cell": 1, "name": "cell 1", "households": 612}]
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


@given(connected_graphs(most=8, heaviest=45))
@settings(max_examples=300, deadline=None)
def test_what_is_proved_cheaply_is_impossible_and_checked(cells: Graph) -> None:
    band = Band(30, 50)
    found = cheapest_proof(subject(cells, band))
    if found is not None:
        assert fewest_outside(cells, band) > 0
        assert verify(cells, band, found)


@given(connected_graphs(most=8, heaviest=45))
@settings(max_examples=100, deadline=None)
def test_what_is_proved_after_a_search_is_impossible_and_checked(cells: Graph) -> None:
    band, homes = Band(30, 50), np.flatnonzero(cells.households)
    for found in (
        prove_by_weights(subject(cells, band)),
        prove_nearby(subject(cells, band), homes, radii=(1, 2)),
    ):
        if found is not None:
            assert fewest_outside(cells, band) > 0
            assert verify(cells, band, found)


def test_a_tower_whose_partners_are_behind_others_is_lonely() -> None:
    """100 households would bring the tower into the band, but another tower stands between."""
    found = prove(264, 300, 100, 300)
    assert found is not None
    assert found.kind is CertificateKind.LONELY_CELL
    assert [one["cell"] for one in found.facts["cells"]] == [0]
    assert "cell 0（264 户）" in found.text.zh


def test_two_towers_that_want_one_partner_are_a_neighbourhood_that_cannot_be() -> None:
    """The street goes on, but of the first three cells only one tower can have the partner between them."""
    found = prove(264, 100, 264, *[400] * 12)
    assert found is not None
    assert found.kind is CertificateKind.NEIGHBOURHOOD
    assert [one["households"] for one in found.facts["cells"] if one["households"] < 300] == [264, 100, 264]
    assert "相互牵制" in found.text.zh


def test_towers_with_too_few_partners_are_told_so() -> None:
    big = make_graph([280, 280, 280, 200, 200], [(0, 3), (1, 3), (1, 4), (2, 4), (3, 4)])
    found = prove_by_weights(subject(big))
    assert found is not None
    assert found.kind is CertificateKind.SET_PARTITION
    assert {one["cell"]: one["weight"] for one in found.facts["weights"]} == {0: 1, 1: 1, 2: 1, 3: -1, 4: -1}
    assert "可搭配的只有 2 处" in found.text.zh


@given(st.lists(st.integers(0, 201), min_size=2, max_size=40))
def test_small_cells_are_never_doubtful(households: list[int]) -> None:
    assert len(doubtful_cells(make_graph(households, chain(len(households))), BAND)) == 0


def test_towers_too_big_to_fill_a_gap_are_all_doubtful() -> None:
    estate = tower_estate(0, 40, low=205)
    towers = np.flatnonzero((estate.households > 0) & (estate.households < 300))
    assert doubtful_cells(estate, BAND).tolist() == towers.tolist()
