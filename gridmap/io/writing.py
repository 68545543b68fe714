"""Write sets of features to files. A file appears under its name when it is complete, or not at all."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import pandas as pd

from gridmap.errors import Invalid, Text


class Format(StrEnum):
    """Formats of `gridmap export`."""

    GEOJSON = "geojson"
    GEOJSONSEQ = "geojsonseq"
    GPKG = "gpkg"
    CSV = "csv"
    PARQUET = "parquet"
    FGB = "fgb"
    SHP = "shp"


STREAMED = (Format.GEOJSON, Format.GEOJSONSEQ)
"""Formats written feature by feature, so that any number of them needs little memory."""

_DRIVERS = {Format.GPKG: "GPKG", Format.FGB: "FlatGeobuf"}
_RECORD_SEPARATOR = "\x1e"


def geojson(features: Iterable[str], *, name: str) -> Iterator[str]:
    """Yield the text of one RFC 7946 FeatureCollection from the texts of its features."""
    yield f'{{"type":"FeatureCollection","name":"{name}","features":['
    separator = "\n"
    for feature in features:
        yield separator + feature
        separator = ",\n"
    yield "\n]}\n"


def geojson_sequence(features: Iterable[str]) -> Iterator[str]:
    """Yield a GeoJSON text sequence (RFC 8142), one feature a record."""
    for feature in features:
        yield f"{_RECORD_SEPARATOR}{feature}\n"


def write_text(chunks: Iterable[str], target: Path | BinaryIO) -> None:
    """Write text as UTF-8 to a file, which is replaced when all of it is written, or to an open stream.

    Raises
    ------
    Invalid : the folder of the file does not exist or may not be written to.
    """
    if not isinstance(target, Path):
        for chunk in chunks:
            target.write(chunk.encode())
        return
    with _replacing(target) as draft, draft.open("w", encoding="utf-8") as file:
        file.writelines(chunks)


def write_frame(frame: gpd.GeoDataFrame, target: Path, form: Format, *, layer: str) -> None:
    """Write a frame in WGS 84 to a file of a format other than the streamed ones.

    CSV carries a UTF-8 byte order mark, for spreadsheets, and the geometry as WKT. A Shapefile is one zip, in UTF-8,
    its column names cut to ten letters.

    Raises
    ------
    Invalid : the folder of the file does not exist or may not be written to.
    """
    with _replacing(target) as draft:
        if form is Format.PARQUET:
            frame.to_parquet(draft)
        elif form is Format.CSV:
            table = pd.DataFrame(_flat(frame).drop(columns="geometry"))
            table.assign(geometry=frame.geometry.to_wkt()).to_csv(draft, index=False, encoding="utf-8-sig")
        elif form is Format.SHP:
            packed = draft.with_suffix(".shz")
            _short(_flat(frame)).to_file(packed, driver="ESRI Shapefile", layer=layer, encoding="UTF-8")
            packed.replace(draft)
        else:
            named = draft.with_suffix(f".{form}")
            _flat(frame).to_file(named, driver=_DRIVERS[form], layer=layer)
            named.replace(draft)


def _flat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Write lists as text, for formats that have none."""
    lists = [name for name in frame.columns if any(isinstance(value, list) for value in frame[name])]
    return frame.assign(**{name: frame[name].map(";".join) for name in lists})


def _short(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Fit a frame to a Shapefile: times as text, names of ten letters, a digit at the end where two would agree."""
    times = frame.select_dtypes(include=["datetimetz", "datetime"]).columns
    plain = frame.assign(**{name: frame[name].map(_iso) for name in times})
    names: dict[str, str] = {}
    for name in plain.columns.drop("geometry"):
        taken = names.values()
        free = (name[: 10 - len(tail)] + tail for tail in ("", *map(str, range(1, 100))))
        names[name] = next(short for short in free if short not in taken)
    return plain.rename(columns=names)


def _iso(moment: pd.Timestamp) -> str | None:
    return None if pd.isna(moment) else moment.isoformat()


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Give a draft beside the target, in a folder of its own, that takes the target's place at the end."""
    try:
        folder = tempfile.TemporaryDirectory(dir=target.parent, prefix=".gridmap-")
    except OSError as error:
        raise Invalid(
            Text(
                en=f"Cannot write to {target.parent}: {error.strerror}.",
                zh=f"无法写入 {target.parent}：{error.strerror}。",
            ),
            hint=Text(
                en="Choose a folder that exists and that you may write to.", zh="请选择已存在且可写的文件夹。"
            ),
        ) from error
    with folder as name:
        draft = Path(name) / target.name
        yield draft
        os.replace(draft, target)
