"""The cell graphs of cities, as the engine makes them: what the peers and the engine divide alike."""

import geopandas as gpd

from benchmarks.families import Town
from gridmap.core.division.cells import build_fabric
from gridmap.core.division.divide import _graphs
from gridmap.core.division.findings import Ledger
from gridmap.core.division.graph import Graph
from gridmap.core.division.inputs import read_city
from gridmap.core.model import Band


def graphs_of(town: Town, *, cells: gpd.GeoDataFrame | None = None) -> list[Graph]:
    """Return the graph of each community, in the order of their codes."""
    ledger = Ledger()
    city = read_city(
        town.communities, buildings=town.buildings, cells=cells, lines=town.lines, band=Band(), ledger=ledger
    )
    return _graphs(build_fabric(city, ledger), len(city.codes))
