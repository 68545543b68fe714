"""Finding sites as a planner does it: ask, watch, read why, see it on the map, and try it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.web.coverage_view import PHONE, choice, day_care, expect_address
from tests.web.waiting import SLOW, finished, place_of, wait_until, wait_until_drawn


def open_siting(page: Page, site: str) -> None:
    day_care(page, site)
    page.get_by_role("button", name="选址").click()
    expect(page.get_by_test_id("siting").get_by_text("正在载入")).to_have_count(0)
    expect(page.get_by_test_id("siting")).to_contain_text(re.compile("共比较|点“找地点”"))


def find_sites(page: Page, count: int = 3) -> dict[str, Any]:
    """Ask for so many sites and return the answer that is shown then; one of before may still be on its way."""
    answers: dict[str, Response] = {}
    page.on("response", lambda answer: answers.update({answer.url: answer}))
    page.get_by_label("再开几处").fill(str(count))
    with page.expect_response(lambda answer: answer.request.method == "POST") as begun:
        page.get_by_role("button", name="找地点").click()
    study = finished(page, begun.value.url.removesuffix("/api/v1/siting"), begun.value.json())["study_id"]
    address = f"{begun.value.url}/{study}"
    expect_address(page, tool="siting", norm="day_care", siting=str(study))
    wait_until(page, lambda: address in answers)
    answer: dict[str, Any] = answers[address].json()
    expect(page.get_by_test_id("siting-list").get_by_role("option")).to_have_count(len(answer["chosen"]))
    expect(page.get_by_role("button", name="找地点")).to_be_enabled()
    return answer


def test_a_planner_asks_for_sites_and_reads_what_they_bring_and_how_sure_that_is(
    page: Page, site: str
) -> None:
    open_siting(page, site)
    answer = find_sites(page)
    gained = round(answer["answer"]["covered"] - answer["before"])
    expect(page.get_by_test_id("siting-figure")).to_contain_text(f"+{gained:,}")
    expect(page.get_by_test_id("siting-quality")).to_contain_text(
        "已证明" if answer["answer"]["proved"] else "尚未证明"
    )
    sites = page.get_by_test_id("siting-list").get_by_role("option")
    expect(sites).to_have_count(len(answer["chosen"]))
    for row, told in zip(sites.all(), answer["chosen"], strict=True):
        expect(row).to_contain_text(told["name"])
        expect(row).to_contain_text("人")
    expect(page.get_by_role("region", name="多开一处，多覆盖多少").get_by_role("img")).to_be_visible()
    expect(page.get_by_test_id("siting-gains").locator("tbody tr").first).to_contain_text("+")


def test_the_list_leads_to_the_map_and_the_sites_can_be_tried_there(page: Page, site: str) -> None:
    open_siting(page, site)
    find_sites(page)
    page.get_by_test_id("siting-list").focus()
    page.keyboard.press("Enter")
    chosen = page.get_by_test_id("siting-list").get_by_role("option").first
    expect(chosen).to_have_attribute("aria-selected", "true")
    wait_until_drawn(page)
    page.locator("canvas").first.focus()
    page.keyboard.press("Enter")
    expect(chosen).to_have_attribute("aria-selected", "false")
    page.get_by_role("button", name="到“试一试”里看").click()
    expect(page.get_by_test_id("trial-changes").get_by_role("listitem")).to_have_count(3, timeout=SLOW)
    expect(page.get_by_test_id("trial-figure")).to_contain_text("+", timeout=SLOW)
    page.go_back()
    expect(page.get_by_test_id("siting-figure")).to_be_visible()


def test_the_map_arrives_at_a_site_though_the_window_changes_meanwhile(page: Page, site: str) -> None:
    open_siting(page, site)
    first = find_sites(page)["chosen"][0]
    page.get_by_test_id("siting-list").focus()
    page.keyboard.press("Enter")
    page.set_viewport_size({"width": 1100, "height": 700})
    wait_until_drawn(page)
    there = pytest.approx([first["lat"], first["lon"]], abs=1e-4)
    wait_until(page, lambda: place_of(page) == there)  # the address is written once the view rests


def test_a_gate_to_open_is_shown_as_such(page: Page, site: str) -> None:
    def with_a_gate(route: Route) -> None:
        answered = route.fetch()
        answer = answered.json()
        answer["chosen"][0]["kind"] = "open_gate"
        route.fulfill(response=answered, json=answer)

    page.route(re.compile(r"/api/v1/siting/\d+$"), with_a_gate)
    open_siting(page, site)
    gate = find_sites(page)["chosen"][0]
    assert gate["kind"] == "open_gate"
    expect(page.get_by_test_id("siting-list")).to_contain_text(f"打开出入口：{gate['name']}")


def test_an_objective_offers_only_what_it_knows(page: Page, site: str) -> None:
    open_siting(page, site)
    page.get_by_test_id("siting-more").locator("summary").click()
    expect(page.get_by_label("预算上限")).to_be_visible()
    choice(page, "想达到什么").select_option("all")
    for label in ("再开几处", "预算上限", "每个网格至少覆盖"):
        expect(page.get_by_label(label)).to_have_count(0)


def test_the_search_tells_how_far_it_is_and_can_be_stopped(page: Page, site: str) -> None:
    open_siting(page, site)
    job = {"id": "00000000-0000-4000-8000-000000000001", "kind": "siting", "state": "running", "stage": "compare", "done": 1, "total": 2,
           "at_once": {"names": ["东一室", "东二室"], "demand": 24050, "before": 21980, "covered": 23100}, "study_id": None, "problem": None, "created_at": "2026-01-01T00:00:00Z", "finished_at": None}  # fmt: skip
    state = {"now": job}

    def follow(route: Route) -> None:
        if route.request.method == "DELETE":
            state["now"] = job | {"state": "cancelled"}
        route.fulfill(json=state["now"])

    page.route("**/api/v1/jobs/00000000-0000-4000-8000-000000000001", follow)
    page.route("**/api/v1/siting", lambda route: route.fulfill(status=202, json=job))
    page.get_by_role("button", name="找地点").click()
    expect(page.get_by_test_id("job-progress")).to_contain_text("正在比较各种选法")
    first = page.get_by_role("region", name="初步方案")
    expect(first).to_contain_text("覆盖 21,980 → 23,100 / 24,050")
    expect(first).to_contain_text("东一室和东二室")
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_test_id("job-progress")).to_have_count(0)
    expect(first).to_have_count(0)
    expect(page.get_by_role("button", name="找地点")).to_be_enabled()


def test_a_refusal_is_said_in_words(page: Page, site: str) -> None:
    open_siting(page, site)
    page.get_by_test_id("coverage-service").select_option("bank")
    page.get_by_label("再开几处").fill("2")
    page.get_by_role("button", name="找地点").click()
    expect(page.get_by_role("alert")).to_contain_text("标准未规定服务半径", timeout=SLOW)


def test_on_a_phone_the_answer_fits_the_sheet(page: Page, site: str) -> None:
    open_siting(page, site)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    find_sites(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
