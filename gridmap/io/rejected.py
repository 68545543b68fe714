"""Rows that were not taken: written out so that a person can mend them and import the file again."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.errors import Invalid, Text
from gridmap.io.raw import Raw

HELP_COLUMNS = (
    "gridmap_row",
    "gridmap_column",
    "gridmap_value",
    "gridmap_reason",
    "gridmap_message_en",
    "gridmap_message_zh",
    "gridmap_hint_en",
    "gridmap_hint_zh",
    "gridmap_crs",
)
"""Columns added for the person who mends; they are left out when the file is imported again."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken.

    Parameters
    ----------
    row : its number in the file, from 1, header not counted.
    column : the file's name of the column at fault; None where the row or its geometry is.
    value : what stood there, shortened.
    reason : a stable code such as ``geometry.bow_tie``.
    message : what is wrong; several problems follow one another.
    hint : what to do.
    record : the attributes as they came, and the geometry as WKT in the file's own system under ``geometry``.
    """

    row: int
    column: str | None
    value: str | None
    reason: str
    message: Text
    hint: Text
    record: Mapping[str, Any]


def write_rejected(path: Path, rejected: Sequence[Rejected], *, crs: str | None = None) -> None:
    """Write rejected rows as CSV (UTF-8 with mark, for Excel) or GeoJSON, by the ending of the path.

    Parameters
    ----------
    crs : name of the system their coordinates are in; it is written down, so that nobody need remember it.

    Raises
    ------
    Invalid
        If the ending is neither ``.csv`` nor ``.geojson``.
    """
    ending = path.suffix.lower()
    if ending == ".csv":
        _write_csv(path, rejected, crs)
    elif ending in {".geojson", ".json"}:
        _write_geojson(path, rejected, crs)
    else:
        raise Invalid(
            Text(
                en=f"Rejected rows are written as .csv or .geojson, not “{ending}”.",
                zh=f"隔离记录只能写成 .csv 或 .geojson，不能是“{ending}”。",
            )
        )


def read_rejected(path: Path) -> tuple[Rejected, ...]:
    """Read back what `write_rejected` wrote, whether mended or not.

    Raises
    ------
    Invalid
        If the file was not written by it.
    """
    records = _csv_records(path) if path.suffix.lower() == ".csv" else _geojson_records(path)
    if not all("gridmap_reason" in record for record in records):
        raise Invalid(
            Text(en=f"{path.name} is not a list of rejected rows.", zh=f"{path.name} 不是隔离记录文件。")
        )
    return tuple(_entry(record) for record in records)


def restored(raw: Raw, declared: str | None) -> str | None:
    """Undo what `write_rejected` did for spreadsheets, and return the system of the rows if it is written down.

    Parameters
    ----------
    declared : the system the caller names, which goes first.
    """
    if "gridmap_reason" not in raw.table.columns:
        return declared
    for column in raw.table.columns:
        raw.table[column] = raw.table[column].map(_unescaped)
    if declared is not None or "gridmap_crs" not in raw.table.columns:
        return declared
    named = pd.Series(raw.table["gridmap_crs"]).dropna().unique()
    return str(named[0]) if len(named) == 1 and named[0] else None


def _help(one: Rejected, crs: str | None) -> dict[str, Any]:
    values = (
        one.row,
        one.column,
        one.value,
        one.reason,
        one.message.en,
        one.message.zh,
        one.hint.en,
        one.hint.zh,
        crs,
    )
    return dict(zip(HELP_COLUMNS, values, strict=True))


def _write_csv(path: Path, rejected: Sequence[Rejected], crs: str | None) -> None:
    columns = list(dict.fromkeys(column for one in rejected for column in one.record))
    if all(one.record.get("geometry") is None for one in rejected) and "geometry" in columns:
        columns.remove("geometry")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, *HELP_COLUMNS])
        for one in rejected:
            added = _help(one, crs).values()
            writer.writerow([_escaped(value) for value in (*(one.record.get(c) for c in columns), *added)])


def _write_geojson(path: Path, rejected: Sequence[Rejected], crs: str | None) -> None:
    document: dict[str, Any] = {"type": "FeatureCollection"}
    if crs is not None:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    document["features"] = [
        {
            "type": "Feature",
            "geometry": _geojson_shape(one.record.get("geometry")),
            "properties": _properties(one.record) | _help(one, crs),
        }
        for one in rejected
    ]
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def _properties(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes, and the geometry as text if GeoJSON cannot hold it."""
    wkt = record.get("geometry")
    lost = {"geometry_as_read": wkt} if wkt is not None and _geojson_shape(wkt) is None else {}
    return {column: value for column, value in record.items() if column != "geometry"} | lost


def _geojson_shape(wkt: Any) -> Any:
    """Return a geometry for GeoJSON; None for what GeoJSON cannot hold."""
    with np.errstate(all="ignore"):
        shape = shapely.from_wkt(wkt, on_invalid="ignore") if isinstance(wkt, str) else None
    if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        return None
    return json.loads(shapely.to_geojson(shape))


def _csv_records(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: _unescaped(v) or None for k, v in row.items()} for row in csv.DictReader(file)]


def _geojson_records(path: Path) -> list[dict[str, Any]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return [one["properties"] | {"geometry": _wkt(one["geometry"])} for one in document.get("features", ())]


def _wkt(geometry: Any) -> str | None:
    return None if geometry is None else str(shapely.from_geojson(json.dumps(geometry)).wkt)


def _entry(record: Mapping[str, Any]) -> Rejected:
    def text(name: str) -> Text:
        return Text(
            en=str(record.get(f"gridmap_{name}_en") or ""), zh=str(record.get(f"gridmap_{name}_zh") or "")
        )

    return Rejected(
        row=int(record.get("gridmap_row") or 0),
        column=record.get("gridmap_column"),
        value=record.get("gridmap_value"),
        reason=str(record["gridmap_reason"]),
        message=text("message"),
        hint=text("hint"),
        record={"geometry": None} | {k: v for k, v in record.items() if k not in HELP_COLUMNS},
    )


def _escaped(value: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    risky = isinstance(value, str) and value.startswith(_FORMULA_SIGNS) and not _is_number(value)
    return f"'{value}" if risky else value


def _unescaped(value: Any) -> Any:
    marked = isinstance(value, str) and value[:1] == "'" and value[1:].startswith(_FORMULA_SIGNS)
    return value[1:] if marked else value


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
