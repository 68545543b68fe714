"""What the database tells of changes: triggers notify where features of a layer changed."""

import select
from typing import NamedTuple

from sqlalchemy import Engine

from gridmap.core.tiling import Bounds
from gridmap.db.engine import translated
from gridmap.db.tiles.connection import detached

CHANNEL = "gridmap_tiles"


class Change(NamedTuple):
    """Features of a layer changed within these bounds, in degrees."""

    layer: str
    degrees: Bounds


class ChangeNews:
    """A connection that hears of every change that is committed after it was made.

    Raises
    ------
    GridmapError : the connection was lost; so does `wait`.
    """

    def __init__(self, engine: Engine) -> None:
        with translated():
            self._driver = detached(engine)
            self._run(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> list[Change]:
        """Return the changes heard of, after so long an empty list: then the connection was asked whether it stands."""
        with translated():
            if select.select([self._driver], [], [], seconds)[0]:
                self._driver.poll()
            else:
                self._run("SELECT")
        heard = [_change(note.payload) for note in self._driver.notifies]
        self._driver.notifies.clear()
        return heard

    def close(self) -> None:
        """Hear no more."""
        self._driver.close()

    def _run(self, statement: str) -> None:
        with self._driver.cursor() as cursor:
            cursor.execute(statement)


def _change(payload: str) -> Change:
    layer, *sides = payload.split(" ")
    return Change(layer, Bounds(*map(float, sides)))
