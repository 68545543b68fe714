r"""Selected features out of the database in bulk: as lines of text by COPY, or as Arrow record batches by ADBC.

COPY takes no parameters, and ADBC connects by itself: values are written into the query by psycopg2, which quotes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

import sqlalchemy
from sqlalchemy import Connection

from gridmap.db.collections import Collection, Column, ColumnType
from gridmap.db.conditions import Condition
from gridmap.db.engine import refused
from gridmap.db.features import TURNED, Query, Selection, select_query
from gridmap.db.queries import quoted, sql

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager import AdbcDatabase
    from psycopg2.extensions import connection as DriverConnection  # noqa: N812

Framing = Literal["lines", "csv"]
FRAMINGS: dict[Framing, bytes] = {
    "lines": rb"FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02'",
    "csv": b"FORMAT csv",
}
"""How rows travel. JSON has no byte 1 or 2 that would have to be quoted: it writes such characters as escapes."""

BATCH_BYTES = 4_000_000
"""About so much of the rows is in memory at once."""

RISKY = r"'^[=+\-@\t\r\n＝＋－＠]'"
"""How a text begins that a spreadsheet takes for a formula: OWASP, "CSV Injection"."""

_BOX = "box_send(box(geom)) AS box"
"""One call of PostGIS instead of four: they took a quarter of the time of all columns."""

_POINT = [f"ST_{side}(ST_PointOnSurface(geom)) AS {name}" for side, name in (("X", "lon"), ("Y", "lat"))]
_TYPES = {
    ColumnType.STRING: "text",
    ColumnType.STRINGS: "text[]",
    ColumnType.INTEGER: "bigint",
    ColumnType.NUMBER: "double precision",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.TIME: "timestamptz",
}


def table_query(collection: Collection, selection: Selection, *, is_full: bool) -> Query:
    """Return the query for id, columns and WKT as a spreadsheet takes them: no text is a formula, lists are joined."""
    columns = [_cell(column) for column in collection.columns]
    return select_query(collection, selection, ["id", *columns, f"ST_AsText({TURNED}, 9)"], is_full=is_full)


def point_query(collection: Collection, selection: Selection, *, is_full: bool) -> Query:
    """Return the query for id, columns, and ``lon`` and ``lat`` of a point inside; times and lists are text."""
    columns = [_named(column, is_flat=True) for column in collection.columns]
    return select_query(collection, selection, ["id", *columns, *_POINT], is_full=is_full)


def shape_query(
    collection: Collection,
    selection: Selection,
    *,
    is_full: bool,
    flat: frozenset[ColumnType] = frozenset(),
    has_box: bool = False,
) -> Query:
    """Return the query for id, columns and ``geometry`` (little-endian WKB).

    Parameters
    ----------
    flat : types that the format does not have, and that are text therefore.
    has_box : add ``box``: east, north, west, south in degrees as four big-endian doubles, which is how PostgreSQL sends
        a box.
    """
    columns = [_named(column, is_flat=column.type in flat) for column in collection.columns]
    shape = f"ST_AsBinary({TURNED}, 'NDR') AS geometry"
    expressions = ["id", *columns, *([_BOX] if has_box else []), shape]
    return select_query(collection, selection, expressions, is_full=is_full)


def of_dimension(selection: Selection, dimension: int) -> Selection:
    """Return those of a selection that are points (0), lines (1) or areas (2)."""
    held = selection.condition
    text = "ST_Dimension(geom) = :dimension" + (f" AND ({held.text})" if held else "")
    values = {**(held.values if held else {}), "dimension": dimension}
    return replace(selection, condition=Condition(text, values))


def copy_out(connection: Connection, query: Query, write: Callable[[bytes], object], framing: Framing) -> int:
    """Give each row, with its line feed, to `write`, and return how many there were.

    What `write` raises ends the copy; the transaction can then only be rolled back.
    """
    driver = _driver(connection)
    statement = b"COPY (" + written(connection, query) + b") TO STDOUT WITH (" + FRAMINGS[framing] + b")"
    with driver.cursor() as cursor:
        try:
            cursor.copy_expert(statement, _Rows(write))
        except BaseException:
            driver.cancel()  # or else the driver would read the other rows to the end
            raise
        return int(cursor.rowcount)


class Batches(NamedTuple):
    """Rows as Arrow record batches, and what their columns are."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


@contextmanager
def record_batches(connection: Connection, query: Query) -> Iterator[Batches]:
    """Give the rows as Arrow record batches, read as they are asked for.

    They come over a connection of their own, with the role and the time limit of `connection`.

    Raises
    ------
    GridmapError : what the database refused.
    """
    import pyarrow as pa  # noqa: PLC0415 (100 MB that formats of text do without)
    from adbc_driver_manager import AdbcConnection, AdbcStatement, Error  # noqa: PLC0415

    address = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    role, limit = connection.execute(sql("settings_to_share")).one()
    settings = sql("take_settings"), {"role": role, "limit": limit}
    try:
        with AdbcConnection(_database(address)) as other, AdbcStatement(other) as statement:
            statement.set_sql_query(written(connection, settings).decode())
            statement.execute_update()
            statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            statement.set_sql_query(written(connection, query).decode())
            stream, _ = statement.execute_query()
            with pa.RecordBatchReader._import_from_c(stream.address) as reader:
                yield Batches(reader.schema, _one_ahead(_read(reader)))
    except Error as error:
        raise refused(error.sqlstate or "08") from error


