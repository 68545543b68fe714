"""What if, as a planner tries it: on the map, in the lists, with undo, by a link, and on a phone."""

import json
import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.web.coverage_view import PHONE, WIDE, expect_address, open_coverage, plain_study
from tests.web.waiting import SLOW, pan, wait_until, wait_until_drawn


def open_trial(page: Page, site: str, *, changes: str = "", size: dict[str, int] | None = None) -> None:
    """Open the trial of day care on the plain answer."""
    page.set_viewport_size(size or WIDE)  # type: ignore[arg-type]
    shown = f"tool=trial&study={plain_study(page, site)}&norm=day_care&try={changes}"
    page.goto(f"{site}/#lang=zh&view=coverage&{shown}")
    expect(page.get_by_test_id("trial-facilities")).to_be_visible(timeout=SLOW)
    wait_until_drawn(page)


def changes(page: Page) -> Locator:
    return page.get_by_test_id("trial-changes").get_by_role("listitem")


def answered(page: Page) -> Locator:
    """Wait for the answer and return its figure."""
    expect(page.locator('[data-testid="trial"] section[aria-busy="false"]')).to_be_visible(timeout=SLOW)
    return page.get_by_test_id("trial-figure")


def first_facility(page: Page) -> Locator:
    page.get_by_test_id("trial-facilities").locator("summary").click()
    return page.get_by_test_id("trial-facilities").get_by_role("listitem").first


def test_a_facility_is_closed_from_the_list_and_the_loss_is_told_by_community_and_grid(
    page: Page, site: str
) -> None:
    open_trial(page, site)
    row = first_facility(page)
    row.get_by_role("button", name="关闭").click()
    expect(answered(page)).to_contain_text("−")
    expect(page.locator('[data-effect="lost"]')).to_contain_text(re.compile(r"[1-9]\d* 处\s+· [\d,]+ 户"))
    expect(page.locator('[data-effect="gained"]')).to_contain_text("0 处")
    expect(page.get_by_role("region", name="住户", exact=True)).to_contain_text("失去覆盖")
    expect(page.get_by_test_id("trial-units").locator("tbody tr").first).to_contain_text("−")
    page.get_by_role("button", name="按网格").click()
    expect(page.get_by_test_id("trial-units").locator("tbody tr").first).to_contain_text("社区")
    row.get_by_role("button", name="恢复").click()
    expect(page.get_by_text("还没有改动")).to_be_visible()
    expect(page.get_by_test_id("trial-figure")).to_have_count(0)


def test_the_keyboard_opens_a_facility_at_the_centre_of_the_map_and_takes_it_away(
    page: Page, site: str
) -> None:
    open_trial(page, site, changes="open:165.0102594,30.0029265")
    expect(changes(page)).to_contain_text(["新开：新设 1"])
    page.locator("canvas").first.focus()
    for _ in range(2):
        pan(page, "ArrowUp")
    page.keyboard.press("Enter")
    expect(changes(page)).to_have_count(2)
    expect(answered(page)).to_be_visible()
    wait_until_drawn(page)
    page.locator("canvas").first.focus()
    page.keyboard.press("Enter")
    expect(changes(page)).to_have_count(1)


def test_what_is_tried_can_be_taken_back_and_done_again_and_cleared(page: Page, site: str) -> None:
    open_trial(page, site)
    page.get_by_role("button", name="在地图中心开一处").click()
    expect(changes(page)).to_have_count(1)
    first_facility(page).get_by_role("button", name="移到地图中心").click()
    expect(changes(page)).to_contain_text(["新开", "搬迁"])
    page.get_by_role("button", name="撤销").click()
    expect(changes(page)).to_have_count(1)
    page.get_by_role("button", name="重做").click()
    expect(changes(page)).to_have_count(2)
    page.get_by_role("button", name="去掉这项").first.click()
    expect(changes(page)).to_contain_text(["搬迁"])
    page.get_by_role("button", name="全部清空").click()
    expect(page.get_by_text("还没有改动")).to_be_visible()


def test_a_click_on_the_map_opens_and_a_drag_moves(page: Page, site: str) -> None:
    open_trial(page, site)
    page.mouse.click(720, 760)
    expect(changes(page)).to_have_count(1)
    answered(page)
    wait_until_drawn(page)
    wait_until(page, lambda: tried(page) != "")
    opened = tried(page)
    page.mouse.move(720, 760)
    page.mouse.down()
    page.mouse.move(760, 700, steps=4)
    page.mouse.up()
    wait_until(page, lambda: tried(page) != opened)
    expect(changes(page)).to_have_count(1)
    page.get_by_role("button", name="撤销").click()
    wait_until(page, lambda: tried(page) == opened)
    expect(changes(page)).to_have_count(1)


def tried(page: Page) -> str:
    """Return the changes that the address names."""
    named = re.search(r"[#&]try=([^&]*)", page.url)
    return named[1] if named else ""


def test_a_link_opens_the_same_trial(page: Page, site: str) -> None:
    open_trial(page, site, changes="open:165.0102594,30.0029265;close:9")
    expect(changes(page)).to_contain_text(["新开：新设 1", "关闭：临江老年人日间照料中心"])
    answered(page)
    expect_address(page, tool="trial")
    page.reload()
    expect(changes(page)).to_have_count(2)


def test_what_changes_nothing_says_why_and_a_failure_can_be_tried_again(page: Page, site: str) -> None:
    open_trial(page, site)
    problem = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "…",
               "messages": {"en": "Nothing would change.", "zh": "不会有任何变化。"}, "hint": None}  # fmt: skip

    def refuse(route: Route, status: int) -> None:
        body = json.dumps(problem | {"status": status})
        route.fulfill(status=status, content_type="application/problem+json", body=body)

    page.route("**/what-if", lambda route: refuse(route, 409))
    page.get_by_role("button", name="在地图中心开一处").click()
    expect(page.get_by_test_id("trial")).to_contain_text("不会有任何变化。")
    expect(page.get_by_role("button", name="重试")).to_have_count(0)
    page.unroute("**/what-if")
    page.route("**/what-if", lambda route: refuse(route, 503))
    page.get_by_role("button", name="在地图中心开一处").click()
    page.unroute("**/what-if")
    page.get_by_role("button", name="重试").click()
    answered(page)


def test_without_an_answer_the_trial_says_what_comes_first(page: Page, site: str) -> None:
    page.route("**/api/v1/coverage?area=*", lambda route: route.fulfill(json={"studies": []}))
    open_coverage(page, site)
    page.get_by_role("button", name="试一试").click()
    expect(page.get_by_test_id("trial")).to_contain_text("先在“现状”里检查一次")


def test_on_a_phone_the_difference_stands_at_the_top_of_the_sheet(page: Page, site: str) -> None:
    open_trial(page, site, changes="open:165.0102594,30.0029265;close:9", size=PHONE)
    box = answered(page).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"] - 60
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
