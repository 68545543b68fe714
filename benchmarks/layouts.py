"""The cells of cities, as the engine makes them: what the peers and the engine divide alike."""

import geopandas as gpd

from benchmarks.families import Town
from gridmap.core.division.fabric.cells import build_fabric
from gridmap.core.division.findings import Ledger
from gridmap.core.division.inputs import read_city
from gridmap.core.division.layout import Layout, layouts
from gridmap.core.model import Band


def layouts_of(town: Town, *, cells: gpd.GeoDataFrame | None = None) -> list[Layout]:
    """Return the cells of each community, in the order of their codes.

    Parameters
    ----------
    cells : small areas with households, which take the place of buildings; None if there are none.
    """
    ledger = Ledger()
    city = read_city(
        town.communities,
        buildings=town.buildings,
        cells=cells,
        lines=town.lines,
        compounds=None,
        band=Band(),
        ledger=ledger,
    )
    return layouts(city, build_fabric(city, ledger))
