"""MapLibre GL in a real browser, on a page of another site: our style, our tiles, our items."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from gridmap.settings import REPOSITORY

LIBRARY = REPOSITORY / "web" / "node_modules" / "maplibre-gl" / "dist"
PAGE = """<!doctype html>
<meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="library/maplibre-gl.css">
<div id="map" style="width: 800px; height: 600px"></div>
<script type="module">
import { Map, setWorkerUrl } from "./library/maplibre-gl.mjs";
setWorkerUrl("./library/maplibre-gl-worker.mjs");
const address = new URLSearchParams(location.search).get("address");
const map = new Map({ container: "map", style: `${address}/ogc/styles/map`, center: [116.405, 39.905], zoom: 14.5 });
map.on("error", (event) => console.error(event.error.message));
map.on("load", () => {
  map.addSource("items", { type: "geojson", data: `${address}/ogc/collections/grids/items?limit=100` });
  map.addLayer({ id: "items", type: "line", source: "items", paint: { "line-color": "#000000" } });
  map.once("idle", () => { window.shown = map; });
});
</script>
"""


class Quiet(SimpleHTTPRequestHandler):
    """Hand out files without a word; modules as scripts."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript"}

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a site that is not ours, with a page that shows our map."""
    if not LIBRARY.is_dir():
        pytest.skip(f"MapLibre GL is not at {LIBRARY}: cd web && npm ci")
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "library").symlink_to(Path(LIBRARY).resolve())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def said() -> list[str]:
    """What the page complained of."""
    return []


def test_maplibre_draws_style_tiles_and_items_without_a_complaint(
    browser: Browser, elsewhere: str, address: str, said: list[str]
) -> None:
    page = browser.new_page()

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "GPU stall" not in message.text:
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{elsewhere}?address={address}")
    try:
        page.wait_for_function("window.shown !== undefined", timeout=40_000)
    except PlaywrightTimeout:
        pytest.fail(f"the map is not still: {said}")
    codes = page.evaluate(
        """() => Object.fromEntries(["grids-fill", "items", "buildings-fill"].map((layer) => [layer,
            [...new Set(window.shown.queryRenderedFeatures({ layers: [layer] }).map((feature) => feature.id))].length]))"""
    )
    assert codes["grids-fill"] == codes["items"] == 3
    assert codes["buildings-fill"] > 20
    assert said == []
    page.close()
