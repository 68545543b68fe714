"""A connection that makes tiles: it keeps what it prepared, and one query finds a kept tile, or makes and keeps it."""

import re
from typing import Any, NamedTuple

from psycopg2.extensions import connection as DriverConnection  # noqa: N812
from sqlalchemy import Engine

from gridmap.core.tiling import Bounds
from gridmap.db.engine import translated
from gridmap.db.published import PATIENCE
from gridmap.db.queries import driver_sql
from gridmap.db.tiles.statements import BOUNDS, Statement

PARAMETER = re.compile(r"%\((\w+)\)s")

FIND = """
WITH kept AS MATERIALIZED (
    SELECT body FROM published.kept_tiles WHERE key = %(key)s
), claim AS MATERIALIZED (
    SELECT pg_try_advisory_xact_lock(hashtextextended(%(key)s, 0)) AS is_ours WHERE NOT EXISTS (SELECT FROM kept)
), meanwhile AS MATERIALIZED (
    SELECT is_ours, CASE WHEN is_ours THEN published.tile_kept_by_now(%(key)s) END AS body FROM claim
), made AS MATERIALIZED (
    SELECT ({tile}) AS body FROM meanwhile WHERE is_ours AND body IS NULL
), keeping AS MATERIALIZED (
    SELECT published.keep_tile(
        %(key)s, %(layer)s, %(west_kept)s, %(south_kept)s, %(east_kept)s, %(north_kept)s,
        pg_current_snapshot()::text, body
    ) FROM made
)
SELECT body, false AS is_made FROM kept
UNION ALL SELECT body, true FROM made, (SELECT count(*) FROM keeping) AS done
UNION ALL SELECT body, false FROM meanwhile WHERE NOT EXISTS (SELECT FROM made)
"""
"""The query for the tile runs only where none is kept and no other process is making it.

Whoever gets the right to make it looks once more: another process may have ended since this query began. The right
ends with the transaction, when the tile is there for all.
"""


class Wanted(NamedTuple):
    """What a tile is kept under.

    Parameters
    ----------
    degrees : of everything that is drawn on it.
    """

    key: str
    layer: str
    degrees: Bounds


class Found(NamedTuple):
    """What there is of a tile.

    Parameters
    ----------
    body : None: another process is making it.
    is_made : it was made just now.
    """

    body: bytes | None
    is_made: bool


class TileConnection:
    """A connection with the rights of the public, for one thread.

    Raises
    ------
    GridmapError : what the database refused, see `gridmap.db.engine.translated`; so do its methods. A connection that
        raised is to be closed.
    """

    def __init__(self, engine: Engine) -> None:
        with translated():
            self._driver = detached(engine)
            self._prepared: dict[str, str] = {}
            self._run(driver_sql("read_published_always"), {"milliseconds": f"{PATIENCE * 1000:.0f}"})

    def find(self, wanted: Wanted, statement: Statement, *, is_lasting: bool) -> Found:
        """Return a tile that is kept, or make and keep it unless another process does.

        Parameters
        ----------
        is_lasting : the text of the statement comes again and again, so it is worth preparing.
        """
        sides = {f"{side}_kept": value for side, value in zip(BOUNDS, wanted.degrees, strict=True)}
        values = statement.values | sides | {"key": wanted.key, "layer": wanted.layer}
        text = FIND.format(tile=statement.text)
        with translated():
            [(body, is_made)] = self._run_prepared(text, values) if is_lasting else self._run(text, values)
        return Found(None if body is None else bytes(body), is_made)

    def wait(self, key: str) -> None:
        """Wait until no other process makes a tile."""
        with translated():
            self._run(driver_sql("await_tile"), {"key": key})

    @property
    def is_broken(self) -> bool:
        """Whether the database has gone away from the other side."""
        return bool(self._driver.closed)

    def close(self) -> None:
        """Close the connection; one that is broken is let go."""
        self._driver.close()

    def _run(self, text: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._driver.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    def _run_prepared(self, text: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        names = list(dict.fromkeys(PARAMETER.findall(text)))
        if text not in self._prepared:
            self._prepared[text] = self._prepare(text, names)
        return self._run(self._prepared[text], values)

    def _prepare(self, text: str, names: list[str]) -> str:
        """Prepare a query whose parameters are numbers, but for key and layer; return the text that runs it."""
        statement = f"tile_{len(self._prepared)}"
        types = ", ".join("text" if name in Wanted._fields else "double precision" for name in names)
        numbered = text % {name: f"${number}" for number, name in enumerate(names, start=1)}
        with self._driver.cursor() as cursor:
            cursor.execute(f"PREPARE {statement} ({types}) AS {numbered}")
        return f"EXECUTE {statement} ({', '.join(f'%({name})s' for name in names)})"


def detached(engine: Engine) -> DriverConnection:
    """Return a connection of an engine's database that is no longer the engine's; each statement is a transaction."""
    pooled = engine.raw_connection()
    pooled.detach()
    driver = pooled.dbapi_connection
    assert driver is not None
    driver.autocommit = True
    return driver  # type: ignore[return-value]
