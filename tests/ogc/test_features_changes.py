"""OGC API Features Part 4: Create, Replace, Update and Delete, 20-002 (a draft: its tests have names, no numbers)."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from gridmap.api.app import create_app
from gridmap.db.changes import WRITABLE
from gridmap.db.collections import COLLECTIONS
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect
from gridmap.settings import Settings
from tests.api.conftest import client_of, settle
from tests.conftest import copy_of
from tests.ogc.conftest import ROOT

TOKEN = "a secret of more than thirty-two characters"
GEOJSON, PATCH = "application/geo+json", "application/merge-patch+json"
EPSG_4326 = "http://www.opengis.net/def/crs/EPSG/0/4326"
PLACES = "/ogc/collections/places/items"
CONF = "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/"
GARDEN: dict[str, Any] = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [116.405, 39.905]},
    "properties": {"name": "社区花园", "kind": "public_space"},
}


@pytest.fixture(scope="module")
def editor(cluster: Cluster, template_database: str) -> Iterator[httpx.Client]:
    """Client that may change the town of this module."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        settle(engine)
        client = client_of(create_app(Settings(api_editor_token=TOKEN), engine))
        client.headers["Authorization"] = f"Bearer {TOKEN}"
        yield client
        engine.dispose()


def sent(feature: Any, media_type: str = GEOJSON, **headers: str) -> dict[str, Any]:
    return {"content": json.dumps(feature), "headers": {"Content-Type": media_type, **headers}}


@pytest.fixture
def garden(editor: httpx.Client) -> httpx.Response:
    """Answer to a read of a place that was just created."""
    created = editor.post(PLACES, **sent(GARDEN))
    return editor.get(created.headers["location"])


@pytest.mark.parametrize("name", ["create-replace-delete", "update", "optimistic-locking-etags", "features"])
def test_the_conformance_declaration_names_the_class(editor: httpx.Client, name: str) -> None:
    assert CONF + name in editor.get("/ogc/conformance").json()["conformsTo"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_features_collection_items_end_point_and_resource_end_point(
    editor: httpx.Client, collection: str
) -> None:
    methods = {"POST"} if collection in WRITABLE else set()
    items = editor.options(f"/ogc/collections/{collection}/items").headers["allow"].split(", ")
    assert {"POST", "PUT", "PATCH", "DELETE"} & set(items) == methods
    one = editor.options(f"/ogc/collections/{collection}/items/1").headers["allow"].split(", ")
    assert ({"PUT", "PATCH", "DELETE"} <= set(one)) == (collection in WRITABLE)


def test_insert_post_op_body_and_response(editor: httpx.Client) -> None:
    answer = editor.post(PLACES, **sent(GARDEN))
    assert answer.status_code == 201
    address = answer.headers["location"]
    assert address.startswith(f"{ROOT}/collections/places/items/")
    kept = editor.get(address).json()
    assert kept["geometry"] == GARDEN["geometry"]
    assert GARDEN["properties"].items() <= kept["properties"].items()


def test_insert_content_type_must_be_one_that_is_read(editor: httpx.Client) -> None:
    assert editor.post(PLACES, **sent(GARDEN, "application/xml")).status_code == 415


def test_update_put_op_content_type_and_response(editor: httpx.Client, garden: httpx.Response) -> None:
    here, tag = garden.json()["links"][0]["href"], garden.headers["etag"]
    renamed = {**GARDEN, "properties": {"name": "口袋公园", "kind": "park"}}
    assert editor.put(here, **sent(renamed, "text/plain", **{"If-Match": tag})).status_code == 415
    assert editor.put(here, **sent(renamed, **{"If-Match": tag})).status_code in (200, 204)
    assert editor.get(here).json()["properties"]["name"] == "口袋公园"


def test_update_put_rid_exception_where_there_is_no_such_feature(editor: httpx.Client) -> None:
    assert editor.put(f"{PLACES}/999999", **sent(GARDEN, **{"If-Match": "*"})).status_code == 404


def test_patch_changes_what_it_names_and_nothing_else(editor: httpx.Client, garden: httpx.Response) -> None:
    here, tag = garden.json()["links"][0]["href"], garden.headers["etag"]
    assert PATCH in editor.options(here).headers["accept-patch"]
    patch = {"properties": {"name": "绿地"}}
    assert editor.patch(here, **sent(patch, PATCH, **{"If-Match": tag})).status_code in (200, 204)
    kept = editor.get(here).json()
    assert kept["properties"] == {**garden.json()["properties"], "name": "绿地"}
    assert kept["geometry"] == garden.json()["geometry"]


def test_delete_op_and_response(editor: httpx.Client, garden: httpx.Response) -> None:
    here = garden.json()["links"][0]["href"]
    answer = editor.delete(here, headers={"If-Match": garden.headers["etag"]})
    assert answer.status_code in (200, 204)
    assert editor.get(here).status_code == 404
    assert editor.delete(here, headers={"If-Match": "*"}).status_code == 404


def test_optimistic_locking_needs_the_etag_and_refuses_an_older_one(
    editor: httpx.Client, garden: httpx.Response
) -> None:
    here, tag = garden.json()["links"][0]["href"], garden.headers["etag"]
    assert editor.put(here, **sent(GARDEN)).status_code == 428
    assert editor.patch(here, **sent({"properties": {"name": "甲"}}, PATCH, **{"If-Match": tag})).is_success
    assert editor.get(here).headers["etag"] != tag
    assert editor.delete(here, headers={"If-Match": tag}).status_code == 412
    assert editor.put(here, **sent(GARDEN, **{"If-Match": tag})).status_code == 412


def test_features_crs_is_that_of_the_header(editor: httpx.Client) -> None:
    turned = {**GARDEN, "geometry": {"type": "Point", "coordinates": [39.905, 116.405]}}
    answer = editor.post(PLACES, **sent(turned, **{"Content-Crs": f"<{EPSG_4326}>"}))
    assert answer.status_code == 201
    assert editor.get(answer.headers["location"]).json()["geometry"] == GARDEN["geometry"]
    nowhere = "<http://www.opengis.net/def/crs/EPSG/0/999999>"
    assert editor.post(PLACES, **sent(GARDEN, **{"Content-Crs": nowhere})).status_code in (400, 422)
