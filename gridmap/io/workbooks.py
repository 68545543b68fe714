"""Excel workbooks: the sheet that is meant, and its rows."""

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from gridmap.core.model import Progress
from gridmap.errors import Invalid, Text
from gridmap.io.fields import normal
from gridmap.io.guards import MOST_COLUMNS, UNPACKING_ERRORS, check_archive
from gridmap.io.raw import Raw
from gridmap.io.tables import TITLE_ROWS, Row, no_rows, read_rows, too_wide


def read_excel(path: Path, known: frozenset[str], *, sheet: str | None, progress: Progress) -> Raw:
    """Read one sheet of a workbook; formulas count with the result that was saved with them.

    Raises
    ------
    Invalid
        If the file is damaged or a zip bomb, or it must be said which sheet is meant.
    """
    check_archive(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            title, notes = _title(path, book, known, sheet)
            rows = _values(path, book[title])
            if _has_formulas(path):
                rows = _with_formulas(rows, openpyxl.load_workbook(path, read_only=True)[title])
            raw = read_rows(path, rows, known, progress)
        book.close()
    except (*UNPACKING_ERRORS, InvalidFileException, LookupError, SyntaxError, TypeError) as error:
        raise Invalid(
            Text(
                en=f"{path.name} is not a workbook that can be read.", zh=f"{path.name} 不是可读取的工作簿。"
            ),
            hint=Text(en="Open it and save it as .xlsx again.", zh="请打开后另存为 .xlsx。"),
            reason="file.broken",
            file=str(path),
        ) from error
    raw.notes += notes
    return raw


def _title(
    path: Path, book: openpyxl.Workbook, known: frozenset[str], wanted: str | None
) -> tuple[str, list[Text]]:
    """Name the sheet that is meant, with a note if there are others."""
    sheets = {s.title: s for s in book.worksheets if s.sheet_state == "visible"}
    for sheet in sheets.values():
        sheet.reset_dimensions()
    if wanted is not None:
        if wanted not in sheets:
            raise _which_sheet(path, list(sheets), wanted)
        return wanted, []
    filled = {title: _head(sheet) for title, sheet in sheets.items()}
    filled = {title: head for title, head in filled.items() if head}
    fitting = [
        title
        for title, head in filled.items()
        if any(sum(normal(str(cell)) in known for cell in row if cell is not None) > 1 for row in head)
    ]
    candidates = list(filled) if len(filled) == 1 else fitting
    if len(candidates) != 1:
        raise _which_sheet(path, list(filled), None) if filled else no_rows(path)
    notes = [] if len(filled) == 1 else [_sheet_note(candidates[0], len(filled))]
    return candidates[0], notes


def _head(sheet: Any) -> list[Row]:
    rows = sheet.iter_rows(max_row=TITLE_ROWS, max_col=MOST_COLUMNS + 1, values_only=True)
    return [row for row in rows if any(cell not in (None, "") for cell in row)]


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        return any(b"<f>" in (data := book.read(name)) or b"<f " in data for name in sheets)


def _with_formulas(rows: Iterator[Row], sheet: Any) -> Iterator[Row]:
    """Put the text of a formula where its result was not saved, so that the cell does not pass for empty."""
    sheet.reset_dimensions()
    for row, written in zip(rows, sheet.iter_rows(values_only=True), strict=False):
        yield tuple(
            formula if value is None and isinstance(formula, str) and formula.startswith("=") else value
            for value, formula in zip(row, written, strict=False)
        )


def _values(path: Path, sheet: Any) -> Iterator[Row]:
    for row in sheet.iter_rows(values_only=True):
        if len(row) > MOST_COLUMNS and any(cell is not None for cell in row[MOST_COLUMNS:]):
            raise too_wide(path, len(row))
        yield row


def _which_sheet(path: Path, titles: list[str], wanted: str | None) -> Invalid:
    names = ", ".join(titles)
    return Invalid(
        Text(en=f"{path.name} has no sheet “{wanted}”.", zh=f"{path.name} 中没有工作表“{wanted}”。")
        if wanted is not None
        else Text(
            en=f"{path.name} has several sheets, and it is not clear which one is meant.",
            zh=f"{path.name} 有多个工作表，无法确定要导入哪一个。",
        ),
        hint=Text(en=f"Name one of: {names}.", zh=f"请指定其一：{names}。"),
        reason="sheet",
        sheets=titles,
    )


def _sheet_note(title: str, of: int) -> Text:
    return Text(
        en=f"Read the sheet “{title}”, the only one of {of} with the headers of this kind.",
        zh=f"共 {of} 个工作表，只有“{title}”的表头符合，已读取该表。",
    )
