"""What the web map promises whatever is on it: no foreign host, no inline code, two languages, labels, phones."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.web.waiting import wait_until_drawn

WIDE = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 844}


def open_map(page: Page, site: str, view: str = "") -> None:
    page.goto(f"{site}/#{view}")
    wait_until_drawn(page)


def first_code(page: Page, site: str) -> str:
    code: str = page.request.get(f"{site}/ogc/collections/grids/items?limit=1").json()["features"][0][
        "properties"
    ]["code"]
    return code


def use_everything(page: Page, site: str) -> None:
    """Look at every district, a card with all tabs, both languages, the layers and a search."""
    open_map(page, site, "lang=zh")
    for district in page.request.get(f"{site}/api/v1/overview").json()["districts"]:
        page.get_by_label("选择街道或城区").select_option(district["code"])
        wait_until_drawn(page)
    page.get_by_role("combobox", name="搜索").fill(first_code(page, site))
    page.get_by_role("listbox", name="搜索").get_by_role("option").first.click()
    for tab in page.get_by_role("tab").all():
        tab.click()
    page.get_by_role("button", name="图层").click()
    page.get_by_label("设施", exact=True).uncheck()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Zoom in").click()
    wait_until_drawn(page)


def test_no_request_leaves_the_host_that_served_the_page(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.set_viewport_size(WIDE)
    use_everything(page, site)
    assert any("/tiles/WebMercatorQuad/" in url for url in asked)
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in {"data", "blob"}}
    assert hosts == {urlsplit(site).netloc}


def test_the_content_policy_holds_and_nothing_goes_wrong_in_the_console(page: Page, site: str) -> None:
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation',"
        " (event) => console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))"
    )
    policy = page.request.get(f"{site}/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page.set_viewport_size(WIDE)
    use_everything(page, site)
    assert [line for line in said if "GPU stall" not in line and "GL Driver" not in line] == []


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en-GB")])
def test_every_control_has_words_in_the_chosen_language(
    page: Page, site: str, language: str, tag: str
) -> None:
    page.set_viewport_size(WIDE)
    open_map(page, site, f"lang={language}&grid={first_code(page, site)}")
    expect(page.locator("html")).to_have_attribute("lang", tag)
    expect(page.get_by_test_id("grid-code")).to_be_visible()
    has_chinese = re.compile("[\u4e00-\u9fff]")
    for button in page.locator(".buttons button, [role=tab], .legend h2, .list h2").all():
        words = button.get_attribute("aria-label") or button.inner_text()
        assert words.strip()
        assert bool(has_chinese.search(words)) == (language == "zh"), words
    message_keys = re.compile(
        r"\b(app|band|footer|grid|layers?|legend|list|map|people|search|state|tab|things|verdict)\.[a-z_]+\b"
    )
    assert not message_keys.search(page.locator("body").inner_text())


def test_the_language_changes_in_place_and_is_remembered(page: Page, site: str) -> None:
    page.set_viewport_size(WIDE)
    code = first_code(page, site)
    open_map(page, site, f"lang=zh&grid={code}")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("tab", name="People")).to_be_visible()
    expect(page.get_by_test_id("grid-code")).to_have_text(code)
    page.goto("about:blank")
    open_map(page, site)
    expect(page.get_by_role("button", name="English")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_invented_districts_are_labelled_and_real_ones_name_their_source(
    page: Page, site: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    open_map(page, site, "lang=zh")
    districts = page.request.get(f"{site}/api/v1/overview").json()["districts"]
    assert {district["synthetic"] for district in districts} == {True, False}
    for district in districts:
        page.get_by_label("选择街道或城区").select_option(district["code"])
        expect(page.get_by_test_id("attribution")).to_contain_text(district["attribution"])
        expect(page.get_by_test_id("attribution")).to_be_in_viewport()
        badge = page.get_by_test_id("synthetic")
        if district["synthetic"]:
            expect(badge).to_contain_text("示意")
            expect(badge).to_be_in_viewport()
        else:
            expect(badge).to_have_count(0)
            expect(page.get_by_test_id("attribution")).to_contain_text("OpenStreetMap")


def test_a_link_into_another_district_names_the_source_of_what_it_shows(page: Page, site: str) -> None:
    open_map(page, site, "at=15/60.1699/24.941&lang=zh")
    expect(page.get_by_test_id("attribution")).to_contain_text("OpenStreetMap")


@pytest.mark.parametrize(
    ("width", "language"), [(320, "en"), (390, "zh"), (768, "en"), (900, "en"), (1024, "en"), (1440, "zh")]
)
def test_no_width_scrolls_sideways(page: Page, site: str, width: int, language: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    open_map(page, site, f"lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{site}/#lang={language}&grid={first_code(page, site)}")
    expect(page.get_by_test_id("grid-code")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_a_finger_can_hit_every_button(page: Page, site: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    open_map(page, site, f"lang=zh&grid={first_code(page, site)}")
    expect(page.get_by_test_id("grid-code")).to_be_visible()
    for control in page.locator("button:visible, select:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, control.evaluate("(element) => element.outerHTML")


def test_on_a_phone_the_card_leaves_the_upper_half_to_the_map(page: Page, site: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    open_map(page, site, f"lang=zh&grid={first_code(page, site)}")
    box = page.get_by_test_id("grid-card").bounding_box()
    assert box is not None
    assert box["y"] > PHONE["height"] * 0.45
    assert box["width"] == PHONE["width"]
