"""The coverage view as a planner uses it: ask, watch, read, look on the map, compare, and be told what is stale or refused."""

import json
import re

from playwright.sync_api import Page, Route, expect
from sqlalchemy import text

from gridmap.db.engine import connect
from tests.web.coverage_view import (
    PHONE,
    answer_shown,
    ask,
    choice,
    conditions,
    day_care,
    expect_address,
    figure,
    open_coverage,
    part_counts,
    rows,
    submit,
)
from tests.web.waiting import SLOW, wait_until_drawn


def test_a_planner_asks_and_reads_covered_households_and_who_is_not(page: Page, site: str) -> None:
    open_coverage(page, site)
    ask(page, 谁在走="adult", 走多远="按标准半径", 哪一天="不限时间")
    page.get_by_test_id("coverage-service").select_option("day_care")
    expect(rows(page).first).to_be_visible()
    covered, judged = figure(page)
    answer = answer_shown(page, site)
    norm = next(one for one in answer["norms"] if one["norm"] == "day_care")
    assert (covered, judged) == (norm["area"]["distance"]["within"], norm["area"]["distance"]["judged"])
    assert 0 < covered < judged
    expect(page.get_by_role("listbox", name="未得到服务的住户")).to_be_visible()
    expect(rows(page).first).to_contain_text(norm["uncovered"][0]["name"])
    for question in ("distance", "floor_area", "capacity"):
        expect(page.locator(f'[data-question="{question}"]')).to_contain_text(re.compile("户|标准未规定"))


def test_the_headline_is_the_sum_of_the_parts_below_it(page: Page, site: str) -> None:
    day_care(page, site)
    page.get_by_test_id("coverage-service").select_option("service_station")
    covered, judged = figure(page)
    counted, others = part_counts(page, "counted"), part_counts(page, "not_counted")
    assert counted["total"] == covered == counted["met"] + counted["inside"]
    assert others["total"] == judged - covered == sum(others.values()) - others["total"]
    assert counted["inside"] > 0
    assert others["outside"] > 0
    expect(page.locator('[data-measure="straight"]')).to_contain_text("户")


def test_the_list_leads_to_the_map_and_the_map_to_the_list_by_keyboard(page: Page, site: str) -> None:
    day_care(page, site)
    wait_until_drawn(page)
    page.get_by_test_id("uncovered-list").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    name = rows(page).nth(1).locator(".name").inner_text()
    expect(rows(page).nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.get_by_test_id("chosen-home")).to_contain_text(name)
    wait_until_drawn(page)
    page.get_by_role("button", name="取消选中").click()
    page.locator("canvas").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chosen-home")).to_contain_text(name)


def test_reasons_filter_the_list(page: Page, site: str) -> None:
    day_care(page, site)
    reason = page.get_by_role("group", name="按原因筛选").get_by_role("button").first
    word = re.sub(r"[\d,\s]+$", "", reason.inner_text())
    reason.click()
    expect(reason).to_have_attribute("aria-pressed", "true")
    for row in rows(page).all()[:20]:
        expect(row).to_contain_text(word)


def test_an_answer_that_was_kept_is_compared_with_the_next(page: Page, site: str) -> None:
    day_care(page, site)
    before, _ = figure(page)
    page.get_by_role("button", name="留作对比").click()
    ask(page, 谁在走="elder", 走多远="15")
    change = page.get_by_test_id("coverage-change")
    expect(change).to_contain_text("新增覆盖")
    expect(change).to_contain_text("失去覆盖 0 处")
    assert figure(page)[0] > before
    expect(page.get_by_role("region", name="住户", exact=True)).to_contain_text("新增覆盖")
    page.get_by_role("button", name="取消对比").click()
    expect(change).to_have_count(0)


def test_an_hour_of_the_week_can_be_asked(page: Page, site: str) -> None:
    day_care(page, site)
    conditions(page)
    choice(page, "哪一天").select_option("Sunday")
    page.get_by_label("几点").fill("23:30")
    expect(page.get_by_text("条件已改")).to_be_visible()
    submit(page)
    expect(page.get_by_text("条件已改")).to_have_count(0)
    assert answer_shown(page, site)["question"]["at"] == "Sunday 23:30"


