"""One community: parts, verdicts and the best there is when the band cannot be kept."""

from dataclasses import replace

import numpy as np
import pytest

from gridmap.core.division.certificate import CertificateKind
from gridmap.core.division.graph import Graph
from gridmap.core.division.solve import EFFORT, Solution, random_state, solve
from gridmap.core.model import Band, Verdict


def solved(households: list[int], edges: list[tuple[int, int]], code: str = "A") -> Solution:
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T.copy()
    table = np.zeros((len(edges), 4))
    table[:, 0] = 10.0
    none = np.full(len(households), -1)
    graph = Graph(np.array(households, dtype=np.int64), first, second, table, none, none)
    return solve(graph, "cell {}".format, Band(30, 50), "fast", random_state(code, 0))


def chain(count: int) -> list[tuple[int, int]]:
    return [(cell, cell + 1) for cell in range(count - 1)]


def test_a_chain_of_cells_is_divided() -> None:
    found = solved([10] * 12, chain(12))
    assert found.verdict is Verdict.DIVIDED
    assert (np.bincount(found.label, [10] * 12) >= 30).all()


STAR = [(0, 3), (1, 3), (2, 3), (3, 4), (3, 5)]


def test_a_small_part_that_no_tree_can_cut_is_proved_impossible_by_exhaustion() -> None:
    """A star of five: whatever takes the middle leaves cells of 20 alone."""
    found = solved([20, 20, 20, 29, 20, 20], STAR)
    assert found.verdict is Verdict.INFEASIBLE
    assert found.certificate is not None
    assert found.certificate.kind is CertificateKind.EXHAUSTED
    assert "穷举" in found.certificate.text.zh


def test_a_failed_search_is_unknown_not_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EFFORT, "fast", replace(EFFORT["fast"], sets=2))
    found = solved([20, 20, 20, 29, 20, 20], STAR)
    assert found.verdict is Verdict.UNKNOWN
    assert found.certificate is None
    assert len(found.label) == 6


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
