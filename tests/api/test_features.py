"""OGC API Features over the tiny town."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import shapely
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gridmap.api.app import create_app
from gridmap.db.collections import COLLECTIONS
from gridmap.db.features import Selection, _page_text, count_query
from gridmap.settings import Settings

BUILDINGS = "/ogc/collections/buildings/items"


def get(client: httpx.Client, address: str, **options: Any) -> Any:
    """Return the document at an address that must answer."""
    answer = client.get(address, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walk(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    """Return the pages from an address on, by their next links."""
    pages = [get(client, address)]
    while following := [link["href"] for link in pages[-1]["links"] if link["rel"] == "next"]:
        pages.append(get(client, following[0]))
    return pages


def ids(pages: list[dict[str, Any]]) -> list[int]:
    return [feature["id"] for page in pages for feature in page["features"]]


def test_every_link_from_the_landing_page_on_answers(client: httpx.Client) -> None:
    seen, open_links = set(), ["http://map.test/ogc"]
    while open_links:
        address = open_links.pop()
        if address in seen or "{" in address:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if "json" in answer.headers["content-type"]:
            open_links += re.findall(r'"href": ?"(http://map\.test/[^"]*)"', answer.text)
    assert len(seen) > 60


def test_collections_are_listed_once_with_titles_extent_and_items(client: httpx.Client) -> None:
    listed = get(client, "/ogc/collections")["collections"]
    assert [item["id"] for item in listed] == list(COLLECTIONS)
    grids = listed[1]
    assert grids["extent"]["spatial"]["bbox"] == [[116.4, 39.9, 116.41, 39.91]]
    assert grids["extent"]["temporal"]["interval"] == [["2026-05-02T00:00:00Z", None]]
    assert {"self", "items", "describedby"} <= {link["rel"] for link in grids["links"]}
    assert get(client, "/ogc/collections/grids") == grids


def test_titles_follow_the_language_of_the_reader(client: httpx.Client) -> None:
    address = "/ogc/collections/grids"
    chinese = client.get(address, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert (chinese.json()["title"], chinese.headers["content-language"]) == ("网格", "zh")
    assert get(client, address, headers={"Accept-Language": "en;q=0.9,zh;q=0.1"})["title"] == "Grids"
    assert get(client, address, headers={"Accept-Language": "de"})["title"] == "Grids"
    assert get(client, f"{address}?lang=zh", headers={"Accept-Language": "en"})["title"] == "网格"


def test_an_empty_collection_has_no_extent_and_no_features(empty_client: httpx.Client) -> None:
    assert "extent" not in get(empty_client, "/ogc/collections/grids")
    page = get(empty_client, "/ogc/collections/grids/items")
    assert (page["features"], page["numberMatched"], page["numberReturned"]) == ([], 0, 0)


def test_a_page_of_features_is_geojson_with_counts_time_and_links(client: httpx.Client) -> None:
    answer = client.get(f"{BUILDINGS}?limit=3")
    page = answer.json()
    assert answer.headers["content-type"] == "application/geo+json"
    assert (page["type"], page["numberMatched"], page["numberReturned"]) == ("FeatureCollection", 36, 3)
    assert len(page["features"]) == 3
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", page["timeStamp"])
    assert [link["rel"] for link in page["links"]] == ["self", "alternate", "collection", "next"]


def test_a_grid_carries_exactly_the_properties_promised(client: httpx.Client) -> None:
    feature = get(client, "/ogc/collections/grids/items/1")
    assert feature["properties"] == {
        "code": "110101001001001",
        "name": "110101001001001",
        "kind": "general",
        "community": "110101001001",
        "plan": 1,
        "households": 400,
        "households_estimated": True,
        "residents": 12,
        "area_m2": pytest.approx(379785.8),
        "in_band": True,
        "valid_from": "2026-05-02T00:00:00+00:00",
        "valid_to": None,
    }
    assert feature["id"] == 1


def test_residents_are_untold_where_they_are_fewer_than_five(client: httpx.Client) -> None:
    assert get(client, "/ogc/collections/grids/items/2")["properties"]["residents"] is None


def test_households_of_a_building_are_untold_where_they_are_fewer_than_ten(client: httpx.Client) -> None:
    [lodge] = get(client, f"{BUILDINGS}?name=门房")["features"]
    assert lodge["properties"]["households"] is None
    assert get(client, f"{BUILDINGS}?households=3")["numberMatched"] == 0


def test_rings_turn_right_handed_and_positions_have_at_most_9_decimals(client: httpx.Client) -> None:
    text = client.get(f"{BUILDINGS}?limit=100").text
    for feature in json.loads(text)["features"]:
        assert shapely.geometry.shape(feature["geometry"]).exterior.is_ccw
    assert max(len(digits) for digits in re.findall(r"\d+\.(\d+)[,\]]", text)) == 9


def test_lines_run_as_they_were_drawn(client: httpx.Client) -> None:
    """ST_ForcePolygonCCW turns lines round."""
    for road in get(client, "/ogc/collections/roads/items")["features"]:
        (start, _), (end, _) = road["geometry"]["coordinates"]
        assert start < end


def test_a_sliver_that_rounding_would_twist_stays_valid(
    engine: Engine, reach: Callable[[FastAPI], httpx.Client]
) -> None:
    """A piece of 4 cm with a needle that crosses its side once all corners lie on full centimetres."""
    needle = "POLYGON((3.86e-7 3.57e-7, 3.36e-7 3.72e-7, 5.64e-7 3.04e-7, 2.59e-7 4.32e-7, 1.43e-7 1.81e-7, 3.86e-7 3.57e-7))"
    with engine.begin() as connection:
        connection.execute(text("SELECT set_config('gridmap.actor', 'test', true)"))
        connection.execute(
            text(
                "INSERT INTO gridmap.cell (dataset, source_id, geom) "
                "VALUES ('d', 's', ST_GeomFromText(:needle, 4326))"
            ),
            {"needle": needle},
        )
        twisted = "SELECT ST_IsValid(ST_GeomFromGeoJSON(ST_AsGeoJSON(geom, 7))) FROM gridmap.cell"
        assert connection.execute(text(twisted)).scalar_one() is False
    [cell] = get(reach(create_app(Settings(), engine)), "/ogc/collections/cells/items")["features"]
    assert shapely.geometry.shape(cell["geometry"]).is_valid


@how(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    limit=st.integers(1, 40), use=st.sampled_from(["", "&use=residential", "&bbox=116.4,39.9,116.41,39.91"])
)
def test_next_links_lead_once_through_every_feature_whatever_the_limit_and_filter(
    client: httpx.Client, limit: int, use: str
) -> None:
    [everything] = walk(client, f"{BUILDINGS}?limit=100{use}")
    pages = walk(client, f"{BUILDINGS}?limit={limit}{use}")
    assert ids(pages) == ids([everything])
    assert {page["numberMatched"] for page in pages} == {everything["numberMatched"]}
    assert all(page["numberReturned"] == len(page["features"]) <= limit for page in pages)


def test_a_limit_above_the_largest_is_the_largest(client: httpx.Client) -> None:
    assert get(client, f"{BUILDINGS}?limit=10001")["numberReturned"] == 36


def test_a_token_of_another_query_is_refused(client: httpx.Client) -> None:
    [following] = [
        link["href"] for link in get(client, f"{BUILDINGS}?limit=1")["links"] if link["rel"] == "next"
    ]
    assert client.get(f"{following}&use=retail").status_code == 400
    assert client.get(following.replace("buildings", "grids")).status_code == 400


@how(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_token_that_was_changed_anywhere_is_refused(client: httpx.Client, data: st.DataObject) -> None:
    links = get(client, f"{BUILDINGS}?limit=2")["links"]
    [following] = [link["href"] for link in links if link["rel"] == "next"]
    address, token = following.split("token=")
    held = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    held[data.draw(st.integers(0, len(held) - 1))] ^= data.draw(st.integers(1, 255))
    forged = base64.urlsafe_b64encode(bytes(held)).decode().rstrip("=")
    assert client.get(f"{address}token={forged}").status_code == 400
    assert client.get(following).status_code == 200


def test_another_server_on_the_same_database_goes_on_where_this_one_stopped(
    client: httpx.Client, town: Engine, settings: Settings, reach: Callable[[FastAPI], httpx.Client]
) -> None:
    links = get(client, f"{BUILDINGS}?limit=35")["links"]
    [following] = [link["href"] for link in links if link["rel"] == "next"]
    assert get(reach(create_app(settings, town)), following)["numberReturned"] == 1


def test_a_selection_too_large_to_count_on_the_way_is_paged_and_counted_all_the_same(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = ids(walk(client, f"{BUILDINGS}?limit=100&bbox=116.4,39.9,116.43,39.91"))
    monkeypatch.setattr("gridmap.db.features.COUNTED", 5)
    monkeypatch.setattr("gridmap.services.browsing.COUNTED", 5)
    _page_text.cache_clear()
    pages = walk(client, f"{BUILDINGS}?limit=7&bbox=116.4,39.9,116.43,39.91")
    _page_text.cache_clear()
    assert ids(pages) == expected
    assert {page["numberMatched"] for page in pages} == {36}


def test_a_guess_is_told_as_one(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What OGC API Features calls numberMatched has to be exact (req/core/fc-numberMatched)."""
    monkeypatch.setattr("gridmap.services.browsing.MOST_COUNTED", 0)
    for page in walk(client, f"{BUILDINGS}?limit=20"):
        assert page["numberMatchedEstimate"] > 0
        assert "numberMatched" not in page
    assert "约" in client.get(f"{BUILDINGS}?limit=20&f=html&lang=zh").text
    assert get(client, f"{BUILDINGS}?limit=100")["numberMatched"] == 36


