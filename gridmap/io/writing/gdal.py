"""Formats that GDAL writes from Arrow record batches: GeoPackage, FlatGeobuf, Shapefile."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa
from pyogrio import write_arrow

from gridmap.io.writing.formats import FieldTitle

WGS84 = "EPSG:4326"
SHAPES = {0: ("point", "Point"), 1: ("line", "LineString"), 2: ("polygon", "Polygon")}
"""By dimension: what a Shapefile of such features is called, and what GDAL calls them."""
SUFFIXES = {"GPKG": ".gpkg", "FlatGeobuf": ".fgb"}
"""By which GDAL wants the files of a driver to be named."""
LONGEST_NAME = 10
"""Letters of the name of a field of a DBF table."""


def write_geopackage(batches: pa.RecordBatchReader, draft: Path, *, layer: str) -> None:
    """Write batches as the one layer of a GeoPackage."""
    _write(batches, draft, "GPKG", layer)


def write_flatgeobuf(batches: pa.RecordBatchReader, draft: Path, *, layer: str) -> None:
    """Write batches as a FlatGeobuf with its spatial index, for which GDAL keeps the features in a file meanwhile."""
    _write(batches, draft, "FlatGeobuf", layer)


def _write(batches: pa.RecordBatchReader, draft: Path, driver: str, layer: str) -> None:
    named = draft.with_suffix(SUFFIXES[driver])
    write_arrow(
        batches,
        named,
        layer=layer,
        driver=driver,
        geometry_name="geometry",
        geometry_type="Unknown",
        crs=WGS84,
    )
    named.replace(draft)


def write_shapefile(batches: pa.RecordBatchReader, folder: Path, *, layer: str, dimension: int) -> None:
    """Write batches of features of one dimension as a Shapefile in UTF-8, its column names cut to ten letters.

    Its name ends with the dimension: ``places_point.shp``, ``places_line.shp``, ``places_polygon.shp``. No features give
    no file.
    """
    name, geometry_type = SHAPES[dimension]
    short = short_names([name for name in batches.schema.names if name != "geometry"])
    schema = pa.schema([field.with_name(short.get(field.name, field.name)) for field in batches.schema])
    renamed = (pa.RecordBatch.from_arrays(batch.columns, schema=schema) for batch in batches if len(batch))
    first = next(renamed, None)
    if first is None:
        return
    write_arrow(
        pa.RecordBatchReader.from_batches(schema, chain([first], renamed)),
        folder / f"{layer}_{name}.shp",
        driver="ESRI Shapefile",
        geometry_name="geometry",
        geometry_type=geometry_type,
        crs=WGS84,
        encoding="UTF-8",
    )


def short_names(names: Sequence[str]) -> Mapping[str, str]:
    """Return names of at most ten letters, a digit at the end where two would agree."""
    short: dict[str, str] = {}
    for name in names:
        free = (name[: LONGEST_NAME - len(tail)] + tail for tail in ("", *map(str, range(1, 100))))
        short[name] = next(word for word in free if word not in short.values())
    return short


def zip_shapefiles(folder: Path, draft: Path, fields: Sequence[FieldTitle]) -> None:
    """Put the Shapefiles of a folder into one zip, with ``fields.json``: what the short names stand for."""
    short = short_names([field.name for field in fields])
    told = [{"field": short[one.name], "name": one.name, **one.title.as_dict()} for one in fields]
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in sorted(folder.iterdir()):
            packed.write(file, file.name)
        packed.writestr("fields.json", json.dumps(told, ensure_ascii=False, indent=1))
