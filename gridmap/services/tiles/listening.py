"""Hear from the database where features changed, and sweep out kept tiles that do not hold any more."""

import logging
import threading
from collections.abc import Sequence
from contextlib import closing
from typing import Any

import psycopg2
from sqlalchemy import Engine

from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.db.tiles.news import ChangeNews
from gridmap.errors import GridmapError
from gridmap.services.memory import Memory
from gridmap.services.tiles.telling import Audience

SECONDS_OF_SILENCE = 5.0
"""After so long without news the connection is asked whether it still stands."""
SECONDS_TO_RETURN = 1.0
"""Between two attempts to connect."""
SECONDS_BETWEEN_SWEEPS = 60.0

logger = logging.getLogger("gridmap.tiles")


class Listener:
    """Threads that keep memories true, tell an audience, and keep the kept tiles few, from `start` to `stop`."""

    def __init__(
        self,
        engine: Engine,
        memories: Sequence[Memory[Any, Any]],
        audience: Audience,
        *,
        most_kept_bytes: int,
    ) -> None:
        self._engine = engine
        self._memories = memories
        self._audience = audience
        self._most_kept_bytes = most_kept_bytes
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=f"gridmap tiles: {name}", daemon=True)
            for name, work in (("listening", self._keep_listening), ("sweeping", self._keep_sweeping))
        ]

    def start(self) -> None:
        """Begin to listen and to sweep."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End both."""
        self._stopped.set()

    def _keep_listening(self) -> None:
        while not self._stopped.is_set():
            try:
                with closing(ChangeNews(self._engine)) as news:
                    self._listen(news)
            except (GridmapError, psycopg2.Error, OSError) as error:
                logger.warning("tiles are not kept in memory: changes are not heard: %s", error)
            finally:
                self._tell_memories(are_told=False)
            self._stopped.wait(SECONDS_TO_RETURN)

    def _listen(self, news: ChangeNews) -> None:
        self._tell_memories(are_told=True)
        self._audience.tell_of_everything()
        while not self._stopped.is_set():
            for change in news.wait(SECONDS_OF_SILENCE):
                for memory in self._memories:
                    memory.forget(change.layer, change.degrees)
                self._audience.tell(change.layer, change.degrees)

    def _tell_memories(self, *, are_told: bool) -> None:
        for memory in self._memories:
            memory.listen(is_told=are_told)

    def _keep_sweeping(self) -> None:
        while not self._stopped.wait(SECONDS_BETWEEN_SWEEPS):
            try:
                with transaction(self._engine, actor="tiles", role="gridmap_app") as connection:
                    connection.execute(sql("sweep_tiles"), {"most_bytes": self._most_kept_bytes})
            except GridmapError as error:
                logger.warning("kept tiles are not swept: %s", error)