@pytest.mark.parametrize(
    ("box", "matched"),
    [
        ("116.4,39.9,116.41,39.91", 31),
        ("116.4,39.9,-100,116.41,39.91,100", 31),
        ("116.425,39.905,116.425,39.905", 1),
        ("116.4,39.905,116.43,39.905", 5),
        ("-10,-10,10,10", 0),
        ("170,-90,-170,90", 0),
        ("116.41,39.9,-170,39.91", 5),
        ("-180,-90,180,90", 36),
    ],
    ids=[
        "a box",
        "with heights",
        "a point",
        "a line",
        "elsewhere",
        "over the antimeridian",
        "east of",
        "the world",
    ],
)
def test_a_box_selects_what_touches_it(client: httpx.Client, box: str, matched: int) -> None:
    assert get(client, f"{BUILDINGS}?bbox={box}&limit=100")["numberMatched"] == matched


def test_a_box_that_touches_only_the_envelope_of_a_feature_does_not_select_it(client: httpx.Client) -> None:
    """A building is a diamond; the corner of its envelope is not in it."""
    building = get(client, f"{BUILDINGS}/1")
    west, south, _, _ = shapely.geometry.shape(building["geometry"]).bounds
    corner = f"{west - 1e-6},{south - 1e-6},{west + 1e-6},{south + 1e-6}"
    assert get(client, f"{BUILDINGS}?bbox={corner}")["numberMatched"] == 0


