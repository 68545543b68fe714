"""Which column of a file is which field."""

import difflib
from collections.abc import Mapping, Sequence

from gridmap.errors import Invalid, Text
from gridmap.io.fields import Field, Kind, normal

_CUT_AT = 10
"""Shapefiles cut headers at ten bytes."""


def known_headers(kind: Kind, mapping: Mapping[str, str]) -> frozenset[str]:
    """Return the normal forms of all headers that mean something for a kind."""
    fields = (*kind.fields, *kind.coordinates)
    named = (alias for one in fields for alias in (one.name, *one.aliases))
    return frozenset(normal(header) for header in (*named, *mapping.values()))


def match(
    kind: Kind,
    columns: Sequence[str],
    mapping: Mapping[str, str],
    *,
    constants: Mapping[str, str],
    empty: frozenset[str] = frozenset(),
    places: bool = True,
    short: bool = False,
) -> dict[str, str]:
    """Return the field of each column that is used, by the file's name of the column.

    What the caller maps comes first, then columns called exactly as a field, then aliases in their order; a
    column with no value at all gives way to one that has some.

    Parameters
    ----------
    mapping : field → column, as given by ``--map``.
    constants : field → value, as given by ``--set``; these fields take no column.
    empty : columns without any value.
    places : whether coordinates are looked for among the columns (tables), or shapes come with the rows (layers).
    short : whether headers are cut at ten bytes.

    Raises
    ------
    Invalid
        If the mapping names a field or a column that does not exist.
    """
    used: dict[str, str] = {}
    for name, column in mapping.items():
        used[_column(columns, column)] = _field(kind, name).name
    for name in constants:
        _field(kind, name, among=kind.fields)
    open_fields = [
        one
        for one in (*kind.fields, *(kind.coordinates if places else ()))
        if one.name not in constants and one.name not in used.values()
    ]
    for spellings in (lambda one: (one.name,), lambda one: one.aliases):
        for one in open_fields:
            free = [column for column in columns if column not in used]
            found = _first(spellings(one), free, empty, short=short)
            if found is not None and one.name not in used.values():
                used[found] = one.name
    return used


def check_required(kind: Kind, columns: Sequence[str], given: frozenset[str]) -> None:
    """Refuse a file that lacks a column it must have.

    Parameters
    ----------
    given : names of the fields that have a column or a constant.

    Raises
    ------
    Invalid
        If a required field is missing; the hint names the nearest column and the option to pass.
    """
    missing = [one for one in kind.fields if one.required and one.name not in given]
    if not missing:
        return
    names_en = ", ".join(f"“{one.name}”" for one in missing)
    names_zh = "、".join(f"“{one.name}”（{one.meaning.zh.split('；')[0].split('，')[0]}）" for one in missing)
    raise Invalid(
        Text(
            en=f"The file has no column for {names_en}.",
            zh=f"文件缺少必需的列：{names_zh}。",
        ),
        hint=_how_to_map(missing[0], columns),
        reason="column.missing",
        missing=[one.name for one in missing],
        columns=list(columns),
    )


def check_places(kind: Kind, columns: Sequence[str], given: frozenset[str]) -> None:
    """Refuse a table that says nowhere where its rows lie, if they must lie somewhere.

    Raises
    ------
    Invalid
        If so; the hint names the columns that would do.
    """
    if not kind.needs_geometry or "wkt" in given or {"lon", "lat"} <= given or {"x", "y"} <= given:
        return
    needed = (
        "lon and lat, x and y, or wkt" if len(kind.coordinates) > 1 else "wkt (polygons or lines as text)"
    )
    needed_zh = "lon 与 lat、x 与 y，或 wkt" if len(kind.coordinates) > 1 else "wkt（面或线的文本）"
    shown = ", ".join(columns[:30])
    raise Invalid(
        Text(
            en=f"The table does not say where its rows lie: columns {needed} are needed.",
            zh=f"表中没有位置信息：需要 {needed_zh} 列。",
        ),
        hint=Text(
            en=f"Map them (--map lon=COLUMN --map lat=COLUMN), or give a map layer. Columns of the file: {shown}.",
            zh=f"请指明列（--map lon=列名 --map lat=列名），或改用图层文件。文件的列：{shown}。",
        ),
        reason="column.missing",
        columns=list(columns),
    )


