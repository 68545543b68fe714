"""The documents that describe the interface, held against the interface."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_schema_validator import OAS30Validator

from gridmap.api.app import openapi_document, write_openapi
from gridmap.db.changes import WRITABLE
from gridmap.db.collections import COLLECTIONS

VALUES = {
    "collection_id": "grids",
    "matrix_set_id": "WebMercatorQuad",
    "tileMatrixSetId": "WebMercatorQuad",
    "style_id": "map",
    "styleId": "map",
    "feature_id": "1",
    "featureId": "1",
    "code": "110101001001001",
    "plan_id": "1",
    "other_id": "2",
    "study_id": "1",
    "job_id": "00000000-0000-4000-8000-000000000001",
    "gate_id": "1",
    "saved_id": "1",
    "z": "14",
    "y": "6208",
    "x": "13489",
    "tileMatrix": "14",
    "tileRow": "6208",
    "tileCol": "13489",
}
NEEDED = {
    "area": "110101001000",
    "collection": "buildings",
    "lon": "116.402",
    "lat": "39.905",
    "metres": "100",
}
NEEDED_BESIDE = {
    "/api/v1/query/within": {"place": "110101001001"},
    "/api/v1/query/grid": {"lon": "116.402", "lat": "39.905"},
}
"""What no parameter is required for by itself."""
CLOSED = [
    *(f"/api/v1/plans/{{plan_id}}/{what}" for what in ("cells", "journal", "snapshots", "diff/{other_id}")),
    "/api/v1/query/saved",
]
"""Read by editors alone, and this server has none."""
STUDIES = {
    ("POST", "/api/v1/coverage"): 422,
    ("POST", "/api/v1/siting"): 422,
    ("POST", "/api/v1/query/within"): 422,
    ("POST", "/api/v1/query/aggregate"): 422,
    ("GET", "/api/v1/coverage/{study_id}"): 404,
    ("POST", "/api/v1/coverage/{study_id}/what-if"): 422,
    ("GET", "/api/v1/coverage/{study_id}/facilities"): 404,
    ("GET", "/api/v1/coverage/{study_id}/gates"): 404,
    ("GET", "/api/v1/siting/{study_id}"): 404,
    ("POST", "/api/v1/exports"): 422,
    ("GET", "/api/v1/exports/files/{job_id}"): 404,
    ("GET", "/api/v1/jobs/{job_id}"): 404,
    ("DELETE", "/api/v1/jobs/{job_id}"): 404,
    ("POST", "/ogc/collections/{collection_id}/items"): 405,
    ("PUT", "/ogc/collections/{collection_id}/items/{feature_id}"): 405,
    ("PATCH", "/ogc/collections/{collection_id}/items/{feature_id}"): 405,
    ("DELETE", "/ogc/collections/{collection_id}/items/{feature_id}"): 405,
}
"""Anyone may ask; here nobody says what, and nobody asked before. Grids change by plans."""
NASTY = ["0", "-1", "x", "%00", "'", "%", "99999999999999999999", "é", "a" * 3000]


ENDLESS = "/api/v1/changes"
"""A stream, which has tests of its own (test_news)."""

Operation = tuple[str, str, dict[str, Any]]


def operations() -> Iterator[Operation]:
    """Return method, path and description of everything the interface offers, but for what never ends."""
    paths: dict[str, Any] = openapi_document()["paths"]  # type: ignore[assignment]
    for path, methods in paths.items():
        if path == ENDLESS:
            continue
        yield from ((method.upper(), path, operation) for method, operation in methods.items())


def test_every_path_answers_and_nothing_put_into_it_is_a_fault(client: httpx.Client) -> None:
    for method, path, operation in operations():
        parameters = operation.get("parameters", [])
        needed = {
            item["name"]: NEEDED.get(item["name"], "花园") for item in parameters if item.get("required")
        }
        needed |= NEEDED_BESIDE.get(path, {}) if method == "GET" else {}
        query = {name: value for name, value in needed.items() if name not in VALUES}
        expected = (200, 204) if method == "GET" and path not in CLOSED else (403,)
        if (method, path) in STUDIES:
            expected = (STUDIES[method, path],)
        assert client.request(method, path.format(**VALUES), params=query).status_code in expected, path
        for value in NASTY:
            for name in VALUES:
                if f"{{{name}}}" in path:
                    address = path.format(**{**VALUES, name: value})
                    assert client.request(method, address, params=query).status_code < 500
            for parameter in parameters:
                if parameter["in"] == "query":
                    answer = client.request(method, path.format(**VALUES) + f"?{parameter['name']}={value}")
                    assert answer.status_code < 500, (path, parameter["name"], value)


def test_every_path_of_the_ogc_document_answers_below_its_server(client: httpx.Client) -> None:
    document = client.get("/ogc/api").json()
    assert document["openapi"].startswith("3.0")
    assert document["servers"] == [{"url": "http://map.test/ogc"}]
    for path in document["paths"]:
        ids = {**VALUES, "featureId": "1"}
        assert client.get(document["servers"][0]["url"] + path.format(**ids)).status_code in (200, 204), path


def test_the_ogc_document_names_each_operation_once_and_resolves_every_reference(
    client: httpx.Client,
) -> None:
    document = client.get("/ogc/api").json()
    names = [methods["get"]["operationId"] for methods in document["paths"].values()]
    assert len(names) == len(set(names))
    for reference in references(document):
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_ogc_document_lists_every_parameter_items_take(client: httpx.Client, collection: str) -> None:
    items = client.get("/ogc/api").json()["paths"][f"/collections/{collection}/items"]["get"]
    named = {item.get("name") or item["$ref"].rsplit("/", 1)[1] for item in items["parameters"]}
    columns = {column.name for column in COLLECTIONS[collection].columns}
    filtering = {"filter", "filter-lang", "filter-crs"}
    assert named == columns | filtering | {
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "limit",
        "token",
        "f",
        "lang",
    }


def test_the_document_can_be_written_for_clients(tmp_path: Path) -> None:
    write_openapi(tmp_path / "openapi.json")
    written = json.loads((tmp_path / "openapi.json").read_text(encoding="utf-8"))
    assert {"Overview", "GridCard", "SearchResults", "Problem"} <= set(written["components"]["schemas"])


def test_the_page_of_all_addresses_names_each_of_them(client: httpx.Client) -> None:
    page = client.get("/docs?lang=zh").text
    for _, path, _ in operations():
        assert path in page
    assert client.get("/docs/pages.css").headers["content-type"].startswith("text/css")


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for item in value.values() for found in references(item)]
    return [found for item in value for found in references(item)] if isinstance(value, list) else []


@pytest.mark.parametrize("collection", WRITABLE)
def test_a_feature_as_it_is_read_can_be_sent_as_the_ogc_document_describes_it(
    client: httpx.Client, collection: str
) -> None:
    [feature, *_] = client.get(f"/ogc/collections/{collection}/items").json()["features"]
    item = client.get("/ogc/api").json()["paths"][f"/collections/{collection}/items/{{featureId}}"]
    schemas = {
        method: item[method]["requestBody"]["content"]["application/json"]["schema"]
        for method in ("put", "patch")
    }
    for schema in schemas.values():
        OAS30Validator(schema).validate(feature)
    OAS30Validator(schemas["patch"]).validate({"properties": {}})
    for wrong in (
        {},
        {**feature, "type": "x"},
        {**feature, "geometry": {"type": "Circle", "coordinates": []}},
    ):
        assert list(OAS30Validator(schemas["put"]).iter_errors(wrong))
