"""The only way in for the public: a read-only transaction that sees the schema ``published`` and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, TextClause

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
        connection.execute(sql("read_published"), _rights(patience))
        yield connection


def read_rows(
    engine: Engine, statement: TextClause, values: Mapping[str, Any], *, patience: float = PATIENCE
) -> list[tuple[Any, ...]]:
    """Return the rows of one query, as plain tuples, with the rights of ``gridmap_published``.

    Rights and query go to the server as one message, which is a transaction of its own; opening one as `reading` does
    takes three messages more.

    Raises
    ------
    GridmapError : as of `reading`.
    """
    with translated(), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        answer = connection.execute(_with_rights(statement), {**values, **_rights(patience)})
        assert answer.cursor is not None
        return list(answer.cursor.fetchall())


def _rights(patience: float) -> dict[str, str]:
    return {"milliseconds": f"{patience * 1000:.0f}"}


@lru_cache(maxsize=1000)
def _with_rights(statement: TextClause) -> TextClause:
    return sqlalchemy.text(f"{sql('read_published').text};\n{statement.text}")
