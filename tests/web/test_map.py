"""The web map as a planner uses it: look, find, open a grid, filter, follow a link."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect
from shapely.geometry import shape

from tests.web.waiting import wait_until_drawn

WIDE = {"width": 1280, "height": 720}
TABS = ["人", "地", "物", "事", "组织"]


def open_map(page: Page, site: str, view: str = "") -> None:
    """Open a view of the map and wait until it is drawn."""
    page.set_viewport_size(WIDE)
    page.goto(f"{site}/#lang=zh&{view}")
    wait_until_drawn(page)


def districts(page: Page, site: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = page.request.get(f"{site}/api/v1/overview").json()["districts"]
    return listed


def first_grid(page: Page, site: str) -> dict[str, Any]:
    """Return a grid of the district that the map opens with, as GeoJSON."""
    community = next(one for one in districts(page, site)[0]["communities_list"] if one["grids"])
    address = f"{site}/ogc/collections/grids/items?community={community['code']}&limit=1"
    feature: dict[str, Any] = page.request.get(address).json()["features"][0]
    return feature


def card(page: Page) -> Locator:
    return page.get_by_test_id("grid-card")


def tab_titles(page: Page) -> list[str]:
    return [tab.inner_text().split("\n")[0].strip("0123456789 ") for tab in page.get_by_role("tab").all()]


def test_the_first_district_is_shown_with_all_its_communities(page: Page, site: str) -> None:
    open_map(page, site)
    first = districts(page, site)[0]
    expect(page.get_by_label("选择街道或城区")).to_have_value(first["code"])
    for community in first["communities_list"]:
        expect(page.get_by_role("button", name=community["name"]).first).to_be_visible()


def test_a_click_on_a_grid_opens_its_card_with_five_tabs(page: Page, site: str) -> None:
    grid = first_grid(page, site)
    point = shape(grid["geometry"]).representative_point()
    open_map(page, site, f"at=17/{point.y}/{point.x}")
    centre = page.get_by_test_id("map-centre").bounding_box()
    assert centre is not None
    page.mouse.click(centre["x"] + centre["width"] / 2, centre["y"] + centre["height"] / 2)
    expect(page.get_by_test_id("grid-code")).to_have_text(grid["properties"]["code"])
    assert tab_titles(page) == TABS
    for title in TABS:
        page.get_by_role("tab", name=title).first.click()
        expect(page.get_by_role("tabpanel")).not_to_be_empty()


def test_the_card_says_the_households_and_where_the_numbers_come_from(page: Page, site: str) -> None:
    properties = first_grid(page, site)["properties"]
    open_map(page, site, f"grid={properties['code']}")
    expect(card(page)).to_contain_text(f"{properties['households']:,}")
    expect(card(page)).to_contain_text("这里只有合计数，不含任何个人信息。")
    expect(card(page)).to_contain_text("数据来源")
    expect(card(page)).to_contain_text("数据时点")


def test_a_search_by_code_opens_the_grid(page: Page, site: str) -> None:
    code = first_grid(page, site)["properties"]["code"]
    open_map(page, site)
    page.keyboard.press("/")
    page.keyboard.type(code)
    expect(page.get_by_role("listbox", name="搜索").get_by_text(code).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("grid-code")).to_have_text(code)


def test_a_search_by_name_goes_to_the_community(page: Page, site: str) -> None:
    community = districts(page, site)[0]["communities_list"][0]
    open_map(page, site)
    page.get_by_role("combobox", name="搜索").fill(community["name"])
    page.get_by_role("listbox", name="搜索").get_by_text("区域").first.click()
    expect(page.locator('#grid-list [aria-expanded="true"]')).to_contain_text(community["name"])


def test_a_search_by_address_opens_the_grid_it_lies_in(page: Page, site: str) -> None:
    first = districts(page, site)[0]["communities_list"][0]["code"]
    wanted = f"street IS NOT NULL AND house_number IS NOT NULL AND grid IS NOT NULL AND community = '{first}'"
    listed = page.request.get(
        f"{site}/ogc/collections/buildings/items", params={"filter": wanted, "limit": 1}
    )
    building = listed.json()["features"][0]["properties"]
    open_map(page, site)
    page.keyboard.press("/")
    page.keyboard.type(building["street"] + building["house_number"].rstrip("号"))
    expect(page.get_by_role("listbox", name="搜索").get_by_role("option").first).to_contain_text(
        building["street"]
    )
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("grid-code")).to_have_text(building["grid"])


def test_a_search_that_finds_nothing_says_so(page: Page, site: str) -> None:
    open_map(page, site)
    page.get_by_role("combobox", name="搜索").fill("没有这样的地方")
    expect(page.get_by_text("没有找到“没有这样的地方”")).to_be_visible()


def test_the_legend_counts_what_the_overview_counts(page: Page, site: str) -> None:
    open_map(page, site)
    for district in districts(page, site):
        page.get_by_label("选择街道或城区").select_option(district["code"])
        for band, count in district["bands"].items():
            expect(page.locator(f'[data-count="{band}"]:visible')).to_have_text(f"{count:,}")


def test_a_band_hidden_in_the_legend_leaves_list_and_address(page: Page, site: str) -> None:
    grid = first_grid(page, site)["properties"]
    band = "dedicated" if grid["kind"] == "dedicated" else "in"
    open_map(page, site, f"grid={grid['code']}")
    row = page.locator(f'[data-code="{grid["code"]}"]')
    expect(row).to_be_visible()
    page.locator(f'[data-band="{band}"]:visible').click()
    expect(row).to_have_count(0)
    expect(page.get_by_text("已按图例隐藏")).to_be_visible()
    expect(page).to_have_url(re.compile(f"hide={band}"))
    page.locator(f'[data-band="{band}"]:visible').click()
    expect(row).to_be_visible()


def test_switched_off_layers_stay_off_in_a_link(page: Page, site: str) -> None:
    open_map(page, site)
    page.get_by_role("button", name="图层").click()
    page.get_by_label("楼栋", exact=True).uncheck()
    expect(page).to_have_url(re.compile("off=buildings"))
    page.reload()
    page.get_by_role("button", name="图层").click()
    expect(page.get_by_label("楼栋", exact=True)).not_to_be_checked()


def test_a_link_brings_back_grid_and_tab(page: Page, site: str) -> None:
    code = first_grid(page, site)["properties"]["code"]
    open_map(page, site, f"grid={code}&tab=matters")
    page.reload()
    expect(page.get_by_test_id("grid-code")).to_have_text(code)
    expect(page.get_by_role("tab", name="事")).to_have_attribute("aria-selected", "true")


def test_a_community_that_cannot_be_divided_says_why(page: Page, site: str) -> None:
    impossible = [
        (district, community)
        for district in districts(page, site)
        for community in district["communities_list"]
        if community["verdict"] == "infeasible"
    ]
    assert impossible, "the sample district has a community that cannot be divided"
    district, community = impossible[0]
    open_map(page, site, f"district={district['code']}")
    page.locator("#grid-list").get_by_role("button", name=community["name"]).click()
    expect(page.locator("#grid-list")).to_contain_text(community["reason"]["zh"])


def test_the_keyboard_alone_leads_from_the_list_to_a_card_and_back(page: Page, site: str) -> None:
    community = next(one for one in districts(page, site)[0]["communities_list"] if one["grids"] > 1)
    open_map(page, site)
    page.locator("#grid-list").get_by_role("button", name=community["name"]).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("listbox", name=community["name"])).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    second = page.get_by_role("listbox", name=community["name"]).get_by_role("option").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("grid-code")).to_have_text(second.get_attribute("data-code") or "")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("grid-code")).to_have_count(0)


def test_arrow_keys_walk_through_the_tabs(page: Page, site: str) -> None:
    open_map(page, site, f"grid={first_grid(page, site)['properties']['code']}")
    page.get_by_role("tab", name="人").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="组织")).to_be_focused()
    expect(page.get_by_role("tab", name="组织")).to_have_attribute("aria-selected", "true")


def test_a_layer_is_downloaded_from_beside_the_map(page: Page, site: str) -> None:
    open_map(page, site)
    page.get_by_role("button", name="下载数据").click()
    menu = page.locator("#download-menu")
    menu.get_by_role("combobox").nth(0).select_option("facilities")
    menu.get_by_role("combobox").nth(1).select_option("csv")
    with page.expect_download() as download:
        menu.get_by_role("link", name="下载").click()
    assert download.value.suggested_filename == "设施.csv"
    assert download.value.path().read_text(encoding="utf-8-sig").startswith("编号,名称,类型")
