"""Extents are read once, and again after a change."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event, text

from gridmap.db.collections import COLLECTIONS
from gridmap.db.engine import transaction
from gridmap.services.extents import Extent, Extents
from gridmap.services.tiles import Tiles
from tests.services.tiles.test_serving import until

BUILDINGS, ROADS, CELLS = (COLLECTIONS[name] for name in ("buildings", "roads", "cells"))
FAR = "ST_MakeEnvelope(121, 31, 121.0001, 31.0001, 4326)"


@pytest.fixture
def extents(town: Engine) -> Iterator[Extents]:
    """Extents that hear of changes."""
    found = Extents()
    tiles = Tiles(town, others=[found.memory])
    tiles.start()
    until(lambda: found.memory._is_told)
    yield found
    tiles.stop()


@pytest.fixture
def queries(town: Engine) -> list[str]:
    """Return the queries for extents, as they are asked."""
    asked: list[str] = []

    @event.listens_for(town, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "ST_Extent" in statement:
            asked.append(statement)

    return asked


def build_far_away(engine: Engine) -> None:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(f"INSERT INTO gridmap.building (dataset, source_id, geom) VALUES ('more', 'far', {FAR})")
        )


def east(found: Extent | None) -> float:
    assert found is not None
    return found.east


def test_an_extent_is_read_once_and_again_after_a_change(
    extents: Extents, town: Engine, queries: list[str]
) -> None:
    first = extents.of(town, BUILDINGS, ROADS)
    assert extents.of(town, ROADS, BUILDINGS) == first[::-1]
    assert len(queries) == 2
    build_far_away(town)
    until(lambda: east(extents.of(town, BUILDINGS)[0]) == 121.0001)
    assert east(first[0]) < 121


def test_nothing_is_remembered_while_nobody_tells_of_changes(town: Engine, queries: list[str]) -> None:
    untold = Extents()
    untold.of(town, BUILDINGS)
    build_far_away(town)
    assert east(untold.of(town, BUILDINGS)[0]) == 121.0001
    assert len(queries) == 2


def test_an_empty_layer_has_no_extent_and_that_is_remembered_as_well(
    extents: Extents, town: Engine, queries: list[str]
) -> None:
    assert extents.of(town, CELLS) == extents.of(town, CELLS) == [None]
    assert len(queries) == 1
