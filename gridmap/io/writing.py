"""Write sets of features to files. A file appears under its name when it is complete, or not at all."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd

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

_DRIVERS = {Format.GPKG: "GPKG", Format.FGB: "FlatGeobuf", Format.SHP: "ESRI Shapefile"}
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
        if form is Format.CSV:
            table = frame.assign(geometry=frame.geometry.to_wkt())
            table.to_csv(draft, index=False, encoding="utf-8-sig")
        elif form is Format.PARQUET:
            frame.to_parquet(draft)
        else:
            named = draft.with_suffix(".shz" if form is Format.SHP else f".{form}")
            options = {"encoding": "UTF-8"} if form is Format.SHP else {}
            frame.to_file(named, driver=_DRIVERS[form], layer=layer, **options)
            named.replace(draft)


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
