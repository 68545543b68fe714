"""Tiles are made once for everybody, kept for all processes, and fresh at once after a change."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import mapbox_vector_tile
import pytest
from sqlalchemy import Connection, Engine, text

from gridmap.core.filters import read_filter
from gridmap.core.tiling import WEB_MERCATOR_QUAD, TileAddress
from gridmap.db.collections import COLLECTIONS
from gridmap.db.engine import transaction
from gridmap.db.filters import condition
from gridmap.db.tiles.connection import Found, TileConnection, Wanted
from gridmap.db.tiles.statements import Statement
from gridmap.errors import NotFound, Unavailable
from gridmap.services.tiles import Tile, Tiles, WantedTile, serving

BUILDINGS = COLLECTIONS["buildings"]
HERE = TileAddress(WEB_MERCATOR_QUAD, 13, 6826, 3379)
WORLD = TileAddress(WEB_MERCATOR_QUAD, 0, 0, 0)
ALL = WantedTile(BUILDINGS, HERE)
SOON = 5.0

Open = Callable[[], Tiles]


@pytest.fixture
def opened(town: Engine) -> Iterator[Open]:
    """Give a function that opens what one process of a server has."""
    every: list[Tiles] = []

    def open_tiles() -> Tiles:
        tiles = Tiles(town)
        tiles.start()
        every.append(tiles)
        until(lambda: tiles.memory._is_told)
        return tiles

    yield open_tiles
    for tiles in every:
        tiles.stop()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the keys of the tiles that were made, as they are made."""
    keys: list[str] = []
    find = TileConnection.find

    def noted(self: TileConnection, wanted: Wanted, statement: Statement, *, is_lasting: bool) -> Found:
        found = find(self, wanted, statement, is_lasting=is_lasting)
        if found.is_made:
            keys.append(wanted.key)
            time.sleep(0.2)
        return found

    monkeypatch.setattr(TileConnection, "find", noted)
    return keys


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.005)


def buildings(tile: Tile) -> int:
    return len(mapbox_vector_tile.decode(tile.body)["buildings"]["features"]) if tile.body else 0


def drawn(tiles: Tiles, wanted: WantedTile = ALL) -> int:
    return buildings(tiles.memory.get(wanted.key) or tiles.find(wanted).result())


def put(connection: Connection, name: str) -> None:
    connection.execute(
        text(
            "INSERT INTO gridmap.building (dataset, source_id, geom) "
            "VALUES ('more', :name, ST_MakeEnvelope(120.0005, 30.0005, 120.0006, 30.0006, 4326))"
        ),
        {"name": name},
    )


def kept(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT key FROM published.kept_tiles ORDER BY key")).scalars())


def test_many_askers_of_many_processes_cause_one_query(opened: Open, made: list[str]) -> None:
    processes = [opened(), opened(), opened()]
    wanted = WantedTile(BUILDINGS, HERE)
    with ThreadPoolExecutor(30) as askers:
        answers = list(askers.map(lambda number: processes[number % 3].find(wanted).result(), range(200)))
    assert made == [str(wanted.key)]
    assert {tile.body for tile in answers} == {answers[0].body}
    assert buildings(answers[0]) == 15


def test_a_tile_in_memory_or_kept_is_not_made_again(opened: Open, made: list[str], town: Engine) -> None:
    first = opened()
    assert drawn(first) == drawn(first) == 15
    until(lambda: kept(town) == made)
    assert drawn(opened()) == 15
    assert len(made) == 1


def test_a_change_is_seen_at_once_by_every_process(opened: Open, town: Engine) -> None:
    processes = [opened(), opened()]
    for number in range(1, 6):
        assert [drawn(tiles) for tiles in processes] == [14 + number] * 2
        with transaction(town, actor="test", role="gridmap_app") as connection:
            put(connection, str(number))
        for tiles in processes:
            until(lambda tiles=tiles, number=number: drawn(tiles) == 15 + number)  # type: ignore[misc]


def test_a_tile_made_while_a_change_is_under_way_does_not_outlive_it(opened: Open, town: Engine) -> None:
    slow, quick = town.connect(), town.connect()
    slow_change = slow.begin()
    put(slow, "slow")
    with quick.begin():
        put(quick, "quick")
    tiles = opened()
    assert drawn(tiles) == 16
    until(lambda: len(kept(town)) == 1)
    slow_change.commit()
    assert kept(town) == []
    until(lambda: drawn(tiles) == 17)
    assert drawn(opened()) == 17
    slow.close()
    quick.close()


def test_a_change_elsewhere_leaves_a_tile_as_it_is(opened: Open, town: Engine, made: list[str]) -> None:
    tiles = opened()
    drawn(tiles)
    until(lambda: len(kept(town)) == 1)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.building (dataset, source_id, geom) "
                "VALUES ('more', 'far', ST_MakeEnvelope(121, 31, 121.0001, 31.0001, 4326))"
            )
        )
        connection.execute(
            text(
                "INSERT INTO gridmap.road (dataset, source_id, class, geom) "
                "VALUES ('more', 'far', 'primary', 'SRID=4326;LINESTRING(120 30,120.001 30.001)')"
            )
        )
    assert len(kept(town)) == 1
    time.sleep(0.2)
    drawn(tiles)
    assert len(made) == 1


