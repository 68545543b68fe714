"""OGC API Features Part 3: Filtering, 19-079r2, annex A."""

import json
from typing import Any

import httpx
import jsonschema
import pytest
from shapely.geometry import box, shape

from gridmap.db.collections import COLLECTIONS
from tests.ogc.conftest import ROOT, Read, rel

QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SCHEMA = "application/schema+json"
CONF = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
EVERY = pytest.mark.parametrize("collection", COLLECTIONS)
CORNERS = (116.402, 39.902, 116.412, 39.907)


def polygon(west: float, south: float, east: float, north: float) -> str:
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))"


def ids(page: Any) -> set[int]:
    return {feature["id"] for feature in page["features"]}


@pytest.mark.parametrize("name", ["queryables", "queryables-query-parameters", "filter", "features-filter"])
def test_01_04_06_13_get_conformance(read: Read, name: str) -> None:
    assert CONF + name in read("/ogc/conformance")["conformsTo"]


@EVERY
def test_02_get_queryables_uris_are_in_the_header_of_what_can_be_filtered(
    client: httpx.Client, collection: str
) -> None:
    for address in (f"/ogc/collections/{collection}", f"/ogc/collections/{collection}/items"):
        answer = client.head(address)
        assert answer.links[QUERYABLES] == {
            "url": f"{ROOT}/collections/{collection}/queryables",
            "rel": QUERYABLES,
            "type": SCHEMA,
        }


@EVERY
def test_03_get_queryables(client: httpx.Client, collection: str) -> None:
    address = f"{ROOT}/collections/{collection}/queryables"
    answer = client.get(address, headers={"Accept": SCHEMA})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == SCHEMA
    schema = answer.json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == address
    assert schema["type"] == "object"
    assert schema["properties"]
    assert all(
        "type" in item or item["format"].startswith("geometry-") for item in schema["properties"].values()
    )
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False


@EVERY
def test_05_query_param(read: Read, definition: Any, collection: str) -> None:
    described = definition["paths"][f"/collections/{collection}/items"]["get"]["parameters"]
    named = {item.get("name") for item in described}
    page = read(f"/ogc/collections/{collection}/items", limit=100)
    for name, queryable in read(f"/ogc/collections/{collection}/queryables")["properties"].items():
        if name == "geometry":
            continue
        assert name in named
        values = [feature["properties"][name] for feature in page["features"]]
        value = next((value for value in values if value is not None), None)
        if value is None or queryable["type"] == "array":
            continue
        sent = json.dumps(value) if isinstance(value, bool) else value
        found = read(f"/ogc/collections/{collection}/items", limit=100, **{name: sent})
        assert len(ids(found)) == values.count(value), name


def test_07_filter_param(client: httpx.Client, read: Read) -> None:
    address = "/ogc/collections/buildings/items"
    assert read(address, filter="floors > 6")["numberMatched"] == 4
    assert read(address, filter="floors > 6", limit=1)["numberReturned"] == 1
    assert client.get(address, params={"filter": "floors >"}).status_code == 400


def test_08_filter_lang_default_is_text(client: httpx.Client, read: Read) -> None:
    address = "/ogc/collections/buildings/items"
    written = json.dumps({"op": ">", "args": [{"property": "floors"}, 6]})
    named = read(address, **{"filter": "floors > 6", "filter-lang": "cql2-text"})
    assert ids(named) == ids(read(address, filter="floors > 6"))
    assert ids(named) == ids(read(address, **{"filter": written, "filter-lang": "cql2-json"}))
    assert client.get(address, params={"filter": "floors > 6", "filter-lang": "sql"}).status_code == 400


@EVERY
def test_09_expression_construction(client: httpx.Client, collection: str) -> None:
    for wrong in ("nothing = 1", "id > 0", "ctid = 'x'"):
        answer = client.get(f"/ogc/collections/{collection}/items", params={"filter": wrong})
        assert answer.status_code == 400, wrong


@EVERY
def test_10_filter_crs_wgs84(read: Read, collection: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    written = f"S_INTERSECTS(geometry, {polygon(*CORNERS)})"
    everything = read(address, limit=100)["features"]
    expected = {item["id"] for item in everything if shape(item["geometry"]).intersects(box(*CORNERS))}
    assert ids(read(address, filter=written, limit=100)) == expected
    assert ids(read(address, **{"filter": written, "filter-crs": CRS84, "limit": 100})) == expected


@EVERY
def test_11_filter_crs_param(client: httpx.Client, read: Read, collection: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    west, south, east, north = CORNERS
    turned = f"S_INTERSECTS(geometry, {polygon(south, west, north, east)})"
    expected = ids(read(address, filter=f"S_INTERSECTS(geometry, {polygon(*CORNERS)})", limit=100))
    assert ids(read(address, **{"filter": turned, "filter-crs": EPSG_4326, "limit": 100})) == expected
    unknown = {"filter": turned, "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/999999"}
    assert client.get(address, params=unknown).status_code == 400


def test_12_get_functions_is_not_needed_as_there_are_none_of_our_own(read: Read) -> None:
    assert "http://www.opengis.net/spec/cql2/1.0/conf/functions" not in read("/ogc/conformance")["conformsTo"]


def test_14_get_collections_and_15_get_collection(read: Read, collections: list[Any]) -> None:
    for item in collections:
        for described in (item, read(f"/ogc/collections/{item['id']}")):
            [address] = rel(described, QUERYABLES, SCHEMA)
            assert read(address)["$id"] == address


@EVERY
def test_16_filter_on_items(read: Read, collection: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    everything = read(address, limit=100)
    assert ids(read(address, filter="true", limit=100)) == ids(everything)
    assert read(address, filter="false")["features"] == []


def test_17_mixing_expressions_means_all_of_them(read: Read) -> None:
    address = "/ogc/collections/buildings/items"
    sides = ",".join(map(str, CORNERS))
    mixed = read(address, filter="floors >= 6", bbox=sides, use="residential", limit=100)
    parts = [
        ids(read(address, limit=100, **part))
        for part in ({"filter": "floors >= 6"}, {"bbox": sides}, {"use": "residential"})
    ]
    assert ids(mixed) == set.intersection(*parts)
    assert 0 < len(ids(mixed)) < min(len(part) for part in parts)
