"""The documents of OGC API: landing page, conformance, collections, tile sets. Every address in them is absolute."""

import math
from collections.abc import Iterable
from typing import Any

from fastapi import Request

from gridmap.db.changes import WRITABLE, Writable
from gridmap.db.collections import Collection
from gridmap.db.systems import CRS84, WGS84
from gridmap.errors import Text
from gridmap.services.extents import Extent

Document = dict[str, Any]

GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
SCHEMA_OF_FEATURES = "http://www.opengis.net/def/rel/ogc/1.0/schema"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"

JSON = "application/json"
GEOJSON = "application/geo+json"
HTML = "text/html"
OPENAPI_30 = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
TILE = "application/vnd.mapbox-vector-tile"

TITLE = Text(en="gridmap open data", zh="网格图开放数据")
DESCRIPTION = Text(
    en="Community grids and what lies in them: features as GeoJSON, maps as vector tiles. People are counts only.",
    zh="社区网格及其中的地、物、组织：要素为 GeoJSON，地图为矢量瓦片。人口只公布计数。",
)

CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-styles-1/0.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-styles-1/0.0/conf/mapbox-style",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
]

PRECISION = 10**7
"""Parts of a degree an extent is rounded to, outwards."""


def root(request: Request) -> str:
    """Return the address of the landing page as the reader reached it."""
    return f"{str(request.base_url).rstrip('/')}/ogc"


def link(href: str, rel: str, media_type: str, title: str | None = None) -> Document:
    """Return a link; ``title`` only where one is given."""
    return {"href": href, "rel": rel, "type": media_type, **({"title": title} if title else {})}


def itself(request: Request, media_type: str = JSON) -> list[Document]:
    """Return the links of a document to itself and to its HTML form."""
    plain = request.url.remove_query_params("f")
    return [
        link(str(request.url), "self", media_type),
        link(str(plain.include_query_params(f="html")), "alternate", HTML),
    ]


def landing(request: Request, language: str) -> Document:
    """Return the landing page."""
    here = root(request)
    return {
        "title": TITLE.in_language(language),
        "description": DESCRIPTION.in_language(language),
        "links": [
            *itself(request),
            link(f"{here}/api", "service-desc", OPENAPI_30, "OpenAPI 3.0"),
            link(f"{str(request.base_url).rstrip('/')}/docs", "service-doc", HTML),
            link(f"{here}/conformance", "conformance", JSON),
            link(f"{here}/collections", "data", JSON),
            link(f"{here}/tileMatrixSets", "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", JSON),
            link(f"{here}/styles", "http://www.opengis.net/def/rel/ogc/1.0/styles", JSON),
        ],
    }


def conformance(request: Request) -> Document:
    """Return the classes of the standards that are met."""
    return {"conformsTo": CONFORMANCE, "links": itself(request)}


def collections(
    request: Request,
    language: str,
    found: Iterable[tuple[Collection, Extent | None]],
    systems: Iterable[str],
) -> Document:
    """Return the list of collections; each comes in all systems."""
    known = list(systems)
    return {
        "links": itself(request),
        "collections": [collection(request, language, item, extent, known) for item, extent in found],
    }


def collection(
    request: Request, language: str, described: Collection, extent: Extent | None, systems: Iterable[str]
) -> Document:
    """Return one collection, which comes in any of the systems."""
    here = f"{root(request)}/collections/{described.id}"
    title = described.title.in_language(language)
    vectors = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
    return {
        "id": described.id,
        "title": title,
        "description": described.description.in_language(language),
        "itemType": "feature",
        "crs": list(systems),
        "storageCrs": WGS84.uri,
        **({"extent": _extent(extent)} if extent else {}),
        "links": [
            link(here, "self", JSON, title),
            link(f"{here}?f=html", "alternate", HTML, title),
            link(f"{here}/items", "items", GEOJSON, title),
            link(f"{here}/items?f=html", "items", HTML, title),
            link(f"{here}/schema", "describedby", SCHEMA, title),
            link(f"{here}/schema", SCHEMA_OF_FEATURES, SCHEMA, title),
            link(f"{here}/queryables", QUERYABLES, SCHEMA, title),
            link(f"{here}/tiles", vectors, JSON, title),
        ],
    }


