"""A real server over the demonstration's data, and a real browser that may reach nothing else."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="session")
def site(demo_database_url: str) -> Iterator[str]:
    """Address of a `gridmap serve` over the sample district and Helsinki."""
    environment = os.environ | {"GRIDMAP_DATABASE_URL": demo_database_url, "GRIDMAP_LANG": "en"}
    server = subprocess.Popen(
        [sys.executable, "-c", "from gridmap.cli import main; main()", "serve", "--port", "0"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    said = ""
    for line in server.stderr:
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            yield found.group()
            break
    else:
        pytest.fail(f"the server did not start: {said}")
    server.terminate()
    server.wait(timeout=20)
    server.stderr.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a tab of its own, at desktop size."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Give a server with other work more time than Playwright would."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)
