"""Styles of the map, and how its layers are drawn."""

from pathlib import Path

import httpx
import mapbox_vector_tile
import pytest

from gridmap.api.styles import DRAWN
from gridmap.db.collections import COLLECTIONS
from gridmap.db.tiles import LAYERS

TILE = (14, 6208, 13489)
PALETTE = Path(__file__).parents[2] / "web" / "src" / "map" / "palette.ts"


def test_every_style_of_the_list_answers_and_names_only_this_server(client: httpx.Client) -> None:
    listed = client.get("/ogc/styles").json()["styles"]
    assert [style["id"] for style in listed] == ["map", *COLLECTIONS]
    for entry in listed:
        answer = client.get(entry["links"][0]["href"])
        assert answer.headers["content-type"] == "application/vnd.mapbox.style+json"
        style = answer.json()
        assert style["version"] == 8
        assert "glyphs" not in style
        assert "sprite" not in style
        for source in style["sources"].values():
            assert all(address.startswith("http://map.test/ogc/") for address in source["tiles"])
        assert len({layer["id"] for layer in style["layers"]}) == len(style["layers"])


def test_a_style_draws_layers_that_are_in_the_tiles(client: httpx.Client) -> None:
    style = client.get("/ogc/styles/map").json()
    for layer in style["layers"][1:]:
        [address] = style["sources"][layer["source"]]["tiles"]
        zoom, row, column = TILE if not layer["source-layer"].endswith("_counts") else (5, 12, 26)
        tile = client.get(address.format(z=zoom, y=row, x=column))
        if tile.content:
            assert layer["source-layer"] in mapbox_vector_tile.decode(tile.content)
    assert set(DRAWN) == set(LAYERS)


def test_grids_have_the_colours_they_have_in_the_browser(client: httpx.Client) -> None:
    paint = client.get("/ogc/styles/grids").json()["layers"][1]["paint"]["fill-color"]
    light = PALETTE.read_text(encoding="utf-8").split("const light")[1].split("const dark")[0]
    assert all(colour in light for colour in paint[3:-1:2])


def test_there_is_no_other_style(client: httpx.Client) -> None:
    answer = client.get("/ogc/styles/night")
    assert (answer.status_code, "map" in answer.json()["hint"]["en"]) == (404, True)


@pytest.mark.parametrize("zoom", [5, 14])
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_layer_explains_what_it_shows_and_how(client: httpx.Client, collection: str, zoom: int) -> None:
    told = client.get(f"/api/v1/layers/{collection}/explain", params={"zoom": zoom}).json()
    assert told["layers"] == list(LAYERS[collection].layers_at(zoom, collection))
    assert "ST_AsMVT" in told["statement"]
    assert any("Aggregate" in line for line in told["plan"])
    tile = client.get(f"/ogc/collections/{collection}/tiles/WebMercatorQuad/{told['tile']}")
    assert tile.status_code in (200, 204)
    again = client.get(f"/api/v1/layers/{collection}/explain", params={"zoom": zoom}).json()
    assert sum(again["served"].values()) == sum(told["served"].values()) + 1


def test_the_explanation_is_a_page_for_people_too(client: httpx.Client) -> None:
    page = client.get("/api/v1/layers/grids/explain?f=html&lang=zh")
    assert "图层“网格”的绘制方式" in page.text
    assert "grid_labels" in page.text
