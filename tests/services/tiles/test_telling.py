"""Each listener is told every change once, many of a moment as one box a layer."""

import asyncio

import pytest

from gridmap.core.tiling import WORLD, Bounds
from gridmap.db.collections import COLLECTIONS
from gridmap.errors import Unavailable
from gridmap.services.tiles import telling
from gridmap.services.tiles.telling import Audience

HERE, THERE = Bounds(1, 1, 2, 2), Bounds(5, 0, 6, 1)


def test_changes_of_a_moment_are_one_box_for_each_layer() -> None:
    async def heard() -> list[dict[str, Bounds]]:
        audience = Audience()
        with audience.joined() as ear:
            await asyncio.to_thread(audience.tell, "grids", HERE)
            await asyncio.to_thread(audience.tell, "grids", THERE)
            audience.tell("roads", HERE)
            first = await ear.listen()
            audience.tell("roads", THERE)
            return [first, await ear.listen()]

    assert asyncio.run(heard()) == [{"grids": Bounds(1, 0, 6, 2), "roads": HERE}, {"roads": THERE}]


def test_nothing_is_told_before_it_happens_and_nothing_of_before() -> None:
    async def waits() -> None:
        audience = Audience()
        audience.tell("grids", HERE)
        with audience.joined() as ear:
            await asyncio.wait_for(ear.listen(), 0.05)

    with pytest.raises(TimeoutError):
        asyncio.run(waits())


def test_after_a_silence_anything_may_have_changed() -> None:
    async def heard() -> dict[str, Bounds]:
        audience = Audience()
        with audience.joined() as ear:
            audience.tell_of_everything()
            return await ear.listen()

    assert asyncio.run(heard()) == dict.fromkeys(COLLECTIONS, WORLD)


def test_one_too_many_is_sent_away_until_another_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_LISTENERS", 1)

    async def full() -> None:
        audience = Audience()
        with audience.joined(), pytest.raises(Unavailable, match="Too many"), audience.joined():
            pass
        with audience.joined():
            pass

    asyncio.run(full())
