"""What a file must be before it is opened: there, whole, of a known format, and of a bearable size."""

import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path

from gridmap.errors import Invalid, NotFound, Text

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
LAYERS = (".geojson", ".json", ".geojsonl", ".geojsonseq", ".ndjson", ".gpkg", ".shp", ".zip")
EXTRACTS = (".pbf", ".osm")

MOST_COLUMNS = 2_000
MOST_UNPACKED_BYTES = 2 * 1024**3
"""A packed file may hold this much in all."""
SUSPECT_BYTES = 32 * 1024**2
MOST_RATIO = 100
"""A packed entry above 32 MiB may not be more than this many times its packed size; XML packs 10–40 times."""

UNPACKING_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)
"""What Python raises on archives that are damaged or packed in ways it does not know."""

_MADE_ELSEWHERE = {
    ".xls": Text(en="Open it and save it as .xlsx.", zh="请打开后另存为 .xlsx。"),
    ".kml": Text(en="Convert it to GeoJSON or GeoPackage.", zh="请转换为 GeoJSON 或 GeoPackage。"),
    ".dwg": Text(en="Convert it to GeoPackage in a map program.", zh="请在制图软件中转换为 GeoPackage。"),
    ".dxf": Text(en="Convert it to GeoPackage in a map program.", zh="请在制图软件中转换为 GeoPackage。"),
    ".gdb": Text(en="Export the layer to GeoPackage.", zh="请把图层导出为 GeoPackage。"),
    ".dbf": Text(en="Give the .shp beside it.", zh="请给出同名的 .shp 文件。"),
    ".shx": Text(en="Give the .shp beside it.", zh="请给出同名的 .shp 文件。"),
}


def check_file(path: Path, formats: tuple[str, ...]) -> None:
    """Refuse what is no file, is empty, or is of a format that is not read.

    Raises
    ------
    NotFound
        If there is nothing at the path.
    Invalid
        If it is a directory, has no bytes, or its ending is not among the formats.
    """
    if not path.exists():
        raise NotFound(Text(en=f"There is no file {path}.", zh=f"找不到文件 {path}。"), file=str(path))
    if path.is_dir():
        raise Invalid(
            Text(en=f"{path.name} is a folder, not a file.", zh=f"{path.name} 是文件夹，不是文件。"),
            hint=Text(en="Give one file of it.", zh="请指定其中的一个文件。"),
            file=str(path),
        )
    if path.stat().st_size == 0:
        raise Invalid(
            Text(en=f"{path.name} is empty (0 bytes).", zh=f"{path.name} 是空文件（0 字节）。"),
            hint=Text(en="Copy or download it again.", zh="请重新复制或下载。"),
            file=str(path),
        )
    if path.suffix.lower() not in formats:
        raise _unsupported(path, formats)


def check_signature(path: Path, signature: bytes, name: str) -> None:
    """Refuse a file whose first bytes are not those of its format.

    Raises
    ------
    Invalid
        If the signature is missing.
    """
    head = _first_bytes(path, len(signature))
    if head != signature:
        raise Invalid(
            Text(
                en=f"{path.name} is not a {name} file, whatever its ending says.",
                zh=f"{path.name} 不是有效的 {name} 文件。",
            ),
            hint=_what_it_is(head),
            file=str(path),
        )


