"""Tell whoever looks at a map what changes, as the database tells it; many changes in a moment become one box a layer."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from gridmap.core.tiling import WORLD, Bounds
from gridmap.db.collections import COLLECTIONS
from gridmap.errors import Text, Unavailable
from gridmap.services.metrics import LISTENERS

MOST_LISTENERS = 500
"""In one process; each costs a connection and some kilobytes."""
RETRY_SECONDS = 60


class Ear:
    """What one listener has yet to be told. Any thread may let it `hear`; its own event loop waits for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._heard: dict[str, Bounds] = {}
        self._lock = Lock()
        self._something = asyncio.Event()

    def hear(self, layer: str, degrees: Bounds) -> None:
        """Remember where features of a layer changed."""
        with self._lock:
            before = self._heard.get(layer)
            self._heard[layer] = degrees if before is None else before.around(degrees)
        self._loop.call_soon_threadsafe(self._something.set)

    async def listen(self) -> dict[str, Bounds]:
        """Wait for changes; return the layers that changed, each with a box around where."""
        await self._something.wait()
        self._something.clear()
        with self._lock:
            heard, self._heard = self._heard, {}
        return heard


class Audience:
    """All listeners of a process."""

    def __init__(self) -> None:
        self._ears: set[Ear] = set()
        self._lock = Lock()

    @contextmanager
    def joined(self) -> Iterator[Ear]:
        """Hear of every change from now on; to be called where an event loop runs.

        Raises
        ------
        Unavailable : too many are listening.
        """
        ear = Ear(asyncio.get_running_loop())
        with self._lock:
            if len(self._ears) >= MOST_LISTENERS:
                raise _too_many()
            self._ears.add(ear)
        LISTENERS.inc()
        try:
            yield ear
        finally:
            with self._lock:
                self._ears.remove(ear)
            LISTENERS.dec()

    def tell(self, layer: str, degrees: Bounds) -> None:
        """Tell everybody where features of a layer changed."""
        with self._lock:
            for ear in self._ears:
                ear.hear(layer, degrees)

    def tell_of_everything(self) -> None:
        """Tell everybody that anything may have changed, as nothing was heard for a while."""
        for layer in COLLECTIONS:
            self.tell(layer, WORLD)


def _too_many() -> Unavailable:
    return Unavailable(
        Text(en="Too many listen for changes already.", zh="监听变化的连接过多。"),
        hint=Text(
            en="The map works without; it shows changes when it is moved or loaded again.",
            zh="地图仍可使用，移动或刷新后即显示最新内容。",
        ),
        retry_after=RETRY_SECONDS,
    )
