"""Many rows at once: COPY into a temporary table, then one statement that puts all of them where they belong."""

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy
from psycopg2.extensions import connection as DriverConnection  # noqa: N812
from sqlalchemy import BigInteger, Boolean, Column, Connection, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.types import TypeEngine, UserDefinedType

from gridmap.core.model import Progress, silent
from gridmap.db.copying import copy_rows
from gridmap.db.queries import quoted

CHUNK = 20_000
"""Rows sent in one COPY: large enough to be fast, small enough to tell how far it is and to stop."""


class _Shape(UserDefinedType[Any]):
    """A geometry that is moved about as it is, without the conversions of GeoAlchemy2."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "geometry(Geometry, 4326)"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of a temporary table.

    Parameters
    ----------
    table : temporary table (id, inserted) of the rows that were inserted or changed.
    """

    table: Table
    inserted: int
    updated: int
    unchanged: int


def stage(
    connection: Connection,
    frame: pd.DataFrame,
    table: Table,
    *,
    name: str,
    progress: Progress = silent,
) -> Table:
    """Copy a frame into a fresh temporary table that ends with the transaction.

    Parameters
    ----------
    frame : columns named as in `table` get its types; ``row`` is a whole number, others are texts; a GeoDataFrame's
        active geometry becomes ``geom`` (WGS 84). Missing values and empty texts become null.
    name : of the temporary table.
    """
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    names = {column: "geom" if column == geometry else str(column) for column in frame.columns}
    types = {given: _type_of(given, table) for given in names.values()}
    temporary = Table(
        name,
        MetaData(),
        *[Column(given, type_) for given, type_ in types.items()],
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    temporary.create(connection)
    for start in range(0, len(frame), CHUNK):
        progress("store", start, len(frame))
        part = frame.iloc[start : start + CHUNK]
        _copy(connection, quoted(name), {names[column]: part[column] for column in frame.columns}, types)
    progress("store", len(frame), len(frame))
    connection.execute(sqlalchemy.text(f"ANALYZE {quoted(name)}"))
    return temporary


def _type_of(name: str, table: Table) -> TypeEngine[Any]:
    if name == "geom":
        return _Shape()
    if name == "row":
        return Integer()
    return table.c[name].type if name in table.c else Text()


def append(connection: Connection, frame: gpd.GeoDataFrame, table: Table) -> None:
    """Copy a frame to the end of a table: columns of whole numbers and texts, named as in `table`.

    The active geometry (WGS 84) becomes ``geom``.
    """
    columns = {("geom" if name == frame.geometry.name else str(name)): frame[name] for name in frame.columns}
    listed = ", ".join(quoted(name) for name in columns)
    values = [_sent(column, _type_of(name, table)) for name, column in columns.items()]
    copy_rows(
        connection,
        f"{quoted(str(table.schema))}.{quoted(table.name)} ({listed})",
        zip(*values, strict=True),
    )


def append_rows(connection: Connection, frame: pd.DataFrame, table: Table) -> None:
    """Copy a frame without geometry to the end of a table; columns are named as in `table`, missing values become null."""
    types = {str(name): table.c[name].type for name in frame.columns}
    target = f"{quoted(str(table.schema))}.{quoted(table.name)}"
    for start in range(0, len(frame), CHUNK):
        part = frame.iloc[start : start + CHUNK]
        _copy(connection, target, {str(name): part[name] for name in frame.columns}, types)


def _sent(column: pd.Series, type_: TypeEngine[Any]) -> list[bytes | None]:
    """Return values as they are sent to the database."""
    if isinstance(type_, _Shape):
        shapes = shapely.set_srid(np.asarray(column.array, dtype=object), 4326)
        return list(shapely.to_wkb(shapes, include_srid=True))
    if isinstance(type_, Integer):
        width = 8 if isinstance(type_, BigInteger) else 4
        numbers = column.to_numpy(dtype=f">i{width}").tobytes()
        return [numbers[place : place + width] for place in range(0, len(numbers), width)]
    return [None if pd.isna(text) else str(text).encode() for text in column]


def _copy(
    connection: Connection,
    target: str,
    columns: Mapping[str, pd.Series],
    types: Mapping[str, TypeEngine[Any]],
) -> None:
    values = pd.DataFrame({given: _written(column, types[given]) for given, column in columns.items()})
    buffer = io.StringIO()
    values.to_csv(buffer, index=False, header=False)
    buffer.seek(0)
    driver = cast("DriverConnection", connection.connection.dbapi_connection)
    with driver.cursor() as cursor:
        listed = ", ".join(quoted(given) for given in columns)
        cursor.copy_expert(f"COPY {target} ({listed}) FROM STDIN WITH (FORMAT csv)", buffer)


def _written(column: pd.Series, type_: TypeEngine[Any]) -> Any:
    """Return values as COPY reads them."""
    if isinstance(type_, _Shape):
        shapes = np.asarray(column.array, dtype=object)
        return shapely.to_wkb(shapely.set_srid(shapes, 4326), hex=True, include_srid=True)
    if isinstance(type_, Integer):
        return column.astype("Int64").reset_index(drop=True)
    return column.reset_index(drop=True)


def upsert(
    connection: Connection,
    staged: Table,
    table: Table,
    *,
    key: Collection[str],
    columns: Collection[str],
    fixed: Mapping[str, Any],
    kept: Mapping[str, str] | None = None,
) -> Taken:
    """Insert the rows of a temporary table, or change those whose key is there already; equal rows are not touched.

    Parameters
    ----------
    key : columns of a unique constraint.
    columns : columns taken from `staged`.
    fixed : values that all rows get; they do not make a row differ.
    kept : for a column, the SQL expression that decides its new value when the row is there (``new`` is
        ``excluded``, ``table`` the row); its change is judged by that expression.
    """
    fresh = insert(table).from_select(
        [*columns, *fixed],
        sqlalchemy.select(
            *[staged.c[name] for name in columns],
            *[sqlalchemy.literal(value, table.c[name].type) for name, value in fixed.items()],
        ),
    )
    changing = [name for name in columns if name not in key]
    news = {
        name: sqlalchemy.literal_column(kept[name]) if kept and name in kept else fresh.excluded[name]
        for name in changing
    }
    differs = sqlalchemy.or_(
        sqlalchemy.false(), *[table.c[name].is_distinct_from(new) for name, new in news.items()]
    )
    update = news | {name: fresh.excluded[name] for name in fixed if name not in key}
    statement = fresh.on_conflict_do_update(index_elements=list(key), set_=update, where=differs)
    return _collect(connection, statement, staged, table)


def _collect(connection: Connection, statement: Any, staged: Table, table: Table) -> Taken:
    """Run an upsert and keep the ids of the rows it inserted (``xmax`` 0) or changed in a temporary table."""
    taken = Table(
        f"taken_{staged.name}",
        MetaData(),
        Column("id", BigInteger),
        Column("inserted", Boolean),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    taken.create(connection)
    returned = statement.returning(table.c.id, sqlalchemy.literal_column("xmax = 0").label("inserted"))
    rows = returned.cte("upserted")
    connection.execute(taken.insert().from_select(["id", "inserted"], sqlalchemy.select(rows)))
    connection.execute(sqlalchemy.text(f"ANALYZE {quoted(taken.name)}"))
    inserted, updated = connection.execute(
        sqlalchemy.select(
            sqlalchemy.func.count().filter(taken.c.inserted),
            sqlalchemy.func.count().filter(~taken.c.inserted),
        )
    ).one()
    total = connection.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(staged)).scalar_one()
    return Taken(taken, inserted, updated, total - inserted - updated)
