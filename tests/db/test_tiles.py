"""Where something that is drawn changes is noted, layer by layer."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction
from gridmap.services.publishing import publish

POINT = "ST_SetSRID(ST_Point(:lon, 30.0005), 4326)"
SQUARE = "ST_MakeEnvelope(:lon, 30.0005, :lon + 0.0001, 30.0006, 4326)"
LINE = "ST_SetSRID(ST_MakeLine(ST_Point(:lon, 30.0005), ST_Point(:lon + 0.0001, 30.0006)), 4326)"

THINGS = {
    "buildings": ("building", SQUARE, ""),
    "cells": ("cell", SQUARE, ""),
    "places": ("place", SQUARE, ""),
    "facilities": ("facility", POINT, ""),
    "roads": ("road", LINE, ""),
    "organisations": ("organisation", POINT, ""),
}
MORE = {
    "cell": ("households", "10"),
    "place": ("kind", "'compound'"),
    "facility": ("kind, name, tier", "'clinic', 'x', 'main'"),
    "road": ("class", "'primary'"),
    "organisation": ("kind, name", "'enterprise', 'x'"),
}


def noted(engine: Engine) -> dict[str, tuple[float, float, float, float]]:
    """Return the box of what was noted of each layer, and forget it."""
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT layer, min(west), min(south), max(east), max(north) FROM gridmap.tile_change GROUP BY layer"
            )
        ).all()
        connection.execute(text("DELETE FROM gridmap.tile_change"))
    return {row[0]: tuple(round(side, 6) for side in row[1:]) for row in rows}  # type: ignore[misc]


def run(engine: Engine, statement: str, **values: float | str) -> None:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text(statement), values)


@pytest.mark.parametrize("layer", THINGS)
def test_what_is_put_moved_and_removed_is_noted_where_it_was_and_is(town: Engine, layer: str) -> None:
    table, shape, _ = THINGS[layer]
    columns, values = MORE.get(table, ("", ""))
    columns, values = (f", {columns}", f", {values}") if columns else ("", "")
    noted(town)
    run(
        town,
        f"INSERT INTO gridmap.{table} (dataset, source_id, geom{columns}) VALUES ('t', 'x', {shape}{values})",
        lon=120.0005,
    )
    first = noted(town)
    assert (first[layer][0], first[layer][1]) == (120.0005, 30.0005)
    run(town, f"UPDATE gridmap.{table} SET geom = {shape} WHERE source_id = 'x'", lon=120.0025)
    moved = noted(town)
    assert (moved[layer][0], moved[layer][2] >= 120.0025) == (120.0005, True)
    run(town, f"DELETE FROM gridmap.{table} WHERE source_id = 'x'")
    assert noted(town)[layer][0] == 120.0025


def test_grids_are_noted_when_they_come_into_force_and_not_as_drafts(
    town: Engine, draft: Callable[[Engine], int]
) -> None:
    noted(town)
    plan = draft(town)
    assert "grids" not in noted(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
    first = noted(town)
    assert {"grids", "buildings"} <= set(first)
    assert first["grids"][0] == 120.0


def test_a_count_that_changes_is_noted_on_its_grid(town: Engine, draft: Callable[[Engine], int]) -> None:
    plan = draft(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
    noted(town)
    run(town, "UPDATE gridmap.building SET households = 35 WHERE source_id = 'a'")
    assert set(noted(town)) == {"buildings", "grids"}
    run(town, "UPDATE gridmap.building SET floors = 7 WHERE source_id = 'a'")
    assert set(noted(town)) == {"buildings"}


def test_a_count_kept_back_is_noted_on_the_buildings_of_its_grid(
    town: Engine, draft: Callable[[Engine], int]
) -> None:
    plan = draft(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
    noted(town)
    run(town, "UPDATE gridmap.building SET households = 3 WHERE source_id = 'a'")
    west, _south, east, _north = noted(town)["buildings"]
    assert (west, east > 120.001) == (120.0, True)


def test_the_code_of_a_community_shows_on_everything_in_it(town: Engine) -> None:
    noted(town)
    run(town, "UPDATE gridmap.area SET name = 'x' WHERE code = '330102001001'")
    assert set(noted(town)) == {
        "areas",
        "grids",
        "buildings",
        "cells",
        "places",
        "facilities",
        "organisations",
    }


def test_the_name_of_an_owner_shows_on_its_facilities(town: Engine) -> None:
    run(
        town,
        "INSERT INTO gridmap.organisation (dataset, source_id, kind, name, geom) "
        f"VALUES ('t', 'o', 'enterprise', 'x', {POINT})",
        lon=120.0035,
    )
    run(
        town,
        "INSERT INTO gridmap.facility (dataset, source_id, kind, name, tier, owner_id, geom) SELECT 't', 'f', 'clinic', "
        f"'x', 'main', id, {POINT} FROM gridmap.organisation WHERE source_id = 'o'",
        lon=120.0015,
    )
    noted(town)
    run(town, "UPDATE gridmap.organisation SET name = 'y' WHERE source_id = 'o'")
    assert noted(town)["facilities"][0] == 120.0015


def test_many_scattered_changes_are_noted_as_one_and_few_one_by_one(town: Engine) -> None:
    statement = (
        "INSERT INTO gridmap.road (dataset, source_id, class, geom) SELECT 't', n::text, 'primary', "
        "ST_SetSRID(ST_MakeLine(ST_Point(121 + n * 0.1, 31), ST_Point(121.001 + n * 0.1, 31)), 4326) "
        "FROM generate_series(1, {}) AS n"
    )
    noted(town)
    run(town, statement.format(3))
    with town.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM gridmap.tile_change")).scalar_one() == 3
    noted(town)
    run(town, "DELETE FROM gridmap.road")
    noted(town)
    run(town, statement.format(60))
    with town.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM gridmap.tile_change")).scalar_one() == 1


def test_emptying_a_table_is_noted_everywhere(town: Engine) -> None:
    noted(town)
    with town.begin() as connection:
        connection.execute(text("TRUNCATE gridmap.road"))
    assert noted(town)["roads"] == (-180, -90, 180, 90)
