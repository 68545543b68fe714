"""GeoParquet 1.1.0 (https://geoparquet.org/releases/v1.1.0/) from Arrow record batches."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow.parquet import ParquetWriter
from pyproj import CRS

ROWS_OF_A_GROUP = 25_000
SIDES = ("xmin", "ymin", "xmax", "ymax")
PLACES = (2, 3, 0, 1)
"""Where the sides stand in ``box``."""
PICKS = (np.min, np.min, np.max, np.max)
KINDS = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
"""Numbers of the kinds of geometries in WKB: OGC 06-103r4, table 7."""


def write_parquet(batches: pa.RecordBatchReader, draft: Path) -> int:
    """Write batches as one file and return the number of features.

    The geometries are WKB in WGS 84, longitude first as the format wants it, polygons counter-clockwise; ``bbox`` covers
    each of them, so that readers skip what is elsewhere.

    Parameters
    ----------
    batches : with ``geometry`` (little-endian WKB) and ``box``, see `gridmap.db.exporting.shape_query`.
    """
    seen = _Seen()
    schema = _covered(batches.schema.empty_table()).schema
    words = [field.name for field in schema if pa.types.is_string(field.type)]
    with ParquetWriter(draft, schema, compression="zstd", use_dictionary=words) as writer:
        for table in map(_covered, _row_groups(batches)):
            seen.note(table)
            writer.write_table(table)
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
    """Put the sides into the one column ``bbox``, and take away what the database told of the types."""
    places = np.frombuffer(b"".join(map(_values, table["box"].chunks)), ">f8").reshape(-1, 4)
    sides = [pa.array(places[:, place].astype(np.float64)) for place in PLACES]
    plain = table.drop_columns(["box"])
    fields = [field.remove_metadata() for field in plain.schema]
    box = pa.StructArray.from_arrays(sides, names=list(SIDES))
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
        box = table["bbox"].combine_chunks()
        self.boxes.append([float(pick(box.field(side))) for side, pick in zip(SIDES, PICKS, strict=True)])

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
    first = _offsets(geometries)[:-1]
    found: list[int] = np.unique(np.frombuffer(geometries.buffers()[2], dtype=np.uint8)[first + 1]).tolist()
    return found


def _values(array: pa.BinaryArray) -> memoryview:
    """Return the bytes of all values, one behind the other."""
    if not len(array):
        return memoryview(b"")
    offsets = _offsets(array)
    return memoryview(array.buffers()[2])[offsets[0] : offsets[-1]]


def _offsets(array: pa.BinaryArray) -> NDArray[Any]:
    """Return where values begin, and where the last one ends."""
    wide = np.int64 if pa.types.is_large_binary(array.type) else np.int32
    return np.frombuffer(array.buffers()[1], dtype=wide)[array.offset : array.offset + len(array) + 1]
