"""What carries households, and to which community it belongs."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box

from gridmap.core.division.carriers import Carriers, read_carriers
from gridmap.core.division.findings import FindingKind, Ledger
from gridmap.errors import Invalid


def table(shapes: list, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:32650")


WEST_AND_EAST = np.array([box(0, 0, 100, 100), box(100, 0, 200, 100)], dtype=object)


def read(shapes: list, households: list, ledger: Ledger | None = None, **columns: list) -> Carriers:
    frame = table(shapes, households=households, **columns)
    return read_carriers(frame, WEST_AND_EAST, ledger or Ledger(), is_whole=False)[0]


def kinds(ledger: Ledger, community: int = 0) -> dict[FindingKind, int]:
    return {finding.kind: finding.count for finding in ledger.of(community)}


def test_a_building_belongs_where_its_larger_part_is() -> None:
    ledger = Ledger()
    found = read([box(90, 10, 105, 20), box(97, 40, 110, 50)], [5, 6], ledger)
    assert list(found.community) == [0, 1]
    assert found.shapes[0].bounds == (90, 10, 100, 20)
    assert kinds(ledger) == {FindingKind.ASTRIDE_COMMUNITY: 1}


def test_what_lies_mostly_outside_is_left_out() -> None:
    found = read([box(-20, 0, 5, 10), box(500, 0, 510, 10), box(10, 10, 20, 20)], [1, 2, 3])
    assert list(found.households) == [3]
    assert list(found.labels) == [2]


def test_a_point_on_the_line_belongs_to_the_first_community() -> None:
    assert list(read([Point(100, 50)], [1]).community) == [0]


def test_null_counts_are_zero_and_are_named() -> None:
    ledger = Ledger()
    found = read(
        [box(0, 0, 9, 9), box(20, 0, 29, 9)], pd.array([None, 4], dtype="Int64"), ledger, name=["甲", "乙"]
    )
    assert list(found.households) == [0, 4]
    assert ledger.of(0)[0].where == ("甲",)


def test_a_negative_count_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="t1"):
        read([box(0, 0, 9, 9)], [-1], source_id=["t1"])


def test_a_table_without_counts_is_refused() -> None:
    with pytest.raises(Invalid, match="households"):
        read_carriers(table([Point(1, 1)]), WEST_AND_EAST, Ledger(), is_whole=False)


def test_invalid_and_odd_shapes_are_repaired_and_missing_ones_left_out() -> None:
    ledger = Ledger()
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = read([bow_tie, LineString([(20, 20), (30, 20)]), None, Polygon()], [1, 2, 3, 4], ledger)
    assert [shape.geom_type for shape in found.shapes] == ["MultiPolygon", "Point"]
    assert kinds(ledger)[FindingKind.INVALID_GEOMETRY] == 1


def test_a_repeated_outline_is_noted_and_both_rows_count() -> None:
    ledger = Ledger()
    found = read([box(0, 0, 9, 9), box(0, 0, 9, 9)], [4, 4], ledger)
    assert found.households.sum() == 8
    assert kinds(ledger) == {FindingKind.DUPLICATE: 1}


def test_small_areas_stay_whole() -> None:
    frame = table([box(-10, 0, 60, 50)], households=[9])
    found, share = read_carriers(frame, WEST_AND_EAST, Ledger(), is_whole=True)
    assert found.shapes[0].area == 3500
    assert share[0] == pytest.approx(6 / 7)


def test_a_building_in_two_parts_is_one_carrier() -> None:
    both = MultiPolygon([box(0, 0, 9, 9), box(20, 0, 25, 9)])
    assert len(read([both], [4]).shapes) == 1
