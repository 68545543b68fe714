"""Values that somebody gives a feature: of the right type, known words, and nothing that tells who somebody is."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from gridmap.core.coverage.hours_reading import read_hours
from gridmap.core.given import wrong
from gridmap.core.values import MOST_COUNTED, MOST_FLOORS
from gridmap.db.changes import Writable
from gridmap.db.collections import Collection, Column, ColumnType
from gridmap.errors import Invalid, Text
from gridmap.io.identity import denied_headers, tells_who
from gridmap.io.schemas import kind_of

LONGEST = 500
"""Characters of a text."""

LEAST_LEVEL, MOST_LEVEL = -9, 9


def whole_values(collection: Collection, writable: Writable, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of all columns that can be changed; None for those left out.

    What cannot be changed is passed over, so that a feature can be sent back as it was read.

    Raises
    ------
    Invalid : naming the property and what is wrong with it.
    """
    for name in properties:
        if collection.column(name) is None:
            raise _unknown(collection, writable, name)
    values = {name: _value(collection, writable, name, properties.get(name)) for name in writable.columns}
    _check_gate(collection, values)
    return values


def named_values(
    collection: Collection, writable: Writable, patch: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of the columns that a patch names; None where it makes them unknown.

    Parameters
    ----------
    before : properties of the feature.

    Raises
    ------
    Invalid : as of `whole_values`, or a property that cannot be changed is named.
    """
    for name in patch:
        if collection.column(name) is None:
            raise _unknown(collection, writable, name)
        if name not in writable.columns:
            raise _read_only(name)
    values = {name: _value(collection, writable, name, value) for name, value in patch.items()}
    if values.keys() & {"kind", "hours"}:
        _check_gate(collection, {**before, **values})
    return values


def _value(collection: Collection, writable: Writable, name: str, value: Any) -> Any:
    column = collection.column(name)
    assert column is not None
    if value is None or value == "":
        if name in writable.required:
            raise wrong(name, "missing", "缺失")
        return None
    read = READERS[column.type](column, value)
    choices = writable.choices.get(name)
    if choices is not None and read not in choices:
        known = ", ".join(choices)
        raise wrong(name, f"“{read[:40]}” is none of {known}", f"“{read[:40]}”不在可用取值 {known} 之内")
    return read


def _text(column: Column, value: Any) -> str:
    if not isinstance(value, str):
        raise wrong(column.name, "no text", "不是文本")
    text = value.strip()
    if not text or len(text) > LONGEST or not text.isprintable():
        raise wrong(
            column.name,
            f"blank, of more than {LONGEST} characters, or with signs that cannot be printed",
            f"为空白、超过 {LONGEST} 个字符，或含有不可打印的字符",
        )
    if tells_who(text):
        raise wrong(
            column.name,
            "holds an identity number or a mobile number",
            "含有身份证号或手机号",
            Text(
                en="Give what belongs to the thing itself, such as the number of its front desk.",
                zh="请填写属于该对象本身的信息，例如服务台固定电话。",
            ),
        )
    return text


def _whole(column: Column, value: Any) -> int:
    least, most = WITHIN.get(column.name, (0, MOST_COUNTED))
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise wrong(
            column.name, f"no whole number from {least} to {most}", f"不是 {least} 至 {most} 之间的整数"
        )
    return value


def _measure(column: Column, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise wrong(column.name, "no number above 0", "不是大于 0 的数")
    return float(value)


def _truth(column: Column, value: Any) -> bool:
    if not isinstance(value, bool):
        raise wrong(column.name, "neither true nor false", "不是 true 或 false")
    return value


READERS: Mapping[ColumnType, Callable[[Column, Any], Any]] = {
    ColumnType.STRING: _text,
    ColumnType.INTEGER: _whole,
    ColumnType.NUMBER: _measure,
    ColumnType.BOOLEAN: _truth,
}

WITHIN = {"floors": (1, MOST_FLOORS), "level": (LEAST_LEVEL, MOST_LEVEL)}
"""Whole numbers that are no counts, and what they may be."""


def _check_gate(collection: Collection, values: Mapping[str, Any]) -> None:
    """Refuse hours of a gate by which nobody could tell when it is open."""
    if collection.id != "places" or values["kind"] != "gate":
        return
    problem = read_hours(values["hours"]).problem
    if problem is not None:
        raise Invalid(problem.message, hint=problem.hint, reason=problem.reason, field="hours")


def _unknown(collection: Collection, writable: Writable, name: str) -> Invalid:
    shown, known = name[:60], ", ".join(writable.columns)
    if denied_headers(kind_of(collection.id), [name]):
        return wrong(
            shown,
            "tells who somebody is, which is not kept here",
            "涉及个人身份，此处不予保存",
            Text(en=f"Properties: {known}.", zh=f"可用属性：{known}。"),
        )
    return wrong(
        shown,
        f"no property of {collection.id}",
        f"不是“{collection.title.zh}”的属性",
        Text(en=f"Properties: {known}.", zh=f"可用属性：{known}。"),
    )


def _read_only(name: str) -> Invalid:
    return wrong(
        name,
        "cannot be changed here",
        "不可在此修改",
        Text(
            en="Grid and community follow from where a thing lies, households from imports.",
            zh="网格与社区由位置决定，户数由导入决定。",
        ),
    )
