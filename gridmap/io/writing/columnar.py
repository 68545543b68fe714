"""GeoParquet 1.1.0 (https://geoparquet.org/releases/v1.1.0/) from Arrow record batches."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.parquet import ParquetWriter
from pyproj import CRS

ROWS_OF_A_GROUP = 25_000
SIDES = ("xmin", "ymin", "xmax", "ymax")
PICKS = (pc.min, pc.min, pc.max, pc.max)
KINDS = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
"""Numbers of the kinds of geometries in WKB: OGC 06-103r4, table 7."""


def write_parquet(batches: pa.RecordBatchReader, draft: Path) -> int:
    """Write batches as one file and return the number of features.

    The geometries are WKB in WGS 84, longitude first as the format wants it, polygons counter-clockwise; ``bbox`` covers
    each of them, so that readers skip what is elsewhere.

    Parameters
    ----------
    batches : with ``geometry`` (little-endian WKB) and ``xmin, ymin, xmax, ymax`` in degrees.
    """
    seen = _Seen()
    schema = _covered(batches.schema.empty_table()).schema
    with ParquetWriter(draft, schema, compression="zstd") as writer:
        for table in _row_groups(batches):
            seen.note(table)
            writer.write_table(_covered(table))
        writer.add_key_value_metadata({"geo": json.dumps(seen.metadata())})
    return seen.features


def _row_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(len(one) for one in waiting) >= ROWS_OF_A_GROUP:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _covered(table: pa.Table) -> pa.Table:
    """Put the four sides into the one column ``bbox``, and take away what the database told of the types."""
    box = pa.StructArray.from_arrays([table[side].combine_chunks() for side in SIDES], names=list(SIDES))
    plain = table.drop_columns(list(SIDES))
    fields = [field.remove_metadata() for field in plain.schema]
    return pa.Table.from_arrays(plain.columns, schema=pa.schema(fields)).append_column("bbox", box)


class _Seen:
    """What the file tells of all its geometries."""

    def __init__(self) -> None:
        self.features = 0
        self.kinds: set[str] = set()
        self.boxes: list[list[float]] = []

    def note(self, table: pa.Table) -> None:
        self.features += len(table)
        for chunk in table["geometry"].chunks:
            self.kinds |= {KINDS[number] for number in _kinds(chunk)}
        self.boxes.append([pick(table[side]).as_py() for side, pick in zip(SIDES, PICKS, strict=True)])

    def metadata(self) -> dict[str, Any]:
        column: dict[str, Any] = {
            "encoding": "WKB",
            "crs": CRS("EPSG:4326").to_json_dict(),
            "geometry_types": sorted(self.kinds),
            "orientation": "counterclockwise",
            "covering": {"bbox": {side: ["bbox", side] for side in SIDES}},
        }
        if self.boxes:
            west, south, east, north = zip(*self.boxes, strict=True)
            column["bbox"] = [min(west), min(south), max(east), max(north)]
        return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def _kinds(geometries: pa.BinaryArray) -> list[int]:
    """Return which numbers stand behind the byte of the byte order in WKB."""
    if not len(geometries):
        return []
    _, offsets, data = geometries.buffers()
    wide = np.int64 if pa.types.is_large_binary(geometries.type) else np.int32
    first = np.frombuffer(offsets, dtype=wide)[geometries.offset : geometries.offset + len(geometries)]
    found: list[int] = np.unique(np.frombuffer(data, dtype=np.uint8)[first + 1]).tolist()
    return found
