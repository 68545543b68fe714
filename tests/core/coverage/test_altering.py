"""A service altered in thought is judged as one that is judged from the beginning."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.altering import Service
from gridmap.core.coverage.distances import judge_distances
from gridmap.core.coverage.home_reach import HomeReach
from gridmap.core.coverage.network import Network, build_network
from gridmap.core.coverage.residents import Residents, residents_of
from gridmap.core.coverage.situation import CLOSED, OPEN, UNSURE, Walks
from gridmap.core.coverage.snapping import Positions, joined
from gridmap.core.topology import Booleans, Integers
from tests.core.coverage.test_home_reach import places_of, squares, town
from tests.core.coverage.test_reach import scattered
from tests.core.coverage.towns import at, compound, everywhere

SEARCH_M, RADIUS_M = 600.0, 300.0
State = tuple[Positions, Integers, np.ndarray]
"""Entrances, the facility of each, and the state of each facility."""


def reach_of(network: Network, homes: Positions, passable: Booleans) -> HomeReach:
    """Return homes of which none lives in a compound."""
    nobody = Residents(
        np.zeros(len(homes), dtype=np.int64),
        np.ones((1, len(network.gates)), dtype=bool),
        np.zeros(len(network.gates), dtype=bool),
    )
    return HomeReach.of(network, homes, passable, nobody)


def service_of(reach: HomeReach, entrances: Positions, owner: list[int], opened: list[int]) -> Service:
    return Service.of(
        reach, entrances, np.array(owner, dtype=np.int64), np.array(opened, dtype=np.int8), SEARCH_M
    )


def judged(reach: HomeReach, homes: Positions, state: State) -> tuple[list[float], list[str]]:
    """Return metres and outcomes as a study judges them."""
    entrances, owner, opened = state
    pairs = reach.pairs(entrances, SEARCH_M)
    walks = Walks(
        pairs._replace(source=owner[pairs.source]),
        np.zeros(len(homes)),
        np.zeros(len(homes)),
        homes.reason,
        np.ones(len(homes), dtype=bool),
    )
    table = judge_distances(walks, np.full(len(homes), RADIUS_M), opened)
    return table["metres"].to_list(), table["outcome"].to_list()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_any_changes_are_judged_as_if_it_had_been_so_from_the_beginning(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network = town(rng)
    homes = scattered(rng, network, 60)
    residents = residents_of(network.gates, squares(rng), places_of(network, homes))
    reach = HomeReach.of(network, homes, everywhere(network), residents)
    entrances, owner = scattered(rng, network, 7), np.array([0, 0, 1, 2, 2, 2, 3])
    opened = rng.choice([OPEN, CLOSED, UNSURE], 4).astype(np.int8)
    service = Service.of(reach, entrances, owner, opened, SEARCH_M)
    for _ in range(4):
        if rng.random() < 0.3:
            gate, is_open = int(rng.integers(0, len(network.gates))), bool(rng.random() < 0.5)
            service, reach = service.set_gate(gate, is_open=is_open), with_gate(reach, gate, is_open=is_open)
        else:
            service, entrances, owner, opened = step(rng, network, service, (entrances, owner, opened))
        found = service.distances(np.full(len(homes), RADIUS_M), homes.reason)
        expected = judged(reach, homes, (entrances, owner, opened))
        assert (found.metres.tolist(), found.outcome.tolist()) == expected


def with_gate(reach: HomeReach, gate: int, *, is_open: bool) -> HomeReach:
    masks = [part.is_open.copy() for part in reach.parts]
    for mask in masks:
        mask[gate] = is_open
    parts = [replace(part, is_open=mask) for part, mask in zip(reach.parts, masks, strict=True)]
    return replace(reach, parts=tuple(parts))


def step(
    rng: np.random.Generator, network: Network, service: Service, state: State
) -> tuple[Service, Positions, Integers, np.ndarray]:
    """Alter the service, and what it is judged from."""
    entrances, owner, opened = state
    position, facility = scattered(rng, network, 1), int(rng.integers(0, 4))
    others = entrances.where(owner != facility), owner[owner != facility]
    match rng.integers(0, 3):
        case 0:
            added = joined(entrances, position)
            return service.add(position), added, np.append(owner, len(opened)), np.append(opened, OPEN)
        case 1:
            moved = joined(others[0], position)
            return service.move(facility, position), moved, np.append(others[1], facility), opened
        case _:
            return service.close(facility), *others, opened


def test_what_is_closed_then_stays_so_wherever_it_is() -> None:
    network = build_network(*compound())
    reach = reach_of(network, at(network, (100, 60)), everywhere(network))
    service = service_of(reach, at(network, (100, 50)), [0], [CLOSED])
    assert service.close(0) is service
    assert service.move(0, at(network, (100, 60))) is service


def test_a_home_that_only_a_facility_of_unknown_hours_is_near_to_is_unknown() -> None:
    network = build_network(*compound())
    homes = at(network, (100, 60))
    reach = reach_of(network, homes, everywhere(network))
    service = service_of(reach, at(network, (100, 50)), [0], [UNSURE])
    radius_m = np.array([RADIUS_M])
    assert service.distances(radius_m, homes.reason).outcome.tolist() == ["unknown"]
    assert service.close(0).distances(radius_m, homes.reason).outcome.tolist() == ["unmet"]
    opened = service.add(at(network, (100, 55))).distances(radius_m, homes.reason)
    assert (opened.outcome.tolist(), opened.metres[0]) == (["met"], pytest.approx(5))


def test_a_service_without_facilities_can_get_its_first() -> None:
    network = build_network(*compound())
    homes = at(network, (100, 60))
    reach = reach_of(network, homes, network.gate < 0)
    nothing = service_of(reach, at(network, (0, 0)).where(np.zeros(1, dtype=bool)), [], [])
    opened = nothing.set_gate(0, is_open=True).add(at(network, (100, 0)))
    assert opened.distances(np.array([RADIUS_M]), homes.reason).metres == pytest.approx([60])
