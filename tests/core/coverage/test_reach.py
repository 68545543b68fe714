from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.network import Network, build_network
from gridmap.core.coverage.reach import Reach, nearest, pairs
from gridmap.core.coverage.reference import nearest_by_scipy, pairs_by_scipy
from gridmap.core.coverage.snapping import Positions, joined
from gridmap.errors import Invalid
from tests.core.coverage.towns import at, compound, everywhere, lattice, lines_of, random_town

SEEDS = st.integers(0, 2**32 - 1)


def scattered(rng: np.random.Generator, network: Network, count: int) -> Positions:
    """Return positions on random edges; one in ten is not linked."""
    edge = rng.integers(0, len(network.first), count).astype(np.int32)
    edge[rng.random(count) < 0.1] = -1
    offset = rng.random(count) * network.metres[edge]
    return Positions(edge, offset, rng.uniform(0, 30, count), np.full(count, "", dtype=object))


def test_a_distance_is_leg_and_network_and_leg() -> None:
    network = build_network(lattice())
    found = nearest(
        network, at(network, (30, 10)), at(network, (100, 55), (190, 195)), 500, everywhere(network)
    )
    assert found.metres == pytest.approx([10 + 70 + 55, 10 + 70 + 200 + 90 + 5])
    assert found.source.tolist() == [0, 0]


def test_two_on_the_same_edge_need_not_go_to_its_ends() -> None:
    network = build_network(lattice())
    found = nearest(network, at(network, (40, 3)), at(network, (60, 4)), 100, everywhere(network))
    assert found.metres == pytest.approx([27])


def test_beyond_the_radius_nothing_is_near_and_at_the_radius_it_is() -> None:
    network = build_network(lattice())
    sources, targets = at(network, (0, 0)), at(network, (150, 0))
    assert nearest(network, sources, targets, 150, everywhere(network)).metres == pytest.approx([150])
    beyond = nearest(network, sources, targets, 149.99, everywhere(network))
    assert beyond.metres.tolist() == [np.inf]
    assert beyond.source.tolist() == [-1]


def test_a_closed_gate_is_walked_around() -> None:
    network = build_network(*compound())
    sources, targets = at(network, (100, 0)), at(network, (100, 60))
    assert nearest(network, sources, targets, 1000, everywhere(network)).metres == pytest.approx([60])
    assert nearest(network, sources, targets, 1000, network.gate < 0).metres == pytest.approx([540])
    reach = Reach.of(network, targets, network.gate < 0)
    assert reach.nearest(sources, 1000, is_open=np.array([True])).metres == pytest.approx([60])


def test_what_is_not_linked_reaches_nothing() -> None:
    network = build_network(lattice())
    lost = at(network, (5000, 5000))
    home = at(network, (50, 0))
    for sources, targets in ((lost, home), (home, lost), (lost, lost)):
        assert nearest(network, sources, targets, 500, everywhere(network)).metres.tolist() == [np.inf]
    assert nearest(
        network, lost.where(np.zeros(1, dtype=bool)), home, 500, everywhere(network)
    ).source.tolist() == [-1]


def test_a_network_without_edges_reaches_nothing() -> None:
    network = build_network(lines_of())
    nowhere = at(network, (0, 0))
    assert nearest(network, nowhere, nowhere, 500, everywhere(network)).metres.tolist() == [np.inf]
    assert len(pairs_by_scipy(network, nowhere, nowhere, 500, everywhere(network)).source) == 0


def test_of_sources_equally_near_the_one_of_the_least_row_is_named() -> None:
    network = build_network(lattice())
    sources = at(network, (200, 0), (0, 0), (0, 0))
    assert nearest(network, sources, at(network, (100, 0)), 500, everywhere(network)).source.tolist() == [0]


@pytest.mark.parametrize("radius", [0, -1, np.nan, np.inf])
def test_a_radius_that_is_no_distance_is_refused(radius: float) -> None:
    network = build_network(lattice())
    with pytest.raises(Invalid):
        nearest(network, at(network, (0, 0)), at(network, (0, 0)), radius, everywhere(network))


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.sampled_from([80.0, 300.0, 1500.0]))
def test_distances_and_pairs_are_those_of_scipy_on_the_network_as_it_is(seed: int, radius: float) -> None:
    rng = np.random.default_rng(seed)
    network = random_town(rng, nodes=int(rng.integers(1, 40)), gates=int(rng.integers(0, 2)))
    passable = (rng.random(len(network.first)) < 0.9) | (network.gate >= 0)
    passable &= (network.gate < 0) | (rng.random() < 0.5)
    sources, targets = scattered(rng, network, int(rng.integers(0, 20))), scattered(rng, network, 60)
    found, known = (each(network, sources, targets, radius, passable) for each in (pairs, pairs_by_scipy))
    assert found.source.tolist() == known.source.tolist()
    assert found.target.tolist() == known.target.tolist()
    assert found.metres == pytest.approx(known.metres, abs=1e-9)
    near = nearest(network, sources, targets, radius, passable)
    judge = nearest_by_scipy(network, sources, targets, radius, passable)
    assert near.metres == pytest.approx(judge.metres, abs=1e-9)
    assert near.source.tolist() == judge.source.tolist()
    assert near.metres.tolist() == found.nearest(60).metres.tolist()


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_walking_there_is_as_far_as_walking_back(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_town(rng, nodes=20)
    one, other = scattered(rng, network, 15), scattered(rng, network, 15)
    there = pairs(network, one, other, 400, everywhere(network))
    back = pairs(network, other, one, 400, everywhere(network))
    forth = {(s, t): m for s, t, m in zip(*there, strict=True)}
    assert {(t, s) for s, t in zip(back.source, back.target, strict=True)} == forth.keys()
    assert [forth[t, s] for s, t in zip(back.source, back.target, strict=True)] == pytest.approx(back.metres)


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_another_source_never_takes_a_target_farther_away(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_town(rng)
    reach = Reach.of(network, scattered(rng, network, 50), everywhere(network))
    sources, another = scattered(rng, network, 5), scattered(rng, network, 1)
    before = reach.nearest(sources, 500).metres
    assert (reach.nearest(joined(sources, another), 500).metres <= before).all()


def test_searches_at_the_same_time_do_not_disturb_one_another() -> None:
    rng = np.random.default_rng(1)
    network = random_town(rng, nodes=60)
    reach = Reach.of(network, scattered(rng, network, 200), everywhere(network))
    kinds = [scattered(rng, network, 10) for _ in range(40)]
    alone = [reach.nearest(sources, 400).metres.tolist() for sources in kinds]
    with ThreadPoolExecutor(4) as pool:
        assert [found.metres.tolist() for found in pool.map(lambda s: reach.nearest(s, 400), kinds)] == alone


def test_a_ring_without_a_crossing_is_walked_the_shorter_way() -> None:
    network = build_network(lines_of(("footway", [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])))
    found = nearest(network, at(network, (50, 0)), at(network, (0, 50), (100, 90)), 300, everywhere(network))
    assert found.metres == pytest.approx([100, 140])
