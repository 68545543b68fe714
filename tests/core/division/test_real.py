"""The division on real data, which is not part of the project: small areas of one city, buildings of another."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.core.division import CertificateKind, Division, divide
from gridmap.core.model import Verdict

CLASSES = {"trunk": "primary", "unclassified": "residential"}


def all_grids(found: Sequence[Division]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.concat([one.grids for one in found], ignore_index=True))


@pytest.fixture(scope="module")
def daan(shared_data: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    folder = shared_data / "tw_taipei_daan"
    villages = gpd.read_file(folder / "villages_li_boundary.geojson").to_crs(3826)
    areas = gpd.read_file(folder / "stat_areas_with_households.geojson").to_crs(3826)
    villages = villages.rename(columns={"VILLCODE": "code", "VILLNAME": "name"})
    areas = areas.rename(columns={"CODEBASE": "source_id", "H_CNT": "households"})
    return villages[["code", "name", "geometry"]], areas[["source_id", "households", "geometry"]]


def test_51_of_53_villages_of_daan_are_divided_and_the_other_two_proved_impossible(
    daan: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> None:
    villages, areas = daan
    lines = gpd.GeoDataFrame({"class": []}, geometry=[], crs=areas.crs)
    found = divide(villages, buildings=None, cells=areas, lines=lines)
    grids = all_grids(found)
    assert sum(one.verdict is Verdict.DIVIDED for one in found) == 51
    proofs = [one.certificate for one in found if one.verdict is Verdict.INFEASIBLE]
    assert [proof.kind for proof in proofs if proof] == [CertificateKind.CELL_OVER_MAXIMUM] * 2
    assert sum(one.households for one in found) == grids["households"].sum() == 120_675
    assert sorted(grids.loc[~grids["in_band"], "households"]) == [549, 1484]
    assert set(grids.geometry.geom_type) == {"Polygon"}
    assert shapely.coverage_is_valid(grids.geometry.to_numpy())
    assert grids.geometry.area.sum() == pytest.approx(areas.area.sum(), rel=0.01)
    assert sum(len(one.assignment) for one in found) == 1270


def bishan_lines(folder: Path) -> gpd.GeoDataFrame:
    drive = gpd.read_file(folder / "street_network_drive_osm.geojson")
    walk = gpd.read_file(folder / "walk_network_osm.geojson")
    lines = pd.concat([drive, walk[walk["highway"].isin(["service", "footway"])]], ignore_index=True).to_crs(
        3414
    )
    lines["class"] = lines["highway"].str.removesuffix("_link").replace(CLASSES)
    return lines[["class", "geometry"]]


def test_public_housing_of_bishan_is_divided_without_cutting_a_block(shared_data: Path) -> None:
    folder = shared_data / "sg_bishan"
    zones = gpd.read_file(folder / "subzones.geojson").to_crs(3414)
    zones = zones.rename(columns={"SUBZONE_C": "code", "SUBZONE_N": "name"})[["code", "name", "geometry"]]
    blocks = gpd.read_file(folder / "buildings_with_hdb_units_DERIVED.geojson").to_crs(3414)
    blocks["households"] = blocks["total_dwelling_units"].fillna(0)
    found = divide(zones, buildings=blocks, cells=None, lines=bishan_lines(folder))
    grids = all_grids(found)
    assert [one.verdict for one in found] == [Verdict.DIVIDED] * 3
    assert grids["households"].sum() == 19_668
    assert shapely.coverage_is_valid(grids.geometry.to_numpy())
    for zone, one in zip(zones.geometry, found, strict=True):
        assert zone.symmetric_difference(one.grids.geometry.union_all()).area <= 0.02 * zone.length
        home = one.grids.set_index("sequence").geometry
        for label in one.assignment.index[blocks["households"][one.assignment.index] > 0]:
            shape = blocks.geometry[label].intersection(zone)
            assert shape.difference(home[one.assignment[label]]).area <= max(2.0, 0.05 * shape.area)
