"""The web map when the server is away, refuses, or has nothing yet."""

import json

from playwright.sync_api import Page, Route, expect

WIDE = {"width": 1280, "height": 720}
OVERVIEW = "**/api/v1/overview"


def refuse(route: Route) -> None:
    problem = {
        "type": "about:blank",
        "title": "Unavailable",
        "status": 503,
        "messages": {"en": "The database does not answer.", "zh": "数据库没有响应。"},
        "hint": {"en": "Run gridmap db up.", "zh": "请运行 gridmap db up。"},
    }
    route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(problem))


def test_a_refusal_is_said_in_words_and_can_be_tried_again(page: Page, site: str) -> None:
    page.set_viewport_size(WIDE)
    page.route(OVERVIEW, refuse)
    page.goto(f"{site}/#lang=zh")
    expect(page.get_by_role("alert")).to_contain_text("数据库没有响应。")
    expect(page.get_by_role("alert")).to_contain_text("请运行 gridmap db up。")
    page.unroute(OVERVIEW)
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator("#grid-list button").first).to_be_visible()


def test_a_server_that_is_away_is_said_in_both_languages(page: Page, site: str) -> None:
    page.set_viewport_size(WIDE)
    page.route(OVERVIEW, lambda route: route.abort())
    page.goto(f"{site}/#lang=zh")
    expect(page.get_by_role("alert")).to_contain_text("无法连接服务器。")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")


def test_a_code_that_no_grid_has_is_answered_in_the_card(page: Page, site: str) -> None:
    page.set_viewport_size(WIDE)
    page.goto(f"{site}/#lang=zh&grid=no-such-grid")
    expect(page.get_by_role("alert")).to_contain_text("no-such-grid")
    page.get_by_role("button", name="关闭网格卡片").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_empty_database_says_how_to_fill_it(page: Page, site: str) -> None:
    page.set_viewport_size(WIDE)
    empty = {"band": {"minimum": 300, "maximum": 500}, "districts": []}
    page.route(OVERVIEW, lambda route: route.fulfill(json=empty))
    page.goto(f"{site}/#lang=zh")
    expect(page.get_by_text("还没有网格")).to_be_visible()
    expect(page.get_by_text("gridmap demo")).to_be_visible()
