"""What a newcomer sees first: a fictitious district and a real town, whole and divided."""

import io

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import Engine, text

from gridmap.core.model import Verdict
from gridmap.db.engine import connect, transaction
from gridmap.db.tables.studies import StudyKind
from gridmap.io.writing.formats import Format
from gridmap.services.checking import check_area
from gridmap.services.demo import TOWN_CODE, load_demo
from gridmap.services.exporting import export
from gridmap.services.studies import find_study, list_studies
from gridmap.settings import REPOSITORY

STREET = "999901001000"


@pytest.fixture
def demo(demo_database_url: str) -> Engine:
    """Open the loaded demonstration."""
    return connect(demo_database_url)


@pytest.mark.parametrize("area", ["示意街道", TOWN_CODE])
def test_every_community_is_whole(demo: Engine, area: str) -> None:
    with transaction(demo, actor="test", role="gridmap_app") as connection:
        report = check_area(connection, area)
    assert report.as_dict()["problems"] == 0
    assert all(community.verdict in {"divided", "infeasible"} for community in report.communities)


def test_the_planted_truths_are_found_and_nothing_else_is_infeasible(demo: Engine) -> None:
    with demo.connect() as connection:
        rows = connection.execute(
            text("SELECT name, households, verdict, certificate FROM published.communities ORDER BY code")
        ).all()
    infeasible = {row.name: row.certificate for row in rows if row.verdict == Verdict.INFEASIBLE}
    assert {name: certificate["kind"] for name, certificate in infeasible.items()} == {
        "云塔社区": "cell_over_maximum",
        "棉纺社区": "arithmetic",
    }
    assert "612" in infeasible["云塔社区"]["text"]["zh"]
    assert {row.name: row.households for row in rows}["棉纺社区"] == 556


@pytest.mark.parametrize("area", ["示意街道", TOWN_CODE])
def test_exported_grids_match_their_neighbours_corner_by_corner(demo: Engine, area: str) -> None:
    stream = io.BytesIO()
    export(demo, "grids", stream, form=Format.GEOJSON, wanted=area, actor="test")
    grids = gpd.read_file(io.BytesIO(stream.getvalue()))
    assert grids.is_valid.all()
    assert shapely.coverage_is_valid(grids.geometry.to_numpy())


def test_all_five_elements_are_in_the_sample_district(demo: Engine) -> None:
    with demo.connect() as connection:
        held = connection.execute(
            text(
                "SELECT sum(residents) AS people, sum(places) AS places, sum(facilities) AS facilities, "
                "sum(matters_open + matters_closed) AS matters, sum(organisations) AS organisations "
                "FROM published.grids WHERE synthetic"
            )
        ).one()
        roles = connection.execute(
            text("SELECT count(*) FROM published.roles WHERE grid IS NOT NULL")
        ).scalar_one()
    assert all(count > 0 for count in held)
    assert roles > 0


def test_estimated_households_say_so(demo: Engine) -> None:
    with demo.connect() as connection:
        marked = connection.execute(
            text("SELECT bool_and(households_estimated) FROM published.grids WHERE community = :code"),
            {"code": TOWN_CODE},
        ).scalar_one()
    assert marked is True


def test_an_answer_about_coverage_waits_for_whoever_opens_the_panel(demo: Engine) -> None:
    with transaction(demo, actor="test", role="gridmap_app") as connection:
        (listed,) = list_studies(connection, STREET, StudyKind.COVERAGE)
        study = find_study(connection, listed["id"], StudyKind.COVERAGE)
    assert not study.receipt.is_stale
    day_care = study.public["norms"][0]
    assert day_care["norm"] == "day_care"
    assert any(row["reason"] == "no_facility" for row in day_care["uncovered"])


def test_loading_again_changes_nothing_and_says_so(demo: Engine) -> None:
    before = _snapshot(demo)
    report = load_demo(demo, REPOSITORY / "data", actor="test")
    assert [town.division.unchanged for town in report.towns] == [True, True]
    sample, helsinki = (town.division.totals() for town in report.towns)
    assert sample["households_estimated"] == 0
    assert helsinki["households_estimated"] == helsinki["households"] > 0
    assert _snapshot(demo) == before


def _snapshot(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        grids = connection.execute(
            text("SELECT id, code, households, residents FROM published.grids ORDER BY id")
        )
        counts = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM gridmap.building), (SELECT count(*) FROM gridmap.resident), "
                "(SELECT count(*) FROM gridmap.quarantine), (SELECT count(*) FROM gridmap.matter), "
                "(SELECT count(*) FROM gridmap.role), (SELECT max(id) FROM gridmap.study)"
            )
        )
        return [*map(tuple, grids), *map(tuple, counts)]
