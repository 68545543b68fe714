"""Places made dedicated sites, and taken back."""

import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction
from gridmap.errors import Invalid, NotFound
from gridmap.services.dedicating import accept_proposal, dedicate
from gridmap.services.dividing import divide_areas

COMMUNITY = "330102001001"


def act(engine: Engine) -> transaction:
    return transaction(engine, actor="test", role="gridmap_app")


@pytest.fixture
def park(town: Engine) -> Engine:
    """Lay a park over the north-west corner of the first community, where the building a02 stands."""
    with town.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.place (dataset, source_id, kind, name, geom) "
                "VALUES ('x', 'p1', 'park', '公园', ST_MakeEnvelope(120, 30.002, 120.001, 30.003, 4326))"
            )
        )
    return town


def grids(engine: Engine, *, stable: bool = False) -> list[tuple]:
    report = divide_areas(engine, [COMMUNITY], actor="test", publish_plans=True, stable=stable)
    plan = report.communities[0].plan_id
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT kind, name, planned_households FROM gridmap.grid WHERE plan_id = :plan ORDER BY 1, 3"
            ),
            {"plan": plan},
        )
        return [tuple(row) for row in rows]


def test_a_dedicated_place_is_a_grid_of_its_own_until_it_is_taken_back(park: Engine) -> None:
    assert {kind for kind, _, _ in grids(park)} == {"general"}
    with act(park) as connection:
        assert dedicate(connection, "公园", area=COMMUNITY).dedicated
    found = grids(park)
    assert found[0] == ("dedicated", "公园", 100)
    assert sum(households for _, _, households in found) == 1200
    with act(park) as connection:
        dedicate(connection, "p1", dedicated=False)
    assert {kind for kind, _, _ in grids(park)} == {"general"}


def test_a_stable_division_sets_a_new_site_aside_and_takes_it_back(park: Engine) -> None:
    before = grids(park)
    with act(park) as connection:
        dedicate(connection, "公园", area=COMMUNITY)
    found = grids(park, stable=True)
    assert found[0] == ("dedicated", "公园", 100)
    assert sum(households for _, _, households in found) == 1200
    with act(park) as connection:
        dedicate(connection, "p1", dedicated=False)
    again = grids(park, stable=True)
    assert {kind for kind, _, _ in again} == {"general"}
    assert len(again) == len(before)


def test_a_place_that_is_not_there_or_is_several_is_refused(park: Engine) -> None:
    with pytest.raises(NotFound), act(park) as connection:
        dedicate(connection, "操场")
    with park.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.place (dataset, source_id, kind, name, geom) "
                "SELECT 'y', 'p2', kind, name, geom FROM gridmap.place"
            )
        )
    with pytest.raises(Invalid) as refused, act(park) as connection:
        dedicate(connection, "公园")
    assert "p1" in refused.value.in_language("en")


def test_a_proposal_of_a_plan_can_be_accepted(town: Engine) -> None:
    with town.begin() as connection:
        connection.execute(
            text(
                "UPDATE gridmap.area SET geom = ST_Multi(ST_MakeEnvelope(119.99, 30, 120.004, 30.003, 4326)) WHERE code = :code"
            ),
            {"code": COMMUNITY},
        )
        connection.execute(
            text(
                "INSERT INTO gridmap.road (dataset, source_id, class, geom) "
                "VALUES ('x', 'west', 'residential', 'SRID=4326;LINESTRING(120 29.999, 120 30.004)')"
            )
        )
    plan = divide_areas(town, [COMMUNITY], actor="test").communities[0]
    assert [one["where"] for one in plan.findings if one["kind"] == "large_empty_land"] == [["1. (32.1 ha)"]]
    with pytest.raises(NotFound), act(town) as connection:
        accept_proposal(connection, plan.plan_id, 2, name="北山", kind="park")
    with act(town) as connection:
        accept_proposal(connection, plan.plan_id, 1, name="北山", kind="park")
    assert grids(town)[0] == ("dedicated", "北山", 0)