@pytest.mark.parametrize(
    ("moment", "matched"),
    [
        ("2026-05-02T00:00:00Z", 3),
        ("2026-05-02", 3),
        ("2026-05-01T23:59:59Z", 0),
        ("2026-05-02T07:59:00%2B08:00", 0),
        ("2026-05-03T00:00:00Z/..", 3),
        ("../2026-05-01", 0),
        ("/2026-05-02", 3),
        ("2026-01-01/2026-12-31", 3),
    ],
)
def test_a_time_selects_grids_in_force_then(client: httpx.Client, moment: str, matched: int) -> None:
    assert get(client, f"/ogc/collections/grids/items?datetime={moment}")["numberMatched"] == matched


def test_time_does_not_matter_where_features_have_none(client: httpx.Client) -> None:
    assert get(client, "/ogc/collections/roads/items?datetime=1900-01-01")["numberMatched"] == 4


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_any_property_selects_the_features_that_have_its_value(client: httpx.Client, collection: str) -> None:
    address = f"/ogc/collections/{collection}/items"
    [page] = walk(client, f"{address}?limit=100")
    for feature in page["features"][:3]:
        for name, value in feature["properties"].items():
            if value is None or isinstance(value, list):
                continue
            text = str(value).lower() if isinstance(value, bool) else str(value)
            found = get(client, address, params={name: text, "limit": "100"})
            same = [other["id"] for other in page["features"] if other["properties"][name] == value]
            assert ids([found]) == same, name


