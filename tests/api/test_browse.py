"""The map's own interface over the tiny town."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

GRID = "/api/v1/grids/110101001001001"


def found(client: httpx.Client, words: str, **options: Any) -> list[tuple[str, str]]:
    answer = client.get("/api/v1/search", params={"q": words, **options})
    assert answer.status_code == 200, answer.text
    return [(result["type"], result["name"]) for result in answer.json()["results"]]


def test_the_overview_counts_grids_by_band_and_households_of_every_community(client: httpx.Client) -> None:
    overview = client.get("/api/v1/overview").json()
    [street] = overview["districts"]
    communities = street.pop("communities_list")
    assert overview["band"] == {"minimum": 300, "maximum": 500}
    assert street == {
        "code": "110101001000",
        "name": "示意街道",
        "name_en": None,
        "synthetic": True,
        "attribution": "示意数据",
        "bbox": [116.4, 39.9, 116.43, 39.91],
        "communities": 3,
        "grids": 3,
        "households": 1276,
        "bands": {"under": 1, "in": 1, "over": 0, "dedicated": 1},
    }
    told = [(item["name"], item["households"], item["grids"], item["verdict"]) for item in communities]
    assert told == [
        ("东园社区", 600, 3, "divided"),
        ("西园社区", 120, 0, "unknown"),  # 123 would tell the 3 of its small building
        ("南园社区", 556, 0, "infeasible"),
    ]
    assert [item["reason"] for item in communities[:2]] == [None, None]
    assert communities[2]["reason"] == {
        "en": "556 households fit no number of grids.",
        "zh": "556 户无法划分。",
    }


def test_an_empty_database_has_an_empty_overview(empty_client: httpx.Client) -> None:
    assert empty_client.get("/api/v1/overview").json()["districts"] == []


def test_a_grid_card_has_all_five_elements(client: httpx.Client) -> None:
    card = client.get(GRID).json()
    assert card["community"] == {"code": "110101001001", "name": "东园社区"}
    assert card["plan"]["reason"] == "首次划分"
    assert (card["in_band"], card["synthetic"], card["vintage"]) == (True, True, "2026-05-01")
    assert card["bbox"] == [116.4, 39.9, 116.404, 39.91]
    assert card["people"] | {"household_sizes": None} == {
        "households": 400,
        "households_estimated_count": 20,
        "residents": 12,
        "suppressed": False,
        "buildings_with_households": 20,
        "household_sizes": None,
    }
    assert [place["kind"] for place in card["places"]] == ["compound", "gate"]
    assert card["things"]["buildings"] == {
        "count": 20,
        "floors_max": 6,
        "by_use": [{"use": "residential", "count": 20}],
    }
    assert [facility["floor_area_m2"] for facility in card["things"]["facilities"]] == [240.5]
    assert card["matters"]["by_kind"] == [
        {"kind": "repair", "name": {"en": "Repair", "zh": "报修"}, "open": 1, "closed": 1}
    ]
    assert [item["name"] for item in card["organisations"]] == ["花园业委会"]
    assert [(role["name"], role["phone"]) for role in card["roles"]] == [
        ("李岚", "010-5550 0001"),
        ("周山", None),
    ]


def test_too_few_residents_are_suppressed_and_uncounted_ones_are_not(client: httpx.Client) -> None:
    few = client.get("/api/v1/grids/110101001001002").json()["people"]
    assert (few["residents"], few["suppressed"]) == (None, True)
    none = client.get("/api/v1/grids/110101001001003").json()["people"]
    assert (none["residents"], none["suppressed"], none["households"]) == (None, False, 0)


def test_a_household_size_that_few_have_cannot_be_found_from_the_others(client: httpx.Client) -> None:
    """Of 30, 15, 12 and 4 households the last is too few, so the next smallest is untold with it."""
    sizes = client.get(GRID).json()["people"]["household_sizes"]
    assert [(size["label"], size["count"]) for size in sizes] == [
        ("2", 30),
        ("3", 15),
        ("4", None),
        ("5+", None),
    ]


def test_a_grid_that_is_not_in_force_is_not_found(client: httpx.Client) -> None:
    answer = client.get("/api/v1/grids/110101001001999")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_search_puts_the_same_before_the_beginning_before_the_middle(client: httpx.Client) -> None:
    assert found(client, "市场") == [("grid", "市场"), ("building", "市场")]
    assert found(client, "花园") == [
        ("grid", "花园网格"),
        ("organisation", "花园业委会"),
        ("place", "花园小区"),
        ("road", "花园路"),
    ]
    assert found(client, "110101001001")[0] == ("area", "东园社区")
    assert found(client, "卫生") == [("facility", "社区卫生站 <b>")]


def test_segments_of_a_road_are_found_as_one_with_their_common_box(client: httpx.Client) -> None:
    [road] = client.get("/api/v1/search?q=花园路").json()["results"]
    assert (road["code"], road["bbox"]) == ("花园路", [116.4, 39.9, 116.42, 39.9])


def test_signs_of_patterns_are_searched_as_they_are(client: httpx.Client) -> None:
    assert found(client, "100%") == [("road", "东园100%弄_1")]
    assert found(client, "弄_") == [("road", "东园100%弄_1")]
    assert found(client, "%_") == []
    assert found(client, "\\") == []


def test_search_keeps_to_its_limit_and_finds_nothing_for_blanks(client: httpx.Client) -> None:
    assert len(found(client, "东园", limit=3)) == 3
    assert found(client, "  ") == []
    assert client.get("/api/v1/search?q=x&limit=0").status_code == 400
    assert client.get("/api/v1/search").status_code == 400


@how(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=30))
def test_any_words_can_be_searched(client: httpx.Client, words: str) -> None:
    answer = client.get("/api/v1/search", params={"q": words})
    assert answer.status_code == (400 if "\0" in words else 200)


@pytest.mark.parametrize("code", ["'", "a%00b", "%E7%BD%91", "a b"])
def test_any_code_can_be_asked_for(client: httpx.Client, code: str) -> None:
    assert client.get(f"/api/v1/grids/{code}").status_code in (400, 404)


@pytest.mark.parametrize("words", ["花园路25号", "花園路 25", "花园路２５号"])
def test_an_address_is_found_however_it_is_written(client: httpx.Client, words: str) -> None:
    [building] = client.get("/api/v1/search", params={"q": words}).json()["results"]
    assert (building["type"], building["name"], building["context"]) == ("building", "花园路 25", "东园社区")
    assert building["point"] == pytest.approx([116.4052, 39.9076], abs=1e-3)