def test_work_under_way_tells_how_far_it_is_and_can_be_stopped(page: Page, site: str) -> None:
    open_coverage(page, site)
    job = {"id": "00000000-0000-4000-8000-000000000001", "kind": "coverage", "state": "running", "stage": "judge", "done": 3, "total": 12,
           "at_once": None, "study_id": None, "problem": None, "created_at": "2026-01-01T00:00:00Z", "finished_at": None}  # fmt: skip
    stopped = job | {"state": "cancelled"}
    state = {"now": job}

    def follow(route: Route) -> None:
        if route.request.method == "DELETE":
            state["now"] = stopped
        route.fulfill(json=state["now"])

    page.route("**/api/v1/jobs/00000000-0000-4000-8000-000000000001", follow)
    page.route("**/api/v1/coverage", lambda route: route.fulfill(status=202, json=job))
    page.locator("form button[type=submit]").click()
    progress = page.get_by_test_id("job-progress")
    expect(progress).to_contain_text("正在逐项判定")
    expect(progress.get_by_role("progressbar")).to_have_attribute("value", "3")
    progress.get_by_role("button", name="停止").click()
    expect(progress).to_have_count(0)
    expect(page.locator("form button[type=submit]")).to_be_enabled()


def test_a_refusal_is_said_in_words_and_can_be_tried_again(page: Page, site: str) -> None:
    open_coverage(page, site)
    problem = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "…",
               "messages": {"en": "There are no ways.", "zh": "没有可供步行的道路数据。"},
               "hint": {"en": "Import them.", "zh": "请先导入道路。"}}  # fmt: skip
    body = json.dumps(problem)
    page.route(
        "**/api/v1/coverage",
        lambda route: route.fulfill(status=409, content_type="application/problem+json", body=body),
    )
    page.locator("form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("没有可供步行的道路数据。")
    expect(page.get_by_role("alert")).to_contain_text("请先导入道路。")
    page.unroute("**/api/v1/coverage")
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_test_id("coverage-figure")).to_be_visible(timeout=SLOW)


def test_an_answer_whose_data_have_changed_says_so(page: Page, site: str, demo_database_url: str) -> None:
    day_care(page, site)
    engine = connect(demo_database_url)
    move = text("UPDATE gridmap.facility SET capacity = coalesce(capacity, 0) + :by WHERE kind = 'day_care'")
    with engine.begin() as connection:
        connection.execute(move, {"by": 1})
    try:
        open_coverage(page, site)
        page.reload()
        expect(page.get_by_role("alert")).to_contain_text("数据已更新，这份结果已过时。")
    finally:
        with engine.begin() as connection:
            connection.execute(move, {"by": -1})
        engine.dispose()


def test_a_district_nobody_asked_about_says_how_to_begin(page: Page, site: str) -> None:
    page.route("**/api/v1/coverage?area=*", lambda route: route.fulfill(json={"studies": []}))
    open_coverage(page, site, lang="en")
    expect(page.get_by_test_id("coverage")).to_contain_text("Choose a service")
    expect(page.get_by_role("button", name="Check coverage")).to_be_enabled()


