"""What may be sent to change a feature, in the JSON Schema of OpenAPI 3.0."""

from collections.abc import Sequence

from gridmap.api.documents import SCHEMAS, Document
from gridmap.db.changes import WRITABLE, Writable
from gridmap.db.collections import Collection, Column


def feature_schema(collection: Collection, language: str) -> Document:
    """Describe a whole feature of a collection that can be changed; what else a feature shows may come along unread."""
    properties, required = _columns(collection, language), sorted(WRITABLE[collection.id].required)
    parts = {
        "type": {"type": "string", "enum": ["Feature"]},
        "geometry": _geometry(collection),
        "properties": _object(properties, required),
    }
    return _object(parts, sorted(parts))


def patch_schema(collection: Collection, language: str) -> Document:
    """Describe the parts of a feature that can be changed one by one; null takes a value away (RFC 7396)."""
    return _object({"geometry": _geometry(collection), "properties": _object(_columns(collection, language))})


def _object(properties: Document, required: Sequence[str] = ()) -> Document:
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _geometry(collection: Collection) -> Document:
    kinds = {"type": "string", "enum": list(WRITABLE[collection.id].geometries)}
    return _object({"type": kinds, "coordinates": {"type": "array", "items": {}}}, ["type", "coordinates"])


def _columns(collection: Collection, language: str) -> Document:
    writable = WRITABLE[collection.id]
    described = [column for column in collection.columns if column.name in writable.columns]
    return {column.name: _value(column, writable, language) for column in described}


def _value(column: Column, writable: Writable, language: str) -> Document:
    value = {"title": column.title.in_language(language), **SCHEMAS[column.type]}
    if column.name in writable.choices:
        value["enum"] = [*writable.choices[column.name]]
    if column.name not in writable.required:
        value["nullable"] = True
        value |= {"enum": [*value["enum"], None]} if "enum" in value else {}
    return value
