"""Cells: one for each home, each in one piece, households where their point lies."""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from gridmap.core.division.fabric.cells import Fabric, build_fabric
from gridmap.core.division.fabric.lines import ARTERIAL, INNER, ROAD, WEAK
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.core.division.inputs import read_city
from gridmap.core.model import Band
from gridmap.core.topology import Segments


def table(shapes: list[BaseGeometry], **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32650")


def cells_of(
    community: BaseGeometry, homes: list[BaseGeometry], roads: dict[str, LineString] | None = None
) -> tuple[Fabric, set[FindingKind]]:
    ledger, lines = Ledger(), roads or {}
    city = read_city(
        table([community], code=["A"], name=["A"]),
        buildings=table(homes, households=[10] * len(homes)),
        cells=None,
        lines=table(list(lines.values()), **{"class": list(lines)}),
        band=Band(),
        ledger=ledger,
    )
    return build_fabric(city, ledger), {finding.kind for finding in ledger.of(0)}


def between_cells(fabric: Fabric) -> tuple[Segments, np.ndarray]:
    inner = fabric.borders.right >= 0
    return fabric.borders.where(inner), fabric.rank[inner]


def test_each_home_gets_the_land_nearest_to_it() -> None:
    fabric, _ = cells_of(box(0, 0, 100, 40), [box(10, 10, 20, 30), box(60, 10, 70, 30)])
    assert sorted(shapely.area(fabric.shapes())) == pytest.approx([1600, 2400], abs=5)
    assert list(fabric.households) == [10, 10]
    assert between_cells(fabric)[0].lengths().sum() == pytest.approx(40, abs=0.5)


def test_edges_know_what_lies_along_them() -> None:
    homes = [box(x + 5, 5, x + 15, 15) for x in (0, 20, 40, 60, 80)]
    roads = {
        "wall": LineString([(20, -5), (20, 25)]),
        "tertiary": LineString([(40, -5), (40, 25)]),
        "railway": LineString([(60, -5), (60, 25)]),
    }
    fabric, _ = cells_of(box(0, 0, 100, 20), homes, roads)
    edges, rank = between_cells(fabric)
    assert list(dict.fromkeys(rank[np.argsort(edges.start[:, 0])])) == [WEAK, ROAD, ARTERIAL, INNER]


def test_a_border_between_houses_may_follow_a_footway() -> None:
    homes, path = [box(5, 5, 15, 15), box(25, 5, 35, 15)], {"footway": LineString([(21, -5), (21, 25)])}
    fabric, _ = cells_of(box(0, 0, 40, 20), homes, path)
    assert set(between_cells(fabric)[1]) == {WEAK}


def test_homes_are_whole_even_where_a_road_runs_through_them() -> None:
    homes = [box(30, 5, 50, 15), box(2, 5, 12, 15), box(66, 5, 76, 15)]
    fabric, kinds = cells_of(box(0, 0, 80, 20), homes, {"primary": LineString([(41, -5), (41, 25)])})
    own = fabric.shapes()[fabric.cell_of_carrier]
    assert [shape.buffer(0.01).covers(home) for shape, home in zip(own, homes, strict=True)] == [True] * 3
    assert FindingKind.ASTRIDE_LINE in kinds
    assert own[0].geom_type == "Polygon"


def test_land_behind_a_notch_goes_to_the_neighbour() -> None:
    """A wall-like notch leaves a small corner that is nearest to a home it cannot be reached from."""
    yard = Polygon([(0, 0), (60, 0), (60, 40), (31, 40), (31, 3), (30, 3), (30, 40), (0, 40)])
    fabric, _ = cells_of(yard, [box(14, 10, 29, 38), box(45, 10, 58, 20)])
    assert [shape.geom_type for shape in fabric.shapes()] == ["Polygon"] * len(fabric.community)
    assert fabric.households.sum() == 20


def test_points_and_outlines_together() -> None:
    fabric, _ = cells_of(
        box(0, 0, 100, 40), [Point(10, 20), Point(10, 20), Point(90, 20), box(40, 10, 60, 30)]
    )
    assert len(fabric.community) == 3
    assert fabric.cell_of_carrier[0] == fabric.cell_of_carrier[1]


def test_a_home_in_the_courtyard_of_another_has_its_own_cell() -> None:
    ring = box(10, 10, 70, 70).difference(box(20, 20, 60, 60))
    fabric, kinds = cells_of(box(0, 0, 80, 80), [ring, box(35, 35, 45, 45)])
    assert len(set(fabric.cell_of_carrier)) == 2
    assert FindingKind.BUILDING_CUT not in kinds


def test_a_large_home_in_pieces_stays_one_carrier() -> None:
    both = shapely.MultiPolygon([box(10, 10, 20, 20), box(22, 10, 32, 20)])
    fabric, kinds = cells_of(box(0, 0, 80, 30), [both, box(60, 10, 70, 20)])
    assert len(fabric.community) == 2
    assert FindingKind.BUILDING_CUT not in kinds
