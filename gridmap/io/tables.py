"""Tables: CSV with any usual delimiter and encoding, and Excel workbooks."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gridmap.core.model import Progress
from gridmap.core.quality import Finding, Problem
from gridmap.errors import Invalid, Text
from gridmap.io.encodings import decode
from gridmap.io.fields import normal
from gridmap.io.guards import MOST_COLUMNS
from gridmap.io.raw import Raw, unique_headers

DELIMITERS = ",\t;|"
TITLE_ROWS = 10
"""Headers are looked for in this many rows: registers often begin with a title."""
_LONGEST_VALUE = 64 * 1024**2
_CHUNK = 20_000

Row = Sequence[Any]


def read_csv(path: Path, known: frozenset[str], *, encoding: str | None, progress: Progress) -> Raw:
    """Read a delimited text file.

    Parameters
    ----------
    known : normal forms of the headers that are looked for, to find the row of headers.

    Raises
    ------
    Invalid
        If the encoding does not fit, a quotation is never closed, or there is no row of values.
    """
    text, used = decode(path.read_bytes(), encoding)
    if "\x00" in text[:100_000]:
        raise _not_text(path)
    csv.field_size_limit(_LONGEST_VALUE)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    raw = read_rows(path, _csv_rows(path, lines), known, progress)
    raw.encoding = used
    return raw


def _csv_rows(path: Path, lines: Any) -> Iterator[Row]:
    try:
        yield from lines
    except csv.Error as error:
        raise Invalid(
            Text(
                en=f"{path.name}, line {lines.line_num}: a quotation mark is not closed or stands inside a value.",
                zh=f"{path.name} 第 {lines.line_num} 行：引号未成对，或引号出现在值中间。",
            ),
            hint=Text(
                en='Double the quotation marks inside values ("") and close each quotation.',
                zh='值内的引号请写成两个（""），并检查引号是否成对。',
            ),
            reason="csv.quote",
            file=str(path),
        ) from error


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the first lines into the most columns, alike in most lines."""
    sample = io.StringIO(text[:20_000], newline="").read().splitlines()[:20]

    def columns(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (usual > 1, usual * widths.count(usual))

    return max(DELIMITERS, key=columns)


def read_rows(path: Path, rows: Iterator[Row], known: frozenset[str], progress: Progress) -> Raw:
    """Turn rows into a table: find the headers, number the records, mark those that are too long or short."""
    head = [row for _, row in zip(range(TITLE_ROWS), rows, strict=False)]
    at = _header_row(head, known)
    if at is None:
        raise no_rows(path)
    headers = unique_headers(["" if cell is None else str(cell) for cell in _trimmed(head[at])])
    if len(headers) > MOST_COLUMNS:
        raise too_wide(path, len(headers))
    raw = Raw(pd.DataFrame(columns=headers, dtype=object), np.empty(0, dtype=np.int64))
    records: list[Row] = []
    numbers: list[int] = []
    for number, row in enumerate(_chain(head[at + 1 :], rows), start=1):
        if number % _CHUNK == 0:
            progress("read", number, 0)
        if any(row) or any(cell not in (None, "") for cell in row):
            _judge_length(raw, len(records), number, row, headers)
            whole = len(row) == len(headers)
            records.append(row if whole else [*row[: len(headers)], *[None] * (len(headers) - len(row))])
            numbers.append(number)
    if not records:
        raise no_rows(path)
    raw.table = pd.DataFrame(records, columns=headers, dtype=object)
    raw.rows = np.array(numbers, dtype=np.int64)
    if at > 0:
        raw.notes.append(_title_note(at))
    return raw


def _judge_length(raw: Raw, position: int, number: int, row: Row, headers: list[str]) -> None:
    """Mark a record with more values than columns, or with fewer."""
    if len(row) == len(headers):
        return
    surplus = [cell for cell in row[len(headers) :] if cell not in (None, "")]
    if not surplus and (len(row) >= len(headers) or not isinstance(row, list)):
        return
    raw.extras[position] = {f"+{place}": str(cell) for place, cell in enumerate(surplus, start=1)}
    problem = Problem(
        "row.length",
        Text(
            en=f"The row has {len(row)} values for {len(headers)} columns.",
            zh=f"该行有 {len(row)} 个值，而表头有 {len(headers)} 列。",
        ),
        Text(
            en="Look for a missing value, or a delimiter inside a value that lacks quotation marks.",
            zh="请检查是否漏填，或值中含有分隔符而未加引号。",
        ),
    )
    raw.findings.append(Finding(number, None, None, problem))


def _header_row(head: list[Row], known: frozenset[str]) -> int | None:
    """Return the position of the row with the most known headers, else of the first with two values."""
    filled = [sum(cell not in (None, "") for cell in row) for row in head]
    scores = [sum(normal(str(cell)) in known for cell in row if cell is not None) for row in head]
    if head and max(scores) > 0:
        return scores.index(max(scores))
    wide = [position for position, count in enumerate(filled) if count > 1]
    any_filled = [position for position, count in enumerate(filled) if count]
    return next(iter(wide or any_filled), None)


def _trimmed(row: Row) -> Row:
    """Drop empty cells at the end of the headers."""
    last = max((place for place, cell in enumerate(row) if cell not in (None, "")), default=-1)
    return row[: last + 1]


def _chain(head: list[Row], rows: Iterable[Row]) -> Iterator[Row]:
    yield from head
    yield from rows


def _not_text(path: Path) -> Invalid:
    return Invalid(
        Text(en=f"{path.name} is not a text file.", zh=f"{path.name} 不是文本文件。"),
        hint=Text(en="Save the table as CSV (UTF-8) or .xlsx again.", zh="请另存为 CSV（UTF-8）或 .xlsx。"),
        reason="file.broken",
        file=str(path),
    )


def no_rows(path: Path) -> Invalid:
    """Say that a table holds no rows."""
    return Invalid(
        Text(en=f"{path.name} holds no rows under its headers.", zh=f"{path.name} 表头之下没有数据行。"),
        hint=Text(
            en="The first row must name the columns, the rows below hold the values.",
            zh="第一行应为列名，其下为数据。",
        ),
        reason="file.no_rows",
        file=str(path),
    )


def too_wide(path: Path, columns: int) -> Invalid:
    """Say that a table has more columns than can be meant."""
    return Invalid(
        Text(
            en=f"{path.name} has {columns:,} columns; {MOST_COLUMNS:,} are the most.",
            zh=f"{path.name} 有 {columns:,} 列，最多支持 {MOST_COLUMNS:,} 列。",
        ),
        hint=Text(
            en="Keep the columns that are needed, or look for a wrong delimiter.",
            zh="请只保留需要的列，或检查分隔符。",
        ),
        reason="file.too_wide",
        file=str(path),
    )


def _title_note(rows: int) -> Text:
    return Text(
        en=f"The headers are in row {rows + 1}; what stands above was taken for a title.",
        zh=f"表头在第 {rows + 1} 行，其上内容视为标题。",
    )
