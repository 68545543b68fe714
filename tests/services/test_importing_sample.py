"""The sample district through the ordinary import: every row taken, and every household where it belongs."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gridmap.io.sample import make_district, write_sample
from gridmap.services.importing import import_file
from gridmap.settings import REPOSITORY

KINDS = ("areas", "roads", "buildings", "households", "places", "facilities", "organisations", "residents")


@pytest.fixture
def loaded(engine: Engine, tmp_path: Path) -> Engine:
    files = write_sample(tmp_path, make_district(REPOSITORY / "data" / "sample"))
    for kind in KINDS:
        report = import_file(engine, kind, files[kind], dataset=f"sample-{kind}", actor="test")
        assert report.quarantined == 0, kind
        assert report.taken == report.read, kind
    return engine


def test_households_arrive_in_their_communities_in_full(loaded: Engine) -> None:
    district = make_district(REPOSITORY / "data" / "sample")
    with loaded.connect() as connection:
        counted = connection.execute(
            text(
                "SELECT area.code, sum(households)::int FROM gridmap.building JOIN gridmap.area "
                "ON area.id = building.community_id GROUP BY area.code"
            )
        ).all()
        lost = connection.execute(
            text("SELECT count(*) FROM gridmap.address_count WHERE building_id IS NULL AND households > 0")
        ).scalar_one()
        outside = connection.execute(
            text("SELECT count(*) FROM gridmap.building WHERE community_id IS NULL OR stand_in")
        ).scalar_one()
        residents = connection.execute(text("SELECT count(*) FROM gridmap.resident")).scalar_one()
    assert dict(tuple(row) for row in counted) == dict(district.expected_households)
    assert (lost, outside) == (0, 0)
    assert residents == len(district.residents)
