"""Everything lies in one community and one grid, and the counts follow every change."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text

from gridmap.db.engine import transaction
from gridmap.services.publishing import publish

EVERYTHING = (
    "buildings, buildings_with_households, households, households_estimated, residents, places, facilities, \
organisations, matters_open, matters_closed"
)


@pytest.fixture
def published(town: Engine, draft: Callable[[Engine], int]) -> Engine:
    """Publish the two halves of the town."""
    plan = draft(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
    return town


def counts(connection: Connection) -> list[tuple[str, int, int]]:
    rows = connection.execute(
        text(
            "SELECT shown.code, shown.buildings, held.households FROM published.grids AS shown "
            "JOIN gridmap.full_grid AS held USING (id) ORDER BY code"
        )
    )
    return [(row.code[-3:], row.buildings, row.households) for row in rows]


def run(engine: Engine, statement: str) -> list[tuple[str, int, int]]:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text(statement))
        return counts(connection)


def test_publishing_attaches_every_building(published: Engine) -> None:
    with published.connect() as connection:
        assert counts(connection) == [("001", 2, 60), ("002", 2, 40)]


def test_a_building_that_comes_moves_or_goes_is_counted_where_it_is(published: Engine) -> None:
    come = (
        "INSERT INTO gridmap.building (dataset, source_id, households, household_source, geom) "
        "VALUES ('town', 'e', 5, 'estimated', ST_MakeEnvelope(120.004, 30.004, 120.0045, 30.0045, 4326))"
    )
    assert run(published, come) == [("001", 3, 65), ("002", 2, 40)]
    move = "UPDATE gridmap.building SET geom = ST_Translate(geom, 0.004, 0) WHERE source_id = 'e'"
    assert run(published, move) == [("001", 2, 60), ("002", 3, 45)]
    grow = "UPDATE gridmap.building SET households = 50 WHERE source_id = 'e'"
    assert run(published, grow) == [("001", 2, 60), ("002", 3, 90)]
    assert run(published, "DELETE FROM gridmap.building WHERE source_id = 'e'") == [
        ("001", 2, 60),
        ("002", 2, 40),
    ]


def test_a_building_astride_a_line_belongs_to_its_larger_part(published: Engine) -> None:
    astride = "UPDATE gridmap.building SET geom = ST_MakeEnvelope(120.0045, 30.001, 120.0052, 30.002, 4326) WHERE source_id = 'd'"
    assert run(published, astride) == [("001", 3, 70), ("002", 1, 30)]


def test_a_building_outside_every_community_is_kept_and_attached_to_none(published: Engine) -> None:
    out = "UPDATE gridmap.building SET geom = ST_Translate(geom, 1, 0) WHERE source_id = 'd'"
    assert run(published, out) == [("001", 2, 60), ("002", 1, 30)]
    back = "UPDATE gridmap.area SET geom = ST_Multi(ST_MakeEnvelope(120, 30, 121.1, 30.01, 4326))"
    assert run(published, back) == [("001", 2, 60), ("002", 2, 40)]


def test_a_point_on_a_border_belongs_to_the_lower_code(published: Engine) -> None:
    with transaction(published, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.facility (dataset, source_id, kind, geom) "
                "VALUES ('town', 'f', 'clinic', ST_Point(120.005, 30.005, 4326))"
            )
        )
        rows = (
            connection.execute(text("SELECT facilities FROM published.grids ORDER BY code")).scalars().all()
        )
    assert rows == [1, 0]


def test_cells_carry_the_households_of_a_community_that_has_them(published: Engine) -> None:
    cells = (
        "INSERT INTO gridmap.cell (dataset, source_id, households, residents, geom) VALUES "
        "('cells', 'w', 7, 20, ST_MakeEnvelope(120, 30, 120.005, 30.01, 4326)), "
        "('cells', 'e', 8, 22, ST_MakeEnvelope(120.005, 30, 120.01, 30.01, 4326))"
    )
    assert run(published, cells) == [("001", 2, 7), ("002", 2, 8)]
    assert run(published, "DELETE FROM gridmap.cell") == [("001", 2, 60), ("002", 2, 40)]


def test_publishing_again_keeps_the_codes_of_unchanged_grids_and_never_uses_one_twice(
    published: Engine, draft: Callable[[Engine], int]
) -> None:
    same = draft(published)
    with transaction(published, actor="test", role="gridmap_app") as connection:
        publish(connection, same)
        assert [code for code, *_ in counts(connection)] == ["001", "002"]
    other = draft(published)
    with transaction(published, actor="test", role="gridmap_app") as connection:
        for sequence, south in ((1, 30.005), (2, 30.0)):
            connection.execute(
                text(
                    "UPDATE gridmap.grid SET planned_households = :households, geom = "
                    "ST_MakeEnvelope(120, :south, 120.01, :south + 0.005, 4326) "
                    "WHERE plan_id = :plan AND sequence = :sequence"
                ),
                {"plan": other, "sequence": sequence, "south": south, "households": 70 if south > 30 else 30},
            )
        publish(connection, other)
        assert counts(connection) == [("003", 2, 70), ("004", 2, 30)]


def random_edit(rng: random.Random) -> str:
    west, south = 120 + rng.random() * 0.011, 30 + rng.random() * 0.011
    box = f"ST_MakeEnvelope({west}, {south}, {west + 0.0008}, {south + 0.0008}, 4326)"
    point = f"ST_Point({west}, {south}, 4326)"
    key, some = rng.getrandbits(60), f"id % 3 = {rng.randrange(3)}"
    source = rng.choice(["declared", "estimated"])
    return rng.choice(
        [
            "INSERT INTO gridmap.building (dataset, source_id, households, household_source, geom) "
            f"VALUES ('edit', '{key}', {rng.randrange(50)}, '{source}', {box})",
            f"INSERT INTO gridmap.facility (dataset, source_id, kind, geom) VALUES ('edit', '{key}', 'shop', {point})",
            f"INSERT INTO gridmap.place (dataset, source_id, kind, geom) VALUES ('edit', '{key}', 'gate', {point})",
            "INSERT INTO gridmap.organisation (dataset, source_id, name, kind, geom) "
            f"VALUES ('edit', '{key}', '乙', 'enterprise', {point})",
            "INSERT INTO gridmap.matter (dataset, source_id, kind, state, title, geom) "
            f"VALUES ('edit', '{key}', 'repair', 'open', '路灯', {point})",
            f"UPDATE gridmap.matter SET closed_at = now() WHERE {some}",
            f"INSERT INTO gridmap.resident (building_id) SELECT id FROM gridmap.building WHERE {some}",
            f"DELETE FROM gridmap.resident WHERE {some}",
            f"UPDATE gridmap.building SET geom = ST_Translate(geom, 0.003, -0.001) WHERE {some}",
            f"UPDATE gridmap.building SET households = 3, household_source = 'counted' WHERE {some}",
            f"UPDATE gridmap.facility SET geom = {point} WHERE {some}",
            f"DELETE FROM gridmap.building WHERE {some} AND dataset = 'edit' AND id % 5 = 0",
            f"DELETE FROM gridmap.facility WHERE {some} AND id % 2 = 0",
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_counts_after_random_edits_equal_a_full_recount(published: Engine, seed: int) -> None:
    rng = random.Random(seed)
    with transaction(published, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.matter_kind (kind, name_en, name_zh, states, end_states) "
                "VALUES ('repair', 'Repair', '维修', '{open,closed}', '{closed}')"
            )
        )
    for _ in range(40):
        with transaction(published, actor="test", role="gridmap_app") as connection:
            connection.execute(text(random_edit(rng)))
    with published.connect() as connection:
        kept = connection.execute(
            text(f"SELECT grid_id, {EVERYTHING} FROM gridmap.grid_count ORDER BY 1")
        ).all()
        recounted = connection.execute(
            text("""
            SELECT grid.id,
                (SELECT count(*) FROM gridmap.building WHERE ST_Intersects(geom, grid.geom) AND grid_id = grid.id),
                (SELECT count(*) FROM gridmap.building WHERE grid_id = grid.id AND households > 0),
                (SELECT coalesce(sum(households), 0) FROM gridmap.building WHERE grid_id = grid.id),
                (SELECT coalesce(sum(households), 0) FROM gridmap.building
                    WHERE grid_id = grid.id AND household_source = 'estimated'),
                (SELECT nullif(count(*), 0) FROM gridmap.resident JOIN gridmap.building ON building.id = building_id
                    WHERE grid_id = grid.id),
                (SELECT count(*) FROM gridmap.place WHERE grid_id = grid.id),
                (SELECT count(*) FROM gridmap.facility WHERE grid_id = grid.id),
                (SELECT count(*) FROM gridmap.organisation WHERE grid_id = grid.id),
                (SELECT count(*) FROM gridmap.matter WHERE grid_id = grid.id AND closed_at IS NULL),
                (SELECT count(*) FROM gridmap.matter WHERE grid_id = grid.id AND closed_at IS NOT NULL)
            FROM gridmap.grid ORDER BY grid.id
            """)
        ).all()
        assert [tuple(row) for row in kept] == [tuple(row) for row in recounted]
        for table in ("building", "facility", "place", "organisation", "matter"):
            astray = connection.execute(
                text(
                    f"SELECT count(*) FROM gridmap.{table} AS thing WHERE grid_id IS DISTINCT FROM ("
                    "SELECT grid.id FROM gridmap.grid, gridmap.area WHERE ST_Intersects(area.geom, thing.geom) "
                    "AND ST_Intersects(grid.geom, thing.geom) ORDER BY "
                    "ST_Area(ST_Intersection(grid.geom, thing.geom)) DESC, grid.code LIMIT 1)"
                )
            ).scalar_one()
            assert astray == 0, table