def test_a_tile_that_came_with_the_data_of_another_server_is_not_shown(opened: Open, town: Engine) -> None:
    drawn(opened())
    until(lambda: len(kept(town)) == 1)
    with town.begin() as connection:
        connection.execute(text("UPDATE gridmap.kept_tile SET snapshot = '999999999:999999999:'"))
    assert kept(town) == []


def test_each_filter_has_a_tile_of_its_own(opened: Open, made: list[str]) -> None:
    tiles = opened()
    few = WantedTile(BUILDINGS, HERE, condition(BUILDINGS, read_filter("households = 156")))
    many = WantedTile(BUILDINGS, HERE, condition(BUILDINGS, read_filter("households = 100")))
    assert [drawn(tiles, wanted) for wanted in (few, many, few, many)] == [1, 12, 1, 12]
    assert len(made) == 2


def test_a_connection_that_the_server_closed_is_replaced(opened: Open, town: Engine) -> None:
    tiles = opened()
    assert drawn(tiles) == 15
    with town.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    town.dispose()
    assert tiles.find(WantedTile(COLLECTIONS["areas"], WORLD)).result().body
    until(lambda: tiles.memory._is_told)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        put(connection, "after")
    until(lambda: drawn(tiles) == 16)


@pytest.mark.usefixtures("made")
def test_who_asks_for_too_many_tiles_at_once_is_sent_away(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "MOST_WAITING", 2)
    tiles = opened()
    coming = [
        tiles.find(WantedTile(BUILDINGS, TileAddress(WEB_MERCATOR_QUAD, 13, 6826, row))) for row in (1, 2)
    ]
    with pytest.raises(Unavailable, match="Too many tiles"):
        tiles.find(WantedTile(BUILDINGS, HERE))
    assert tiles.find(WantedTile(BUILDINGS, TileAddress(WEB_MERCATOR_QUAD, 13, 6826, 1))) is coming[0]
    assert [buildings(tile.result()) for tile in coming] == [0, 0]
    assert drawn(tiles) == 15


@pytest.mark.usefixtures("made")
def test_who_stops_waiting_does_not_stop_the_others(opened: Open, town: Engine) -> None:
    tiles, others = opened(), opened()
    coming = tiles.find(ALL)
    until(coming.running)
    assert not coming.cancel()
    assert buildings(others.find(ALL).result(SOON)) == 15
    until(lambda: len(kept(town)) == 1)


def test_a_failure_reaches_who_waits_and_gives_up_the_right_to_make_the_tile(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles, others = opened(), opened()
    with monkeypatch.context() as broken:
        broken.setattr(tiles.memory, "keep", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tiles.find(ALL).result(SOON)
    assert buildings(others.find(ALL).result(SOON)) == 15
    assert drawn(tiles) == 15


def test_there_is_no_tile_outside_the_matrix(opened: Open) -> None:
    with pytest.raises(NotFound, match="no tile 3/0/8"):
        opened().find(WantedTile(BUILDINGS, TileAddress(WEB_MERCATOR_QUAD, 3, 8, 0)))


def test_sweeping_takes_what_does_not_hold_and_what_is_too_much(opened: Open, town: Engine) -> None:
    tiles = opened()
    for collection in ("buildings", "areas"):
        drawn_now = tiles.find(WantedTile(COLLECTIONS[collection], HERE)).result()
        assert drawn_now.body
        until(lambda name=collection: any(f"/{name}/" in key for key in kept(town)))  # type: ignore[misc]
    with transaction(town, actor="test", role="gridmap_app") as connection:
        put(connection, "one")
    assert swept(town, 10**9) == ["areas"]
    assert swept(town, 10) == []


def swept(engine: Engine, most_bytes: int) -> list[str]:
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text("SELECT gridmap.sweep_tiles(:most_bytes)"), {"most_bytes": most_bytes})
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT layer FROM gridmap.kept_tile ORDER BY layer")).scalars())
