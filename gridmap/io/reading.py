"""One function for all files: read, check, and part the good rows from those a person must mend."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.core.crs import WGS84, Bounds
from gridmap.core.model import Progress, silent
from gridmap.core.quality import (
    Finding,
    Problem,
)
from gridmap.errors import Text
from gridmap.io.checking import geometry_findings, told_apart, unwrapped
from gridmap.io.door import close_the_door
from gridmap.io.fields import Kind
from gridmap.io.guards import EXTRACTS, LAYERS, TABLES, check_file
from gridmap.io.headers import check_places, check_required, known_headers, match
from gridmap.io.layers import read_geojson, read_geopackage
from gridmap.io.locating import Located, locate
from gridmap.io.osm import read_osm
from gridmap.io.raw import Raw, plain, texts
from gridmap.io.rejected import HELP_COLUMNS, Rejected, restored
from gridmap.io.schemas import kind_of
from gridmap.io.shapefiles import read_shapefile, read_zipped_shapefile
from gridmap.io.tables import read_csv
from gridmap.io.values import columns_of, total_lines
from gridmap.io.workbooks import read_excel


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller says of a file.

    Parameters
    ----------
    crs : its coordinate system for `resolve_crs`; None: what the file declares, else what the numbers tell.
    mapping : field → column of the file.
    constants : field → one value for all rows; an empty value says that nothing is known.
    encoding : of texts; None: told from the bytes.
    layer : layer of a GeoPackage or zip, or sheet of a workbook; None if there is only one that fits.
    near : bounds in degrees of what is known of the place, to tell apart systems that fit the numbers.
    """

    crs: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    layer: str | None = None
    near: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held.

    ``rows_read == len(frame) + len(rejected) + merged`` always holds.

    Parameters
    ----------
    kind : the kind it was read as.
    frame : the good rows in EPSG:4326, with ``source_id``, ``row`` (number in the file, from 1, header not
        counted), every field of the kind (NA: not known) and ``geometry`` (None where a table gives none).
    rejected : the other rows, one entry each.
    rows_read : rows of the file that were not blank.
    merged : rows left out because an earlier row says the same in every field.
    encoding : how texts were decoded; None where the format fixes it.
    crs : the system that was used.
    crs_detected : whether it was told from the numbers rather than declared.
    mapping : column of the file → field.
    ignored : columns that are no field.
    dropped_identity : columns that stopped at the door because they tell who somebody is.
    notes : what a person should know.
    outline : the region an OSM extract covers; None for other files.
    record_of : gives a row of the file, by its number, as `Rejected.record` would have it.
    """

    kind: str
    frame: gpd.GeoDataFrame
    rejected: tuple[Rejected, ...]
    rows_read: int
    merged: int
    encoding: str | None
    crs: str
    crs_detected: bool
    mapping: Mapping[str, str]
    ignored: tuple[str, ...]
    dropped_identity: tuple[str, ...]
    notes: tuple[Text, ...]
    outline: BaseGeometry | None = None
    record_of: Callable[[int], dict[str, Any]] = field(default=lambda _: {}, repr=False, compare=False)


def read(
    kind: str,
    path: Path,
    options: ReadOptions = ReadOptions(),
    *,
    progress: Progress = silent,
) -> Reading | dict[str, Reading]:
    """Read a file as a kind of `gridmap.io.schemas`, or an OSM extract as ``osm`` (see `read_extract`).

    Bad rows never stop good ones and are never lost: they are in ``rejected`` with a reason and a hint. What
    makes the whole file unusable is refused before anything is kept.

    Raises
    ------
    NotFound
        If there is no such file.
    Invalid
        If the file is empty, damaged, cut off, a zip bomb, of an unknown format or encoding, lacks a required
        column, or its coordinate system is unknown, ambiguous or contradicted by the numbers.
    """
    if kind == "osm":
        return read_extract(path, progress=progress)
    wanted = kind_of(kind)
    check_file(path, (*TABLES, *LAYERS))
    return _build(wanted, _open(wanted, path, options, progress), options, progress)


def read_extract(path: Path, *, progress: Progress = silent) -> dict[str, Reading]:
    """Read an OSM extract: areas, buildings, roads, places and facilities, each a reading by the name of its kind.

    Raises
    ------
    NotFound
        If there is no such file.
    Invalid
        If it is no extract or is damaged.
    """
    check_file(path, EXTRACTS)
    extract = read_osm(path, progress=progress)
    return {
        name: replace(_build(kind_of(name), raw, ReadOptions(), progress), outline=extract.outline)
        for name, raw in extract.raws.items()
    }


def _open(kind: Kind, path: Path, options: ReadOptions, progress: Progress) -> Raw:
    """Read a file by its ending."""
    known = known_headers(kind, options.mapping)
    ending = path.suffix.lower()
    if ending in {".csv", ".tsv", ".txt"}:
        return read_csv(path, known, encoding=options.encoding, progress=progress)
    if ending in {".xlsx", ".xlsm"}:
        return read_excel(path, known, sheet=options.layer, progress=progress)
    if ending == ".gpkg":
        return read_geopackage(path, layer=options.layer, wanted=kind.name)
    if ending == ".shp":
        return read_shapefile(path, encoding=options.encoding)
    if ending == ".zip":
        return read_zipped_shapefile(path, encoding=options.encoding, layer=options.layer)
    return read_geojson(path, encoding=options.encoding, progress=progress)


def _build(kind: Kind, raw: Raw, options: ReadOptions, progress: Progress) -> Reading:
    """Check everything and part the rows."""
    declared = restored(raw, options.crs)
    door = close_the_door(kind, raw, options.mapping, options.constants)
    columns = [column for column in raw.table.columns if column not in HELP_COLUMNS]
    empty = frozenset(column for column in columns if texts(raw.table[column].head(1_000)).isna().all())
    mapping = match(
        kind,
        columns,
        options.mapping,
        constants=options.constants,
        empty=empty,
        places=raw.shapes is None,
        short=raw.short_headers,
    )
    given = frozenset(mapping.values()) | options.constants.keys()
    check_required(kind, columns, given)
    if raw.shapes is None:
        check_places(kind, columns, given)
    totals = total_lines(kind, raw)
    door.keep_only(raw, mapping)
    progress("check", 0, len(raw.table))
    values, findings, notes = columns_of(kind, raw, mapping, options.constants)
    located = locate(raw, mapping, declared=declared, near=options.near)
    findings = [*raw.findings, *totals, *located.findings, *findings]
    frame = _frame(kind, raw, values, located)
    findings += geometry_findings(kind, frame, located, findings)
    findings += door.findings
    good = ~frame["row"].isin([finding.row for finding in findings]).to_numpy()
    kept, merged, repeated = told_apart(kind, frame[good], mapping)
    findings += repeated
    kept = kept[~kept["row"].isin([finding.row for finding in repeated])]
    progress("check", len(raw.table), len(raw.table))
    return Reading(
        kind=kind.name,
        frame=kept.reset_index(drop=True),
        rejected=_rejected(raw, located, findings),
        rows_read=len(raw.table),
        merged=merged,
        encoding=raw.encoding,
        crs=located.crs,
        crs_detected=located.detected,
        mapping={column: mapping[column] for column in columns if column in mapping},
        ignored=tuple(column for column in columns if column not in mapping),
        dropped_identity=door.dropped,
        notes=(*raw.notes, *door.notes, *notes, *located.notes, *_merged_note(merged)),
        record_of=lambda row: _record(raw, located, int(np.flatnonzero(raw.rows == row)[0])),
    )


def _frame(kind: Kind, raw: Raw, values: dict[str, pd.Series], located: Located) -> gpd.GeoDataFrame:
    """Put the columns together: source_id, row, fields, geometry."""
    identifier = values.get("source_id", values.get("code"))
    ordered: dict[str, Any] = {"source_id": identifier, "row": raw.rows}
    ordered |= {one.name: values[one.name] for one in kind.fields if one.name != "source_id"}
    return gpd.GeoDataFrame(ordered, geometry=unwrapped(located.shapes), crs=WGS84)


def _rejected(raw: Raw, located: Located, findings: list[Finding]) -> tuple[Rejected, ...]:
    """Make one entry of all findings of a row, in the order of the file."""
    by_row: dict[int, list[Finding]] = {}
    for finding in findings:
        by_row.setdefault(finding.row, []).append(finding)
    positions = {int(row): position for position, row in enumerate(raw.rows)}
    return tuple(_entry(row, by_row[row], _record(raw, located, positions[row])) for row in sorted(by_row))


def _entry(row: int, findings: list[Finding], record: dict[str, Any]) -> Rejected:
    first = findings[0]
    problems: dict[str, Problem] = {}
    for finding in findings:
        problems.setdefault(finding.problem.message.en, finding.problem)
    said = list(problems.values())
    return Rejected(
        row=row,
        column=first.column,
        value=first.value,
        reason=first.problem.reason,
        message=_joined([one.message for one in said]),
        hint=_joined(list(dict.fromkeys(one.hint for one in said))),
        record=record,
    )


def _joined(parts: list[Text]) -> Text:
    return Text(en=" ".join(part.en for part in parts), zh="".join(part.zh for part in parts))


def _record(raw: Raw, located: Located, position: int) -> dict[str, Any]:
    """Return a row as it came, with its geometry as WKT in the file's own system."""
    row = raw.table.iloc[position]
    record = {str(column): plain(row[column]) for column in raw.table.columns if column not in HELP_COLUMNS}
    record |= raw.extras.get(position, {})
    if raw.shapes is not None:
        shape = located.source[position]
        record["geometry"] = None if shape is None else shapely.to_wkt(shape, rounding_precision=-1)
    return record | ({} if "geometry" in record else {"geometry": None})


def _merged_note(merged: int) -> list[Text]:
    if not merged:
        return []
    return [
        Text(
            en=f"{merged} rows repeat an earlier row in every field and were merged with it.",
            zh=f"{merged} 行与前面的行各字段完全相同，已合并。",
        )
    ]
