"""Rows into the database by COPY in its binary form: PostgreSQL 15 documentation, COPY, "Binary Format"."""

import io
import struct
from collections.abc import Iterable, Sequence
from typing import cast

from psycopg2.extensions import connection as DriverConnection  # noqa: N812
from sqlalchemy import Connection

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = struct.pack(">h", -1)
_NULL = struct.pack(">i", -1)


def copy_rows(connection: Connection, into: str, rows: Iterable[Sequence[bytes | None]]) -> None:
    """Copy rows to the end of a table.

    Parameters
    ----------
    into : name of the table and, in brackets, of the columns.
    rows : values as the types of the columns are sent; None is null.
    """
    parts = [_HEAD]
    for row in rows:
        parts.append(struct.pack(">h", len(row)))
        for value in row:
            parts += (_NULL,) if value is None else (struct.pack(">i", len(value)), value)
    parts.append(_END)
    driver = cast("DriverConnection", connection.connection.dbapi_connection)
    with driver.cursor() as cursor:
        cursor.copy_expert(f"COPY {into} FROM STDIN WITH (FORMAT binary)", io.BytesIO(b"".join(parts)))
