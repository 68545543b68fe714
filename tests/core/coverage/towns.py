"""Small towns to walk in.

The lattice is streets every 100 m; the compound is walled and has one gate::

    y
    200 ─┬───────┬───────┬
         │       │       │
    100 ─┼───────┼───────┼
         │       │       │
      0 ─┴───────┴───────┴─ x
         0      100     200
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, Point

from gridmap.core.coverage.network import Network, build_network
from gridmap.core.coverage.snapping import Positions, snap
from gridmap.core.topology import Booleans, Geometries

CRS = "EPSG:32650"


def lines_of(*drawn: tuple[str, Sequence[tuple[float, float]]], **columns: object) -> gpd.GeoDataFrame:
    shapes = [LineString(points) for _, points in drawn]
    return gpd.GeoDataFrame({"class": [name for name, _ in drawn], **columns}, geometry=shapes, crs=CRS)


def lattice(size: int = 3, step: float = 100.0) -> gpd.GeoDataFrame:
    end = (size - 1) * step
    across = [("residential", [(0, k * step), (end, k * step)]) for k in range(size)]
    along = [("residential", [(k * step, 0), (k * step, end)]) for k in range(size)]
    return lines_of(*across, *along)


def compound() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return lines and gates: a street y = 0, a lane from (100, 0) north through a gate at (100, 20), a detour round the wall."""
    lines = lines_of(
        ("residential", [(0, 0), (300, 0)]),
        ("footway", [(100, 0), (100, 100)]),
        ("footway", [(100, 100), (300, 100), (300, 0)]),
        ("wall", [(0, 20), (99, 20)]),
        ("wall", [(101, 20), (290, 20)]),
    )
    gates = gpd.GeoDataFrame(
        {"source_id": ["north"], "hours": ["06:00-22:00"], "residents_only": [False]},
        geometry=[Point(100.5, 20)],
        crs=CRS,
    )
    return lines, gates


def points(*xy: tuple[float, float]) -> Geometries:
    return np.array([Point(each) for each in xy], dtype=object)


def at(network: Network, *xy: tuple[float, float]) -> Positions:
    return snap(network, points(*xy))


def everywhere(network: Network) -> Booleans:
    return np.ones(len(network.first), dtype=bool)


def random_town(rng: np.random.Generator, *, nodes: int = 40, gates: int = 0) -> Network:
    """Return a town of random straight streets, cut where they cross, with gates on some."""
    ends = rng.uniform(0, 1000, (nodes, 2, 2)).round(1)
    drawn = gpd.GeoDataFrame(
        {"class": rng.choice(["residential", "footway", "steps"], nodes)},
        geometry=list(shapely.linestrings(ends)),
        crs=CRS,
    )
    on = rng.choice(nodes, gates, replace=False)
    places = shapely.line_interpolate_point(drawn.geometry.to_numpy()[on], rng.random(gates), normalized=True)
    barred = gpd.GeoDataFrame({"source_id": list(map(str, on))}, geometry=list(places), crs=CRS)
    return build_network(drawn, barred)