def test_on_a_phone_the_answer_stands_in_the_sheet_without_scrolling_sideways(page: Page, site: str) -> None:
    day_care(page, site)
    open_coverage(page, site, PHONE)
    page.reload()
    expect(page.get_by_test_id("coverage-figure")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for button in page.get_by_test_id("coverage").get_by_role("button").all()[:4]:
        box = button.bounding_box()
        assert box is None or box["height"] >= 36


def test_the_view_is_part_of_the_address_and_the_grids_come_back(page: Page, site: str) -> None:
    open_coverage(page, site)
    page.get_by_role("button", name="社区与网格").click()
    expect(page.locator("#grid-list button").first).to_be_visible()
    expect(page).not_to_have_url(re.compile("view="))
    page.get_by_role("button", name="服务覆盖").click()
    expect(page).to_have_url(re.compile("view=coverage"))


def test_a_link_opens_the_same_answer_under_the_same_norm(page: Page, site: str) -> None:
    day_care(page, site)
    first = answer_shown(page, site)["study"]
    ask(page, 谁在走="elder")
    assert answer_shown(page, site)["question"]["profile"] == "elder"
    expect_address(page, norm="day_care")
    page.goto("about:blank")
    page.goto(f"{site}/#lang=zh&view=coverage&study={first}&norm=clinic")
    expect(page.get_by_test_id("coverage-service")).to_have_value("clinic")
    expect(page.get_by_test_id("coverage-conditions")).to_contain_text("成年人")
    expect_address(page, study=str(first), norm="clinic")


def test_back_returns_to_the_service_that_was_looked_at_before(page: Page, site: str) -> None:
    day_care(page, site)
    expect_address(page, norm="day_care")
    page.get_by_test_id("coverage-service").select_option("clinic")
    expect_address(page, norm="clinic")
    wait_until_drawn(page)
    page.go_back()
    expect(page.get_by_test_id("coverage-service")).to_have_value("day_care")
    wait_until_drawn(page)
    page.go_forward()
    expect(page.get_by_test_id("coverage-service")).to_have_value("clinic")


def test_a_link_to_an_answer_that_is_gone_says_so(page: Page, site: str) -> None:
    page.goto(f"{site}/#lang=zh&view=coverage&study=999999")
    expect(page.get_by_role("alert")).to_contain_text("999999")


def test_shares_by_community_and_grid_are_sorted_and_lead_to_the_map(page: Page, site: str) -> None:
    day_care(page, site)
    table = page.get_by_test_id("unit-shares")

    def shares() -> list[int]:
        return [int(cell.inner_text().rstrip("%")) for cell in table.locator("tbody .percent").all()]

    assert shares() == sorted(shares())
    table.get_by_role("button", name="覆盖率").click()
    assert shares() == sorted(shares(), reverse=True)
    first = table.locator("tbody tr").first
    before = page.url
    first.get_by_role("button").press("Enter")
    expect(first).to_have_class("chosen")
    expect(page).not_to_have_url(before)
    page.get_by_role("button", name="按网格").click()
    expect(page.get_by_test_id("unit-shares").locator("tbody tr").first).to_contain_text(
        re.compile(r" \d{3}")
    )


def test_groups_distances_tiers_and_the_sources_of_numbers_are_shown(page: Page, site: str) -> None:
    day_care(page, site)
    expect(page.get_by_test_id("target-group")).to_contain_text(
        re.compile(r"60 岁及以上老人共 [\d,]+ 人，覆盖 [\d.]+%")
    )
    expect(page.get_by_test_id("distance-curve").get_by_role("img")).to_contain_text("标准 500 米")
    page.get_by_test_id("tier-check").locator("summary").first.click()
    expect(page.get_by_test_id("tier-check")).to_contain_text(re.compile(r"主体 \d+/\d+"))
    page.get_by_test_id("norm-values").locator("summary").click()
    expect(page.get_by_test_id("norm-values")).to_contain_text("未与原文核对")
    expect(page.get_by_text("与现有数据一致")).to_be_visible()


def test_another_question_tells_of_the_same_people(page: Page, site: str) -> None:
    day_care(page, site)
    people = re.compile(r"60 岁及以上老人共 [\d,]+ 人")
    told = people.search(page.get_by_test_id("target-group").inner_text())
    assert told
    ask(page, 谁在走="elder")
    expect(page.get_by_test_id("target-group")).to_contain_text(told.group())


def test_the_homes_of_an_answer_can_be_taken_away(page: Page, site: str) -> None:
    day_care(page, site)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载逐户结果").click()
    content = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert content["type"] == "FeatureCollection"
    assert content["features"]
