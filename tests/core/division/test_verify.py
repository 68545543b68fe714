"""The independent checker: it accepts real proofs and rejects what was tampered with."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gridmap.core.division import verify as checker
from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.certificate import Certificate, CertificateKind, Subject
from gridmap.core.division.proof.exhaust import exhaust
from gridmap.core.division.proof.proofs import (
    prove_around_heavy_cells,
    prove_by_sums,
    prove_by_weights,
    prove_whole,
)
from gridmap.core.division.verify import verify
from gridmap.core.model import Band
from tests.core.division.graphs import STAR, chain, make_graph

BAND = Band(300, 500)
BIPARTITE = [(0, 3), (1, 3), (1, 4), (2, 4), (3, 4)]

Case = tuple[Graph, Certificate]


def subject(graph: Graph) -> Subject:
    return Subject(graph, np.arange(len(graph.households)), "cell {}".format, BAND)


def certified(*households: int) -> Case:
    graph = make_graph(list(households), chain(len(households)))
    found = prove_by_sums(subject(graph)) or prove_around_heavy_cells(subject(graph))
    assert found is not None
    return graph, found


def by_weights() -> Case:
    graph = make_graph([280, 280, 280, 200, 200], BIPARTITE)
    found = prove_by_weights(subject(graph))
    assert found is not None
    return graph, found


def by_exhaustion() -> Case:
    graph = make_graph([200, 200, 200, 290, 200, 200], STAR)
    return graph, prove_whole(subject(graph), np.arange(6), exhaust(graph, BAND, limit=1000).states)


CASES: dict[CertificateKind, Callable[[], Case]] = {
    CertificateKind.CELL_OVER_MAXIMUM: lambda: certified(100, 612, 200),
    CertificateKind.ARITHMETIC: lambda: certified(200, 200, 156),
    CertificateKind.LONELY_CELL: lambda: certified(264, 300, 100, 300),
    CertificateKind.NEIGHBOURHOOD: lambda: certified(264, 100, 264, *[400] * 12),
    CertificateKind.SET_PARTITION: by_weights,
    CertificateKind.EXHAUSTED: by_exhaustion,
}


@pytest.mark.parametrize("kind", CertificateKind)
def test_a_proof_of_each_kind_is_accepted(kind: CertificateKind) -> None:
    graph, proof = CASES[kind]()
    assert proof.kind is kind
    assert verify(graph, BAND, proof)


@pytest.mark.parametrize("kind", CertificateKind)
def test_a_proof_about_other_numbers_is_rejected(kind: CertificateKind) -> None:
    graph, proof = CASES[kind]()
    for name in ("households", "minimum", "maximum", "part"):
        told = {**proof.facts, name: proof.facts[name] + 10_000}
        assert not verify(graph, BAND, replace(proof, facts=told))
    assert not verify(graph, Band(1, 10_000), proof)


@pytest.mark.parametrize("kind", CertificateKind)
def test_a_proof_without_its_facts_is_rejected(kind: CertificateKind) -> None:
    graph, proof = CASES[kind]()
    told = {name: proof.facts[name] for name in ("households", "minimum", "maximum", "part")}
    assert not verify(graph, BAND, replace(proof, facts=told))


@pytest.mark.parametrize("kind", CertificateKind)
def test_a_proof_does_not_hold_for_a_community_that_can_be_divided(kind: CertificateKind) -> None:
    _, proof = CASES[kind]()
    count = max(proof.facts["households"] // 400, 1)
    share, rest = divmod(proof.facts["households"], 4 * count)
    easy = make_graph([share + (cell < rest) for cell in range(4 * count)], chain(4 * count))
    if kind is not CertificateKind.ARITHMETIC:
        assert not verify(easy, BAND, proof)


def tampered(kind: CertificateKind, **facts: Any) -> bool:
    """Tell whether a proof is accepted with other facts."""
    graph, proof = CASES[kind]()
    return verify(graph, BAND, replace(proof, facts={**proof.facts, **facts}))


def test_a_cell_within_the_maximum_is_not_over_it() -> None:
    assert not tampered(CertificateKind.CELL_OVER_MAXIMUM, cells=[{"cell": 0}])


def test_a_cell_with_a_partner_is_not_lonely() -> None:
    assert not tampered(CertificateKind.LONELY_CELL, cells=[{"cell": 1}])
    assert not tampered(CertificateKind.LONELY_CELL, cells=[])


def test_a_neighbourhood_short_of_a_tower_proves_nothing() -> None:
    assert not tampered(CertificateKind.NEIGHBOURHOOD, order=[0, 1])
    assert not tampered(CertificateKind.NEIGHBOURHOOD, order=[0, 1, 1, 2, 2])


def test_other_weights_prove_nothing() -> None:
    heavier = [{"cell": 0, "weight": 5}, {"cell": 3, "weight": -1}]
    assert not tampered(CertificateKind.SET_PARTITION, weights=heavier)
    assert not tampered(CertificateKind.SET_PARTITION, weights=[{"cell": 0, "weight": 1}])
    assert not tampered(CertificateKind.SET_PARTITION, weights=[])


def test_a_whole_short_of_a_cell_proves_nothing() -> None:
    assert not tampered(CertificateKind.EXHAUSTED, order=[4, 3])


def test_numbers_that_allow_a_division_are_no_arithmetic_proof() -> None:
    graph = make_graph([200, 200, 200], chain(3))
    _, proof = CASES[CertificateKind.ARITHMETIC]()
    for fewer in (-1, 0, 1, 2):
        facts = {"households": 600, "minimum": 300, "maximum": 500, "part": 0, "fewer": fewer}
        assert not verify(graph, BAND, replace(proof, facts=facts))


@pytest.mark.parametrize("kind", [CertificateKind.NEIGHBOURHOOD, CertificateKind.EXHAUSTED])
def test_what_is_too_much_to_check_is_not_accepted(
    kind: CertificateKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, proof = CASES[kind]()
    monkeypatch.setattr(checker, "LIMIT", 1)
    assert not verify(graph, BAND, proof)


def test_the_checker_shares_no_code_with_the_search() -> None:
    assert checker.__file__ is not None
    with open(checker.__file__) as source:
        imports = [line for line in source if line.startswith(("import", "from"))]
    assert not [line for line in imports if "gridmap" in line]
