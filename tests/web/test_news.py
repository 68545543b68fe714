"""Two look at one town: what one changes, the other sees without loading the page again."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from gridmap.db.collections import COLLECTIONS
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect, transaction
from tests.api.conftest import settle
from tests.api.test_server import free_port, start
from tests.conftest import copy_of
from tests.web.coverage_view import WIDE
from tests.web.test_trial import answered, changes, first_facility, open_trial
from tests.web.waiting import wait_until, wait_until_drawn

SOON = 10_000
"""Milliseconds within which a change must be seen, also where the machine is busy; a fiftieth of it is usual."""
GRID = "110101001001001"
FACILITY = "17/39.9055/116.4025"


@pytest.fixture(scope="module")
def town(cluster: Cluster, template_database: str) -> Iterator[Engine]:
    """Engine on the town of `town.sql`, which the tests of this module change."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        settle(engine)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def town_site(town: Engine) -> Iterator[str]:
    """Address of a server over the town."""
    port = free_port()
    server = start(town, port)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.communicate(timeout=20)


def change(town: Engine, statement: str, **values: Any) -> None:
    """Change the town as somebody else."""
    with transaction(town, actor="somebody else", role="gridmap_app") as connection:
        connection.execute(text(statement), values)


def rename_facility(town: Engine, name: str) -> None:
    change(town, "UPDATE gridmap.facility SET name = :name WHERE source_id = 'f1'", name=name)


def settle_household(town: Engine, households: int) -> None:
    """Let a building of the first grid, and with it the grid, have other counts: the grid has 380 without it."""
    change(town, "UPDATE gridmap.building SET households = :n WHERE source_id = 'a2'", n=households)


def open_town(page: Page, site: str, view: str) -> None:
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto(f"{site}/#lang=zh&{view}")
    wait_until_drawn(page)


def go_to(page: Page, place: str) -> None:
    """Follow a link to elsewhere, which does not load the page again."""
    page.evaluate("(place) => { location.hash = `lang=zh&at=${place}`; }", place)
    wait_until_drawn(page)


def name_under_pointer(page: Page) -> str:
    """Return what the map says of what lies in its centre, from its tiles."""
    box = page.get_by_test_id("map-centre").bounding_box()
    assert box is not None
    for offset in (0, 1):
        page.mouse.move(box["x"] + box["width"] / 2 + offset, box["y"] + box["height"] / 2)
        page.wait_for_timeout(60)
    card = page.locator(".hover")
    return card.inner_text() if card.count() else ""


def wait_for_name(page: Page, name: str, within: int) -> None:
    for _ in range(within // 120):
        if name in name_under_pointer(page):
            return
    pytest.fail(f"the map did not show {name} within {within} ms: {name_under_pointer(page)}")


def test_the_map_shows_what_others_change(page: Page, town: Engine, town_site: str) -> None:
    open_town(page, town_site, f"at={FACILITY}")
    wait_for_name(page, "社区卫生站", SOON)
    rename_facility(town, "新名卫生站")
    wait_for_name(page, "新名卫生站", SOON)


def test_what_changed_elsewhere_is_shown_when_the_map_comes_back_there(
    page: Page, town: Engine, town_site: str
) -> None:
    open_town(page, town_site, f"at={FACILITY}")
    wait_for_name(page, "卫生站", SOON)
    go_to(page, "17/39.9055/116.4225")
    rename_facility(town, "搬走的卫生站")
    page.wait_for_timeout(500)
    go_to(page, FACILITY)
    wait_for_name(page, "搬走的卫生站", SOON)


def test_list_and_card_follow_and_nobody_loses_the_place(page: Page, town: Engine, town_site: str) -> None:
    settle_household(town, 20)
    open_town(page, town_site, f"grid={GRID}&tab=things")
    page.set_viewport_size({"width": 1280, "height": 420})
    card, body = page.get_by_test_id("grid-card"), page.get_by_role("tabpanel")
    expect(card).to_contain_text("400")
    body.evaluate("(element) => element.scrollTo(0, 60)")
    scrolled = body.evaluate("(element) => element.scrollTop")
    assert scrolled > 0
    page.get_by_role("tab", name="物").focus()
    page.evaluate(
        "window.seen = 0; new MutationObserver(() => { if (document.querySelector('.waiting')) window.seen++; })"
        ".observe(document.body, { childList: true, subtree: true })"
    )
    settle_household(town, 35)
    expect(card).to_contain_text("415", timeout=SOON)
    expect(page.locator(f'[data-code="{GRID}"]')).to_contain_text("415", timeout=SOON)
    assert body.evaluate("(element) => element.scrollTop") == scrolled
    expect(page.get_by_role("tab", name="物")).to_be_focused()
    expect(page.locator(f'[data-code="{GRID}"]')).to_have_attribute("aria-selected", "true")
    assert page.evaluate("window.seen") == 0


def test_the_grid_on_the_map_has_the_new_count_and_stays_under_the_pointer(
    page: Page, town: Engine, town_site: str
) -> None:
    settle_household(town, 20)
    open_town(page, town_site, "at=16.5/39.9085/116.4012")
    wait_for_name(page, "400", SOON)
    settle_household(town, 150)
    wait_for_name(page, "530", SOON)
    expect(page.locator(".hover")).to_contain_text("超出")


def test_a_page_nobody_looks_at_hears_nothing_and_catches_up(
    page: Page, town: Engine, town_site: str
) -> None:
    settle_household(town, 20)
    open_town(page, town_site, f"grid={GRID}")
    card = page.get_by_test_id("grid-card")
    expect(card).to_contain_text("400")
    look(page, "hidden")
    settle_household(town, 41)
    page.wait_for_timeout(1500)
    expect(card).to_contain_text("400")
    look(page, "visible")
    expect(card).to_contain_text("421", timeout=SOON)


def look(page: Page, state: str) -> None:
    page.evaluate(
        "(state) => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        state,
    )


@pytest.mark.parametrize("status", [404, 503])
def test_a_server_that_tells_nothing_leaves_the_page_as_it_is(
    page: Page, town_site: str, status: int
) -> None:
    page.route("**/api/v1/changes", lambda route: route.fulfill(status=status, json={"status": status}))
    open_town(page, town_site, f"grid={GRID}")
    expect(page.get_by_test_id("grid-code")).to_have_text(GRID)
    expect(page.get_by_role("alert")).to_have_count(0)


def tell_always(page: Page) -> None:
    """Let the server tell, several times a second, that everything changed."""
    told = json.dumps({"changes": [{"layer": layer, "bbox": [-180, -90, 180, 90]} for layer in COLLECTIONS]})
    stream = f"retry: 300\n\nevent: change\ndata: {told}\n\n"
    page.route(
        "**/api/v1/changes", lambda route: route.fulfill(content_type="text/event-stream", body=stream)
    )
    look(page, "hidden")
    look(page, "visible")


def test_an_open_trial_is_left_as_it_is(page: Page, site: str) -> None:
    open_trial(page, site)
    first_facility(page).get_by_role("button", name="关闭").click()
    figure = answered(page).inner_text()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    tell_always(page)
    wait_until(page, lambda: any(url.endswith("/api/v1/overview") for url in asked))
    wait_until(page, lambda: any("/tiles/" in url for url in asked))
    page.wait_for_timeout(1_000)
    assert [url for url in asked if "/api/v1/coverage" in url] == []
    assert page.get_by_test_id("trial-figure").inner_text() == figure
    expect(changes(page)).to_have_count(1)
