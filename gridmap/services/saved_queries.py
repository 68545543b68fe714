"""Shapes and filters kept under a name: saved, listed, renamed, deleted and put back."""

import json
from typing import Any

import shapely
from sqlalchemy import Connection, Row

from gridmap.core.drawn_shapes import read_drawn
from gridmap.core.filters import FilterLanguage, read_filter
from gridmap.db.filters import condition
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Invalid, NotFound, Text
from gridmap.services.audit import record
from gridmap.services.collections import find_collection

MOST_SAVED = 1_000
"""Questions kept at once, deleted ones too."""


def save(
    connection: Connection,
    name: str,
    *,
    shape: Any = None,
    collection: str | None = None,
    filtered: str | None = None,
    language: FilterLanguage = "cql2-text",
    note: str = "",
) -> dict[str, Any]:
    """Keep a shape, a filter, or both, under a name, in the caller's transaction.

    Parameters
    ----------
    shape : GeoJSON polygon; None: none.
    collection : what the filter is about; None: there is no filter.

    Raises
    ------
    Invalid : neither shape nor filter, or one that cannot be read.
    NotFound : no such collection.
    Conflict : another question has the name, or too many are kept.
    """
    if shape is None and filtered is None:
        raise Invalid(
            Text(en="There is neither a shape nor a filter to save.", zh="没有可保存的图形或过滤条件。"),
            parameter="shape",
        )
    if (filtered is None) != (collection is None):
        raise Invalid(
            Text(
                en="A filter needs its collection, and the other way round.",
                zh="过滤条件与数据集须同时给出。",
            ),
            parameter="collection",
        )
    drawn = None if shape is None else shapely.to_wkb(read_drawn(shape))
    if filtered is not None and collection is not None:
        condition(find_collection(collection), read_filter(filtered, language))
    if connection.execute(sql("count_saved_queries")).scalar_one() >= MOST_SAVED:
        raise Conflict(
            Text(en=f"{MOST_SAVED:,} questions are kept already.", zh=f"已存查询达到 {MOST_SAVED:,} 个。")
        )
    _refuse_taken(connection, name, except_id=None)
    key = connection.execute(
        sql("save_query"),
        {
            "name": name,
            "collection": collection,
            "filter": filtered,
            "filter_language": None if filtered is None else language,
            "geom": drawn,
            "note": note,
        },
    ).scalar_one()
    record(connection, action="save query", subject=name, details={"id": key})
    return _as_dict(_find(connection, key))


def list_saved(connection: Connection, *, deleted: bool = False) -> list[dict[str, Any]]:
    """Return the questions in use, or the deleted ones, by name."""
    return [_as_dict(row) for row in connection.execute(sql("saved_queries"), {"deleted": deleted})]


def change_saved(
    connection: Connection,
    key: int,
    *,
    name: str | None = None,
    note: str | None = None,
    deleted: bool | None = None,
) -> dict[str, Any]:
    """Rename a question, change its note, delete it or put it back; what is None stays. Nothing is lost for good.

    Raises
    ------
    NotFound : no such question.
    Conflict : another question in use has the name.
    """
    row = _find(connection, key)
    called: str = row.name if name is None else name
    now = {
        "name": called,
        "note": row.note if note is None else note,
        "deleted": row.deleted_at is not None if deleted is None else deleted,
    }
    if not now["deleted"]:
        _refuse_taken(connection, called, except_id=key)
    connection.execute(sql("change_saved_query"), {"id": key, **now})
    before = {"name": row.name, "note": row.note, "deleted": row.deleted_at is not None}
    record(
        connection, action="change saved query", subject=row.name, details={"before": before, "after": now}
    )
    return _as_dict(_find(connection, key))


def find_saved(connection: Connection, name: str, *, deleted: bool = False) -> int:
    """Return the key of the question in use with this name, or of the one deleted last.

    Raises
    ------
    NotFound : there is none.
    """
    found = [one for one in list_saved(connection, deleted=deleted) if one["name"] == name]
    if not found:
        raise NotFound(
            Text(en=f"No question is saved as “{name}”.", zh=f"没有名为“{name}”的已存查询。"),
            hint=Text(en="`gridmap query saved` lists them.", zh="可用 gridmap query saved 查看。"),
        )
    return int(max(found, key=lambda one: (one["deleted_at"] or one["changed_at"], one["id"]))["id"])


def _find(connection: Connection, key: int) -> Row[Any]:
    row = connection.execute(sql("saved_query_by_id"), {"id": key}).one_or_none()
    if row is None:
        raise NotFound(Text(en=f"There is no saved question {key}.", zh=f"没有编号为 {key} 的已存查询。"))
    return row


def _refuse_taken(connection: Connection, name: str, *, except_id: int | None) -> None:
    row = connection.execute(sql("saved_query_called"), {"name": name}).one_or_none()
    if row is not None and row.id != except_id:
        raise Conflict(
            Text(en=f"A question is saved as “{name}” already.", zh=f"已有名为“{name}”的已存查询。"),
            hint=Text(en="Give another name, or delete that one.", zh="请另取名称，或先删除原有的。"),
            name=name,
        )


def _as_dict(row: Row[Any]) -> dict[str, Any]:
    told = dict(row._mapping)
    return {**told, "shape": None if told["shape"] is None else json.loads(told["shape"])}
