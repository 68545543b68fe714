"""Hand-written SQL by name. Each query of ``sql/*.sql`` stands under ``-- name --`` and a line that describes it."""

import difflib
import re
from functools import cache
from pathlib import Path

import sqlalchemy
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

DRIVER = PGDialect_psycopg2()  # type: ignore[no-untyped-call]
FOLDER = Path(__file__).parent / "sql"
NAME = re.compile(r"^-- ([a-z][a-z0-9_]*) --$", re.MULTILINE)
LONGEST_IDENTIFIER = 63
"""Bytes; PostgreSQL cuts a longer name silently (NAMEDATALEN - 1)."""


@cache
def sql(name: str) -> TextClause:
    """Return a named query; its parameters are written ``:parameter`` and bound when it is executed.

    Raises
    ------
    LookupError : no file has a query of that name.
    """
    queries = load_queries(FOLDER)
    if name not in queries:
        near = difflib.get_close_matches(name, queries, n=1)
        suggestion = f"; did you mean {near[0]!r}?" if near else ""
        raise LookupError(f"no query is named {name!r} in {FOLDER}/*.sql{suggestion}")
    return sqlalchemy.text(queries[name])


@cache
def driver_sql(name: str) -> str:
    """Return a named query as psycopg2 takes it, for connections that are not SQLAlchemy's: ``%(parameter)s``.

    Raises
    ------
    LookupError : no file has a query of that name.
    """
    return str(sql(name).compile(dialect=DRIVER))


@cache
def load_queries(folder: Path) -> dict[str, str]:
    """Return all named queries of a folder. A file without any name line, a script to run whole, is left out.

    Raises
    ------
    ValueError : a name occurs twice, a query has no description, or SQL stands before the first name.
    """
    queries: dict[str, str] = {}
    for file in sorted(folder.glob("*.sql")):
        for name, query in _parse(file.read_text(encoding="utf-8"), file.name).items():
            if name in queries:
                raise ValueError(f"{file.name}: a query named {name!r} exists already")
            queries[name] = query
    return queries


def _parse(text: str, file: str) -> dict[str, str]:
    before, *parts = NAME.split(text)
    if parts and any(line and not line.startswith("--") for line in before.splitlines()):
        raise ValueError(f"{file}: there is SQL before the first name")
    queries: dict[str, str] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        description, _, query = body.strip().partition("\n")
        if not description.startswith("-- ") or not query.strip():
            raise ValueError(f"{file}: the query {name!r} needs a line that describes it, then the SQL")
        if name in queries:
            raise ValueError(f"{file}: there are two queries named {name!r}")
        queries[name] = query.strip().removesuffix(";")
    return queries


def quoted(identifier: str) -> str:
    """Return a name of a table, column, role or database as SQL text. The one place where names enter SQL.

    Raises
    ------
    ValueError : the name is empty, holds a zero byte, or is longer than PostgreSQL keeps.
    """
    if not identifier or "\0" in identifier or len(identifier.encode()) > LONGEST_IDENTIFIER:
        raise ValueError(f"not a name PostgreSQL can keep: {identifier!r}")
    return '"' + identifier.replace('"', '""') + '"'
