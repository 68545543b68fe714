"""Wrong states cannot be stored."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction
from gridmap.errors import Conflict, Forbidden, GridmapError, Invalid
from gridmap.services.publishing import publish


def change(engine: Engine, statement: str) -> None:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("code", ["", "-1", "33 0102", "a/b", "网格"])
def test_a_malformed_area_code_is_refused(town: Engine, code: str) -> None:
    with pytest.raises(Invalid), transaction(town, actor="test") as connection:
        connection.execute(text("UPDATE gridmap.area SET code = :code"), {"code": code})


def test_a_community_has_one_published_plan(town: Engine, draft: Callable[[Engine], int]) -> None:
    first, second = draft(town), draft(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, first)
    with pytest.raises(Conflict):
        change(
            town, f"UPDATE gridmap.plan SET status = 'published', published_at = now() WHERE id = {second}"
        )


def test_a_bow_tie_is_not_a_grid(town: Engine, draft: Callable[[Engine], int]) -> None:
    draft(town)
    with pytest.raises(Invalid):
        change(
            town,
            "UPDATE gridmap.grid SET geom = "
            "ST_GeomFromText('POLYGON((120 30, 120.01 30.01, 120.01 30, 120 30.01, 120 30))', 4326)",
        )


def test_a_grid_is_a_single_polygon(town: Engine, draft: Callable[[Engine], int]) -> None:
    draft(town)
    with pytest.raises(GridmapError):
        change(town, "UPDATE gridmap.grid SET geom = ST_Multi(geom)")


def test_a_plan_that_leaves_households_outside_its_grids_cannot_be_published(
    town: Engine, draft: Callable[[Engine], int]
) -> None:
    plan = draft(town)
    change(town, "INSERT INTO gridmap.grid_code SELECT code || '001', id, 1 FROM gridmap.area")
    with pytest.raises(Invalid) as refused:
        change(town, f"UPDATE gridmap.plan SET status = 'published', published_at = now() WHERE id = {plan}")
    assert refused.value.facts["constraint"] == "plan_households_in_one_grid"


def test_overlapping_grids_cannot_be_published(town: Engine, draft: Callable[[Engine], int]) -> None:
    plan = draft(town)
    change(
        town,
        "UPDATE gridmap.grid SET geom = ST_MakeEnvelope(120, 30, 120.006, 30.01, 4326) WHERE sequence = 1",
    )
    with pytest.raises(Invalid) as refused, transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
    assert refused.value.facts["constraint"] == "plan_grids_do_not_overlap"


def test_a_household_count_needs_its_source(town: Engine) -> None:
    with pytest.raises(Invalid):
        change(town, "UPDATE gridmap.building SET household_source = NULL")


def test_a_code_is_never_taken_back(town: Engine, draft: Callable[[Engine], int]) -> None:
    plan = draft(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
    with pytest.raises(Forbidden):
        change(town, "DELETE FROM gridmap.grid_code")
    with pytest.raises(GridmapError), transaction(town, actor="test") as connection:
        connection.execute(text("DELETE FROM gridmap.grid_code"))


def test_the_public_role_reads_the_published_schema_only(town: Engine) -> None:
    with transaction(town, actor="test", role="gridmap_published") as connection:
        assert connection.execute(text("SELECT count(*) FROM published.buildings")).scalar_one() == 4
    with pytest.raises(Forbidden), transaction(town, actor="test", role="gridmap_published") as connection:
        connection.execute(text("SELECT count(*) FROM gridmap.building"))


def test_small_counts_are_not_published(town: Engine) -> None:
    change(town, "UPDATE gridmap.building SET households = 9 WHERE source_id = 'a'")
    with transaction(town, actor="test", role="gridmap_published") as connection:
        shown = (
            connection.execute(text("SELECT households FROM published.buildings ORDER BY id")).scalars().all()
        )
    assert shown == [None, 30, 20, 10]
