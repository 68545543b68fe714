"""Estimates in the database: only where nothing was counted, marked, repeatable, and taken back."""

import pytest
from sqlalchemy import Engine, text

from gridmap.core.estimation import EstimateParameters
from gridmap.db.engine import transaction
from gridmap.errors import Invalid, NotFound
from gridmap.services.dividing import divide_areas
from gridmap.services.estimating import clear_estimates, estimate

STREET, COMMUNITY = "330102001000", "330102001001"
NEW = (
    ("slab", "residential", 6, 0.0006, 0.00012),
    ("school", "school", 4, 0.0006, 0.0006),
    ("podium", None, 4, 0.0006, 0.0006),
    ("unlevelled", "apartments", None, 0.0003, 0.0003),
)
"""Name, use, floors, width and depth in degrees: 0.0006° × 0.00012° is about 57.9 m × 13.3 m there."""


@pytest.fixture
def uncounted(town: Engine) -> Engine:
    """Put four buildings without a count into the first community, one on each counted one's free corner."""
    with transaction(town, actor="test", role="gridmap_app") as connection:
        for number, (name, use, floors, width, depth) in enumerate(NEW):
            connection.execute(
                text(
                    "INSERT INTO gridmap.building (dataset, source_id, use, floors, geom) VALUES ('new', :name, :use, "
                    ":floors, ST_MakeEnvelope(:west, 30.0, :west + :width, 30.0 + :depth, 4326))"
                ),
                {
                    "name": name,
                    "use": use,
                    "floors": floors,
                    "west": 120.0001 + number * 0.001,
                    "width": width,
                    "depth": depth,
                },
            )
    return town


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def households(engine: Engine) -> dict[object, tuple[object, object]]:
    found = rows(engine, "SELECT source_id, households, household_source FROM gridmap.building")
    return {name: (count, source) for name, count, source in found}


def test_only_buildings_without_a_count_are_estimated_and_marked(uncounted: Engine) -> None:
    before = households(uncounted)
    report = estimate(uncounted, STREET, actor="planner", reason="no register")
    after = households(uncounted)
    assert {name for name in after if after[name] != before[name]} == {name for name, *_ in NEW}
    assert after["slab"] == (48, "estimated")
    assert after["school"] == (0, "estimated")
    assert after["podium"] == (0, "estimated")
    assert after["unlevelled"][0] == 40
    assert (report.counted, report.considered, report.buildings) == (1756, 4, 2)
    assert report.households == 48 + 40
    assert report.lowest < report.households < report.highest
    assert report.floors_from == {"stated": 1, "neighbours": 1}
    assert next((each.code, each.households) for each in report.communities) == (COMMUNITY, 88)


def test_estimating_again_changes_nothing(uncounted: Engine) -> None:
    estimate(uncounted, COMMUNITY, actor="planner")
    first = households(uncounted)
    assert estimate(uncounted, COMMUNITY, actor="planner").considered == 4
    assert households(uncounted) == first


def test_other_assumptions_replace_earlier_estimates(uncounted: Engine) -> None:
    estimate(uncounted, COMMUNITY, actor="planner")
    crowded = EstimateParameters(dwelling_area_m2=46.0)
    assert estimate(uncounted, COMMUNITY, actor="planner", parameters=crowded).households == 175


def test_estimates_sum_to_a_known_total(uncounted: Engine) -> None:
    report = estimate(uncounted, COMMUNITY, actor="planner", control_total=90)
    assert report.households == 90
    assert sum(count for count, source in households(uncounted).values() if source == "estimated") == 90


def test_a_total_that_no_home_can_take_leaves_everything_as_it_was(town: Engine) -> None:
    with pytest.raises(Invalid):
        estimate(town, COMMUNITY, actor="planner", control_total=10)
    assert rows(town, "SELECT count(*) FROM gridmap.audit WHERE action = 'estimate'") == [(0,)]


def test_estimates_are_taken_back_and_counts_stay(uncounted: Engine) -> None:
    before = households(uncounted)
    estimate(uncounted, STREET, actor="planner")
    assert clear_estimates(uncounted, STREET, actor="planner") == 4
    assert households(uncounted) == before


def test_grids_in_force_show_how_many_households_are_estimated(town: Engine, uncounted: Engine) -> None:
    divide_areas(town, [COMMUNITY], actor="planner", publish_plans=True)
    estimate(uncounted, COMMUNITY, actor="planner")
    counted = rows(uncounted, "SELECT sum(households), sum(households_estimated) FROM gridmap.grid_count")
    assert counted == [(1288, 88)]


def test_a_community_whose_households_lie_in_cells_is_left_alone_and_named(uncounted: Engine) -> None:
    with transaction(uncounted, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.cell (dataset, source_id, households, geom) VALUES ('cells', 'c', 40, "
                "ST_MakeEnvelope(120.0001, 30.0001, 120.0002, 30.0002, 4326))"
            )
        )
    report = estimate(uncounted, STREET, actor="planner")
    assert report.skipped == ((COMMUNITY, "甲社区"),)
    assert report.considered == 0
    assert any("甲社区" in line.zh for line in report.lines())


def test_a_building_of_unknown_use_that_a_school_fills_is_not_lived_in(uncounted: Engine) -> None:
    with transaction(uncounted, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.building (dataset, source_id, floors, geom) VALUES ('new', 'hall', 4, "
                "ST_MakeEnvelope(120.0001, 30.0021, 120.0004, 30.0024, 4326))"
            )
        )
        connection.execute(
            text(
                "INSERT INTO gridmap.facility (dataset, source_id, kind, geom) VALUES ('new', 'f', 'primary_school', "
                "ST_SetSRID(ST_MakePoint(120.0002, 30.0022), 4326))"
            )
        )
    estimate(uncounted, COMMUNITY, actor="planner")
    assert households(uncounted)["hall"] == (0, "estimated")


def test_an_audit_line_says_what_was_assumed(uncounted: Engine) -> None:
    estimate(uncounted, STREET, actor="planner", reason="no register", control_total=100)
    (line,) = rows(
        uncounted,
        "SELECT actor, subject, reason, details->>'control_total' FROM gridmap.audit WHERE action = 'estimate'",
    )
    assert line == ("planner", STREET, "no register", "100")


def test_an_unknown_area_is_not_found(town: Engine) -> None:
    with pytest.raises(NotFound):
        estimate(town, "丙社区", actor="planner")
