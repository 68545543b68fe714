"""OGC API Features Part 1: Core, 17-069r4, annex A: core, GeoJSON, HTML, OpenAPI 3.0."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jsonschema
import pytest
import shapely
from shapely.geometry import box, shape

from gridmap.db.collections import COLLECTIONS
from tests.ogc.conftest import ROOT, Read, rel

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON, HTML, JSON = "application/geo+json", "text/html", "application/json"
EVERY = pytest.mark.parametrize("collection", COLLECTIONS)
CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"

FEATURE = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": ["string", "integer"]},
        "geometry": {
            "oneOf": [
                {"type": "null"},
                {
                    "type": "object",
                    "required": ["type", "coordinates"],
                    "properties": {
                        "type": {"pattern": "^(Multi)?(Point|LineString|Polygon)$"},
                        "coordinates": {"type": "array"},
                    },
                },
            ]
        },
        "properties": {"type": ["object", "null"]},
    },
}
PAGE = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "features": {"type": "array", "items": FEATURE},
        "links": {"type": "array"},
        "timeStamp": {"type": "string"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
    },
}
"""RFC 7946, and 17-069r4 7.15."""


def parameter(definition: Any, path: str, name: str) -> Any:
    """Return a parameter of a path as it is described."""
    parameters = definition["components"]["parameters"]
    named = (
        parameters[item["$ref"].rsplit("/", 1)[1]] if "$ref" in item else item
        for item in definition["paths"][path]["get"]["parameters"]
    )
    return next(item for item in named if item["name"] == name)


def has_both_forms(document: Any, own: str) -> bool:
    """Tell whether a document leads to itself and to its HTML form, each link with relation and media type."""
    typed = all(link["rel"] and link["type"] for link in document["links"])
    return typed and len(rel(document, "self", own)) == 1 and len(rel(document, "alternate", HTML)) == 1


def all_features(read: Read, address: str, **parameters: Any) -> list[Any]:
    """Return the features of all pages."""
    page = read(address, **parameters)
    features: list[Any] = page["features"]
    while following := rel(page, "next"):
        page = read(following[0])
        features = [*features, *page["features"]]
    return features


def test_01_http(client: httpx.Client) -> None:
    assert client.get("/ogc").http_version == "HTTP/1.1"
    assert client.get("/ogc/nothing").status_code == 404
    assert client.put("/ogc").status_code == 405


def test_02_crs84_is_what_geometries_are_in_unless_asked_otherwise(filled: dict[str, Any]) -> None:
    for page in filled.values():
        for feature in page["features"]:
            west, south, east, north = shape(feature["geometry"]).bounds
            assert 116 < west <= east < 117
            assert 39 < south <= north < 40


@pytest.mark.parametrize("address", ["/ogc", "/ogc/"])
def test_03_root_op_and_04_root_success(client: httpx.Client, read: Read, address: str) -> None:
    landing = read(address)
    assert rel(landing, "service-desc") or rel(landing, "service-doc")
    assert rel(landing, "conformance")
    assert rel(landing, "data")
    assert has_both_forms(landing, JSON)
    for link in landing["links"]:
        assert client.get(link["href"]).status_code == 200, link


def test_05_api_definition_op_and_06_api_definition_success(client: httpx.Client, landing: Any) -> None:
    for relation in ("service-desc", "service-doc"):
        for link in [item for item in landing["links"] if item["rel"] == relation]:
            answer = client.get(link["href"], headers={"Accept": link["type"]})
            assert answer.status_code == 200
            assert answer.headers["content-type"].replace("; ", ";").startswith(link["type"])


def test_07_conformance_op_and_08_conformance_success(read: Read, landing: Any) -> None:
    [address] = rel(landing, "conformance")
    declared = read(address)["conformsTo"]
    assert len(declared) == len(set(declared))
    assert {CORE + name for name in ("core", "geojson", "html", "oas30")} <= set(declared)


def test_09_fc_md_op_10_fc_md_success_and_11_fc_md_links(read: Read) -> None:
    assert has_both_forms(read("/ogc/collections"), JSON)


def test_12_fc_md_items_and_13_fc_md_items_links(client: httpx.Client, collections: list[Any]) -> None:
    assert [item["id"] for item in collections] == list(COLLECTIONS)
    for item in collections:
        assert all(link["rel"] and link["type"] for link in item["links"])
        for media_type in (GEOJSON, HTML):
            [address] = rel(item, "items", media_type)
            answer = client.get(address, headers={"Accept": media_type})
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(media_type)


def test_14_fc_md_extent_holds_every_feature(read: Read, collections: list[Any]) -> None:
    for item in collections:
        features = all_features(read, f"/ogc/collections/{item['id']}/items", limit=50)
        if features:
            assert item["extent"]["spatial"].get("crs", CRS84) == CRS84
            [bounds] = item["extent"]["spatial"]["bbox"]
            assert all(box(*bounds).covers(shape(feature["geometry"])) for feature in features)
        if "temporal" in item.get("extent", {}):
            [[start, end]] = item["extent"]["temporal"]["interval"]
            assert start is None or datetime.fromisoformat(start)
            assert end is None or datetime.fromisoformat(end)


@EVERY
def test_15_sfc_md_op_and_16_sfc_md_success(read: Read, collections: list[Any], collection: str) -> None:
    described = read(f"/ogc/collections/{collection}")
    [listed] = [item for item in collections if item["id"] == collection]
    assert described == listed


def test_15_sfc_md_op_answers_404_where_there_is_no_such_collection(client: httpx.Client) -> None:
    assert client.get("/ogc/collections/nothing").status_code == 404
    assert client.get("/ogc/collections/nothing/items").status_code == 404


@EVERY
def test_17_fc_op_and_26_fc_response(client: httpx.Client, collection: str) -> None:
    answer = client.get(f"/ogc/collections/{collection}/items", headers={"Accept": GEOJSON})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == GEOJSON
    jsonschema.validate(answer.json(), PAGE)


@EVERY
def test_18_fc_bbox_definition(definition: Any, collection: str) -> None:
    described = parameter(definition, f"/collections/{collection}/items", "bbox")
    assert described["in"] == "query"
    assert not described.get("required")
    assert (described["style"], described["explode"]) == ("form", False)
    schema = described["schema"]
    assert schema["type"] == "array"
    assert schema["items"]["type"] == "number"
    assert [(choice["minItems"], choice["maxItems"]) for choice in schema["oneOf"]] == [(4, 4), (6, 6)]


@EVERY
@pytest.mark.parametrize(
    "sides",
    [
        (116.4, 39.9, 116.41, 39.91),
        (116.4025, 39.9055, 116.4025, 39.9055),
        (177, 65, -177, 70),
        (116.409, -90, 116.401, 90),
        (-180, 85, 180, 90),
        (-180, -90, 180, 90),
        (116.3, 39.8, -100, 116.5, 40, 9000),
    ],
    ids=["a part", "a point", "over the antimeridian", "the long way", "the pole", "the world", "heights"],
)
def test_19_fc_bbox_response(read: Read, collection: str, sides: tuple[float, ...]) -> None:
    address = f"/ogc/collections/{collection}/items"
    west, south, east, north = sides if len(sides) == 4 else (*sides[:2], *sides[3:5])
    area = (
        box(west, south, east, north)
        if west <= east
        else shapely.union_all([box(west, south, 180, north), box(-180, south, east, north)])
    )
    everything = all_features(read, address, limit=50)
    found = all_features(read, address, limit=50, bbox=",".join(map(str, sides)))
    expected = {item["id"] for item in everything if shape(item["geometry"]).intersects(area)}
    assert {item["id"] for item in found} == expected


@EVERY
def test_20_fc_limit_definition(definition: Any, collection: str) -> None:
    described = parameter(definition, f"/collections/{collection}/items", "limit")
    assert described["in"] == "query"
    assert not described.get("required")
    assert (described["style"], described["explode"]) == ("form", False)
    schema = described["schema"]
    assert schema["type"] == "integer"
    assert schema["minimum"] == 1
    assert schema["minimum"] <= schema["default"] <= schema["maximum"]


@pytest.mark.parametrize("limit", [1, 2, 7, 10_000, 999_999_999])
def test_21_fc_limit_response(read: Read, limit: int) -> None:
    page = read("/ogc/collections/buildings/items", limit=limit)
    assert len(page["features"]) <= limit
    assert bool(rel(page, "next")) == (page["numberMatched"] > limit)


@EVERY
def test_22_fc_time_definition(definition: Any, collection: str) -> None:
    described = parameter(definition, f"/collections/{collection}/items", "datetime")
    assert described["in"] == "query"
    assert not described.get("required")
    assert (described["style"], described["explode"]) == ("form", False)
    assert described["schema"]["type"] == "string"


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        ("2026-05-02T00:00:00Z", 3),
        ("2026-05-01T23:59:59Z", 0),
        ("2026-05-01T00:00:00Z/2026-05-03T00:00:00Z", 3),
        ("2026-05-01T00:00:00Z/..", 3),
        ("2026-05-01T00:00:00Z/", 3),
        ("../2026-05-03T00:00:00Z", 3),
        ("/2026-05-01T00:00:00Z", 0),
        ("2026-05-02T08:00:00+08:00", 3),
        ("2026-05-02T00:00:00.5Z", 3),
    ],
)
def test_23_fc_time_response(read: Read, moment: str, number: int) -> None:
    page = read("/ogc/collections/grids/items", datetime=moment)
    assert page["numberMatched"] == number
    assert len(page["features"]) == number


WRONG = [
    ("limit", "unlimited"),
    ("limit", "0"),
    ("limit", "-1"),
    ("limit", "1.5"),
    ("limit", ""),
    ("bbox", "116.4,39.9,116.41"),
    ("bbox", "116.4,39.9,116.41,north"),
    ("bbox", "1,2,3,4,5"),
    ("bbox", "NaN,NaN,NaN,NaN"),
    ("bbox", "inf,39,117,40"),
    ("bbox", "116,40,117,39"),
    ("bbox", "0,-1e308,0,1e308"),
    ("bbox", "1e999,0,1,1"),
    ("datetime", "yesterday"),
    ("datetime", "2026-05-03T00:00:00Z/2026-05-01T00:00:00Z"),
    ("datetime", "../.."),
]


@EVERY
@pytest.mark.parametrize(("name", "value"), WRONG)
def test_24_query_param_invalid(client: httpx.Client, collection: str, name: str, value: str) -> None:
    answer = client.get(f"/ogc/collections/{collection}/items", params={name: value})
    assert answer.status_code == 400
    assert answer.json()["facts"]["parameter"] == name


def test_25_query_param_unknown(client: httpx.Client, definition: Any) -> None:
    numbers = {"tileMatrixSetId": "WebMercatorQuad", "tileMatrix": 14, "tileRow": 6208, "tileCol": 13489}
    for path in definition["paths"]:
        address = ROOT + path.format(featureId=1, styleId="map", **numbers)
        answer = client.get(address, params={"unknownQueryParameter": "1"})
        assert answer.status_code == 400, path


def test_27_fc_links(filled: dict[str, Any]) -> None:
    for page in filled.values():
        assert has_both_forms(page, GEOJSON)


def test_28_fc_time_stamp(read: Read) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    told = datetime.fromisoformat(read("/ogc/collections/grids/items")["timeStamp"])
    assert before <= told <= datetime.now(UTC)


def test_29_fc_number_matched_and_30_fc_number_returned(read: Read, collections: list[Any]) -> None:
    for item in collections:
        for filters in ({}, {"bbox": "116.4,39.9,116.405,39.905"}):
            address = f"/ogc/collections/{item['id']}/items"
            page = read(address, limit=7, **filters)
            features = all_features(read, address, limit=7, **filters)
            assert page["numberMatched"] == len(features)
            assert page["numberReturned"] == len(page["features"])
            assert len({feature["id"] for feature in features}) == len(features)


def test_31_f_op_32_f_success_and_33_f_links(client: httpx.Client, filled: dict[str, Any]) -> None:
    for name, page in filled.items():
        for feature in page["features"]:
            address = f"{ROOT}/collections/{name}/items/{feature['id']}"
            answer = client.get(address, headers={"Accept": GEOJSON})
            assert answer.status_code == 200
            assert answer.headers["content-type"] == GEOJSON
            one = answer.json()
            jsonschema.validate(one, FEATURE)
            assert has_both_forms(one, GEOJSON)
            assert rel(one, "self") == [address]
            assert rel(one, "collection") == [f"{ROOT}/collections/{name}"]
            assert {key: one[key] for key in feature} == feature


def test_31_f_op_answers_404_where_there_is_no_such_feature(client: httpx.Client) -> None:
    assert client.get("/ogc/collections/grids/items/999999").status_code == 404


def test_geojson_definition_and_content(client: httpx.Client, filled: dict[str, Any]) -> None:
    for name, page in filled.items():
        for address in (f"{ROOT}/collections/{name}/items", rel(page, "self")[0]):
            for accepted in (GEOJSON, JSON, "*/*"):
                answer = client.get(address, headers={"Accept": accepted})
                assert answer.headers["content-type"] == GEOJSON
        for feature in page["features"]:
            assert not shapely.is_empty(shape(feature["geometry"]))
    for address in ("/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/grids"):
        assert client.get(address, headers={"Accept": JSON}).headers["content-type"] == JSON


@pytest.mark.parametrize(
    "address",
    [
        "/ogc",
        "/ogc/conformance",
        "/ogc/collections",
        "/ogc/collections/grids",
        "/ogc/collections/grids/items",
        "/ogc/collections/grids/items/1",
    ],
)
def test_html_definition_and_content(client: httpx.Client, read: Read, address: str) -> None:
    page = client.get(address, headers={"Accept": HTML})
    assert page.status_code == 200
    assert page.headers["content-type"].startswith(HTML)
    for link in rel(read(address), "alternate", HTML):
        assert client.get(link).headers["content-type"].startswith(HTML)


def test_oas30_definition_and_completeness(client: httpx.Client, definition: Any, landing: Any) -> None:
    [address] = rel(landing, "service-desc", "application/vnd.oai.openapi+json;version=3.0")
    assert client.get(address).headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert definition["openapi"].startswith("3.0.")
    assert definition["servers"] == [{"url": ROOT}]
    wanted = {"/", "/conformance", "/collections"}
    for name in COLLECTIONS:
        items = f"/collections/{name}/items"
        wanted |= {f"/collections/{name}", items, f"{items}/{{featureId}}"}
    assert wanted <= set(definition["paths"])


def test_oas30_exception_codes_are_those_described(client: httpx.Client, definition: Any) -> None:
    items = definition["paths"]["/collections/grids/items"]["get"]["responses"]
    assert str(client.get("/ogc/collections/grids/items?limit=x").status_code) in items
    one = definition["paths"]["/collections/grids/items/{featureId}"]["get"]["responses"]
    assert str(client.get("/ogc/collections/grids/items/999999").status_code) in one


def test_oas30_security_is_described_where_it_is_needed(definition: Any) -> None:
    schemes = definition["components"]["securitySchemes"]
    for methods in definition["paths"].values():
        for method, operation in methods.items():
            named = [name for choice in operation.get("security", []) for name in choice]
            assert bool(named) == (method != "get")
            assert set(named) <= set(schemes)