def schema(request: Request, language: str, described: Collection) -> Document:
    """Return the JSON Schema of a collection's features: what comes, and what can be sent (not ``readOnly``)."""
    number = {"id": {"type": "integer", "x-ogc-role": "id", "readOnly": True}}
    writable = WRITABLE.get(described.id)
    required = sorted({"geometry", *writable.required}) if writable else []
    return {
        "$schema": JSON_SCHEMA,
        "$id": f"{root(request)}/collections/{described.id}/schema",
        "type": "object",
        "title": described.title.in_language(language),
        "properties": number | _received(described, writable, language),
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def queryables(request: Request, language: str, described: Collection) -> Document:
    """Return the JSON Schema of what filters of a collection may name."""
    return {
        "$schema": JSON_SCHEMA,
        "$id": f"{root(request)}/collections/{described.id}/queryables",
        "type": "object",
        "title": described.title.in_language(language),
        "properties": _properties(described, language),
        "additionalProperties": False,
    }


def _received(described: Collection, writable: Writable | None, language: str) -> Document:
    """Return the properties, those that cannot be sent marked, and those of which words are known with these."""
    properties = _properties(described, language)
    for name, property_ in properties.items():
        if writable is None or name not in ("geometry", *writable.columns):
            property_["readOnly"] = True
        elif name in writable.choices:
            property_["enum"] = list(writable.choices[name])
    return properties


def _properties(described: Collection, language: str) -> Document:
    roles = {"name": {"x-ogc-role": "title"}} if described.column("name") else {}
    if described.interval:
        start, end = described.interval
        roles |= {
            start: {"x-ogc-role": "primary-interval-start"},
            end: {"x-ogc-role": "primary-interval-end"},
        }
    geometry = {"x-ogc-role": "primary-geometry", "format": described.geometry}
    columns = {
        column.name: {
            "title": column.title.in_language(language),
            "x-ogc-propertySeq": place,
            **SCHEMAS[column.type],
            **roles.get(column.name, {}),
        }
        for place, column in enumerate(described.columns, start=1)
    }
    return {"geometry": geometry, **columns}


JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"

SCHEMAS: dict[str, Document] = {
    "string": {"type": "string"},
    "strings": {"type": "array", "items": {"type": "string"}},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
}
"""Type of a column → JSON Schema."""


def feature_links(request: Request, described: Collection) -> list[Document]:
    """Return the links of one feature, or of a page of them."""
    return [*itself(request, GEOJSON), _to_collection(request, described)]


def links_of_feature(request: Request, described: Collection, here: str) -> list[Document]:
    """Return the links of a feature at another address than the one that was asked."""
    return [
        link(here, "self", GEOJSON),
        link(f"{here}?f=html", "alternate", HTML),
        _to_collection(request, described),
    ]


def _to_collection(request: Request, described: Collection) -> Document:
    return link(f"{root(request)}/collections/{described.id}", "collection", JSON)


def page_links(request: Request, described: Collection, following: str | None) -> list[Document]:
    """Return the links of a page of features; ``next`` keeps every filter."""
    links = feature_links(request, described)
    if following is not None:
        links.append(link(str(request.url.include_query_params(token=following)), "next", GEOJSON))
    return links


def _extent(extent: Extent) -> Document:
    low = [math.floor(side * PRECISION) / PRECISION for side in (extent.west, extent.south)]
    high = [math.ceil(side * PRECISION) / PRECISION for side in (extent.east, extent.north)]
    box = [*low, *high]
    spatial = {"spatial": {"bbox": [box], "crs": CRS84.uri}}
    if extent.since is None:
        return spatial
    since, until = (
        moment and moment.isoformat().replace("+00:00", "Z") for moment in (extent.since, extent.until)
    )
    return {**spatial, "temporal": {"interval": [[since, until]], "trs": GREGORIAN}}
