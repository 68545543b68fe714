"""The OGC addresses as OpenAPI 3.0, each collection with its own properties, as GDAL and QGIS read it."""

from collections.abc import Iterable, Mapping
from typing import Any

from gridmap.api.changing import FEATURE_TYPES, PATCH_TYPES
from gridmap.api.documents import DESCRIPTION, GEOJSON, HTML, JSON, OPENAPI_30, SCHEMA, SCHEMAS, TILE, TITLE
from gridmap.api.feature_schemas import feature_schema, patch_schema
from gridmap.api.parameters import DEFAULT_LIMIT, LARGEST_LIMIT
from gridmap.api.styles import MEDIA_TYPE as STYLE
from gridmap.api.styles import style_ids
from gridmap.core.tiling import TILE_MATRIX_SETS
from gridmap.db.changes import WRITABLE
from gridmap.db.collections import COLLECTIONS, Collection, Column, ColumnType
from gridmap.db.systems import CRS84

Described = dict[str, Any]

PARAMETERS: Described = {
    "f": {"in": "query", "schema": {"type": "string", "enum": ["json", "html"]}},
    "lang": {"in": "query", "schema": {"type": "string", "enum": ["en", "zh"]}},
    "bbox": {
        "in": "query",
        "description": "west,south,east,north in degrees (CRS84), or 6 numbers with heights, which are not used",
        "schema": {
            "type": "array",
            "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
            "items": {"type": "number"},
        },
        "style": "form",
        "explode": False,
    },
    "datetime": {
        "in": "query",
        "description": "RFC 3339 time or date, or an interval start/end where .. is open",
        "schema": {"type": "string"},
        "style": "form",
        "explode": False,
    },
    "limit": {
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT},
        "style": "form",
        "explode": False,
    },
    "token": {
        "in": "query",
        "description": "Where the page begins; taken from a next link",
        "schema": {"type": "string"},
    },
    "crs": {"in": "query", "description": "Coordinate system of the answer"},
    "bbox-crs": {"in": "query", "description": "Coordinate system of bbox"},
    "filter": {
        "in": "query",
        "description": "What must be true of a feature, in CQL2 (OGC 21-065r2); names are those of the queryables",
        "schema": {"type": "string"},
    },
    "filter-lang": {
        "in": "query",
        "description": "Language of the filter",
        "schema": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
    },
    "filter-crs": {
        "in": "query",
        "description": "Coordinate system of geometries in the filter",
    },
    "featureId": {"in": "path", "required": True, "schema": {"type": "integer"}},
    "styleId": {"in": "path", "required": True, "schema": {"type": "string", "enum": style_ids()}},
    "tileMatrixSetId": {
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": list(TILE_MATRIX_SETS)},
    },
    "contentCrs": {
        "name": "Content-Crs",
        "in": "header",
        "description": "Coordinate system of the body, in angle brackets",
        "schema": {"type": "string", "default": f"<{CRS84.uri}>"},
    },
    "ifMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "ETag that the feature was read with",
        "schema": {"type": "string"},
    },
    "tileMatrix": {"in": "path", "required": True, "schema": {"type": "string"}},
    "tileRow": {"in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}},
    "tileCol": {"in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}},
}
NAMING_A_SYSTEM = ("crs", "bbox-crs", "filter-crs")


def describe(root: str, language: str, systems: Iterable[str]) -> Described:
    """Return the OpenAPI 3.0 document of the addresses under `root`.

    Parameters
    ----------
    root : address of the landing page; every path is relative to it.
    language : ``zh`` or ``en``, of titles and descriptions.
    systems : names of the coordinate systems there are.
    """
    system = {"type": "string", "format": "uri", "enum": list(systems), "default": CRS84.uri}
    parameters = {name: {"name": name, **rest} for name, rest in PARAMETERS.items()}
    for name in NAMING_A_SYSTEM:
        parameters[name]["schema"] = system
    paths: Described = {
        "/": _get("getLandingPage", JSON, HTML),
        "/conformance": _get("getConformance", JSON, HTML),
        "/api": _get("getApi", OPENAPI_30, parameters=["lang"]),
        "/collections": _get("getCollections", JSON, HTML),
        "/tileMatrixSets": _get("getTileMatrixSetsList", JSON),
        "/tileMatrixSets/{tileMatrixSetId}": _get("getTileMatrixSet", JSON, parameters=["tileMatrixSetId"]),
        "/styles": _get("getStyles", JSON),
        "/styles/{styleId}": _get("getStyle", STYLE, parameters=["styleId", "lang"]),
    }
    for collection in COLLECTIONS.values():
        paths |= _paths_of(collection, language)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": TITLE.in_language(language),
            "description": DESCRIPTION.in_language(language),
            "version": "1.0.0",
        },
        "servers": [{"url": root}],
        "paths": paths,
        "components": {
            "parameters": parameters,
            "responses": {"Problem": _problem()},
            "securitySchemes": {"editor": {"type": "http", "scheme": "bearer"}},
        },
    }


