"""Create, replace, update and delete single features; who read an older version than is kept changes nothing."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from gridmap.core.given import merged, read_feature, read_geometry, read_object, wrong
from gridmap.db.changes import (
    WRITABLE,
    Writable,
    delete_statement,
    insert_statement,
    lock_statement,
    update_statement,
)
from gridmap.db.collections import Collection
from gridmap.db.features import feature_query
from gridmap.db.queries import sql
from gridmap.db.systems import CRS84, CoordinateSystem
from gridmap.errors import Conflict, Stale, Text
from gridmap.services.audit import record
from gridmap.services.browsing import Feature, no_feature, version_of
from gridmap.services.given_values import named_values, whole_values

DATASET = "edited"
"""Data set of what was created here. Rows of other data sets are written over by their next import."""

Versions = frozenset[str] | None
"""Versions that a change is meant for; None: whichever there is."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A feature after a change."""

    id: int
    feature: Feature


def create(connection: Connection, collection: Collection, body: bytes, system: CoordinateSystem) -> Changed:
    """Keep a new feature, in the caller's transaction; the database attaches it to its community and grid.

    Parameters
    ----------
    body : a GeoJSON feature. Its id and what cannot be changed are passed over.
    system : of its coordinates.

    Raises
    ------
    Invalid : a field is wrong, naming it.
    """
    writable = WRITABLE[collection.id]
    node, properties = read_feature(read_object(body))
    values = whole_values(collection, writable, properties)
    geometry = read_geometry(node, system.degrees, writable.geometries).wkb
    row = values | {"geometry": geometry, "dataset": DATASET, "source_id": str(uuid.uuid4())}
    feature_id: int = connection.execute(insert_statement(writable, values), row).scalar_one()
    return _recorded(connection, "create", collection, feature_id, {"after": values})


def replace(
    connection: Connection,
    collection: Collection,
    feature_id: int,
    body: bytes,
    *,
    system: CoordinateSystem,
    versions: Versions,
) -> Changed:
    """Put a feature in the place of one; what is left out becomes unknown.

    Parameters
    ----------
    body, system : as of `create`.

    Raises
    ------
    NotFound : there is no such feature.
    Stale : it is of another version.
    Invalid : a field is wrong, naming it.
    """
    writable = WRITABLE[collection.id]
    before = _locked(connection, collection, feature_id, versions)
    document = read_object(body)
    if document.get("id", feature_id) not in (feature_id, str(feature_id)):
        raise wrong("id", f"not that of the address ({feature_id})", f"与地址中的编号（{feature_id}）不符")
    node, properties = read_feature(document)
    values = whole_values(collection, writable, properties)
    return _changed(connection, collection, before, values, _moved(before, node, writable, system))


def update(
    connection: Connection,
    collection: Collection,
    feature_id: int,
    body: bytes,
    *,
    system: CoordinateSystem,
    versions: Versions,
) -> Changed:
    """Change what a JSON merge patch names, and leave the rest.

    Parameters
    ----------
    body : a patch of a GeoJSON feature (RFC 7396); null: not known.
    system : of its coordinates.

    Raises
    ------
    NotFound, Stale, Invalid : as of `replace`.
    """
    writable = WRITABLE[collection.id]
    before = _locked(connection, collection, feature_id, versions)
    patch = read_object(body)
    if unknown := patch.keys() - {"type", "id", "properties", "geometry"}:
        raise wrong(min(unknown), "nothing that a patch can change", "不可修改")
    named = patch.get("properties", {})
    if not isinstance(named, dict):
        raise wrong("properties", "no object", "不是对象")
    values = named_values(collection, writable, named, before["properties"])
    moved = None
    if "geometry" in patch:
        moved = _moved(before, merged(before["geometry"], patch["geometry"]), writable, system)
    return _changed(connection, collection, before, values, moved)


def delete(connection: Connection, collection: Collection, feature_id: int, *, versions: Versions) -> None:
    """Delete a feature.

    Raises
    ------
    NotFound, Stale : as of `replace`.
    Conflict : people live in it, or something refers to it.
    """
    writable = WRITABLE[collection.id]
    before = _locked(connection, collection, feature_id, versions)
    if collection.id == "buildings" and connection.execute(sql("is_home"), {"id": feature_id}).scalar_one():
        raise Conflict(
            Text(
                en=f"Building {feature_id} holds households.",
                zh=f"楼栋 {feature_id} 中有住户，不能删除。",
            ),
            hint=Text(
                en="Import its households as 0 first, so that they are not lost unseen.",
                zh="请先以导入方式将其户数改为 0，以免住户数据丢失。",
            ),
            id=feature_id,
        )
    connection.execute(delete_statement(writable), {"id": feature_id})
    record(
        connection,
        action="delete feature",
        subject=f"{collection.id} {feature_id}",
        details={"before": {name: before["properties"][name] for name in writable.columns}},
    )


def _locked(
    connection: Connection, collection: Collection, feature_id: int, versions: Versions
) -> dict[str, Any]:
    """Keep others from changing a feature until the transaction ends, and return it as it is."""
    locked = connection.execute(lock_statement(WRITABLE[collection.id]), {"id": feature_id}).first()
    if locked is None:
        raise no_feature(collection, feature_id)
    feature = _read(connection, collection, feature_id)
    if versions is not None and feature.version not in versions:
        raise Stale(
            Text(
                en=f"Feature {feature_id} of {collection.id} changed after it was read.",
                zh=f"要素 {feature_id}（{collection.title.zh}）在读取之后已被修改。",
            ),
            hint=Text(
                en="Read it again, and send the change with its new ETag.",
                zh="请重新读取，并以新的 ETag 提交修改。",
            ),
            id=feature_id,
        )
    before: dict[str, Any] = json.loads(f"{feature.text}}}")
    return before


def _moved(
    before: Mapping[str, Any], node: Any, writable: Writable, system: CoordinateSystem
) -> bytes | None:
    """Return the geometry to be kept; None where it came back as it was read, in which corners are rounded."""
    if system is CRS84 and node == before["geometry"]:
        return None
    wkb: bytes = read_geometry(node, system.degrees, writable.geometries).wkb
    return wkb


def _changed(
    connection: Connection,
    collection: Collection,
    before: Mapping[str, Any],
    values: Mapping[str, Any],
    geometry: bytes | None,
) -> Changed:
    """Write what differs, which may be nothing."""
    writable, feature_id = WRITABLE[collection.id], before["id"]
    former = {name: before["properties"][name] for name in values}
    after = {name: value for name, value in values.items() if value != former[name]}
    if after or geometry is not None:
        statement = update_statement(writable, after, moves=geometry is not None)
        connection.execute(statement, {**after, "geometry": geometry, "id": feature_id})
    details = {
        "before": {name: former[name] for name in after},
        "after": after,
        "moved": geometry is not None,
    }
    return _recorded(connection, "change", collection, feature_id, details)


def _recorded(
    connection: Connection, verb: str, collection: Collection, feature_id: int, details: dict[str, Any]
) -> Changed:
    feature = _read(connection, collection, feature_id)
    record(connection, action=f"{verb} feature", subject=f"{collection.id} {feature_id}", details=details)
    return Changed(feature_id, feature)


def _read(connection: Connection, collection: Collection, feature_id: int) -> Feature:
    text: str = connection.execute(*feature_query(collection, feature_id)).scalar_one()
    return Feature(text, version_of(text))
