"""Shapefiles, loose or zipped, in whatever encoding their tables are."""

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from gridmap.errors import Invalid, Text
from gridmap.io.encodings import codec, decode, detect, shown
from gridmap.io.guards import (
    UNPACKING_ERRORS,
    check_archive,
    check_shapefile,
    part_of,
)
from gridmap.io.layers import read_ogr
from gridmap.io.raw import Raw, unique_headers

_LONGEST_HEADER = 10


_AS_BYTES = "latin1"
"""The encoding in which every byte is a character; GDAL leaves texts alone under this spelling of its name."""


def read_shapefile(path: Path, *, encoding: str | None) -> Raw:
    """Read a shapefile; without a .cpg file the encoding is told from the bytes of the .dbf file.

    Raises
    ------
    Invalid
        If parts are missing, or are shorter than their headers say.
    """
    check_shapefile(path)
    table = part_of(path, ".dbf")
    used = codec(encoding) if encoding else _dbf_encoding(table, part_of(path, ".cpg"))
    raw = read_ogr(path, path.stem, encoding=_AS_BYTES)
    _reread(raw, used)
    raw.encoding, raw.short_headers = shown(used), True
    return raw


def read_zipped_shapefile(path: Path, *, encoding: str | None, layer: str | None) -> Raw:
    """Read a shapefile packed into a zip archive.

    Raises
    ------
    Invalid
        If the archive is damaged or a zip bomb, or does not hold exactly one shapefile (or the one named).
    """
    check_archive(path)
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        stem = _packed_stem(path, archive, layer)
        target = Path(folder) / "layer.shp"
        for entry in archive.infolist():
            name = Path(entry.filename)
            if not entry.is_dir() and str(name.with_suffix("")) == stem:
                _unpack(path, archive, entry, target.with_suffix(name.suffix.lower()))
        return read_shapefile(target, encoding=encoding)


def _reread(raw: Raw, encoding: str) -> None:
    """Decode texts that were read byte by byte; headers cut within a character lose the half of it."""
    headers = [
        str(header).encode(_AS_BYTES).decode(encoding, errors="ignore") for header in raw.table.columns
    ]
    raw.table.columns = pd.Index(unique_headers(headers), dtype=object)
    for column in raw.table.columns:
        if raw.table[column].dtype == object:
            raw.table[column] = raw.table[column].map(
                lambda value: (
                    value.encode(_AS_BYTES).decode(encoding, "replace") if isinstance(value, str) else value
                )
            )


def _dbf_encoding(table: Path | None, named: Path | None) -> str:
    """Tell the encoding of a .dbf file: by its .cpg file if that fits the bytes, else by the bytes."""
    data = b"\n".join(_dbf_texts(table)) if table is not None else b""
    if all(byte < 128 for byte in data):
        return "utf-8"
    if named is not None:
        name = named.read_text(encoding="ascii", errors="ignore").strip() or "utf-8"
        try:
            decode(data, name)
        except Invalid:
            return detect(data)
        return codec(name)
    return detect(data)


def _dbf_texts(table: Path) -> Iterator[bytes]:
    """Yield the headers and first values of a .dbf file, but those as long as may be: they may be cut in a sign."""
    data = table.read_bytes()[: 4 * 1024**2]
    head, length = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    fields = [data[at : at + 32] for at in range(32, head - 1, 32) if data[at : at + 1] != b"\r"]
    headers = (one[:11].split(b"\x00")[0] for one in fields)
    yield from (header for header in headers if len(header) < _LONGEST_HEADER)
    for start in range(head, len(data) - length + 1, max(length, 1)):
        at = start + 1
        for one in fields:
            value = data[at : at + one[16]]
            if one[11:12] == b"C" and value.endswith((b" ", b"\x00")):
                yield value.strip(b" \x00")
            at += one[16]


def _packed_stem(path: Path, archive: zipfile.ZipFile, layer: str | None) -> str:
    stems = [str(Path(name).with_suffix("")) for name in archive.namelist() if name.lower().endswith(".shp")]
    fitting = [stem for stem in stems if layer is None or Path(stem).name == layer]
    if len(fitting) == 1:
        return fitting[0]
    shown = ", ".join(Path(stem).name for stem in stems)
    raise Invalid(
        Text(
            en=f"{path.name} holds {len(stems)} shapefiles; one is needed.",
            zh=f"{path.name} 内有 {len(stems)} 个 Shapefile，需要恰好一个。",
        ),
        hint=Text(en=f"Name the layer: {shown}.", zh=f"请指明图层：{shown}。")
        if stems
        else Text(
            en="Zip the .shp, .shx, .dbf and .prj files together.",
            zh="请把 .shp、.shx、.dbf、.prj 一起打包。",
        ),
        reason="layer",
        layers=stems,
    )


def _unpack(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    try:
        with archive.open(entry) as source, target.open("wb") as sink:
            while block := source.read(1024**2):
                sink.write(block)
    except UNPACKING_ERRORS as error:
        raise Invalid(
            Text(
                en=f"{path.name} is damaged: {entry.filename}.", zh=f"{path.name} 已损坏：{entry.filename}。"
            ),
            hint=Text(en="Copy or download it again.", zh="请重新复制或下载。"),
            reason="file.broken",
            file=str(path),
        ) from error
