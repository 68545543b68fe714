"""Waiting in a browser for what comes about by itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

SLOW = 120_000
"""Milliseconds within which work of the server must be done, also where the machine is busy."""


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    """Look ten times a second whether something holds."""
    for _ in range(SLOW // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come about in time")


def finished(page: Page, site: str, job: dict[str, Any]) -> dict[str, Any]:
    """Return a job once it is done."""
    address = f"{site}/api/v1/jobs/{job['id']}"
    wait_until(page, lambda: page.request.get(address).json()["finished_at"] is not None)
    done: dict[str, Any] = page.request.get(address).json()
    return done


def wait_until_drawn(page: Page) -> None:
    """Wait until the map rests and shows everything."""
    page.locator('[data-progress="idle"]').wait_for(timeout=SLOW)


def pan(page: Page, key: str) -> None:
    """Move the map by a key, and wait until it rests elsewhere."""
    wait_until(page, lambda: rests(page))
    before = place_of(page)
    page.keyboard.press(key)
    wait_until(page, lambda: place_of(page) != before and rests(page))


def rests(page: Page) -> bool:
    """Return whether the map is drawn, and the address, which is written a moment later, says where it is."""
    wait_until_drawn(page)
    before = place_of(page)
    page.wait_for_timeout(400)
    return bool(before) and place_of(page) == before


def place_of(page: Page) -> list[float]:
    """Return latitude and longitude of the address, which is written once the view rests; nothing before."""
    place = re.search(r"[#&]at=[\d.]+/([-\d.]+)/([-\d.]+)", page.url)
    return [float(one) for one in place.groups()] if place else []
