"""One community: parts, verdicts and the best there is when the band cannot be kept."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.certificate import CertificateKind
from gridmap.core.division.search.portfolio import EFFORT
from gridmap.core.division.solve import Solution, random_state, solve
from gridmap.core.division.verify import verify
from gridmap.core.model import Band, Verdict
from tests.core.division.graphs import chain, connected_graphs, fewest_outside, fits, make_graph, tower_estate

BAND = Band(30, 50)


def solved(households: list[int], edges: list[tuple[int, int]], code: str = "A") -> Solution:
    return solve(make_graph(households, edges), "cell {}".format, BAND, "fast", random_state(code, 0))


def test_a_chain_of_cells_is_divided() -> None:
    found = solved([10] * 12, chain(12))
    assert found.verdict is Verdict.DIVIDED
    assert (np.bincount(found.label, [10] * 12) >= 30).all()


CAR_PARK = [(tower, 4) for tower in range(4)]


def test_a_small_part_that_no_other_proof_fits_is_proved_impossible_by_exhaustion() -> None:
    """Four towers around one car park: only two of them can meet over it."""
    found = solved([20, 20, 20, 20, 0], CAR_PARK)
    assert found.verdict is Verdict.INFEASIBLE
    assert found.certificate is not None
    assert found.certificate.kind is CertificateKind.EXHAUSTED
    assert "穷举" in found.certificate.text.zh


def test_a_failed_search_is_unknown_not_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EFFORT, "fast", replace(EFFORT["fast"], states=2))
    found = solved([20, 20, 20, 20, 0], CAR_PARK)
    assert found.verdict is Verdict.UNKNOWN
    assert found.certificate is None
    assert len(found.label) == 5


def test_a_proof_that_the_checker_does_not_accept_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.core.division.verify.LIMIT", 1)
    found = solved([20, 20, 20, 20, 0], CAR_PARK)
    assert found.verdict is Verdict.UNKNOWN
    assert found.certificate is None


@given(connected_graphs(most=9, heaviest=45))
@settings(max_examples=150, deadline=None)
def test_a_community_is_infeasible_exactly_where_brute_force_finds_no_division(cells: Graph) -> None:
    found = solve(cells, "cell {}".format, BAND, "fast", random_state("A", 0))
    fewest = fewest_outside(cells, BAND) if cells.households.any() else 0
    assert found.verdict is (Verdict.INFEASIBLE if fewest else Verdict.DIVIDED)
    assert (found.certificate is not None) == (fewest > 0)
    if found.certificate is not None:
        assert verify(cells, BAND, found.certificate)
        assert (
            found.certificate.facts["fewest_out_at_least"] == found.certificate.facts["fewest_out"] == fewest
        )
        held = np.bincount(found.label, cells.households)
        assert ((held < 30) | (held > 50)).sum() == fewest


@pytest.mark.parametrize(("seed", "high"), [(0, 310), (1, 310), (2, 310), (3, 260), (4, 285)])
def test_an_estate_of_towers_is_divided_or_proved_impossible(seed: int, high: int) -> None:
    estate = tower_estate(seed, 60, high=high)
    found = solve(estate, "cell {}".format, Band(), "fast", random_state("A", 0))
    if found.verdict is Verdict.DIVIDED:
        assert fits(found.label, estate, Band())
    else:
        assert found.verdict is Verdict.INFEASIBLE
        assert found.certificate is not None
        assert verify(estate, Band(), found.certificate)


def test_the_worst_part_decides_and_the_other_is_still_divided() -> None:
    found = solved([10] * 9 + [7], chain(9))
    assert found.verdict is Verdict.INFEASIBLE
    assert found.parts == 2
    assert found.certificate is not None
    assert found.certificate.facts["households"] == 7
    held = np.bincount(found.label, [10] * 9 + [7])
    assert sorted(held)[0] == 7
    assert (sorted(held)[1:] >= np.array([30])).all()


def test_a_part_without_households_is_dedicated() -> None:
    found = solved([10] * 4 + [0, 0], [*chain(4), (4, 5)])
    assert found.verdict is Verdict.DIVIDED
    assert list(found.is_dedicated) == [False, True]


def test_no_cells_have_no_grids() -> None:
    found = solved([], [])
    assert (len(found.label), found.parts, found.verdict) == (0, 0, Verdict.DIVIDED)


def test_random_numbers_depend_on_code_and_seed_alone() -> None:
    assert random_state("310101001001", 0) == random_state("310101001001", 0)
    assert random_state("310101001001", 0) != random_state("310101001002", 0)
    assert random_state("310101001001", 0) != random_state("310101001001", 1)
