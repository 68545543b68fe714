"""From texts to typed columns, with a finding for each value that cannot be read."""

import difflib
import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.codes import parse_area_code
from gridmap.core.quality import Finding
from gridmap.core.values import Problem, read_count, read_floors, read_measure, read_year
from gridmap.errors import Invalid, Text
from gridmap.io.fields import DTYPES, Field, FieldType, Kind, normal
from gridmap.io.raw import Raw, texts

_TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "总数", "total", "totals", "sum", "subtotal", "grandtotal"}
)

_MISSING = Problem(
    "value.missing",
    Text(en="The value is missing.", zh="该值缺失。"),
    Text(en="Every row must have one: fill it in.", zh="每行都必须填写，请补上。"),
)
_TOTAL = Problem(
    "row.total",
    Text(en="This is a line of totals, not a row of its own.", zh="这是合计行，不是单独的记录。"),
    Text(
        en="It is left out so that nothing counts twice; if it is a real row, change its first value.",
        zh="为避免重复计数未导入；若确为单独记录，请修改首列内容。",
    ),
)


def columns_of(
    kind: Kind, raw: Raw, mapping: Mapping[str, str], constants: Mapping[str, str]
) -> tuple[dict[str, pd.Series], list[Finding], list[Text]]:
    """Read every field of a kind.

    Parameters
    ----------
    mapping : column → field.
    constants : field → the value of all rows.

    Returns
    -------
    Columns by field, typed as `DTYPES` says and NA where nothing is known; findings; notes.

    Raises
    ------
    Invalid
        If a constant cannot be read.
    """
    columns: dict[str, pd.Series] = {}
    findings: list[Finding] = []
    notes: list[Text] = []
    by_field = {field: column for column, field in mapping.items()}
    for one in kind.fields:
        if one.name in constants:
            columns[one.name] = _constant(one, constants[one.name], len(raw.table))
        elif one.name in by_field:
            values, found, said = _column(one, raw, by_field[one.name])
            columns[one.name] = values
            findings += found
            notes += said
        else:
            columns[one.name] = pd.Series(pd.NA, index=raw.table.index, dtype=DTYPES[one.type])
    return columns, findings, notes


def total_lines(kind: Kind, raw: Raw) -> list[Finding]:
    """Find lines of totals in a table whose rows are counted."""
    if not kind.counted or raw.shapes is not None or not len(raw.table.columns):
        return []
    table = raw.table.astype("string").replace("", pd.NA)
    cells = table.iloc[:, 0]
    for position in range(1, table.shape[1]):
        cells = cells.fillna(table.iloc[:, position])
    cells = cells.fillna("")
    known = {value: normal(value) in _TOTALS for value in cells.unique()}
    return [
        Finding(int(raw.rows[position]), None, str(cells.iloc[position]), _TOTAL)
        for position in np.flatnonzero(cells.map(known).to_numpy(dtype=bool)).tolist()
    ]


def numbers(raw: Raw, column: str) -> tuple[NDArray[np.float64], list[Finding]]:
    """Read a column of coordinates; NaN where nothing is known, a finding where a text is no number."""
    values = pd.to_numeric(raw.table[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    unread = ~np.isfinite(values)
    wrong = unread.copy()
    wrong[unread] = texts(raw.table[column][unread]).notna().to_numpy()
    problem = Problem(
        "coordinates.text",
        Text(en="The coordinate is not a number.", zh="坐标不是数字。"),
        Text(
            en="Write decimal degrees or metres, such as 114.30521.", zh="请写十进制度或米，例如 114.30521。"
        ),
    )
    return values, _at(raw, column, wrong, problem)


def _column(one: Field, raw: Raw, column: str) -> tuple[pd.Series, list[Finding], list[Text]]:
    stated = texts(raw.table[column])
    notes: list[Text] = []
    known = {value: _read(one, value, notes) for value in stated.dropna().unique()}
    problems = {value: read for value, read in known.items() if isinstance(read, Problem)}
    values = {value: None if value in problems else read for value, read in known.items()}
    typed = stated.map(values).astype(object)
    findings = []
    if problems:
        wrong = stated.isin(list(problems)).to_numpy()
        for position in np.flatnonzero(wrong).tolist():
            value = str(stated.iloc[position])
            findings.append(Finding(int(raw.rows[position]), column, value[:120], problems[value]))
    if one.filled:
        findings += _at(raw, column, stated.isna().to_numpy(), _MISSING)
    return pd.Series(typed.where(typed.notna(), pd.NA), dtype=DTYPES[one.type]), findings, notes[:20]


def _read(one: Field, value: str, notes: list[Text]) -> object:
    """Return what a value means: a number, a text, None or a `Problem`."""
    if normal(value) in one.unknown:
        return None
    if one.type is FieldType.CODE:
        return _read_code(value, notes)
    if one.type is FieldType.CHOICE:
        return _read_choice(one, value)
    reader = _READERS.get(one.type)
    return value if reader is None else reader(value)


_READERS: Mapping[FieldType, Callable[[str], object]] = {
    FieldType.COUNT: read_count,
    FieldType.FLOORS: read_floors,
    FieldType.MEASURE: read_measure,
    FieldType.YEAR: read_year,
}


def _read_code(value: str, notes: list[Text]) -> str | Problem:
    try:
        code = parse_area_code(value)
    except Invalid as error:
        hint = error.hint or Text(en="", zh="")
        return Problem(str(error.facts.get("reason", "code.form")), error.message, hint)
    notes += code.warnings
    return code.text


def _read_choice(one: Field, value: str) -> str | Problem:
    stated = normal(re.split(r"[;,|]", value.strip("[]'\""))[0])
    spellings = {normal(text): choice for choice, texts_ in one.choices.items() for text in (choice, *texts_)}
    if stated in spellings:
        return spellings[stated]
    near = difflib.get_close_matches(stated, spellings, n=1)
    known = ", ".join(one.choices)
    return Problem(
        "value.choice",
        Text(en=f"“{value[:40]}” is none of the known values.", zh=f"“{value[:40]}”不是可识别的取值。"),
        Text(
            en=f"{f'Did you mean {spellings[near[0]]}? ' if near else ''}Known: {known}.",
            zh=f"{f'是否指 {spellings[near[0]]}？' if near else ''}可用取值：{known}。",
        ),
    )


def _constant(one: Field, value: str, count: int) -> pd.Series:
    """Return a column with one value; an empty one says that nothing is known."""
    stated = texts(pd.Series([value], dtype=object)).iloc[0]
    read = None if stated is pd.NA else _read(one, str(stated), [])
    if isinstance(read, Problem):
        raise Invalid(
            Text(
                en=f"--set {one.name}={value}: {read.message.en}",
                zh=f"--set {one.name}={value}：{read.message.zh}",
            ),
            hint=read.hint,
            reason=read.reason,
        )
    return pd.Series(pd.NA if read is None else read, index=range(count), dtype=DTYPES[one.type])


def _at(raw: Raw, column: str, wrong: NDArray[np.bool_], problem: Problem) -> list[Finding]:
    values = raw.table[column]
    return [
        Finding(int(raw.rows[position]), column, _short(values.iloc[position]), problem)
        for position in np.flatnonzero(wrong).tolist()
    ]


def _short(value: object) -> str | None:
    return None if value is None or value is pd.NA else str(value)[:120]
