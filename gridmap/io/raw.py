"""A file as it was found: columns as they are called, values as they stand, shapes where they lie."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.quality import Finding
from gridmap.core.values import NULL_WORDS
from gridmap.errors import Text


@dataclass(slots=True)
class Raw:
    """What a reader took from a file, before any of it is believed.

    Parameters
    ----------
    table : one row per record; values are texts, numbers, dates or None.
    rows : (n,) the number of each record in the file, from 1, header not counted.
    shapes : (n,) shapely geometries or None; None for files that are tables.
    crs : the system the file declares; None if it declares none.
    rfc7946 : whether the format itself says WGS 84 (GeoJSON).
    encoding : how texts were decoded; None where the format fixes it.
    short_headers : whether headers are cut at ten bytes (shapefiles).
    findings : problems of single rows met while reading.
    extras : by position, values of a record that fit in no column.
    notes : what a person should know.
    """

    table: pd.DataFrame
    rows: NDArray[np.int64]
    shapes: NDArray[np.object_] | None = None
    crs: str | None = None
    rfc7946: bool = False
    encoding: str | None = None
    short_headers: bool = False
    findings: list[Finding] = field(default_factory=list)
    extras: dict[int, dict[str, Any]] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)


def texts(values: pd.Series) -> pd.Series:
    """Return a column as texts without blanks around them; what says «nothing known» becomes NA.

    Whole numbers that a spreadsheet made into fractions (12.0) become whole again.
    """
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.astype("string")
    known = {value: _text(value) for value in values.dropna().unique()}
    return values.map(known).astype("string")


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: numbers and texts as they are, dates as ISO texts, NaN as None."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float | np.floating) and not np.isfinite(float(value)):
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, bool | int | float | str) else _text(value)


def unique_headers(headers: list[str]) -> list[str]:
    """Name columns without a header, and tell repeated ones apart by a number."""
    seen: dict[str, int] = {}
    named = []
    for position, header in enumerate(headers, start=1):
        name = header.strip().lstrip("\ufeff") or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        named.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return named


def _text(value: Any) -> str | None:
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float | np.floating):
        return (
            str(int(value)) if float(value).is_integer() and abs(float(value)) < 1e15 else repr(float(value))
        )
    if isinstance(value, bytes):
        return None
    text = value.isoformat() if hasattr(value, "isoformat") else str(value).strip()
    return None if text.lower() in NULL_WORDS else text
