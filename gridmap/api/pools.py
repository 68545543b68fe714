"""Connections by what they are for, few of each, so that nobody's work starves that of others.

Whoever comes when too many wait already is sent away at once with 503 and `Retry-After`: a queue that grows only makes
everybody wait longer than they will. Tiles have threads and connections of their own (`gridmap.services.tiles`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Engine

from gridmap.db.engine import connect
from gridmap.errors import Text, Unavailable
from gridmap.services.exporting.handing import MOST_AT_ONCE

RETRY_SECONDS = 2
WAIT_SECONDS = 5.0
"""Who got in waits at most so long for a connection."""

TOO_MANY = Text(
    en="Too many requests are being worked on; try again in a moment.", zh="正在处理的请求过多，请稍后再试。"
)


class Pool:
    """Some connections, and a limit on how many work with them or wait for them."""

    def __init__(self, engine: Engine, *, connections: int, most: int) -> None:
        self.engine = with_few_connections(engine, connections)
        self.most = most
        self.inside = 0
        self._lock = Lock()

    @contextmanager
    def entered(self) -> Iterator[Engine]:
        """Give the connections to a request.

        Raises
        ------
        Unavailable : too many have got in.
        """
        with self._lock:
            if self.inside >= self.most:
                raise Unavailable(TOO_MANY, retry_after=RETRY_SECONDS)
            self.inside += 1
        try:
            yield self.engine
        finally:
            with self._lock:
                self.inside -= 1


def with_few_connections(engine: Engine, connections: int) -> Engine:
    """Return another engine on the same database, which has so many connections and no more."""
    return connect(
        engine.url.render_as_string(hide_password=False),
        pool_size=connections,
        overflow=0,
        pool_wait_seconds=WAIT_SECONDS,
    )


class Pools:
    """The pools of a process. All that get in are fewer than the threads that work on requests (40).

    Attributes
    ----------
    exporting : connections alone; how many exports may be under way `gridmap.services.exporting.handing` says.
    """

    def __init__(self, engine: Engine) -> None:
        self.reading = Pool(engine, connections=6, most=20)
        self.writing = Pool(engine, connections=3, most=8)
        self.exporting = with_few_connections(engine, MOST_AT_ONCE)

    def close(self) -> None:
        """Close the connections that nobody works with."""
        for engine in (self.reading.engine, self.writing.engine, self.exporting):
            engine.dispose()