def _first(
    spellings: Sequence[str], columns: Sequence[str], empty: frozenset[str], *, short: bool
) -> str | None:
    """Return the first column that goes by one of the spellings, one with values before one without."""
    found = [
        column
        for spelling in spellings
        for column in columns
        if _alike(normal(spelling), column, short=short)
    ]
    return next((column for column in found if column not in empty), found[0] if found else None)


def _alike(spelling: str, column: str, *, short: bool) -> bool:
    header = normal(column)
    if header == spelling:
        return True
    cut = short and len(column.encode()) >= _CUT_AT - 1
    return cut and len(header) >= 3 and spelling.startswith(header)


def _field(kind: Kind, name: str, *, among: Sequence[Field] = ()) -> Field:
    """Return the field of that name, of those that may be named here."""
    fields = among or (*kind.fields, *kind.coordinates)
    found = next((one for one in fields if one.name == name), None)
    if found is not None:
        return found
    known = [one.name for one in fields]
    near = difflib.get_close_matches(name, known, n=1)
    raise Invalid(
        Text(en=f"{kind.name} have no field “{name}”.", zh=f"{kind.title.zh}没有字段“{name}”。"),
        hint=Text(
            en=f"{f'Did you mean {near[0]}? ' if near else ''}Fields: {', '.join(known)}.",
            zh=f"{f'是否指 {near[0]}？' if near else ''}可用字段：{', '.join(known)}。",
        ),
        reason="field.unknown",
        field=name,
    )


def _column(columns: Sequence[str], name: str) -> str:
    if name in columns:
        return name
    alike = [column for column in columns if normal(column) == normal(name)]
    if len(alike) == 1:
        return alike[0]
    near = difflib.get_close_matches(name, columns, n=1, cutoff=0.5)
    shown = ", ".join(columns[:30])
    raise Invalid(
        Text(en=f"The file has no column “{name}”.", zh=f"文件中没有列“{name}”。"),
        hint=Text(
            en=f"{f'Did you mean “{near[0]}”? ' if near else ''}Columns of the file: {shown}.",
            zh=f"{f'是否指“{near[0]}”？' if near else ''}文件的列：{shown}。",
        ),
        reason="column.unknown",
        column=name,
        columns=list(columns),
    )


def _how_to_map(missing: Field, columns: Sequence[str]) -> Text:
    shown = ", ".join(columns[:30]) or "–"
    near = _nearest(missing, columns)
    example = near or "COLUMN"
    return Text(
        en=f"Columns of the file: {shown}. {f'Nearest: “{near}”. ' if near else ''}"
        f"Pass --map {missing.name}={example}, or --set {missing.name}=VALUE for all rows.",
        zh=f"文件的列：{shown}。{f'最接近的是“{near}”。' if near else ''}"
        f"请写 --map {missing.name}={example}，或用 --set {missing.name}=值 给所有行同一个值。",
    )


def _nearest(missing: Field, columns: Sequence[str]) -> str | None:
    """Return the column whose header is most like one of the field's names; None if none is at all."""
    best, score = None, 0.5
    for column in columns:
        for alias in (missing.name, *missing.aliases):
            likeness = difflib.SequenceMatcher(None, normal(alias), normal(column)).ratio()
            contained = len(normal(alias)) > 1 and normal(alias) in normal(column)
            if max(likeness, 0.8 if contained else 0.0) > score:
                best, score = column, max(likeness, 0.8 if contained else 0.0)
    return best