def _paths_of(collection: Collection, language: str) -> Described:
    here, name = f"/collections/{collection.id}", collection.id
    tiles = f"{here}/tiles"
    values = [_value(column, language) for column in collection.columns]
    filtering = ["filter", "filter-lang", "filter-crs"]
    paging = ["bbox", "bbox-crs", "crs", "datetime", "limit", "token", *filtering, "f", "lang"]
    address = ["tileMatrixSetId", "tileMatrix", "tileRow", "tileCol", *filtering]
    paths = {
        here: _get(f"{name}.getCollection", JSON, HTML),
        f"{here}/schema": _get(f"{name}.getSchema", SCHEMA),
        f"{here}/queryables": _get(f"{name}.getQueryables", SCHEMA),
        f"{here}/items": _get(f"{name}.getFeatures", GEOJSON, HTML, parameters=paging, more=values),
        f"{here}/items/{{featureId}}": _get(
            f"{name}.getFeature", GEOJSON, HTML, parameters=["featureId", "crs", "f", "lang"]
        ),
        tiles: _get(f"{name}.collection.vector.getTileSetsList", JSON),
        f"{tiles}/{{tileMatrixSetId}}": _get(
            f"{name}.collection.vector.getTileSet", JSON, parameters=["tileMatrixSetId", "lang"]
        ),
        f"{tiles}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _get(
            f"{name}.collection.vector.getTile", TILE, parameters=address
        ),
    }
    if collection.id in WRITABLE:
        feature = dict.fromkeys(FEATURE_TYPES, feature_schema(collection, language))
        patch = dict.fromkeys(PATCH_TYPES, patch_schema(collection, language))
        paths[f"{here}/items"]["post"] = _change(f"{name}.createFeature", "201", feature)
        item = paths[f"{here}/items/{{featureId}}"]
        item["put"] = _change(f"{name}.replaceFeature", "200", feature)
        item["patch"] = _change(f"{name}.updateFeature", "200", patch)
        item["delete"] = _change(f"{name}.deleteFeature", "204")
    for path in paths.values():
        for operation in path.values():
            operation["tags"] = [collection.title.in_language(language)]
    return paths


def _change(operation: str, success: str, bodies: Mapping[str, Described] | None = None) -> Described:
    """Return an operation that changes a feature. Of one that is there (not created), it names the version.

    Parameters
    ----------
    bodies : media type → schema; None: nothing is sent.
    """
    names = ["contentCrs"] if bodies else []
    refused = ["401", "403", "404", "422", "503"] + (["413", "415"] if bodies else [])
    if success != "201":
        names += ["featureId", "ifMatch"]
        refused += ["409", "412", "428"]
    body = {kind: {"schema": schema} for kind, schema in (bodies or {}).items()}
    shown = {"content": {GEOJSON: {"schema": {"type": "object"}}}} if bodies else {}
    return {
        "operationId": operation,
        "security": [{"editor": []}],
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
        **({"requestBody": {"required": True, "content": body}} if body else {}),
        "responses": {
            success: {"description": "Done", **shown},
            **{status: {"$ref": "#/components/responses/Problem"} for status in sorted(refused)},
        },
    }


def _get(
    operation: str,
    *media_types: str,
    parameters: list[str] | None = None,
    more: list[Described] | None = None,
) -> Described:
    named = ["f", "lang"] if parameters is None else parameters
    refers = [{"$ref": f"#/components/parameters/{name}"} for name in named]
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {kind: binary if kind == TILE else {"schema": _schema(kind)} for kind in media_types}
    return {
        "get": {
            "operationId": operation,
            "parameters": [*refers, *(more or [])],
            "responses": {
                "200": {"description": "OK", "content": content},
                **({"204": {"description": "Nothing is drawn here"}} if TILE in media_types else {}),
                **{status: {"$ref": "#/components/responses/Problem"} for status in ("400", "404", "503")},
            },
        }
    }


def _schema(media_type: str) -> Described:
    return {"type": "string" if media_type == HTML else "object"}


def _value(column: Column, language: str) -> Described:
    """Return the parameter that selects features by one property."""
    schema = SCHEMAS["string" if column.type is ColumnType.STRINGS else column.type]
    title = column.title.in_language(language)
    return {"name": column.name, "in": "query", "description": title, "schema": schema}


def _problem() -> Described:
    texts = {"type": "object", "properties": {"en": {"type": "string"}, "zh": {"type": "string"}}}
    properties = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "messages": texts,
        "hint": {**texts, "nullable": True},
        "facts": {"type": "object"},
    }
    schema = {"type": "object", "properties": properties}
    return {"description": "RFC 9457", "content": {"application/problem+json": {"schema": schema}}}
