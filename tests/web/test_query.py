"""Asking what lies where, as a planner does it: draw, choose, look around, take away, by mouse and by keyboard."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely
from playwright.sync_api import Locator, Page, Route, expect
from shapely.geometry import shape

from tests.web.coverage_view import PHONE, WIDE, expect_address
from tests.web.waiting import SLOW, pan, place_of, wait_until, wait_until_drawn

CORNERS = [(600, 300), (1000, 320), (980, 600), (640, 640)]
"""Pixels of the map at desktop size."""


def open_query(
    page: Page, site: str, view: str = "", *, size: dict[str, int] | None = None, lang: str = "zh"
) -> None:
    page.set_viewport_size(size or WIDE)  # type: ignore[arg-type]
    page.goto(f"{site}/#lang={lang}&view=query&{view}")
    wait_until_drawn(page)


def choose_layer(page: Page, layer: str) -> None:
    page.get_by_test_id("query-layer").select_option(layer)


def answered(page: Page) -> None:
    expect(page.locator('[data-testid="query"] form[aria-busy="false"]')).to_be_visible(timeout=SLOW)


def figure(page: Page) -> int:
    """Return how many features were found."""
    answered(page)
    return int(page.get_by_test_id("query-figure").locator("strong").inner_text().replace(",", ""))


def found(page: Page) -> Locator:
    return page.get_by_test_id("query-list").get_by_role("option")


def asked_shape(page: Page) -> list[list[float]]:
    """Return the corners that the address names."""
    words = parse_qs(urlsplit(page.url).fragment).get("in", [""])[0]
    corners = words.removeprefix("shape:").split(";") if words.startswith("shape:") else []
    return [[float(degrees) for degrees in corner.split(",")] for corner in corners]


def draw(page: Page) -> None:
    for number, (x, y) in enumerate(CORNERS, start=1):
        page.mouse.click(x, y)
        wait_until(page, lambda number=number: len(asked_shape(page)) == number)


def standing_in(page: Page, site: str, area: shapely.Polygon, collection: str) -> list[dict[str, Any]]:
    """Return the features with a point on their surface in an area, among all of a collection around it."""
    box = ",".join(str(side) for side in area.bounds)
    answer = page.request.get(f"{site}/ogc/collections/{collection}/items?bbox={box}&limit=10000").json()
    assert answer["numberMatched"] == answer["numberReturned"]
    return [one for one in answer["features"] if area.intersects(shape(one["geometry"]).point_on_surface())]


def test_a_drawn_shape_tells_how_many_buildings_and_households_are_in_it(page: Page, site: str) -> None:
    open_query(page, site)
    expect(page.get_by_test_id("query")).to_contain_text("在地图上沿范围依次点出各角")
    draw(page)
    expect(page.get_by_test_id("query-figure")).to_be_visible()
    inside = standing_in(page, site, shapely.Polygon(asked_shape(page)), "buildings")
    assert figure(page) == len(inside) > 0
    households = [one["properties"]["households"] for one in inside]
    told = sum(number for number in households if number is not None)
    expect(page.locator('[data-sum="households"]')).to_contain_text(f"{told:,}")
    expect(page.locator('[data-sum="households"]')).to_contain_text(f"另有 {households.count(None):,} 项")
    counts = page.get_by_test_id("query-units").locator("tbody td:nth-child(2)").all_inner_texts()
    outside = sum(1 for one in inside if one["properties"]["grid"] is None)
    assert sum(int(count.replace(",", "")) for count in counts) + outside == len(inside)
    page.get_by_role("button", name="按社区").click()
    expect(page.get_by_test_id("query-units").locator("tbody tr").first).to_contain_text("社区")


def test_corners_are_moved_taken_away_and_brought_back(page: Page, site: str) -> None:
    open_query(page, site)
    draw(page)
    whole = asked_shape(page)
    before = figure(page)
    wait_until_drawn(page)
    page.mouse.move(*CORNERS[0])
    page.mouse.down()
    page.mouse.move(520, 240, steps=4)
    page.mouse.up()
    wait_until(page, lambda: asked_shape(page)[0] != whole[0])
    assert asked_shape(page)[1:] == whole[1:]
    wait_until(page, lambda: figure(page) > before)
    wait_until_drawn(page)
    page.mouse.click(*CORNERS[3])
    wait_until(page, lambda: len(asked_shape(page)) == 3)
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="撤销").click()
    wait_until(page, lambda: asked_shape(page) == whole)
    wait_until(page, lambda: figure(page) == before)
    page.get_by_role("button", name="重做").click()
    wait_until(page, lambda: asked_shape(page)[0] != whole[0])
    page.get_by_role("button", name="重画").click()
    expect(page.get_by_test_id("query-figure")).to_have_count(0)
    wait_until(page, lambda: asked_shape(page) == [])


def test_once_the_shape_is_done_map_and_list_lead_to_each_other(page: Page, site: str) -> None:
    open_query(page, site, "of=facilities")
    draw(page)
    page.get_by_role("button", name="画好了").click()
    page.get_by_test_id("query-list").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(found(page).nth(1)).to_have_attribute("aria-selected", "true")
    corners = asked_shape(page)
    wait_until_drawn(page)
    page.locator("canvas").first.focus()
    page.keyboard.press("Enter")
    expect(found(page).nth(1)).to_have_attribute("aria-selected", "false")
    page.keyboard.press("Enter")
    expect(found(page).nth(1)).to_have_attribute("aria-selected", "true")
    assert asked_shape(page) == corners


def test_the_keyboard_alone_draws_a_shape(page: Page, site: str) -> None:
    open_query(page, site)
    page.locator("canvas").first.focus()
    for number, key in enumerate(("ArrowRight", "ArrowDown", "ArrowLeft"), start=1):
        page.keyboard.press("Enter")
        wait_until(page, lambda number=number: len(asked_shape(page)) == number)
        pan(page, key)
    assert figure(page) > 0


def test_what_the_map_shows_can_be_asked_about_and_a_link_opens_it_again(page: Page, site: str) -> None:
    open_query(page, site, "of=facilities")
    page.get_by_role("button", name="用地图范围").click()
    wait_until(page, lambda: len(asked_shape(page)) == 4)
    before = figure(page)
    inside = standing_in(page, site, shapely.Polygon(asked_shape(page)), "facilities")
    assert before == len(inside) > 0
    expect_address(page, view="query", of="facilities")
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.get_by_test_id("query-figure")).to_be_visible()
    assert figure(page) == before
    expect(page.get_by_role("button", name="继续画")).to_be_visible()


def test_a_community_and_a_grid_of_it_are_chosen_by_name(page: Page, site: str) -> None:
    district = page.request.get(f"{site}/api/v1/overview").json()["districts"][0]
    community = next(one for one in district["communities_list"] if one["grids"] > 1)
    open_query(page, site)
    page.get_by_role("button", name="选区域").click()
    choose_layer(page, "grids")
    page.get_by_test_id("query-place").select_option(community["code"])
    wait_until(page, lambda: figure(page) == community["grids"])
    households = f"{community['households']:,}"
    expect(page.locator('[data-sum="households"]')).to_contain_text(households)
    first = page.get_by_test_id("query-grid").locator("option").nth(1)
    page.get_by_test_id("query-grid").select_option(first.get_attribute("value"))
    wait_until(page, lambda: figure(page) == 1)
    expect(found(page)).to_contain_text([str(first.get_attribute("value"))])


def test_a_link_to_a_grid_shows_it_as_chosen(page: Page, site: str) -> None:
    grid = page.request.get(f"{site}/ogc/collections/grids/items?limit=1").json()["features"][0]["properties"]
    open_query(page, site, f"of=grids&in=place:{grid['code']}")
    expect(page.get_by_test_id("query-place")).to_have_value(grid["community"])
    expect(page.get_by_test_id("query-grid")).to_have_value(grid["code"])


def test_facilities_around_a_point_come_nearest_first_straight_and_on_foot(page: Page, site: str) -> None:
    open_query(page, site, "of=facilities")
    page.get_by_role("button", name="查周边").click()
    expect(page.get_by_test_id("query")).to_contain_text("在地图上点一处")
    page.mouse.click(800, 460)
    expect(found(page).first).to_contain_text("米")
    straight = figure(page)
    rows = [re.search(r"([\d,]+) 米", row) for row in found(page).all_inner_texts()]
    metres = [int(row[1].replace(",", "")) for row in rows if row]
    assert metres == sorted(metres)
    assert len(metres) == len(rows)
    page.get_by_label("怎样算").select_option("network")
    expect(found(page).first).to_contain_text("步行约")
    assert 0 < figure(page) <= straight
    page.get_by_label("距离（米）").fill("999999")
    page.get_by_label("距离（米）").press("Tab")
    expect(page.get_by_label("距离（米）")).to_have_value("3000")
    wait_until(page, lambda: figure(page) > straight)


def test_what_lies_in_a_drawn_shape_is_downloaded(page: Page, site: str) -> None:
    open_query(page, site, "of=facilities")
    draw(page)
    inside = figure(page)
    page.get_by_role("button", name="下载这一范围的数据").click()
    menu = page.locator("#download-menu")
    expect(menu.get_by_role("combobox", name="范围")).to_have_value("drawn")
    menu.get_by_role("combobox", name="格式").select_option("geojson")
    with page.expect_download() as download:
        menu.get_by_role("link", name="下载").click()
    features = json.loads(download.value.path().read_text(encoding="utf-8"))["features"]
    touching = shapely.Polygon(asked_shape(page))
    assert len(features) >= inside > 0
    assert all(touching.intersects(shape(one["geometry"])) for one in features)


def test_a_refusal_is_said_in_words_and_can_be_tried_again(page: Page, site: str) -> None:
    problem = {"type": "about:blank", "title": "Invalid", "status": 400, "detail": "…",
               "messages": {"en": "It crosses itself.", "zh": "图形自相交。"},
               "hint": {"en": "Move the corner.", "zh": "请移动该处的顶点。"}}  # fmt: skip

    def refuse(route: Route) -> None:
        route.fulfill(status=400, content_type="application/problem+json", body=json.dumps(problem))

    open_query(page, site)
    page.route("**/api/v1/query/within", refuse)
    page.get_by_role("button", name="用地图范围").click()
    expect(page.get_by_role("alert")).to_contain_text("图形自相交。")
    expect(page.get_by_role("alert")).to_contain_text("请移动该处的顶点。")
    page.unroute("**/api/v1/query/within")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_test_id("query-figure")).to_be_visible()


def test_a_link_without_a_view_shows_where_it_asks(page: Page, site: str) -> None:
    open_query(page, site, "of=facilities&in=around:24.94,60.17,300,ground")
    there = pytest.approx([60.17, 24.94], abs=0.01)
    wait_until(page, lambda: place_of(page) == there)


def test_where_nothing_is_found_the_panel_says_so(page: Page, site: str) -> None:
    open_query(page, site, "of=facilities&in=around:164.9,29.9,50,ground", lang="en")
    expect(page.get_by_test_id("query")).to_contain_text("Nothing here.")
    assert figure(page) == 0


def test_very_many_are_listed_step_by_step(page: Page, site: str) -> None:
    open_query(page, site, "of=buildings&in=shape:164.9,29.9;165.1,29.9;165.1,30.1;164.9,30.1")
    matched = figure(page)
    assert matched > 500
    expect(found(page)).to_have_count(20)
    more = page.get_by_role("button", name="再显示")
    expect(more).to_contain_text(f"{matched - 20:,}")
    page.get_by_test_id("query-list").focus()
    more.click()
    expect(found(page)).to_have_count(40)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_phone_nothing_scrolls_sideways_and_a_finger_draws(page: Page, site: str, lang: str) -> None:
    open_query(page, site, size=PHONE, lang=lang)
    for x, y in ((120, 150), (260, 170), (250, 300)):
        page.mouse.click(x, y)
    wait_until(page, lambda: len(asked_shape(page)) == 3)
    expect(page.get_by_test_id("query-figure")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for control in page.get_by_test_id("query").locator("form").locator("button, select").all():
        box = control.bounding_box()
        assert box is None or box["height"] >= 40
