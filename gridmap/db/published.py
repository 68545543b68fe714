"""The only way in for the public: a read-only transaction that sees the schema ``published`` and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from gridmap.db.engine import translated
from gridmap.db.queries import sql

PATIENCE = 20.0
"""Seconds a public query may take."""


@contextmanager
def reading(engine: Engine, *, patience: float = PATIENCE) -> Iterator[Connection]:
    """Open a transaction with the rights of ``gridmap_published``.

    Parameters
    ----------
    patience : seconds after which a query is stopped.

    Raises
    ------
    GridmapError : what the database refused, see `gridmap.db.engine.translated`.
    """
    with translated(), engine.begin() as connection:
        connection.execute(sql("read_published"), {"milliseconds": f"{patience * 1000:.0f}"})
        yield connection