@lru_cache(maxsize=8)
def _database(address: str) -> AdbcDatabase:
    """Return a database to connect to; its list of types takes ten times as long to read as a connection to open.

    Types that are added later are missing from the list: what is read here has those that every server has.
    """
    import adbc_driver_postgresql  # noqa: PLC0415

    database: AdbcDatabase = adbc_driver_postgresql.connect(address)
    return database


def _read(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    try:
        yield from reader
    except OSError as error:  # what the database says as rows are on their way comes without its SQLSTATE
        raise refused("57014" if "statement timeout" in str(error) else "08") from error


def _one_ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Read each batch while the one before is worked on."""
    with ThreadPoolExecutor(1, thread_name_prefix="gridmap batches") as thread:
        coming = thread.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = thread.submit(next, batches, None)
            yield batch


def written(connection: Connection, query: Query) -> bytes:
    """Return a query with its values in it, quoted by the driver."""
    statement, values = query
    compiled = statement.compile(dialect=connection.dialect)
    with _driver(connection).cursor() as cursor:
        return cursor.mogrify(str(compiled), compiled.construct_params(values))


class _Rows:
    """What the driver writes rows to."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self.write = write


def _named(column: Column, *, is_flat: bool = False) -> str:
    return f"{_value(column, is_flat=is_flat)} AS {quoted(column.name)}"


def _value(column: Column, *, is_flat: bool = False) -> str:
    """Return a column in the one type that its description names."""
    name = quoted(column.name)
    if is_flat and column.type is ColumnType.STRINGS:
        return f"array_to_string({name}, ';')"
    if is_flat and column.type is ColumnType.TIME:
        return rf"""to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\:MI\:SS"Z"')"""
    return f"{name}::{_TYPES[column.type]}"


def _cell(column: Column) -> str:
    """Return a column as a cell of a table: a text that would be a formula gets an apostrophe before it."""
    value = _value(column, is_flat=True)
    if column.type in {ColumnType.STRING, ColumnType.STRINGS}:
        return f"CASE WHEN {value} ~ {RISKY} THEN '''' || {value} ELSE {value} END"
    return f"({value})::text" if column.type is ColumnType.BOOLEAN else value


def _driver(connection: Connection) -> DriverConnection:
    return cast("DriverConnection", connection.connection.dbapi_connection)


class Bounds(NamedTuple):
    """Where selected features are, in degrees, and whom to name."""

    west: float
    south: float
    east: float
    north: float
    attribution: str | None


def bounds_of(connection: Connection, collection: Collection, condition: Condition | None) -> Bounds | None:
    """Return where the features that meet a condition are, and who must be named; None for no features."""
    statement = sqlalchemy.text(f"""
        SELECT ST_XMin(box) AS west, ST_YMin(box) AS south, ST_XMax(box) AS east, ST_YMax(box) AS north,
            (SELECT string_agg(DISTINCT attribution, ' · ') FROM published.areas WHERE geom && box) AS attribution
        FROM (SELECT ST_Extent(geom)::geometry AS box FROM {_met(collection, condition)}) AS extent
    """)  # noqa: S608
    row = connection.execute(statement, dict(condition.values) if condition else {}).one()
    return None if row.west is None else Bounds(*row)


def tiles_with_features(
    connection: Connection,
    collection: Collection,
    condition: Condition | None,
    z: int,
    tiles: Sequence[tuple[int, int]],
    *,
    margin: float,
) -> list[tuple[int, int]]:
    """Return those tiles of a zoom, each as column and row, at which features are that meet a condition.

    Parameters
    ----------
    margin : how far beyond its sides a tile draws features, in widths of a tile.
    """
    statement = sqlalchemy.text(f"""
        SELECT tile.x, tile.y
        FROM unnest(CAST(:columns AS integer[]), CAST(:rows AS integer[])) AS tile (x, y)
        WHERE EXISTS (
            SELECT FROM {_met(collection, condition)}
            WHERE geom_3857 && ST_TileEnvelope(:z, tile.x, tile.y, margin => :margin)
        )
    """)  # noqa: S608
    asked = {"z": z, "margin": margin, "columns": [x for x, _ in tiles], "rows": [y for _, y in tiles]}
    rows = connection.execute(statement, asked | (dict(condition.values) if condition else {}))
    return [(row.x, row.y) for row in rows]


def _met(collection: Collection, condition: Condition | None) -> str:
    view = f"published.{quoted(collection.id)}"
    text = condition.text if condition else "true"
    return f"(SELECT * FROM {view} WHERE {text}) AS met"  # noqa: S608
