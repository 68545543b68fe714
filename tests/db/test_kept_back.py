"""What is published of households tells no small count, not even to who subtracts what is told from the totals."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, RowMapping, text

from gridmap.db.engine import transaction
from gridmap.services.publishing import publish

PUT = """
INSERT INTO gridmap.building (dataset, source_id, households, household_source, geom)
VALUES ('rows', :source_id, :households, :source,
    ST_MakeEnvelope(120.0001 + :at, 30.0001, 120.00015 + :at, 30.00015, 4326))
"""
PUT_CELL = """
INSERT INTO gridmap.cell (dataset, source_id, households, geom)
VALUES ('rows', :source_id, :households, ST_MakeEnvelope(120.0001 + :at, 30.0001, 120.00015 + :at, 30.00015, 4326))
"""
Home = tuple[int, str]


@pytest.fixture
def halves(town: Engine, draft: Callable[[Engine], int]) -> Engine:
    """Publish the two halves of the town without buildings; all that is put at 120.0001 is in the first."""
    plan = draft(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
        connection.execute(text("DELETE FROM gridmap.building"))
    return town


def put(engine: Engine, homes: list[Home], statement: str = PUT) -> None:
    rows = [
        {"source_id": str(number), "households": households, "source": source, "at": number * 0.0001}
        for number, (households, source) in enumerate(homes)
    ]
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text("DELETE FROM gridmap.building"))
        if rows:
            connection.execute(text(statement), rows)


def published(engine: Engine, things: str = "buildings") -> tuple[RowMapping, list[RowMapping]]:
    """Return the first grid, and what is told of the homes in it."""
    with engine.connect() as connection:
        grid = (
            connection.execute(text("SELECT * FROM published.grids ORDER BY code LIMIT 1")).mappings().one()
        )
        homes = connection.execute(
            text(f"SELECT * FROM published.{things} WHERE grid = :code ORDER BY id"), {"code": grid["code"]}
        )
        return grid, list(homes.mappings())


def hidden(total: int, told: list[int]) -> int:
    return total - sum(told)


def is_safe(number: int) -> bool:
    return number == 0 or number >= 10


def random_homes(draw: random.Random) -> list[Home]:
    sizes = [(1, 9), (10, 14), (1, 60)]
    return [
        (draw.randint(*draw.choice(sizes)), draw.choice(["counted", "estimated"]))
        for _ in range(draw.randint(1, 8))
    ] + [(draw.randint(10, 40), draw.choice(["counted", "estimated"]))]


@pytest.mark.parametrize("seed", range(12))
def test_totals_less_what_is_told_leave_no_small_count(halves: Engine, seed: int) -> None:
    homes = random_homes(random.Random(seed))
    put(halves, homes)
    grid, told = published(halves)
    counts: list[dict[str, Any]] = [dict(row) for row in told if row["households"] is not None]
    assert grid["households"] == sum(households for households, _ in homes)
    assert all(row["households"] >= 10 for row in counts)
    assert is_safe(hidden(grid["households"], [row["households"] for row in counts]))
    estimated = grid["households_estimated_count"]
    if estimated is not None:
        of_source = {
            source: [row["households"] for row in counts if row["households_estimated"] is source]
            for source in (True, False)
        }
        assert is_safe(hidden(estimated, of_source[True]))
        assert is_safe(hidden(grid["households"] - estimated, of_source[False]))


def test_the_next_larger_of_the_same_source_is_kept_back(halves: Engine) -> None:
    put(halves, [(4, "estimated"), (40, "estimated"), (20, "estimated"), (12, "counted")])
    assert [row["households"] for row in published(halves)[1]] == [None, 40, None, 12]


def test_nothing_more_is_kept_back_where_enough_is_small(halves: Engine) -> None:
    put(halves, [(4, "counted"), (7, "counted"), (12, "counted")])
    assert [row["households"] for row in published(halves)[1]] == [None, None, 12]
    put(halves, [(11, "counted"), (12, "counted")])
    assert [row["households"] for row in published(halves)[1]] == [11, 12]


def test_what_is_kept_back_follows_every_change(halves: Engine) -> None:
    put(halves, [(4, "counted"), (20, "counted"), (30, "counted")])
    assert [row["households"] for row in published(halves)[1]] == [None, None, 30]
    with transaction(halves, actor="test", role="gridmap_app") as connection:
        connection.execute(text("UPDATE gridmap.building SET households = 14 WHERE households = 4"))
    assert [row["households"] for row in published(halves)[1]] == [14, 20, 30]


def test_few_estimated_households_of_a_grid_are_not_told(halves: Engine) -> None:
    put(halves, [(4, "estimated"), (20, "counted"), (30, "counted")])
    grid, told = published(halves)
    assert grid["households_estimated_count"] is None
    assert grid["households_estimated"]
    assert [row["households"] for row in told] == [None, None, 30]


def test_small_areas_are_kept_back_too(halves: Engine) -> None:
    put(halves, [(4, ""), (20, ""), (30, "")], PUT_CELL)
    grid, told = published(halves, "cells")
    assert grid["households"] == 54
    assert [row["households"] for row in told] == [None, None, 30]


def test_a_community_without_grids_tells_tens_where_its_total_would_tell_a_small_count(town: Engine) -> None:
    put(town, [(4, "counted"), (20, "counted"), (30, "counted")])
    with town.connect() as connection:
        total = text("SELECT max(households) FROM published.communities")
        assert connection.execute(total).scalar_one() == 50
    put(town, [(14, "counted"), (20, "counted"), (30, "counted")])
    with town.connect() as connection:
        assert connection.execute(total).scalar_one() == 64
