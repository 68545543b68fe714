"""Tiles in memory: bounded, and never shown after something on them changed."""

import gzip
import threading

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.tiling import Bounds
from gridmap.services.memory import CHANGES_REMEMBERED, ENTRY_BYTES
from gridmap.services.tiles.memory import Tile, TileKey, TileMemory

HERE, ELSEWHERE = Bounds(0, 0, 1, 1), Bounds(5, 5, 6, 6)


def key(number: int, layer: str = "grids") -> TileKey:
    return TileKey("public", layer, "WebMercatorQuad", 14, 0, number)


def told(most_bytes: int = 10**6) -> TileMemory:
    memory = TileMemory(most_bytes)
    memory.listen(is_told=True)
    return memory


def test_nothing_is_kept_while_nobody_tells_of_changes() -> None:
    memory = TileMemory(10**6)
    memory.keep(key(1), Tile(b"tile", HERE), since=memory.changes)
    assert memory.get(key(1)) is None
    memory.listen(is_told=True)
    memory.keep(key(1), Tile(b"tile", HERE), since=memory.changes)
    assert memory.get(key(1)) is not None
    memory.listen(is_told=False)
    assert memory.get(key(1)) is None


def test_a_tile_that_began_before_changes_were_told_is_not_kept() -> None:
    memory = TileMemory(10**6)
    since = memory.changes
    memory.listen(is_told=True)
    memory.keep(key(1), Tile(b"old", HERE), since=since)
    assert memory.get(key(1)) is None


def test_a_change_takes_away_the_tiles_of_its_layer_that_it_touches() -> None:
    memory = told()
    for number, where in enumerate((HERE, ELSEWHERE)):
        memory.keep(key(number), Tile(b"grids", where), since=memory.changes)
        memory.keep(key(number, "roads"), Tile(b"roads", where), since=memory.changes)
    memory.forget("grids", Bounds(1, 1, 2, 2))
    assert memory.get(key(0)) is None
    assert all(memory.get(kept) for kept in (key(1), key(0, "roads"), key(1, "roads")))


def test_a_tile_that_changed_while_it_was_made_is_not_kept() -> None:
    memory = told()
    since = memory.changes
    memory.forget("roads", HERE)
    memory.forget("grids", ELSEWHERE)
    memory.keep(key(1), Tile(b"tile", HERE), since=since)
    assert memory.get(key(1)) is not None
    memory.forget("grids", HERE)
    memory.keep(key(2), Tile(b"tile", HERE), since=since)
    assert memory.get(key(2)) is None


def test_a_tile_that_took_longer_than_changes_are_remembered_is_not_kept() -> None:
    memory = told()
    since = memory.changes
    memory.forget("grids", HERE)
    for _ in range(CHANGES_REMEMBERED):
        memory.forget("roads", ELSEWHERE)
    memory.keep(key(1), Tile(b"tile", HERE), since=since)
    assert memory.get(key(1)) is None


def test_the_tile_asked_for_longest_ago_makes_room() -> None:
    memory = told(3 * (ENTRY_BYTES + 10))
    for number in range(3):
        memory.keep(key(number), Tile(b"0123456789", HERE), since=memory.changes)
    memory.get(key(0))
    memory.keep(key(3), Tile(b"0123456789", HERE), since=memory.changes)
    assert [memory.get(key(number)) is not None for number in range(4)] == [True, False, True, True]


def test_a_coding_is_made_once_and_counts() -> None:
    memory = told()
    tile = Tile(b"tile" * 1000, HERE)
    memory.keep(key(1), tile, since=memory.changes)
    before = memory.size
    packed = memory.encode(key(1), tile, "zstd")
    assert zstandard.ZstdDecompressor().decompress(packed) == tile.body
    assert memory.encode(key(1), tile, "zstd") is packed
    assert gzip.decompress(memory.encode(key(1), tile, "gzip")) == tile.body
    assert memory.size == before + sum(map(len, tile.encoded.values()))
    memory.forget("grids", HERE)
    assert memory.size == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["keep", "encode", "forget", "get"]), st.integers(0, 5), st.integers(0, 3000)
        ),
        max_size=60,
    )
)
def test_what_is_kept_is_never_more_than_it_may_be(steps: list[tuple[str, int, int]]) -> None:
    memory = told(6000)
    made: dict[TileKey, Tile] = {}
    for step, number, size in steps:
        where = Bounds(number, number, number + 0.5, number + 0.5)
        if step == "keep":
            made[key(number)] = Tile(bytes(size), where)
            memory.keep(key(number), made[key(number)], since=memory.changes)
        elif step == "encode" and key(number) in made:
            memory.encode(key(number), made[key(number)], "gzip")
        elif step == "forget":
            memory.forget("grids", where)
        kept = [tile for tile in (memory.get(key(number)) for number in range(6)) if tile]
        assert memory.size == sum(tile.size for tile in kept) <= 6000


@pytest.mark.parametrize("rounds", [200])
def test_many_threads_may_keep_and_forget(rounds: int) -> None:
    memory = told(50_000)

    def work(number: int) -> None:
        for turn in range(rounds):
            tile = Tile(bytes(turn), HERE)
            memory.keep(key(turn % 7), tile, since=memory.changes)
            memory.encode(key(turn % 7), tile, "gzip")
            if turn % 5 == number:
                memory.forget("grids", HERE)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    memory.forget("grids", HERE)
    assert memory.size == 0
