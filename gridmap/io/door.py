"""The door: what must not come in stops here, before any value is read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from gridmap.core.quality import Finding, Problem
from gridmap.errors import Invalid, Text
from gridmap.io.fields import FieldType, Kind
from gridmap.io.identity import denied_columns, denied_headers
from gridmap.io.raw import Raw, texts

_REPEATED = Problem(
    "duplicate.row",
    Text(en="The row repeats an earlier one word for word.", zh="该行与前面某行完全相同。"),
    Text(
        en="If it counts on its own, give each row an identifier (source_id); else delete it.",
        zh="若应单独计入，请为每行加上标识（source_id）；否则请删除。",
    ),
)


@dataclass(slots=True)
class Door:
    """What stopped at the door, and what was noticed there."""

    kind: Kind
    dropped: tuple[str, ...]
    findings: list[Finding] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def keep_only(self, raw: Raw, mapping: Mapping[str, str]) -> None:
        """For rows about people let nothing pass but fields, and of dates of birth only the year."""
        if not self.kind.about_people:
            return
        raw.table = raw.table[[column for column in raw.table.columns if column in mapping]].copy()
        raw.extras.clear()
        for column, name in mapping.items():
            one = self.kind.field(name)
            if one is not None and one.type is FieldType.YEAR:
                stated = texts(raw.table[column])
                raw.table[column] = stated.map({date: _year(date) for date in stated.dropna().unique()})


def close_the_door(kind: Kind, raw: Raw, mapping: Mapping[str, str], constants: Mapping[str, str]) -> Door:
    """Drop columns that tell who somebody is, and note rows that repeat before they become indistinguishable.

    Raises
    ------
    Invalid
        If the caller maps such a column to a field.
    """
    headers = [str(column) for column in raw.table.columns]
    denied = denied_headers(kind, headers)
    denied += denied_columns(kind, raw.table.drop(columns=denied))
    asked = [column for column in mapping.values() if column in denied]
    if asked:
        raise Invalid(
            Text(
                en=f"The column “{asked[0]}” tells who somebody is: gridmap does not take it in.",
                zh=f"“{asked[0]}”列含个人身份信息，gridmap 不予导入。",
            ),
            hint=Text(en="Leave it out of --map.", zh="请从 --map 中去掉该列。"),
            reason="identity",
            column=asked[0],
        )
    door = Door(kind, tuple(column for column in headers if column in denied))
    if kind.key is None and (denied or (kind.counted and "households" not in constants)):
        door.findings = _repeated(raw)
    raw.table = raw.table.drop(columns=denied)
    if denied:
        door.notes.append(_dropped_note(door.dropped))
    return door


def _year(date: str) -> str:
    """Return the four digits a date begins with; ``?`` if it begins otherwise."""
    found = re.match(r"\d{4}", unicodedata.normalize("NFKC", date))
    return found[0] if found else "?"


def _repeated(raw: Raw) -> list[Finding]:
    """Find rows equal to an earlier one in every column of the file."""
    if raw.shapes is not None or not len(raw.table.columns):
        return []
    again = raw.table.astype("string").duplicated(keep="first").to_numpy()
    return [Finding(int(raw.rows[at]), None, None, _REPEATED) for at in np.flatnonzero(again).tolist()]


def _dropped_note(dropped: tuple[str, ...]) -> Text:
    shown = ", ".join(re.sub(r"\s+", " ", column)[:40] for column in dropped)
    return Text(
        en=f"Columns that tell who somebody is were dropped unread: {shown}.",
        zh=f"含个人身份信息的列已丢弃，未读入：{shown}。",
    )
