"""Excel workbooks, written row by row."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

ROWS_OF_A_SHEET = 1_048_575
"""Below the headings: Microsoft, "Excel specifications and limits"."""
LONGEST_TEXT = 32_767
NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 does not have."""


def write_workbook(rows: Iterable[Sequence[Any]], draft: Path, *, title: str, headings: Sequence[str]) -> int:
    """Write rows under headings and return how many there were; what a sheet has no room for goes to the next.

    A text stays a text, whatever it begins with, and never becomes a formula. One that is longer than a cell may be is
    cut.

    Parameters
    ----------
    title : of the sheet.
    """
    book = Workbook(write_only=True)
    sheet = _sheet(book, title, headings)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            sheet.append([_cell(sheet, value) for value in row])
            if number % ROWS_OF_A_SHEET == 0:
                sheet = _sheet(book, f"{title} {number // ROWS_OF_A_SHEET + 1}", headings)
    except BaseException:
        sheet.close()
        raise
    book.save(draft)
    return number


def _sheet(book: Workbook, title: str, headings: Sequence[str]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = [_text(sheet, text) for text in headings]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _cell(sheet: Any, value: Any) -> Any:
    return _text(sheet, value) if isinstance(value, str) else value


def _text(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, NOT_ALLOWED.sub("", value)[:LONGEST_TEXT])
    cell.data_type = "s"
    return cell