def check_archive(path: Path) -> None:
    """Refuse a packed file that would unpack to more than can be meant (a zip bomb), before unpacking anything.

    Raises
    ------
    Invalid
        If it is no zip archive, is cut off, is locked, or claims too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except UNPACKING_ERRORS as error:
        raise _broken(path) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise Invalid(
            Text(en=f"{path.name} is locked with a password.", zh=f"{path.name} 设有密码。"),
            hint=Text(en="Save it without one.", zh="请另存为不带密码的文件。"),
            file=str(path),
        )
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > SUSPECT_BYTES and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
        for entry in entries
    )
    overlapping = sum(entry.compress_size for entry in entries) > path.stat().st_size
    if unpacked > MOST_UNPACKED_BYTES or swollen or overlapping or len(entries) > 10_000:
        raise Invalid(
            Text(
                en=f"{path.name} has {path.stat().st_size:,} bytes and would unpack to {unpacked:,}: "
                "it looks like a zip bomb and was not opened.",
                zh=f"{path.name} 只有 {path.stat().st_size:,} 字节，解压后却达 {unpacked:,} 字节，"
                "疑似压缩炸弹，未打开。",
            ),
            hint=Text(
                en="Save the table or layer again in its own program, or split it.",
                zh="请用原软件重新保存，或拆分后再导入。",
            ),
            reason="archive.bomb",
            file=str(path),
        )


def check_geopackage(path: Path) -> None:
    """Refuse a GeoPackage that is no SQLite file or is shorter than its header says.

    Raises
    ------
    Invalid
        If so. The header is that of SQLite: page size at byte 16, number of pages at byte 28, which counts only
        where the change counters at bytes 24 and 92 agree.
    """
    check_signature(path, b"SQLite format 3\x00", "GeoPackage")
    header = _first_bytes(path, 100)
    if len(header) < 100:
        raise _cut(path, 100)
    if header[24:28] != header[92:96]:
        return
    page = struct.unpack(">H", header[16:18])[0]
    claimed = (65_536 if page == 1 else page) * struct.unpack(">I", header[28:32])[0]
    if claimed > path.stat().st_size:
        raise _cut(path, claimed)


def check_shapefile(path: Path) -> None:
    """Refuse a shapefile with missing parts, or parts that are not as long as their headers say.

    Raises
    ------
    Invalid
        If so. The .shp and .shx headers give their length in 16-bit words at byte 24 (ESRI, 1998).
    """
    parts = {suffix: part_of(path, suffix) for suffix in (".shx", ".dbf")}
    missing = [suffix for suffix, part in parts.items() if part is None]
    if missing:
        raise Invalid(
            Text(
                en=f"{path.name} lacks its {' and '.join(missing)} file.",
                zh=f"{path.name} 缺少配套的 {'、'.join(missing)} 文件。",
            ),
            hint=Text(
                en="A shapefile is .shp, .shx, .dbf and .prj together; zip them, or use GeoPackage.",
                zh="Shapefile 由 .shp、.shx、.dbf、.prj 共同组成；请一并提供（可打包为 zip），或改用 GeoPackage。",
            ),
            file=str(path),
        )
    for part in (path, parts[".shx"]):
        if part is not None:
            _check_words(part)
    if parts[".dbf"] is not None:
        _check_records(parts[".dbf"])


def part_of(path: Path, suffix: str) -> Path | None:
    """Return the part of a shapefile with that ending, in small or capital letters; None if it is not there."""
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.exists()), None)


def _check_words(part: Path) -> None:
    check_signature(part, b"\x00\x00\x27\x0a", "shapefile")
    header = _first_bytes(part, 100)
    if len(header) < 100:
        raise _cut(part, 100)
    claimed = 2 * struct.unpack(">I", header[24:28])[0]
    if claimed > part.stat().st_size:
        raise _cut(part, claimed)


def _check_records(part: Path) -> None:
    header = _first_bytes(part, 32)
    if len(header) < 32:
        raise _cut(part, 32)
    records, head, length = struct.unpack("<IHH", header[4:12])
    if head + records * length > part.stat().st_size + 1:
        raise _cut(part, head + records * length)


def _first_bytes(path: Path, number: int) -> bytes:
    with path.open("rb") as file:
        return file.read(number)


def _cut(path: Path, claimed: int) -> Invalid:
    return Invalid(
        Text(
            en=f"{path.name} is damaged or cut off: its header promises {claimed:,} bytes, it has {path.stat().st_size:,}.",
            zh=f"{path.name} 已损坏或不完整：文件头声明 {claimed:,} 字节，实际 {path.stat().st_size:,} 字节。",
        ),
        hint=Text(en="Copy or download it again.", zh="请重新复制或下载。"),
        reason="file.cut",
        file=str(path),
    )


def _broken(path: Path) -> Invalid:
    return Invalid(
        Text(
            en=f"{path.name} is damaged, or is not what its ending says.",
            zh=f"{path.name} 已损坏，或内容与扩展名不符。",
        ),
        hint=_what_it_is(_first_bytes(path, 16)),
        reason="file.broken",
        file=str(path),
    )


def _what_it_is(head: bytes) -> Text:
    """Say what a file with such first bytes really is."""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Text(
            en="It is an old or password-protected Office file: save it as .xlsx without a password.",
            zh="这是旧版或加密的 Office 文件：请另存为不带密码的 .xlsx。",
        )
    if head.startswith(b"PK"):
        return Text(
            en="It is a zip or .xlsx file: give it that ending.", zh="这是 zip 或 .xlsx 文件：请改正扩展名。"
        )
    if re.match(rb"\s*<", head):
        return Text(
            en="It is a web page or XML, perhaps a failed download.", zh="这是网页或 XML，可能是下载失败。"
        )
    return Text(en="Copy or download it again.", zh="请重新复制或下载。")


def _unsupported(path: Path, formats: tuple[str, ...]) -> Invalid:
    ending = path.suffix.lower()
    known = ", ".join(formats)
    hint = _MADE_ELSEWHERE.get(ending)
    if ending in EXTRACTS:
        hint = Text(en="An OSM extract is imported with the kind osm.", zh="OSM 数据请用类别 osm 导入。")
    return Invalid(
        Text(
            en=f"{path.name}: files ending in “{ending}” are not read here.",
            zh=f"{path.name}：此处不支持“{ending}”文件。",
        ),
        hint=hint or Text(en=f"Formats: {known}.", zh=f"支持的格式：{known}。"),
        reason="file.format",
        file=str(path),
    )
