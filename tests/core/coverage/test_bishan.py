"""Bishan, Singapore: walking distances on the real network, found once more by networkx on the lines as they were given."""

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from gridmap.core.coverage.network import Network, build_network
from gridmap.core.coverage.profiles import PROFILES, ProfileName, passable
from gridmap.core.coverage.reach import Reach, nearest
from gridmap.core.coverage.snapping import Positions, snap
from gridmap.core.topology import Floats, Geometries

CLASSES = {"trunk": "primary", "unclassified": "residential", "path": "footway"}
LIMIT = 1000.0
LAYERS = ("preschools", "chas-clinics", "community-clubs", "supermarkets", "mrt-exits", "gyms")


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "sg_bishan"


@pytest.fixture(scope="module")
def lines(folder: Path) -> gpd.GeoDataFrame:
    walk = gpd.read_file(folder / "walk_network_osm.geojson").to_crs(3414)
    walk["class"] = walk["highway"].fillna("footway").str.removesuffix("_link").replace(CLASSES)
    return walk


@pytest.fixture(scope="module")
def network(lines: gpd.GeoDataFrame) -> Network:
    return build_network(lines[["class", "geometry"]])


@pytest.fixture(scope="module")
def homes(folder: Path) -> gpd.GeoDataFrame:
    blocks = gpd.read_file(folder / "hdb_blocks.csv")
    places = gpd.points_from_xy(blocks["longitude"].astype(float), blocks["latitude"].astype(float), crs=4326)
    units = blocks["total_dwelling_units"].astype(int)
    return gpd.GeoDataFrame({"households": units}, geometry=places).to_crs(3414)


def places_of(folder: Path, layer: str) -> Geometries:
    table = gpd.read_file(folder / "facilities" / f"{layer}.geojson").to_crs(3414)
    return np.asarray(shapely.force_2d(shapely.point_on_surface(table.geometry.to_numpy())))


def drawn_metres(lines: gpd.GeoDataFrame) -> float:
    """Return the metres of the edges as their source joins them; each is there in both directions."""
    ends = np.sort(lines[["u", "v"]].to_numpy(), axis=1)
    edges = {
        (u, v, key): shape.length
        for (u, v), key, shape in zip(ends, lines["key"], lines.geometry, strict=True)
    }
    return sum(edges.values())


def by_networkx(network: Network, sources: Positions, targets: Positions) -> Floats:
    """Return the metres from each target to its nearest source, from a graph with a node for every position."""
    graph = nx.MultiGraph()
    for kind, positions in (("source", sources), ("target", targets)):
        for row, (edge, offset, leg) in enumerate(
            zip(positions.edge, positions.offset, positions.leg, strict=True)
        ):
            if edge >= 0:
                graph.add_edge((kind, row), ("on", edge, offset), weight=leg)
    on = {}
    for name in list(graph):
        if name[0] == "on":
            on.setdefault(int(name[1]), []).append(float(name[2]))
    for edge, (first, second, metres) in enumerate(
        zip(network.first, network.second, network.metres, strict=True)
    ):
        stops = [
            (0.0, int(first)),
            *((at, ("on", edge, at)) for at in sorted(on.get(edge, []))),
            (metres, int(second)),
        ]
        for (here, one), (there, other) in pairwise(stops):
            graph.add_edge(one, other, weight=there - here)
    starts = {("source", row) for row in range(len(sources)) if sources.edge[row] >= 0}
    found = nx.multi_source_dijkstra_path_length(graph, starts, cutoff=LIMIT)
    return np.array([found.get(("target", row), np.inf) for row in range(len(targets))])


def test_the_network_hangs_together_and_is_as_long_as_its_lines(
    lines: gpd.GeoDataFrame, network: Network
) -> None:
    assert set(network.component) == {0}
    assert network.metres.sum() == pytest.approx(drawn_metres(lines), rel=0.02)
    assert 5_000 <= len(network.xy) <= 5_500


def test_all_dwellings_are_linked(network: Network, homes: gpd.GeoDataFrame) -> None:
    found = snap(network, homes.geometry.to_numpy())
    assert homes["households"].sum() == 20_072
    assert set(found.reason) == {""}
    assert found.leg.max() < 60


@pytest.mark.parametrize("layer", LAYERS)
def test_distances_are_those_of_networkx(
    layer: str, folder: Path, network: Network, homes: gpd.GeoDataFrame
) -> None:
    sources, targets = snap(network, places_of(folder, layer)), snap(network, homes.geometry.to_numpy())
    everyone = passable(network, PROFILES[ProfileName.ADULT])
    found = nearest(network, sources, targets, LIMIT, everyone).metres
    expected = by_networkx(network, sources, targets)
    assert np.array_equal(np.isfinite(found), np.isfinite(expected))
    assert found[np.isfinite(found)] == pytest.approx(expected[np.isfinite(expected)], abs=1e-9)


def test_wheelchairs_go_no_shorter_ways_than_adults(
    folder: Path, network: Network, homes: gpd.GeoDataFrame
) -> None:
    sources, targets = snap(network, places_of(folder, "mrt-exits")), snap(network, homes.geometry.to_numpy())
    adult, chair = (
        Reach.of(network, targets, passable(network, PROFILES[name])).nearest(sources, LIMIT).metres
        for name in (ProfileName.ADULT, ProfileName.WHEELCHAIR)
    )
    assert (chair >= adult - 1e-9).all()
