"""What would make a community divisible: every remedy really does."""

import numpy as np
import pytest

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.remedies import (
    Neighbour,
    Problem,
    Remedy,
    RemedyKind,
    find_remedies,
    with_remedies,
)
from gridmap.core.division.proof.stairwells import split_towers
from gridmap.core.division.solve import random_state, solve
from gridmap.core.model import Band, Verdict
from tests.core.division.graphs import chain, make_graph, tower_estate

BAND = Band(300, 500)


def infeasible(graph: Graph) -> Problem:
    found = solve(graph, "{}号楼".format, BAND, "fast", random_state("A", 0))
    assert found.certificate is not None
    return Problem(graph, BAND, found.certificate, random_state("A", 0))


def remedies_of(graph: Graph, *neighbours: Neighbour) -> tuple[Remedy, ...]:
    return find_remedies(infeasible(graph), neighbours)


def is_divisible(graph: Graph, band: Band = BAND) -> bool:
    return solve(graph, str, band, "fast", random_state("B", 1)).verdict is Verdict.DIVIDED


def works(remedy: Remedy, graph: Graph) -> bool:
    """Carry a remedy out and divide anew."""
    if remedy.kind is RemedyKind.SPLIT_TOWER:
        stairwells = {one["cell"]: one["stairwells"] for one in remedy.facts["towers"]}
        return is_divisible(split_towers(graph, stairwells)[0])
    return is_divisible(graph, Band(remedy.facts["minimum"], remedy.facts["maximum"]))


def test_a_tower_over_the_maximum_is_split_into_as_few_stairwells_as_work() -> None:
    street = make_graph([100, 612, 200, 150], chain(4))
    first = remedies_of(street)[0]
    assert first.kind is RemedyKind.SPLIT_TOWER
    assert first.facts["towers"] == [{"cell": 1, "name": "1号楼", "households": 612, "stairwells": 2}]
    assert first.affected == 612
    assert "1号楼（612 户）拆为 2 个单元" in first.text.zh
    assert "已验证可行" in first.text.zh


def test_a_number_between_the_bands_asks_for_the_least_widening() -> None:
    """556 households in small cells: two grids of 278."""
    (only,) = remedies_of(make_graph([1] * 556, chain(556)))
    assert only.kind is RemedyKind.WIDEN_BAND
    assert (only.facts["minimum"], only.facts["maximum"]) == (278, 500)
    assert only.affected == 556


def test_a_community_may_be_joined_with_a_neighbour() -> None:
    neighbour = Neighbour("2", "东社区", make_graph([1] * 1000, chain(1000)))
    found = remedies_of(make_graph([1] * 556, chain(556)), neighbour)
    assert [remedy.kind for remedy in found] == [RemedyKind.WIDEN_BAND, RemedyKind.JOIN_NEIGHBOUR]
    assert found[1].facts["code"] == "2"
    assert found[1].affected == 1000


def test_a_neighbour_that_does_not_help_is_not_offered() -> None:
    neighbour = Neighbour("2", "东社区", make_graph([1] * 1000 + [700], chain(1001)))
    kinds = [remedy.kind for remedy in remedies_of(make_graph([1] * 556, chain(556)), neighbour)]
    assert RemedyKind.JOIN_NEIGHBOUR not in kinds


def test_one_of_two_towers_that_want_one_partner_is_split() -> None:
    street = make_graph([264, 100, 264, *[400] * 3], chain(6))
    found = remedies_of(street)
    assert len(found[0].facts["towers"]) == 1
    assert all(works(remedy, street) for remedy in found)


@pytest.mark.parametrize("seed", range(3))
def test_every_remedy_of_an_estate_of_towers_works(seed: int) -> None:
    estate = tower_estate(seed, 40)
    problem = infeasible(estate)
    found = find_remedies(problem)
    assert found
    assert all(works(remedy, estate) for remedy in found)
    assert [remedy.affected for remedy in found] == sorted(remedy.affected for remedy in found)


def test_remedies_are_told_with_the_certificate() -> None:
    street = make_graph([100, 612, 200, 150], chain(4))
    problem = infeasible(street)
    told = with_remedies(problem.certificate, find_remedies(problem))
    assert told.text.zh.startswith("以下楼栋（单元）不可再分")
    assert "拆为 2 个单元" in told.text.zh
    assert told.facts["remedies"][0]["kind"] == "split_tower"
    assert with_remedies(problem.certificate, ()).text == problem.certificate.text


def test_stairwells_touch_each_other_and_all_neighbours_of_their_tower() -> None:
    street = make_graph([100, 613, 200], chain(3))
    split, source = split_towers(street, {1: 3})
    assert source.tolist() == [0, 1, 2, 1, 1]
    assert split.households.tolist() == [100, 205, 200, 204, 204]
    pairs = set(zip(split.first.tolist(), split.second.tolist(), strict=True))
    assert pairs == {(0, 1), (0, 3), (0, 4), (1, 2), (2, 3), (2, 4), (1, 3), (1, 4), (3, 4)}
    assert (split.metres.sum(axis=1) > 0).all()
    assert (split.first < split.second).all()


def test_two_towers_side_by_side_touch_by_all_their_stairwells() -> None:
    split, _ = split_towers(make_graph([600, 600], [(0, 1)]), {0: 2, 1: 2})
    assert len(split.first) == 6
    assert np.unique(split.households).tolist() == [300]
