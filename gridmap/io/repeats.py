"""Rows that occur twice, and identifiers for rows that have none."""

import hashlib
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridmap.core.quality import Check, Finding, Problem, unique
from gridmap.errors import Text
from gridmap.io.fields import Kind

_DIGITS = 7
"""Decimals of a degree by which places are told apart: 1 cm."""


def fingerprints(kind: Kind, frame: gpd.GeoDataFrame) -> pd.Series:
    """Return an identifier for each row, formed of its place and the fields that name it.

    The same row gives the same identifier in every import; counts and other attributes do not enter, so a row
    whose count changes is the same row. Rows of a kind without a key are numbered where they agree.
    """
    keys = place_keys(frame)
    named = [frame[name].astype("string").fillna("").tolist() for name in kind.identity]
    hashes = [
        hashlib.blake2b(key + "\x1f".join(["", *parts]).encode(), digest_size=8).hexdigest()
        for key, *parts in zip(keys, *named, strict=True)
    ]
    prints = pd.Series(hashes, index=frame.index, dtype="string").radd("h")
    if kind.key is not None:
        return prints
    number = prints.groupby(prints).cumcount()
    return prints.where(number == 0, prints + "-" + (number + 1).astype("string"))


def place_keys(frame: gpd.GeoDataFrame) -> list[bytes]:
    """Return the geometry of each row as bytes that are equal for equal shapes, whatever their direction."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    types = shapely.get_type_id(shapes)
    if np.isin(types, (-1, 0)).all():
        return _point_keys(shapes, types == 0)
    rounded = shapely.transform(shapes, lambda points: np.round(points, _DIGITS) + 0.0)
    return [b"" if wkb is None else bytes(wkb) for wkb in shapely.to_wkb(shapely.normalize(rounded))]


def _point_keys(shapes: NDArray[np.object_], present: NDArray[np.bool_]) -> list[bytes]:
    """Return the keys of points and missing shapes without going through WKB."""
    steps = np.rint(shapely.get_coordinates(shapes[present]) * 10**_DIGITS).astype("<i8")
    packed = iter(np.ascontiguousarray(steps).view("V16").ravel().tolist())
    return [next(packed) if one else b"" for one in present.tolist()]


def repeated_rows(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which rows say the same as an earlier one: same shape, same values in the columns."""
    keyed = pd.DataFrame({name: frame[name].to_numpy() for name in columns})
    keyed["\x00place"] = place_keys(frame)
    return keyed.duplicated(keep="first").to_numpy(dtype=bool)


def repeated_keys(frame: gpd.GeoDataFrame, key: str, column: str | None) -> list[Finding]:
    """Find rows whose key an earlier row has; where the key was formed here, say so."""
    check: Check = unique(key, column)
    findings = list(check.find(frame))
    if column is not None:
        return findings
    return [
        Finding(
            one.row,
            None,
            None,
            Problem(
                "duplicate.place",
                Text(
                    en="An earlier row has the same place and name, but other values.",
                    zh="前面已有位置和名称相同、其他内容不同的一行。",
                ),
                Text(
                    en="Keep the row that is right, or give both an identifier of their own (source_id).",
                    zh="请保留正确的一行，或为两行分别编标识（source_id）。",
                ),
            ),
        )
        for one in findings
    ]
