"""Gates for residents only, against a search of each home by networkx on the ways that are open to it."""

from itertools import pairwise

import networkx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.core.coverage.gates import read_gates
from gridmap.core.coverage.home_reach import HomeReach
from gridmap.core.coverage.network import Network, build_network
from gridmap.core.coverage.residents import residents_of
from gridmap.core.coverage.snapping import Positions, snap
from gridmap.core.topology import Booleans, Geometries
from tests.core.coverage.test_reach import scattered
from tests.core.coverage.towns import compound, everywhere, points, random_town

RADIUS_M = 500.0


def town(rng: np.random.Generator) -> Network:
    """Return a random town of which two gates in three are for residents only."""
    network = random_town(rng, nodes=30, gates=8)
    network.gates.residents_only[:] = rng.random(len(network.gates)) < 0.67
    return network


def squares(rng: np.random.Generator) -> Geometries:
    """Return compounds that may overlap and lie in one another."""
    corner, size = rng.uniform(0, 800, (5, 2)), rng.uniform(100, 500, 5)
    return np.asarray(shapely.box(*corner.T, *(corner + size[:, None]).T))


def places_of(network: Network, positions: Positions) -> Geometries:
    shapes = network.geometry[positions.edge]
    return np.asarray(shapely.line_interpolate_point(shapes, positions.offset))


def walks_of(network: Network, usable: Booleans, sources: Positions, home: Positions) -> np.ndarray:
    """Return the metres from each source to one home, inf beyond the radius, as networkx finds them."""
    graph = networkx.MultiGraph()
    stops: dict[int, list[tuple[float, object]]] = {}
    ends = [*((f"s{row}", sources, row) for row in range(len(sources))), ("home", home, 0)]
    for name, positions, row in ends:
        edge = int(positions.edge[row])
        if usable[edge] and network.gate[edge] < 0:
            graph.add_edge(name, (name, "foot"), weight=positions.leg[row])
            stops.setdefault(edge, []).append((float(positions.offset[row]), (name, "foot")))
    for edge in np.flatnonzero(usable).tolist():
        inner = sorted(stops.get(edge, []), key=lambda stop: stop[0])
        chain = [
            (0.0, int(network.first[edge])),
            *inner,
            (float(network.metres[edge]), int(network.second[edge])),
        ]
        for (start, one), (end, other) in pairwise(chain):
            graph.add_edge(one, other, weight=end - start)
    if "home" not in graph:
        return np.full(len(sources), np.inf)
    found = networkx.single_source_dijkstra_path_length(graph, "home")
    metres = np.array([found.get(f"s{row}", np.inf) for row in range(len(sources))])
    return np.where(metres <= RADIUS_M, metres, np.inf)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_home_walks_as_networkx_does_on_the_ways_open_to_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network, compounds = town(rng), squares(rng)
    homes, sources = scattered(rng, network, 25), scattered(rng, network, 6)
    spots = places_of(network, homes)
    reach = HomeReach.of(network, homes, everywhere(network), residents_of(network.gates, compounds, spots))
    expected = np.array(
        [
            walks_of(network, open_to(network, compounds, spot), sources, homes.where(np.array([row])))
            for row, spot in enumerate(spots)
        ]
    )
    found = np.full(expected.shape, np.inf)
    pairs = reach.pairs(sources, RADIUS_M)
    found[pairs.target, pairs.source] = pairs.metres
    near = expected < RADIUS_M - 1e-6
    np.testing.assert_allclose(found[near], expected[near], atol=1e-9, rtol=0)
    assert np.isinf(found[expected > RADIUS_M + 1e-6]).all()
    for one, other in zip(reach.nearest(sources, RADIUS_M), pairs.nearest(len(homes)), strict=True):
        np.testing.assert_array_equal(one, other)


def open_to(network: Network, compounds: Geometries, home: shapely.Point) -> Booleans:
    """Return the edges open to who lives somewhere, gate by gate, as the rule is told."""
    usable = np.ones(len(network.first), dtype=bool)
    for edge in np.flatnonzero(network.gate >= 0).tolist():
        gate = int(network.gate[edge])
        if network.gates.residents_only[gate]:
            point = shapely.Point(network.gates.xy[gate])
            near = [(one.distance(point), one.area, one) for one in compounds if one.distance(point) <= 20]
            usable[edge] = not near or min(near, key=lambda each: each[:2])[2].covers(home)
    return usable


def test_a_gate_lets_its_own_residents_out_and_no_passer_by_through() -> None:
    """The lane north of the gate lies in the compound; who lives on the street goes round, and who lives within does not."""
    lines, gates = compound()
    gates["residents_only"] = True

    network = build_network(lines, gates)
    homes = points((100, 60), (10, 0))

    positions, shop = snap(network, homes), snap(network, points((100, 0), (100, 90)))
    yard = np.array([shapely.box(50, 20, 150, 80)])
    reach = HomeReach.of(network, positions, everywhere(network), residents_of(network.gates, yard, homes))
    found = reach.pairs(shop, 1000)
    metres = {(int(a), int(b)): c for a, b, c in zip(found.source, found.target, found.metres, strict=True)}
    assert metres == pytest.approx({(0, 0): 60, (1, 0): 30, (0, 1): 90, (1, 1): 290 + 100 + 200 + 10})
    opened = reach.opened(0).pairs(shop, 1000)
    assert opened.metres.max() == pytest.approx(180)
    assert reach.has_way(positions, shop).tolist() == [True, True]


def test_whoever_is_shut_in_or_out_has_no_way() -> None:
    lines, gates = compound()
    gates["residents_only"] = True

    network = build_network(lines.iloc[[0, 1]].reset_index(drop=True), gates)
    homes = points((100, 60), (10, 0))
    positions, shop = snap(network, homes), snap(network, points((100, 90)))
    yard = np.array([shapely.box(50, 20, 150, 100)])
    outside = HomeReach.of(network, positions, everywhere(network), residents_of(network.gates, yard, homes))
    assert outside.has_way(positions, shop).tolist() == [True, False]
    assert outside.nearest(shop, 1000).source.tolist() == [0, -1]


def test_a_gate_belongs_to_the_compound_it_stands_in_or_the_nearest_and_else_to_nobody() -> None:
    _, table = compound()
    gates = read_gates(table.assign(residents_only=True))
    homes = points((100, 60), (300, 300))
    large, small = shapely.box(0, 0, 200, 200), shapely.box(50, 10, 150, 100)
    far = shapely.box(100, 200, 400, 400)
    for compounds, part in (
        ([large, small], [1, 0]),
        ([small, large], [1, 0]),
        ([far], [0, 0]),
        ([], [0, 0]),
    ):
        found = residents_of(gates, np.array(compounds, dtype=object), homes)
        assert found.part.tolist() == part
        assert found.lets[0].tolist() == [len(found.lets) == 1]
    nearest = residents_of(gates, np.array([shapely.box(50, 30, 150, 100)]), homes)
    assert nearest.part.tolist() == [1, 0]
