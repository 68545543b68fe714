"""CQL2 filters (OGC API Features Part 3) on items and tiles of the tiny town."""

import json
import time
from typing import Any

import httpx
import mapbox_vector_tile
import pytest
from sqlalchemy import Engine

from gridmap.core.filters import read_filter
from gridmap.core.tiling import WEB_MERCATOR_QUAD, TileAddress
from gridmap.db.collections import COLLECTIONS
from gridmap.db.filters import condition
from gridmap.db.tiles import tile_statement
from tests.api.conftest import index_of_tiles, plan_of_many

BUILDINGS = "/ogc/collections/buildings/items"
GRIDS = "/ogc/collections/grids/items"
TILE = "/ogc/collections/buildings/tiles/WebMercatorQuad/14/6208/13489"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def get(client: httpx.Client, address: str, **parameters: str) -> Any:
    """Return the document at an address that must answer."""
    answer = client.get(address, params=parameters or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def matched(client: httpx.Client, address: str, **parameters: str) -> int:
    return int(get(client, address, **parameters)["numberMatched"])


@pytest.mark.parametrize(
    ("address", "written", "number"),
    [
        (BUILDINGS, "households >= 40", 4),
        (BUILDINGS, "households >= 40 AND floors < 20", 3),
        (BUILDINGS, "CASEI(name) LIKE CASEI('西园%')", 3),
        (BUILDINGS, "use IN ('retail', 'office') OR floors BETWEEN 12 AND 30", 5),
        (BUILDINGS, "households / floors > 10", 1),
        (BUILDINGS, "use IS NULL", 1),
        (
            BUILDINGS,
            "S_WITHIN(geometry, POLYGON((116.4 39.9, 116.41 39.9, 116.41 39.91, 116.4 39.91, 116.4 39.9)))",
            31,
        ),
        (BUILDINGS, "S_INTERSECTS(geometry, BBOX(116.41, 39.9, 116.43, 39.91))", 5),
        (GRIDS, "valid_from = DATE('2026-05-02') AND in_band", 1),
        (GRIDS, "T_BEFORE(valid_from, TIMESTAMP('2026-05-02T00:00:00Z'))", 0),
        (GRIDS, "T_INTERSECTS(INTERVAL(valid_from, valid_to), INTERVAL('2026-05-02', '..'))", 3),
        ("/ogc/collections/areas/items", "A_CONTAINS(types, ('new'))", 1),
    ],
)
def test_a_filter_selects_the_features_for_which_it_is_true(
    client: httpx.Client, address: str, written: str, number: int
) -> None:
    page = get(client, address, filter=written, limit="100")
    assert (page["numberMatched"], len(page["features"])) == (number, number)


def test_a_filter_in_json_selects_the_same(client: httpx.Client) -> None:
    written = json.dumps({"op": ">=", "args": [{"property": "households"}, 40]})
    both = {"filter-lang": "cql2-json", "filter-crs": CRS84}
    assert matched(client, BUILDINGS, filter=written, **both) == 4


def test_a_filter_holds_together_with_boxes_and_properties_on_every_page(client: httpx.Client) -> None:
    asked = {"filter": "floors = 6", "bbox": "116.4,39.9,116.41,39.905", "use": "residential", "limit": "4"}
    pages = [get(client, BUILDINGS, **asked)]
    while following := [link["href"] for link in pages[-1]["links"] if link["rel"] == "next"]:
        pages.append(get(client, following[0]))
    names = [feature["properties"]["name"] for page in pages for feature in page["features"]]
    assert names == [f"东园{number}号楼" for number in range(1, len(names) + 1)]
    assert {page["numberMatched"] for page in pages} == {len(names)}
    assert 8 < len(names) < 30


def test_a_token_belongs_to_its_filter(client: httpx.Client) -> None:
    page = get(client, BUILDINGS, filter="floors = 6", limit="1")
    [following] = [link["href"] for link in page["links"] if link["rel"] == "next"]
    other = httpx.URL(following).copy_set_param("filter", "floors = 12")
    assert client.get(other).status_code == 400


def test_counts_that_are_too_small_cannot_be_asked_for(client: httpx.Client) -> None:
    assert matched(client, BUILDINGS, filter="households < 10") == 0
    assert matched(client, BUILDINGS, filter="households = 3") == 0
    assert matched(client, BUILDINGS, filter="name = '门房' AND households IS NULL") == 1


@pytest.mark.parametrize(
    "parameters",
    [
        {"filter": ""},
        {"filter": "name ="},
        {"filter": "pg_sleep(10) IS NULL"},
        {"filter": "name = (SELECT code FROM gridmap.area)"},
        {"filter": "name = ''; DROP TABLE gridmap.area; --"},
        {"filter": "geom_3857 IS NULL"},
        {"filter": "community_name = 'x'"},
        {"filter": "households = 'many'"},
        {"filter": "households = 1e300"},
        {"filter": "households = NaN"},
        {"filter": "S_INTERSECTS(geometry, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))"},
        {"filter": "S_INTERSECTS(geometry, BBOX(1, 2, 3, 1))"},
        {"filter": "S_INTERSECTS(geometry, POINT(NaN 1))"},
        {"filter": "S_INTERSECTS(geometry, BBOX(0, -1e308, 0, 1e308))"},
        {"filter": "floors ^ 99 ^ 99 > 1"},
        {"filter": "(0 - 2) ^ 0.5 = 1"},
        {"filter": '{"op": "=", "args": [{"property": "name"}, "\\u0000"]}', "filter-lang": "cql2-json"},
        {"filter": '{"op": "=", "args": [{"property": "\\udc00"}, "x"]}', "filter-lang": "cql2-json"},
        {
            "filter": '{"type": "Point", "coordinates": ' + "[" * 900 + "]" * 900 + "}",
            "filter-lang": "cql2-json",
        },
        {
            "filter": '{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": '
            + "[" * 900
            + "]" * 900
            + "}]}",
            "filter-lang": "cql2-json",
        },
        {"filter": "floors = 1", "filter-lang": "cql2-json"},
        {"filter": "floors = 1", "filter-lang": "sql"},
        {"filter": "floors = 1", "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4547"},
        {"filter": "(" * 10_000},
        {"filter": "(" * 5_000 + "floors = 1" + ")" * 5_000},
        {"filter": "NOT " * 10_000 + "in_band"},
        {"filter": "name = '" + "x" * 60_000 + "'"},
    ],
    ids=lambda parameters: parameters["filter"][:40],
)
@pytest.mark.parametrize("address", [BUILDINGS, TILE])
def test_a_wrong_or_hostile_filter_is_refused_at_once(
    client: httpx.Client, address: str, parameters: dict[str, str]
) -> None:
    start = time.process_time()
    answer = client.get(address, params=parameters, headers={"Accept-Language": "zh"})
    assert time.process_time() - start < 2
    assert (answer.status_code, answer.json()["title"]) == (400, "请求无效"), answer.text
    assert answer.json()["messages"]["en"]
    assert answer.json()["detail"] == answer.json()["messages"]["zh"]


def test_a_filter_given_twice_is_refused(client: httpx.Client) -> None:
    assert client.get(f"{BUILDINGS}?filter=true&filter=false").status_code == 400


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_the_queryables_are_told_and_each_can_be_asked_for(client: httpx.Client, collection: str) -> None:
    here = f"/ogc/collections/{collection}"
    links = get(client, here)["links"]
    [address] = [
        link["href"] for link in links if link["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/queryables"
    ]
    answer = client.get(address)
    described = answer.json()
    assert answer.headers["content-type"] == "application/schema+json"
    assert (described["$id"], described["type"]) == (address, "object")
    assert described["additionalProperties"] is False
    assert set(described["properties"]) == {"geometry", *(c.name for c in COLLECTIONS[collection].columns)}
    number = matched(client, f"{here}/items")
    for name in described["properties"]:
        known = matched(client, f"{here}/items", filter=f'"{name}" IS NOT NULL')
        assert known + matched(client, f"{here}/items", filter=f'"{name}" IS NULL') == number


def test_every_class_of_cql2_that_is_met_is_declared(client: httpx.Client) -> None:
    declared = get(client, "/ogc/conformance")["conformsTo"]
    part = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf"
    assert {f"{part}/{name}" for name in ("queryables", "filter", "features-filter")} < set(declared)
    cql2 = {address.rsplit("/", 1)[1] for address in declared if "/cql2/" in address}
    assert {"cql2-text", "cql2-json", "basic-cql2", "spatial-functions", "temporal-functions"} < cql2
    assert "functions" not in cql2, "there are no functions of our own"


def ids(client: httpx.Client, **parameters: str) -> set[int]:
    answer = client.get(TILE, params=parameters or None)
    if answer.status_code == 204:
        return set()
    [layer] = mapbox_vector_tile.decode(answer.content).values()
    return {feature["id"] for feature in layer["features"]}


def test_a_tile_holds_the_features_for_which_the_filter_is_true(client: httpx.Client) -> None:
    low = {item["id"] for item in get(client, BUILDINGS, filter="floors < 6", limit="100")["features"]}
    everything = ids(client)
    assert ids(client, filter="floors < 6") == everything & low
    assert ids(client, filter="NOT floors < 6") == everything - low
    assert ids(client, filter="true") == everything
    assert ids(client, filter="floors > 100") == set()


def test_the_tag_of_a_filtered_tile_is_its_own(client: httpx.Client) -> None:
    plain = client.get(TILE).headers["etag"]
    filtered = client.get(TILE, params={"filter": "floors < 6"}, headers={"If-None-Match": plain})
    assert filtered.status_code == 200
    assert filtered.headers["etag"] != plain
    assert client.get(TILE, headers={"If-None-Match": plain}).status_code == 304


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_filtered_tile_is_read_from_the_index_too(town: Engine, collection: str) -> None:
    stated = condition(
        COLLECTIONS[collection],
        read_filter("NOT (code = 'x')" if collection in ("areas", "grids") else "true"),
    )
    query, values = tile_statement(
        COLLECTIONS[collection], TileAddress(WEB_MERCATOR_QUAD, 14, 13489, 6208), stated
    )
    assert index_of_tiles(collection) in plan_of_many(town, query, values)
