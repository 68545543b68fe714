"""Downloading as an office does it: choose, wait beside the map, have the file or read why not."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.coverage_view import PHONE, WIDE
from tests.web.waiting import SLOW, wait_until_drawn

JOB: dict[str, Any] = {
    "id": "00000000-0000-4000-8000-000000000002", "kind": "export", "state": "running", "stage": "write",
    "done": 40_000, "total": 100_000, "at_once": None, "study_id": None, "file": None, "problem": None,
    "created_at": "2026-01-01T00:00:00Z", "finished_at": None,
}  # fmt: skip


def open_menu(page: Page, site: str, size: dict[str, int] = WIDE) -> Locator:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{site}/#lang=zh")
    wait_until_drawn(page)
    page.get_by_role("button", name="下载数据").click()
    return page.locator("#download-menu")


def choose(menu: Locator, layer: str, form: str) -> None:
    menu.get_by_role("combobox", name="数据", exact=True).select_option(layer)
    menu.get_by_role("combobox", name="格式", exact=True).select_option(form)


def begin(menu: Locator) -> None:
    menu.get_by_role("button", name="下载").click()


def work_slowly(page: Page) -> None:
    """Let a job be under way until it is stopped."""
    now = {"job": JOB}

    def follow(route: Route) -> None:
        if route.request.method == "DELETE":
            now["job"] = JOB | {"state": "cancelled"}
        route.fulfill(json=now["job"])

    page.route(f"**/api/v1/jobs/{JOB['id']}", follow)
    page.route("**/api/v1/exports", lambda route: route.fulfill(status=202, json=JOB))


def test_a_workbook_is_made_and_saved_by_itself(page: Page, site: str) -> None:
    menu = open_menu(page, site)
    choose(menu, "facilities", "xlsx")
    with page.expect_download(timeout=SLOW) as download:
        begin(menu)
    assert download.value.suggested_filename == "设施.xlsx"
    rows = list(
        load_workbook(BytesIO(download.value.path().read_bytes()), read_only=True).worksheets[0].values
    )
    district = page.request.get(f"{site}/api/v1/overview").json()["districts"][0]["code"]
    listed = page.request.get(f"{site}/api/v1/exports/facilities?f=geojson&area={district}").json()
    assert rows[0][:3] == ("编号", "名称", "类型")
    assert len(rows) - 1 == len(listed["features"]) > 0
    expect(menu.get_by_test_id("download-saved")).to_contain_text("文件已生成：设施 · Excel (.xlsx)")
    with page.expect_download() as again:
        menu.get_by_role("link", name="再次保存").click()
    assert again.value.path().read_bytes() == download.value.path().read_bytes()


def test_the_work_goes_on_while_the_menu_is_closed_and_the_keyboard_stops_it(page: Page, site: str) -> None:
    menu = open_menu(page, site)
    work_slowly(page)
    begin(menu)
    progress = menu.get_by_test_id("job-progress")
    expect(progress).to_contain_text("正在写入文件")
    expect(progress).to_contain_text("40,000 / 100,000")
    expect(progress.get_by_role("progressbar")).to_have_attribute("value", "40000")
    page.get_by_role("button", name="下载数据").click()
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="下载数据").click()
    expect(progress).to_contain_text("40,000 / 100,000")
    progress.get_by_role("button", name="停止").focus()
    page.keyboard.press("Enter")
    expect(menu.get_by_text("已停止，没有生成文件")).to_be_visible()
    expect(menu.get_by_role("button", name="下载")).to_be_focused()


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_is_said_in_the_menu_which_then_works_again(page: Page, site: str, status: int) -> None:
    problem = {"status": status, "title": "Refused",
               "messages": {"en": "Too many jobs.", "zh": "排队的任务过多。"},
               "hint": {"en": "Try again later.", "zh": "请稍后再试。"}}  # fmt: skip
    menu = open_menu(page, site)
    page.route("**/api/v1/exports", lambda route: route.fulfill(
        status=status, content_type="application/problem+json", body=json.dumps(problem)))  # fmt: skip
    begin(menu)
    expect(menu.get_by_role("alert")).to_contain_text(re.compile("排队的任务过多。.*请稍后再试。"))
    page.unroute("**/api/v1/exports")
    with page.expect_download(timeout=SLOW) as download:
        menu.get_by_role("button", name="重试").click()
    assert download.value.suggested_filename == "网格.xlsx"
    expect(menu.get_by_role("alert")).to_have_count(0)


def test_a_closed_menu_opens_when_there_will_be_no_file(page: Page, site: str) -> None:
    menu = open_menu(page, site)
    work_slowly(page)
    begin(menu)
    expect(menu.get_by_test_id("job-progress")).to_be_visible()
    page.get_by_role("button", name="下载数据").click()
    failed = {"message": {"en": "The disk is full.", "zh": "磁盘已满。"}, "hint": None}
    page.route(
        f"**/api/v1/jobs/{JOB['id']}",
        lambda route: route.fulfill(json=JOB | {"state": "failed", "problem": failed}),
    )
    expect(menu.get_by_role("alert")).to_contain_text("磁盘已满。")


def test_on_a_phone_the_menu_fits_while_a_file_is_made(page: Page, site: str) -> None:
    menu = open_menu(page, site, PHONE)
    work_slowly(page)
    begin(menu)
    stop = menu.get_by_role("button", name="停止")
    expect(stop).to_be_in_viewport(ratio=1)
    box, button = menu.bounding_box(), stop.bounding_box()
    assert box is not None
    assert button is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert button["height"] >= 44
