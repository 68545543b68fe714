"""Formats that need a file. The libraries of a family are loaded when one of its formats is chosen."""

# ruff: noqa: PLC0415

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Row

from gridmap.db.collections import ColumnType
from gridmap.db.exporting import of_dimension, point_query
from gridmap.errors import Text
from gridmap.io.writing.formats import FieldTitle, Format, Headers
from gridmap.services.exporting.source import Asked, Source

Writer = Callable[[Source, Asked, Path], int]
LISTS = frozenset({ColumnType.STRINGS})
LISTS_AND_TIMES = LISTS | {ColumnType.TIME}
POINT = (
    FieldTitle("lon", Text(en="Longitude", zh="经度")),
    FieldTitle("lat", Text(en="Latitude", zh="纬度")),
)
ROWS_AT_ONCE = 2000


def write_file(source: Source, asked: Asked, draft: Path) -> int:
    """Write all features in a format that needs a file, and return how many there were."""
    return WRITERS[asked.form](source, asked, draft)


def _parquet(source: Source, _: Asked, draft: Path) -> int:
    from gridmap.io.writing.columnar import write_parquet

    with source.batches(has_box=True) as batches:
        return write_parquet(batches, draft)


def _flatgeobuf(source: Source, asked: Asked, draft: Path) -> int:
    from gridmap.io.writing.gdal import write_flatgeobuf

    with source.batches(flat=LISTS) as batches:
        write_flatgeobuf(batches, draft, layer=asked.layer)
    return source.done


def _geopackage(source: Source, asked: Asked, draft: Path) -> int:
    from gridmap.io.writing.gdal import write_geopackage
    from gridmap.io.writing.styles import add_style

    with source.batches(flat=LISTS) as batches:
        write_geopackage(batches, draft, layer=asked.layer)
    add_style(draft, asked.layer, source.fields)
    return source.done


def _shapefile(source: Source, asked: Asked, draft: Path) -> int:
    """Write one Shapefile for each dimension there is, as a Shapefile has but one."""
    from gridmap.io.writing.gdal import write_shapefile, zip_shapefiles

    with TemporaryDirectory(dir=draft.parent) as folder:
        for dimension in (0, 1, 2):
            chosen = of_dimension(source.selection, dimension)
            with source.batches(chosen, flat=LISTS_AND_TIMES) as batches:
                write_shapefile(batches, Path(folder), layer=asked.layer, dimension=dimension)
        zip_shapefiles(Path(folder), draft, source.fields)
    return source.done


def _workbook(source: Source, asked: Asked, draft: Path) -> int:
    from gridmap.io.writing.workbooks import write_workbook

    query, values = point_query(source.collection, source.selection, is_full=source.is_full)
    streamed = query.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)

    def told() -> Iterator[Row[Any]]:
        for row in source.connection.execute(streamed, values):
            yield row
            source.tell(1)

    headings = [field.heading(asked.headers or Headers.BOTH) for field in (*source.fields, *POINT)]
    return write_workbook(told(), draft, title=source.collection.title.zh, headings=headings)


def _pyramid(source: Source, asked: Asked, draft: Path) -> int:
    from gridmap.services.exporting.pyramids import write_layer

    return write_layer(source, asked.zooms, draft)


WRITERS: dict[Format, Writer] = {
    Format.PARQUET: _parquet,
    Format.FGB: _flatgeobuf,
    Format.GPKG: _geopackage,
    Format.SHP: _shapefile,
    Format.XLSX: _workbook,
    Format.PMTILES: _pyramid,
}
