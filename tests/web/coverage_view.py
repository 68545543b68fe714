"""The view of coverage as a reader works it: open, ask, choose, read."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.web.waiting import SLOW, finished

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def open_coverage(page: Page, site: str, size: dict[str, int] | None = None, *, lang: str = "zh") -> None:
    page.set_viewport_size(size or WIDE)  # type: ignore[arg-type]
    page.goto(f"{site}/#lang={lang}&view=coverage")
    wait_until_loaded(page)


def wait_until_loaded(page: Page) -> None:
    """Wait until the newest answer is here, or it is known that there is none."""
    expect(page.get_by_test_id("coverage-service")).to_be_visible()
    expect(page.locator("form[aria-busy=false]")).to_be_visible(timeout=SLOW)


def ask(page: Page, *, standard: str = "示意街道项目参数", **chosen: str) -> None:
    """Ask with some conditions and wait for the answer."""
    conditions(page)
    choice(page, "标准").select_option(label=standard)
    for label, value in chosen.items():
        choice(page, label).select_option(value)
    submit(page)
    expect(page.get_by_test_id("coverage-figure")).to_be_visible()


def submit(page: Page) -> None:
    """Ask and wait until it is answered."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator("form button[type=submit]").click()
    expect(page.locator("form[aria-busy=false]")).to_be_visible(timeout=SLOW)


def choice(page: Page, label: str) -> Locator:
    return page.get_by_role("combobox", name=label, exact=True)


def conditions(page: Page) -> None:
    """Unfold the conditions."""
    fold = page.get_by_test_id("coverage-conditions")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()


def figure(page: Page) -> tuple[int, int]:
    """Return households covered and households judged."""
    said = page.get_by_test_id("coverage-figure").inner_text().replace(",", "")
    found = re.search(r"覆盖 (\d+) / (\d+) 户", said)
    assert found
    return int(found[1]), int(found[2])


def part_counts(page: Page, name: str) -> dict[str, int]:
    """Return the households of each part of a sum, and their total, as they are shown."""
    lines = page.locator(f'[data-sum="{name}"] > div').all()
    counts = [int(line.locator("dd").inner_text().replace(",", "")) for line in lines]
    return dict(
        zip(["total", *(line.get_attribute("data-part") or "" for line in lines[1:])], counts, strict=True)
    )


def rows(page: Page) -> Locator:
    return page.get_by_test_id("uncovered-list").get_by_role("option")


def answer_shown(page: Page, site: str) -> dict[str, Any]:
    """Return the answer that the address names; which one is newest depends on what was asked before."""
    named = re.compile(r"[#&]study=(\d+)")
    expect(page).to_have_url(named)
    found = named.search(page.url)
    assert found
    answer: dict[str, Any] = page.request.get(f"{site}/api/v1/coverage/{found[1]}").json()
    return answer


def day_care(page: Page, site: str) -> None:
    """Open the plain answer about day care, whatever was asked last."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto(f"{site}/#lang=zh&view=coverage&study={plain_study(page, site)}&norm=day_care")
    wait_until_loaded(page)
    expect(rows(page).first).to_be_visible()
    page.wait_for_load_state("networkidle")


def plain_study(page: Page, site: str) -> int:
    """Return the number of the answer to the plain question: of the one that is there while no data change."""
    [district, *_] = page.request.get(f"{site}/api/v1/overview").json()["districts"]
    asked = {"area": district["code"], "standard": "sample-district"}
    begun = page.request.post(f"{site}/api/v1/coverage", data=asked).json()
    number: int = finished(page, site, begun)["study_id"]
    return number


def expect_address(page: Page, **parts: str) -> None:
    """Wait until the address says so."""
    for name, value in parts.items():
        expect(page).to_have_url(re.compile(rf"[#&]{name}={value}(&|$)"))
