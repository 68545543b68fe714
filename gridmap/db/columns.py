"""Many rows out of the database as columns: one binary COPY, taken apart without a loop over rows in Python."""

import io
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from psycopg2.extensions import connection as DriverConnection  # noqa: N812
from sqlalchemy import Connection

from gridmap.core.compiled import compiled
from gridmap.core.topology import Booleans, Integers
from gridmap.core.wkb import Bytes, Shapes
from gridmap.db.queries import sql

_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER = len(_SIGNATURE) + 8
_NUMBERS = {16: "?", 20: ">i8", 21: ">i2", 23: ">i4", 700: ">f4", 701: ">f8"}
"""How numbers of each type travel, by the type's OID: PostgreSQL 15 documentation, section 55.2.2, and pg_type.dat."""
_TEXT = 25


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it travelled.

    Attributes
    ----------
    kind : OID of the type.
    data : the bytes of all values, one after the other.
    first : shape (n + 1,); value k is ``data[first[k]:first[k + 1]]``.
    is_null : shape (n,).
    """

    kind: int
    data: Bytes
    first: Integers
    is_null: Booleans

    def values(self) -> Any:
        """Return numbers as a nullable array, texts as an object array with None, anything else as `Shapes`."""
        if self.kind in _NUMBERS:
            return self._numbers()
        return self._texts() if self.kind == _TEXT else Shapes(self.data, self.first)

    def _numbers(self) -> Any:
        known = self.data.view(_NUMBERS[self.kind])
        numbers = np.zeros(len(self.is_null), dtype=known.dtype.newbyteorder("="))
        numbers[~self.is_null] = known
        if not self.is_null.any():
            return numbers
        missing = {"b": pd.arrays.BooleanArray, "i": pd.arrays.IntegerArray, "f": pd.arrays.FloatingArray}
        return missing[numbers.dtype.kind](numbers, self.is_null)

    def _texts(self) -> NDArray[np.object_]:
        rows = np.flatnonzero(~self.is_null)
        begins_character = (self.data & 0xC0) != 0x80
        place = np.concatenate([[0], np.cumsum(begins_character)])[self.first]
        whole = self.data.tobytes().decode()
        texts = np.full(len(self.is_null), None, dtype=object)
        texts[rows] = [
            whole[start:end]
            for start, end in zip(place[rows].tolist(), place[rows + 1].tolist(), strict=True)
        ]
        return texts


def read_columns(
    connection: Connection, query: str, *, order: str | None = None, **parameters: Any
) -> dict[str, Column]:
    """Return the columns of a named query's rows.

    Parameters
    ----------
    order : a column of whole numbers by which the rows are sorted, which is cheaper here than in the database.
    """
    driver = cast("DriverConnection", connection.connection.dbapi_connection)
    statement = sql(query).bindparams(**parameters).compile(dialect=connection.dialect)
    buffer = io.BytesIO()
    with driver.cursor() as cursor:
        asked = cursor.mogrify(str(statement), statement.params).decode()
        cursor.execute(f"SELECT * FROM ({asked}) AS asked LIMIT 0")  # noqa: S608 (a query of ours)
        described = [(column.name, column.type_code) for column in cursor.description or ()]
        cursor.copy_expert(f"COPY ({asked}) TO STDOUT (FORMAT binary)", buffer)
    data = np.frombuffer(buffer.getbuffer(), dtype=np.uint8)
    start, length = _fields(data, _HEADER, len(described))
    rows = np.arange(len(start))
    if order is not None:
        place = [name for name, _ in described].index(order)
        keys = _gathered(data, start[:, place], length[:, place])[0].view(_NUMBERS[described[place][1]])
        rows = np.argsort(keys, kind="stable")
    return {
        name: Column(kind, *_gathered(data, start[rows, place], length[rows, place]), length[rows, place] < 0)
        for place, (name, kind) in enumerate(described)
    }


@compiled
def _number(data: Bytes, place: int) -> int:
    return int(
        np.int32(
            np.int64(data[place]) << 24
            | np.int64(data[place + 1]) << 16
            | np.int64(data[place + 2]) << 8
            | np.int64(data[place + 3])
        )
    )


@compiled
def _fields(data: Bytes, header: int, columns: int) -> tuple[Integers, Integers]:
    """Return where each field of each row begins, and its bytes (-1: null); both of shape (rows, columns)."""
    count, place = 0, header
    while data[place] != 255:
        place += 2
        for _ in range(columns):
            place += 4 + max(_number(data, place), 0)
        count += 1
    start = np.empty((count, columns), dtype=np.int64)
    length = np.empty((count, columns), dtype=np.int64)
    place = header
    for row in range(count):
        place += 2
        for column in range(columns):
            length[row, column] = _number(data, place)
            start[row, column] = place + 4
            place += 4 + max(length[row, column], 0)
    return start, length


@compiled
def _gathered(data: Bytes, start: Integers, length: Integers) -> tuple[Bytes, Integers]:
    """Return the fields of one column one after the other, and where each begins."""
    first = np.zeros(len(start) + 1, dtype=np.int64)
    for row in range(len(start)):
        first[row + 1] = first[row] + max(length[row], 0)
    gathered = np.empty(first[-1], dtype=np.uint8)
    for row in range(len(start)):
        gathered[first[row] : first[row + 1]] = data[start[row] : start[row] + max(length[row], 0)]
    return gathered, first
