import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.network import build_network
from gridmap.core.coverage.reach import Reach
from gridmap.core.coverage.reference import pairs_by_scipy
from gridmap.core.coverage.whatif import Standing
from gridmap.errors import NotFound
from tests.core.coverage.test_reach import scattered
from tests.core.coverage.towns import at, compound, everywhere, lattice, random_town


def assert_as_from_the_beginning(standing: Standing) -> None:
    anew = Standing.of(standing.reach, standing.sources, standing.radius, is_open=standing.is_open)
    for found, expected in ((standing.nearest(), anew.nearest()), (standing.pairs(), anew.pairs())):
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def step(rng: np.random.Generator, standing: Standing) -> Standing:
    source = int(rng.integers(0, len(standing.sources)))
    position = scattered(rng, standing.reach.network, 1)
    steps = [
        lambda: standing.add(position),
        lambda: standing.move(source, position),
        lambda: standing.close(source),
    ]
    if gates := len(standing.is_open):
        gate = int(rng.integers(0, gates))
        steps += [lambda: standing.open_gate(gate), lambda: standing.close_gate(gate)]
    return steps[rng.integers(0, len(steps))]()


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_steps_lead_to_what_a_search_from_the_beginning_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = random_town(rng, nodes=30, gates=6)
    targets = scattered(rng, network, 80)
    reach = Reach.of(network, targets, everywhere(network))
    standing = Standing.of(reach, scattered(rng, network, 6), 400)
    for _ in range(6):
        before, standing = standing, step(rng, standing)
        assert_as_from_the_beginning(standing)
        was, now = before.nearest(), standing.nearest()
        differs = np.flatnonzero((was.metres != now.metres) | (was.source != now.source))
        assert standing.change.target.tolist() == differs.tolist()
        assert standing.change.before.metres.tolist() == was.metres[differs].tolist()
        assert standing.change.after.source.tolist() == now.source[differs].tolist()
    passable = np.append(standing.is_open, [True])[network.gate]
    judge = pairs_by_scipy(network, standing.sources, targets, 400, passable)
    assert standing.pairs().source.tolist() == judge.source.tolist()
    assert standing.pairs().metres == pytest.approx(judge.metres, abs=1e-9)


def test_the_state_before_a_step_stays_as_it_was() -> None:
    network = build_network(lattice())
    reach = Reach.of(network, at(network, (0, 50), (200, 150)), everywhere(network))
    standing = Standing.of(reach, at(network, (0, 0)), 1000)
    known = standing.nearest().metres.tolist()
    standing.add(at(network, (200, 150))).close(0)
    assert standing.nearest().metres.tolist() == known


def test_closing_the_only_source_leaves_everyone_unserved() -> None:
    network = build_network(lattice())
    reach = Reach.of(network, at(network, (0, 50), (200, 150)), everywhere(network))
    closed = Standing.of(reach, at(network, (0, 0)), 1000).close(0)
    assert closed.nearest().source.tolist() == [-1, -1]
    assert closed.change.before.metres == pytest.approx([50, 350])
    assert len(closed.pairs().source) == 0


def test_opening_a_gate_brings_those_behind_it_nearer() -> None:
    network = build_network(*compound())
    reach = Reach.of(network, at(network, (100, 60), (10, 0)), network.gate < 0)
    opened = Standing.of(reach, at(network, (100, 0)), 1000).open_gate(0)
    assert opened.change.target.tolist() == [0]
    assert opened.change.before.metres == pytest.approx([540])
    assert opened.change.after.metres == pytest.approx([60])
    assert_as_from_the_beginning(opened.close_gate(0))


def test_sources_and_gates_that_are_not_there_are_not_found() -> None:
    network = build_network(*compound())
    standing = Standing.of(
        Reach.of(network, at(network, (0, 0)), everywhere(network)), at(network, (9, 0)), 99
    )
    for wrong in (lambda: standing.close(1), lambda: standing.close(-1), lambda: standing.open_gate(1)):
        with pytest.raises(NotFound):
            wrong()
