"""Coverage of the sample district: what is planted there is found, and nothing else is reported there."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import yaml
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from gridmap.core.coverage.reference import nearest_by_scipy
from gridmap.core.offsets import bd09_from_wgs84, gcj02_from_wgs84
from gridmap.db.engine import transaction
from gridmap.db.tables.studies import StudyKind
from gridmap.errors import Conflict, Invalid, NotFound
from gridmap.services import studies
from gridmap.services.areas import find_area
from gridmap.services.covering import Coverage, cover
from gridmap.services.questions import Walking
from gridmap.settings import REPOSITORY
from tests.services.sample import AREA, STANDARDS

RADIUS_M = 500.0
DAY_CARE = Walking("sample-district", ("day_care",))


def ask(engine: Engine, asked: Walking = DAY_CARE, area: str = AREA) -> Coverage:
    return cover(engine, area, asked, standards=STANDARDS, actor="test")


@pytest.fixture(scope="module")
def day_care(sample: Engine) -> Coverage:
    """Coverage by day care for older people, within 500 m on foot."""
    return ask(sample)


def planted(engine: Engine) -> dict[str, str]:
    """Return by home why it is not served by day care, as `truths.yaml` has it: straight metres by PostGIS, no search."""
    truths = yaml.safe_load((REPOSITORY / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))
    quarter, gate = (truths["day_care"][name] for name in ("beyond_the_railway", "behind_the_gate"))
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT 'building/' || building.id AS home, building.name, street, households, min(ST_Distance("
                "ST_PointOnSurface(building.geom)::geography, facility.geom::geography)) AS metres "
                "FROM gridmap.building, gridmap.facility "
                "WHERE facility.kind = 'day_care' AND households > 0 AND (street = ANY(:streets) OR building.name = ANY(:names)) "
                "GROUP BY building.id"
            ),
            {"streets": quarter["streets"], "names": gate["homes"]},
        ).all()
    beyond = [row for row in rows if row.street in quarter["streets"]]
    assert (len(beyond), sum(row.households for row in beyond)) == (quarter["homes"], quarter["households"])
    reasons = quarter["reasons"]
    side = {True: reasons["within_500_m_straight"], False: reasons["beyond_500_m_straight"]}
    return {row.home: side[row.metres <= RADIUS_M] if row in beyond else gate["reason"] for row in rows}


def norm_of(coverage: Coverage) -> dict[str, Any]:
    (norm,) = coverage.study.result["norms"]
    return dict(norm)


def homes_with(coverage: Coverage, reason: str) -> dict[str, dict[str, Any]]:
    return {row["home"]: row for row in norm_of(coverage)["uncovered"] if row["reason"] == reason}


def test_the_planted_gaps_are_found_and_nothing_else_is_reported(sample: Engine, day_care: Coverage) -> None:
    """All reasons of all three questions: by distance, of capacity; floor area fails for nobody who is served."""
    found = {(row["home"], row["question"]): row["reason"] for row in norm_of(day_care)["uncovered"]}
    assert found == {(home, "distance"): reason for home, reason in planted(sample).items()}
    (judged,) = day_care.judged
    homes = judged.judgement.homes
    assert set(homes["floor_area"][homes["is_served"]]) <= {"met", "not_set"}
    assert set(homes["capacity"][homes["is_served"]]) == {"met"}
    result = day_care.study.result
    assert result["unlinked"] == {"homes": [], "facilities": []}
    assert norm_of(day_care)["area"]["distance"]["unknown"] == 0


def test_the_gate_that_is_never_open_is_the_only_one_that_lengthens_a_walk_too_far(
    day_care: Coverage,
) -> None:
    found = homes_with(day_care, "detour_by_gate")
    assert {row["name"][:3] for row in found.values()} == {"望湖苑"}


def test_households_are_all_judged_and_the_three_verdicts_stay_apart(day_care: Coverage) -> None:
    area = norm_of(day_care)["area"]
    assert set(area) == {"distance", "floor_area", "capacity"}
    assert area["distance"]["judged"] == day_care.study.result["households"] == 24_050
    communities = norm_of(day_care)["communities"]
    assert sum(one["distance"]["judged"] for one in communities) == 24_050
    assert area["distance"]["uncounted"] == day_care.study.result["homes_uncounted"] == 2


def test_more_are_near_as_the_crow_flies_than_on_foot(day_care: Coverage) -> None:
    norm = norm_of(day_care)
    assert norm["straight"]["within"] > norm["area"]["distance"]["within"]


def test_distances_are_those_of_an_unreduced_search(day_care: Coverage) -> None:
    walk, reach = day_care.situation.walk, day_care.situation.reach
    (judged,) = day_care.judged
    sources = walk.facilities.where(np.isin(walk.facility, judged.facilities))
    reference = nearest_by_scipy(walk.network, sources, walk.homes, judged.search_m, reach.passable)
    metres = judged.judgement.homes["metres"].to_numpy()
    known = np.isfinite(reference.metres)
    assert (np.isfinite(metres) == known).all()
    assert np.abs(metres[known] - reference.metres[known]).max() < 1e-6


def test_on_saturday_evening_everything_is_closed(sample: Engine, day_care: Coverage) -> None:
    evening = ask(sample, Walking("sample-district", ("day_care",), at="周六 19:00"))
    assert norm_of(evening)["area"]["distance"]["within"] == 0
    near_by_day = norm_of(day_care)["area"]["distance"]["within"]
    closed = homes_with(evening, "closed_then").values()
    assert sum(row["households"] or 0 for row in closed) == near_by_day


def test_more_minutes_bring_more_households_near(sample: Engine) -> None:
    within = [
        norm_of(ask(sample, Walking("sample-district", ("day_care",), minutes=minutes)))["area"]["distance"][
            "within"
        ]
        for minutes in (3, 6, 12)
    ]
    assert within == sorted(set(within))


@pytest.mark.parametrize("minutes", [None, 6.0])
def test_people_of_a_target_group_are_told_under_the_k_rule_whatever_is_asked(
    sample: Engine, day_care: Coverage, minutes: float | None
) -> None:
    asked = Walking("sample-district", ("day_care",), minutes=minutes)
    study = day_care.study if minutes is None else ask(sample, asked).study
    (group,) = [norm["group"] for norm in study.public["norms"]]
    assert group["group"] == "aged_60"
    shown = [unit for unit in group["units"] if unit["is_shown"]]
    assert shown
    parts = [
        unit[outcome] for unit in shown for outcome in ("met", "uncertain", "unmet", "unknown", "not_set")
    ]
    assert all(part == 0 or part >= 5 for part in parts)


def test_the_public_sees_no_count_of_few_households(sample: Engine, day_care: Coverage) -> None:
    (norm,) = day_care.study.public["norms"]
    assert all(row["households"] is None or row["households"] >= 10 for row in norm["uncovered"])
    (complete,) = day_care.study.result["norms"]
    assert any(row["households"] and row["households"] < 10 for row in complete["uncovered"])
    with transaction(sample, actor="test", role="gridmap_published") as connection:
        seen = connection.execute(
            text("SELECT households FROM published.study_homes WHERE study_id = :id"),
            {"id": day_care.study.id},
        ).scalars()
        assert all(households is None or households >= 10 for households in seen)


def test_a_study_is_stale_once_a_gate_changes_and_says_so(sample: Engine, day_care: Coverage) -> None:
    def is_stale() -> bool:
        with transaction(sample, actor="test", role="gridmap_app") as connection:
            return studies.find_study(connection, day_care.study.id, StudyKind.COVERAGE).receipt.is_stale

    def set_hours(hours: str) -> None:
        with transaction(sample, actor="test", role="gridmap_app") as connection:
            connection.execute(
                text("UPDATE gridmap.place SET hours = :hours WHERE name = '望湖苑侧门'"), {"hours": hours}
            )

    assert not is_stale()
    set_hours("06:00-22:00")
    assert is_stale()
    opened = ask(sample)
    assert homes_with(opened, "detour_by_gate") == {}
    assert norm_of(opened)["area"]["distance"]["within"] > norm_of(day_care)["area"]["distance"]["within"]
    set_hours("关闭")
    assert not is_stale()


def test_an_answer_can_be_kept_as_json_and_says_what_it_was_found_from(day_care: Coverage) -> None:
    answer = json.loads(json.dumps(day_care.study.as_dict(), allow_nan=False))
    receipt = answer["receipt"]
    assert len(receipt["inputs_hash"]) == 64
    assert {"areas", "roads", "facilities", "places"} <= set(receipt["data_dates"])
    assert receipt["norm_version"].startswith("sample-district 2026 ")
    assert any("sample-district" in warning["en"] for warning in answer["warnings"])


def test_facilities_in_the_sea_and_on_a_motorway_are_listed_as_unlinked(
    own_sample: Engine,
) -> None:
    with transaction(own_sample, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.road (class, dataset, source_id, geom) VALUES ('motorway', 'extra', 'm1', "
                "ST_GeomFromText('LINESTRING(165.016 29.99, 165.016 30.01)', 4326));"
                "INSERT INTO gridmap.facility (name, kind, dataset, source_id, geom) VALUES "
                "('海上日间照料', 'day_care', 'extra', 'sea', ST_SetSRID(ST_Point(165.02, 30.0), 4326)), "
                "('高速旁日间照料', 'day_care', 'extra', 'road', ST_SetSRID(ST_Point(165.016, 30.0), 4326))"
            )
        )
    coverage = ask(own_sample)
    unlinked = {one["name"]: one["reason"] for one in coverage.study.result["unlinked"]["facilities"]}
    assert unlinked == {"海上日间照料": "too_far", "高速旁日间照料": "too_far"}


def test_the_oldest_answers_beyond_so_many_are_forgotten(own_sample: Engine) -> None:
    kept = [ask(own_sample, Walking("sample-district", ("clinic",))).study.id for _ in range(3)]
    with transaction(own_sample, actor="test", role="gridmap_app") as connection:
        for limits, expected in (({"most": 2}, kept[1:]), ({"most_homes": 1}, kept[2:])):
            studies.prune(connection, "test", **limits)
            left = connection.execute(text("SELECT id FROM gridmap.study ORDER BY id")).scalars().all()
            assert left == expected
        homes = connection.execute(text("SELECT count(*) FROM gridmap.study_home")).scalar_one()
        assert connection.execute(text("SELECT homes_kept FROM gridmap.study")).scalar_one() == homes > 0


def test_the_hash_of_a_receipt_cannot_be_found_without_the_salt(sample: Engine) -> None:
    """Another salt, another hash of the same data: guesses of small counts cannot be tried against it."""
    with transaction(sample, actor="test", role="gridmap_app") as connection:
        area = find_area(connection, AREA)
        before = studies.present_hash(connection, area.id, 1000.0)
        assert studies.present_hash(connection, area.id, 1000.0) == before
    with sample.connect() as connection, connection.begin() as whole:
        connection.execute(text("UPDATE gridmap.receipt_salt SET salt = 'another'"))
        assert studies.present_hash(connection, area.id, 1000.0) != before
        whole.rollback()
    with transaction(sample, actor="test", role="gridmap_published") as connection:
        with pytest.raises(DBAPIError, match="permission"):
            connection.execute(text("SELECT salt FROM gridmap.receipt_salt"))
        connection.rollback()


def test_what_does_not_exist_is_refused(sample: Engine) -> None:
    with pytest.raises(NotFound):
        ask(sample, Walking("no-such-standard"))
    with pytest.raises(NotFound):
        ask(sample, Walking("sample-district", ("no_such_kind",)))
    with pytest.raises(NotFound):
        ask(sample, area="无此社区")
    with pytest.raises(Invalid):
        Walking("sample-district", profile="cyclist")
    with pytest.raises(Invalid):
        Walking("sample-district", at="someday")
    with pytest.raises(Invalid):
        Walking("sample-district", minutes=0)


def test_an_area_without_ways_is_a_conflict(engine: Engine) -> None:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.area (code, name, level, geom) VALUES ('330102001001', '甲社区', 'community', "
                "ST_Multi(ST_MakeEnvelope(120, 30, 120.01, 30.01, 4326)))"
            )
        )
    with pytest.raises(Conflict):
        ask(engine, area="甲社区")


@pytest.mark.parametrize(("shift", "shifted"), [("gcj02", gcj02_from_wgs84), ("bd09", bd09_from_wgs84)])
def test_facilities_under_the_shift_of_a_chinese_map_service_are_refused(
    engine: Engine, shift: str, shifted: Callable[[np.ndarray], np.ndarray]
) -> None:
    """A village of 400 houses in Wuhan; seven day cares on house roofs, but in coordinates that nobody declared."""
    corner = np.array([114.30, 30.60])
    houses = corner + np.stack(np.meshgrid(np.arange(20), np.arange(20)), axis=-1).reshape(-1, 2) * 0.0004
    cares = shifted(houses[::60])
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.area (code, name, level, geom) VALUES ('420102001001', '甲社区', 'community', "
                "ST_Multi(ST_MakeEnvelope(114.29, 30.59, 114.32, 30.62, 4326)));"
                "INSERT INTO gridmap.road (class, dataset, source_id, geom) VALUES ('residential', 'town', 'r1', "
                "ST_GeomFromText('LINESTRING(114.30 30.60, 114.31 30.60)', 4326))"
            )
        )
        for number, (lon, lat) in enumerate(houses.tolist()):
            connection.execute(
                text(
                    "INSERT INTO gridmap.building (dataset, source_id, households, household_source, geom) VALUES "
                    "('town', :id, 10, 'declared', ST_SetSRID(ST_Point(:lon, :lat), 4326))"
                ),
                {"id": f"b{number}", "lon": lon, "lat": lat},
            )
        for number, (lon, lat) in enumerate(cares.tolist()):
            connection.execute(
                text(
                    "INSERT INTO gridmap.facility (kind, dataset, source_id, geom) VALUES "
                    "('day_care', 'phone-app', :id, ST_SetSRID(ST_Point(:lon, :lat), 4326))"
                ),
                {"id": f"f{number}", "lon": lon, "lat": lat},
            )
    with pytest.raises(Invalid, match=f"phone-app.*{shift}"):
        ask(engine, area="甲社区")
