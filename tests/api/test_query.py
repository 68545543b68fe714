"""Questions about places, asked of the tiny town (`town.sql` has its map)."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

QUERY = "/api/v1/query"
WEST_HALF = {
    "type": "Polygon",
    "coordinates": [[[116.4, 39.9], [116.405, 39.9], [116.405, 39.91], [116.4, 39.91], [116.4, 39.9]]],
}
BOWTIE = {
    "type": "Polygon",
    "coordinates": [[[116.4, 39.9], [116.41, 39.91], [116.41, 39.9], [116.4, 39.91], [116.4, 39.9]]],
}


def told(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def get(client: httpx.Client, what: str, **asked: Any) -> Any:
    return told(client.get(f"{QUERY}/{what}", params=asked))


def post(client: httpx.Client, what: str, **asked: Any) -> Any:
    return told(client.post(f"{QUERY}/{what}", json=asked))


def refused(answer: httpx.Response, status: int) -> Any:
    """Return the problem, which must say what was wrong in both languages."""
    problem = told(answer, status)
    assert problem["messages"]["en"]
    assert problem["messages"]["zh"]
    return problem


def test_features_of_a_drawn_shape_touch_it_or_lie_wholly_in_it(client: httpx.Client) -> None:
    touching = post(client, "within", collection="grids", shape=WEST_HALF)
    assert {row["properties"]["code"][-3:] for row in touching["features"]} == {"001", "002"}
    inside = post(client, "within", collection="grids", shape=WEST_HALF, relation="within")
    assert {row["properties"]["code"][-3:] for row in inside["features"]} == {"001"}
    feature = {"type": "Feature", "properties": {}, "geometry": WEST_HALF}
    assert post(client, "within", collection="grids", shape=feature)["numberMatched"] == 2


@pytest.mark.parametrize("place", ["110101001001", "东园社区"])
def test_a_place_has_a_code_or_a_name(client: httpx.Client, place: str) -> None:
    assert get(client, "within", collection="buildings", place=place)["numberMatched"] == 31
    assert get(client, "within", collection="buildings", place="花园网格")["numberMatched"] == 10
    assert get(client, "within", collection="buildings", place="110101001001001")["numberMatched"] == 20


def test_a_filter_holds_beside_the_shape_and_is_that_of_items(client: httpx.Client) -> None:
    text = "households >= 40 AND floors < 20"
    tree = {"op": ">=", "args": [{"property": "floors"}, 12]}
    assert get(client, "within", collection="buildings", place="西园社区", filter=text)["numberMatched"] == 3
    assert post(client, "within", collection="buildings", place="西园社区", filter=tree)["numberMatched"] == 3
    both = {"place": "西园社区", "filter": json.dumps(tree), "filter-lang": "cql2-json"}
    assert get(client, "within", collection="buildings", **both)["numberMatched"] == 3


def test_pages_follow_one_another_and_a_token_is_for_its_question(client: httpx.Client) -> None:
    asked = {"collection": "buildings", "shape": WEST_HALF, "limit": 9}
    seen, token = [], None
    while True:
        page = post(client, "within", **asked, token=token)
        seen += [row["id"] for row in page["features"]]
        token = page["next"]
        if token is None:
            break
    assert len(seen) == len(set(seen)) == page["numberMatched"] > 18
    first = post(client, "within", **asked)["next"]
    other = client.post(
        f"{QUERY}/within", json={"collection": "buildings", "place": "西园社区", "token": first}
    )
    refused(other, 422)


def test_what_is_near_is_told_nearest_first_with_metres(client: httpx.Client) -> None:
    near = get(client, "near", collection="buildings", lon=116.413, lat=39.905, metres=50)
    assert [row["properties"]["name"] for row in near["features"]] == ["西园1号楼"]
    assert near["features"][0]["properties"]["distance_m"] == 0
    near = get(client, "near", collection="buildings", lon=116.413, lat=39.905, metres=300, limit=2)
    metres = [row["properties"]["distance_m"] for row in near["features"]]
    assert near["numberMatched"] > 2
    assert metres == sorted(metres)
    assert metres[1] > 70


def test_the_nearest_are_those_of_the_whole_collection(client: httpx.Client) -> None:
    nearest = get(client, "nearest", collection="facilities", lon=-70, lat=-20, n=3)
    assert [row["properties"]["kind"] for row in nearest["features"]] == ["clinic"]
    assert nearest["features"][0]["properties"]["distance_m"] > 10_000_000


def test_a_point_in_a_grid_is_told_its_grid_community_and_who_serves_it(client: httpx.Client) -> None:
    here = get(client, "grid", lon=116.402, lat=39.905)
    assert here["grid"]["code"] == "110101001001001"
    assert here["grid"]["households"] == 400
    assert here["community"] == {"code": "110101001001", "name": "东园社区", "distance_m": 0}
    assert [(role["kind"], role["name"], role["phone"]) for role in here["roles"]] == [
        ("grid_worker", "李岚", "010-5550 0001"),
        ("mediator", "周山", None),
    ]
    assert here["said"]["en"] == "This is grid 110101001001001 of 东园社区."
    assert here["said"]["zh"] == "此处属于东园社区网格 110101001001001。"


def test_an_address_is_found_however_it_is_written(client: httpx.Client) -> None:
    for number in ("3", "3号", "０３", "第3号楼"):
        several = refused(
            client.get(f"{QUERY}/grid", params={"street": "花园路", "house_number": number}), 400
        )
        assert several["facts"]["communities"] == ["110101001001", "110101001002"]
        here = get(client, "grid", street="花园路", house_number=number, community="东园社区")
        assert here["grid"]["code"] == "110101001001001"
        assert here["address"]["house_number"] == "3"
    assert get(client, "grid", street="花園路", house_number="25")["grid"]["name"] == "花园网格"
    refused(client.get(f"{QUERY}/grid", params={"street": "花园路", "house_number": "77"}), 404)


def test_a_point_in_no_grid_is_told_the_nearest_community(client: httpx.Client) -> None:
    undivided = get(client, "grid", lon=116.415, lat=39.905)
    assert undivided["grid"] is None
    assert undivided["community"]["name"] == "西园社区"
    assert undivided["said"]["zh"] == "此处位于西园社区，该处尚无网格。"
    outside = get(client, "grid", lon=116.44, lat=39.905)
    assert outside["community"]["name"] == "南园社区"
    assert 800 < outside["community"]["distance_m"] < 900
    assert "the nearest community is 南园社区, 85" in outside["said"]["en"]
    answer = client.get(f"{QUERY}/grid", params={"lon": 116.44, "lat": 39.905})
    assert answer.headers["cache-control"] == "no-store"


def test_an_empty_database_has_no_community(empty_client: httpx.Client) -> None:
    here = get(empty_client, "grid", lon=0, lat=0)
    assert (here["grid"], here["community"]) == (None, None)
    assert get(empty_client, "nearest", collection="facilities", lon=0, lat=0)["features"] == []
    total = get(empty_client, "aggregate", collection="grids", sum="households", by="hexagon")["total"]
    assert total["count"] == 0


def test_buildings_are_counted_by_grid_and_told_households_summed(client: httpx.Client) -> None:
    answer = get(client, "aggregate", collection="buildings", sum="households", by="grid")
    groups = {group["code"]: group for group in answer["groups"]}
    assert groups["110101001001001"]["count"] == 20
    assert groups["110101001001001"]["sums"] == {"households": {"total": 400, "told": 20, "untold": 0}}
    assert groups["110101001001003"]["sums"] == {"households": {"total": None, "told": 0, "untold": 1}}
    assert groups[None]["count"] == 5
    assert answer["total"]["count"] == 36 == sum(group["count"] for group in answer["groups"])
    assert answer["total"]["sums"]["households"]["untold"] == 2


def test_shapes_count_whole_grids(client: httpx.Client) -> None:
    answer = post(
        client, "aggregate", collection="grids", sum=["households"], by="community", shape=WEST_HALF
    )
    assert answer["total"]["count"] == 1
    assert answer["total"]["sums"]["households"] == {"total": 400, "told": 1, "untold": 0}
    assert [group["name"] for group in answer["groups"]] == ["东园社区"]


def test_hexagons_count_each_feature_once_and_have_a_shape(client: httpx.Client) -> None:
    answer = get(client, "aggregate", collection="buildings", by="hexagon", size_m=200, sum="households")
    assert answer["srid"] == 32650
    assert answer["size_m"] == 200
    assert sum(group["count"] for group in answer["groups"]) == answer["total"]["count"] == 36
    assert all(group["geometry"]["type"] == "Polygon" for group in answer["groups"])
    again = get(client, "aggregate", collection="buildings", by="hexagon", size_m=200, sum="households")
    assert again == answer


def test_a_shape_that_crosses_itself_is_told_where(client: httpx.Client) -> None:
    problem = refused(client.post(f"{QUERY}/within", json={"collection": "grids", "shape": BOWTIE}), 422)
    assert (
        problem["messages"]["en"] == "The shape crosses itself at longitude 116.405000, latitude 39.905000."
    )
    assert problem["facts"]["at"] == pytest.approx([116.405, 39.905])


def ring(*points: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(points)]}


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"type": "Point", "coordinates": [116, 39]}, "no polygon"),
        ({}, "no polygon"),
        ({"type": "Polygon"}, "no GeoJSON polygon"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        (ring([116, 39], [117, 39]), "no GeoJSON polygon"),
        (ring([200, 39], [201, 39], [201, 40], [200, 39]), "outside"),
        (ring([170, 0], [-170, 0], [-170, 1], [170, 1], [170, 0]), "antimeridian"),
        (ring(["a", 39], [117, 39], [117, 40], ["a", 39]), "no GeoJSON polygon"),
        (
            ring(*([116 + n / 10_000, 39 + (n % 2) / 10] for n in range(6_000)), [116, 38], [116, 39]),
            "corners",
        ),
    ],
)
def test_a_shape_that_is_none_is_refused_in_words(client: httpx.Client, shape: Any, said: str) -> None:
    for what in ("within", "aggregate"):
        problem = refused(client.post(f"{QUERY}/{what}", json={"collection": "grids", "shape": shape}), 422)
        assert said in problem["messages"]["en"] + (problem["hint"] or {}).get("en", "")


def test_rings_may_turn_either_way_and_a_shape_be_cut_at_the_antimeridian(client: httpx.Client) -> None:
    turned = {"type": "Polygon", "coordinates": [WEST_HALF["coordinates"][0][::-1]]}
    assert post(client, "within", collection="grids", shape=turned)["numberMatched"] == 2
    cut = {
        "type": "MultiPolygon",
        "coordinates": [
            ring([100, 30], [180, 30], [180, 50], [100, 50], [100, 30])["coordinates"],
            ring([-180, 30], [-170, 30], [-170, 50], [-180, 50], [-180, 30])["coordinates"],
        ],
    }
    assert post(client, "within", collection="grids", shape=cut)["numberMatched"] == 3


@pytest.mark.parametrize(
    "body",
    [
        b'{"collection": "grids", "shape": {"type": "Polygon", "coordinates": [[[NaN, 1], [2, 3], [4, 9], [NaN, 1]]]}}',
        b'{"collection": "grids", "shape": {"type": "Polygon", "coordinates": [[[Infinity, 1], [2, 3], [4, 9], [1, 1]]]}}',
        b'{"collection": "grids", "shape": '
        + b'{"type": "Feature", "geometry": ' * 2_000
        + b"1"
        + b"}" * 2_001,
        b'{"collection": "grids", "shape": ' + b"[" * 100_000,
        b'{"collection": "grids", "shape": {"type": "Polygon", "coordinates": '
        + b"[" * 900
        + b"]" * 900
        + b"}}",
        b"\xff\xfe",
        b"",
        b"[1]",
        b'{"collection": "grids", "place": "\\u0000"}',
        b'{"collection": "grids", "place": "\\ud800"}',
        b'{"collection": "grids", "filter": "pg_sleep(9) = 1", "place": "110101001001"}',
        b'{"collection": "pg_class", "place": "110101001001"}',
        b'{"collection": "grids", "place": "110101001001", "limit": 1e99}',
        b'{"collection": "grids"}',
    ],
)
def test_hostile_bodies_are_refused_and_no_fault(client: httpx.Client, body: bytes) -> None:
    answer = client.post(f"{QUERY}/within", content=body, headers={"Content-Type": "application/json"})
    refused(answer, answer.status_code)
    assert answer.status_code in (400, 404, 422)


def test_a_body_of_a_megabyte_is_refused(client: httpx.Client) -> None:
    problem = refused(client.post(f"{QUERY}/aggregate", content=b" " * 1_000_000), 422)
    assert "512 KiB" in problem["messages"]["en"]


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("near", {"lon": "NaN", "lat": 1, "metres": 10}),
        ("near", {"lon": "Infinity", "lat": 1, "metres": 10}),
        ("near", {"lon": 181, "lat": 1, "metres": 10}),
        ("near", {"lon": 1, "lat": 1, "metres": "NaN"}),
        ("near", {"lon": 1, "lat": 1, "metres": -5}),
        ("near", {"lon": 1, "lat": 1, "metres": 1e9}),
        ("near", {"lon": 1, "lat": 1, "metres": 4_000, "by": "network"}),
        ("near", {"lon": 1, "lat": 1, "metres": 10, "by": "crow"}),
        ("near", {"lon": 1, "lat": 1, "metres": 10, "limit": 100_000}),
        ("nearest", {"lon": 1, "lat": 91, "n": 1}),
        ("nearest", {"lon": 1, "lat": 1, "n": 0}),
        ("nearest", {"lon": 1, "lat": 1, "n": 1_001}),
        ("nearest", {"lon": 1, "lat": 1, "collection": "roads", "by": "network"}),
        ("aggregate", {"sum": "households,households"}),
        ("aggregate", {"sum": "name"}),
        ("aggregate", {"sum": 'households"; DROP TABLE x'}),
        ("aggregate", {"by": "hexagon", "size_m": "NaN"}),
        ("aggregate", {"by": "hexagon", "size_m": 1}),
        ("aggregate", {"collection": "roads"}),
        ("aggregate", {"colour": "red"}),
        ("within", {}),
        ("grid", {"lon": 1}),
        ("grid", {"lon": "NaN", "lat": 1}),
        ("grid", {"street": "!!", "house_number": "1"}),
    ],
)
def test_what_is_not_answered_is_refused_in_words(
    client: httpx.Client, what: str, asked: dict[str, Any]
) -> None:
    collection = {} if what == "grid" else {"collection": "buildings"}
    refused(client.get(f"{QUERY}/{what}", params=collection | asked), 400)


def test_what_nobody_knows_is_not_found(client: httpx.Client) -> None:
    for asked in ({"place": "无此地"}, {"saved": "无此查询"}, {"place": "place/99"}):
        refused(client.get(f"{QUERY}/within", params={"collection": "grids"} | asked), 404)


def test_a_question_that_costs_too_much_is_refused_before_it_is_asked(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridmap.db.costs.MOST_COST", 0.5)
    for what, asked in (
        ("within", {"place": "110101001001"}),
        ("near", {"lon": 116.4, "lat": 39.9, "metres": 10}),
        ("nearest", {"lon": 116.4, "lat": 39.9}),
        ("aggregate", {}),
    ):
        problem = refused(client.get(f"{QUERY}/{what}", params={"collection": "buildings"} | asked), 400)
        assert problem["facts"]["reason"] == "cost"
        assert "smaller shape" in problem["hint"]["en"]


def test_questions_with_a_body_use_the_connections_for_reading(app: FastAPI, client: httpx.Client) -> None:
    pools = app.state.pools
    pools.writing.most, most = 0, pools.writing.most
    try:
        assert post(client, "within", collection="grids", shape=WEST_HALF)["numberMatched"] == 2
        assert post(client, "aggregate", collection="grids", shape=WEST_HALF)["total"]["count"] == 1
    finally:
        pools.writing.most = most