def test_a_list_of_words_is_selected_by_any_of_them(client: httpx.Client) -> None:
    assert get(client, "/ogc/collections/areas/items?types=new")["numberMatched"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "bbox=0,10,10,0",
        "bbox=-181,0,10,10",
        "bbox=",
        "bbox=1,2,3,4,5",
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=",
        "limit=1.5",
        "datetime=yesterday",
        "datetime=2026-13-01",
        "datetime=2026-05-02T00:00:00",
        "datetime=../..",
        "datetime=2026-12-31/2026-01-01",
        "datetime=..",
        "token=nonsense",
        "token=é",
        "colour=red",
        "geom=x",
        "floors=many",
        "stand_in=1",
        "limit=1&limit=2",
        "f=xml",
        "use=%00",
    ],
)
def test_a_wrong_parameter_is_refused_in_both_languages(client: httpx.Client, query: str) -> None:
    answer = client.get(f"{BUILDINGS}?{query}", headers={"Accept-Language": "zh"})
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert problem["status"] == 400
    assert problem["title"] == "请求无效"
    assert problem["messages"]["en"]
    assert problem["detail"] == problem["messages"]["zh"]


@pytest.mark.parametrize(
    "address", ["/ogc", "/ogc/collections", "/ogc/collections/grids", "/ogc/conformance"]
)
def test_parameters_that_an_address_does_not_have_are_refused(client: httpx.Client, address: str) -> None:
    assert client.get(f"{address}?bbox=0,0,1,1").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/ogc/collections/residents",
        "/ogc/collections/residents/items",
        "/ogc/collections/plans/items",
        f"{BUILDINGS}/999999",
        f"{BUILDINGS}/9999999999999999999999999",
        f"{BUILDINGS}/one",
        "/ogc/nothing",
    ],
)
def test_what_is_not_there_is_not_found(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_a_selection_by_a_column_that_is_not_described_is_no_selection() -> None:
    with pytest.raises(LookupError, match="geom_3857"):
        count_query(COLLECTIONS["grids"], Selection(equal={"geom_3857": "x"}))


@how(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=20))
def test_no_text_in_a_filter_reaches_the_query_as_sql(client: httpx.Client, text: str) -> None:
    for value in (text, f"' OR 1=1 --{text}", f"%{text}:name\\"):
        answer = client.get(BUILDINGS, params={"name": value})
        assert answer.status_code == (400 if "\0" in value else 200)
        assert "\0" in value or answer.json()["numberMatched"] == 0


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
def test_a_browser_gets_a_page_that_people_can_read(client: httpx.Client, address: str) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "zh-CN"}
    answer = client.get(address, headers=browser)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in answer.text
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert get(client, f"{address}?f=json", headers=browser)


def test_names_are_escaped_in_pages(client: httpx.Client) -> None:
    page = client.get("/ogc/collections/facilities/items?f=html").text
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_pages_of_other_sites_may_read_the_open_data_but_nothing_else(client: httpx.Client) -> None:
    elsewhere = {"Origin": "https://example.org"}
    assert client.get("/ogc/collections", headers=elsewhere).headers["access-control-allow-origin"] == "*"
    preflight = {**elsewhere, "Access-Control-Request-Method": "GET"}
    assert client.options("/ogc/collections", headers=preflight).status_code == 200
    assert "access-control-allow-origin" not in client.get("/api/v1/overview", headers=elsewhere).headers


def test_head_answers_as_get_without_a_body(client: httpx.Client) -> None:
    head, got = client.head(f"{BUILDINGS}?limit=1"), client.get(f"{BUILDINGS}?limit=1")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]


def test_nothing_can_be_written_where_the_server_has_no_editors(client: httpx.Client) -> None:
    for method, address in (
        ("POST", BUILDINGS),
        ("PUT", f"{BUILDINGS}/1"),
        ("PATCH", f"{BUILDINGS}/1"),
        ("DELETE", f"{BUILDINGS}/1"),
    ):
        assert client.request(method, address, json={}).status_code == 403
        assert client.request(method, address.replace("buildings", "grids"), json={}).status_code == 405
    for method in ("PUT", "PATCH", "DELETE"):
        assert client.request(method, BUILDINGS, json={}).status_code == 405
