"""A page that was saved as one file, opened in a real browser without a network."""

from pathlib import Path

from playwright.sync_api import Page


def opened(page: Page, file: Path) -> list[str]:
    """Open a file and return whatever else was asked for, and every error."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(f"error: {error}"))
    page.on("console", lambda message: asked.append(message.text) if message.type == "error" else None)
    page.goto(file.as_uri())
    page.wait_for_selector("path.leaflet-interactive", state="attached")
    return [each for each in asked if each != file.as_uri() and not each.startswith("data:")]
