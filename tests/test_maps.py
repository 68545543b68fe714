"""Maps that open without a network, and say what they must."""

import json
import re
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Page
from shapely.geometry import LineString, Point, box

from gridmap.core.model import Band
from gridmap.errors import Invalid
from gridmap.maps import area_map, save
from tests.offline_page import opened

STEP = 0.003


def town(**extra: list[object]) -> gpd.GeoDataFrame:
    """Return four grids in a row: 250, 400, 612 and a dedicated one of 0 households."""
    return gpd.GeoDataFrame(
        {
            "code": [f"99990100100100{number}" for number in range(1, 5)],
            "kind": ["general", "general", "general", "dedicated"],
            "households": [250, 400, 612, 0],
            **extra,
        },
        geometry=[box(165 + n * STEP, 30, 165 + (n + 1) * STEP, 30 + STEP) for n in range(4)],
        crs="EPSG:4326",
    )


def community() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code": ["999901001001"], "name": ["甲社区"]},
        geometry=[box(165, 30, 165 + 4 * STEP, 30 + STEP)],
        crs="EPSG:4326",
    )


def html(grids: gpd.GeoDataFrame, tmp_path: Path, **options: object) -> Path:
    file = tmp_path / "map.html"
    settings = {"communities": community(), "title": "甲社区 · 网格", **options}
    save(area_map(grids, **settings), file)  # type: ignore[arg-type]
    return file


def test_a_saved_map_opens_offline_and_draws_its_grids(page: Page, tmp_path: Path) -> None:
    buildings = gpd.GeoDataFrame(geometry=[box(165.001, 30.001, 165.002, 30.002)], crs="EPSG:4326")
    roads = gpd.GeoDataFrame(
        {"class": ["primary"]}, geometry=[LineString([(165, 30), (165.012, 30)])], crs="EPSG:4326"
    )
    places = gpd.GeoDataFrame(
        {"kind": ["park", "gate"]}, geometry=[box(165, 30, 165.001, 30.001), Point(165, 30)], crs="EPSG:4326"
    )
    facilities = gpd.GeoDataFrame(
        {"name": ["卫生站"], "kind": ["clinic"]}, geometry=[Point(165.0015, 30.0015)], crs="EPSG:4326"
    )
    file = html(town(), tmp_path, buildings=buildings, roads=roads, places=places, facilities=facilities)
    assert opened(page, file) == []
    drawn = page.eval_on_selector_all(
        "path.leaflet-interactive",
        "paths => paths.map(path => [path.getAttribute('fill'), path.getBBox().width])",
    )
    assert sorted(fill for fill, _ in drawn) == [
        "url(#gm-dedicated)",
        "url(#gm-in)",
        "url(#gm-over)",
        "url(#gm-under)",
    ]
    assert min(width for _, width in drawn) > 20
    assert page.locator(".leaflet-overlay-pane path").count() == 4 + 1 + 1 + 1 + 1
    assert page.locator(".gm-label").count() == 4


def test_the_legend_counts_grids_under_in_and_over_the_band_in_both_languages(
    page: Page, tmp_path: Path
) -> None:
    opened(page, html(town(), tmp_path))
    rows = {
        row.get_attribute("data-position"): row.inner_text().split()
        for row in page.locator(".gm-legend [data-position]").all()
    }
    assert [rows[each][-1] for each in ("under", "in", "over", "dedicated")] == ["1", "1", "1", "1"]
    assert "户数适宜" in rows["in"]
    assert {"within", "band"} <= set(rows["in"])
    assert "300–500户" in rows["in"]


def test_hovering_a_grid_tells_its_code_and_households_with_a_star_for_estimates(
    page: Page, tmp_path: Path
) -> None:
    grids = town(households_estimated=[0, 12, 0, 0], community=["999901001001"] * 4)
    opened(page, html(grids, tmp_path, language="en"))
    second = page.locator("path[fill='url(#gm-in)']").bounding_box()
    assert second is not None
    page.mouse.move(second["x"] + 12, second["y"] + 12)
    words = page.locator(".leaflet-tooltip").inner_text()
    assert "999901001001002" in words
    assert "400 ★" in words
    assert "甲社区" in words
    assert "within the band" in words
    assert "partly estimated" in page.locator(".gm-legend").inner_text()


def test_a_map_of_invented_data_says_so_and_names_whom_it_must(page: Page, tmp_path: Path) -> None:
    opened(page, html(town(), tmp_path, synthetic=True, attribution="© 示例 <作者>"))
    assert "示意" in page.locator(".gm-title .gm-tag").inner_text()
    assert "© 示例 <作者>" in page.locator(".leaflet-control-attribution").inner_text()
    assert page.title() == "甲社区 · 网格"


def test_words_of_a_file_cannot_become_code_of_the_page(page: Page, tmp_path: Path) -> None:
    evil = "</script><script>document.title='owned'</script>${document.title='owned'}`<img src=x onerror=alert(1)>{{7*7}}"
    facilities = gpd.GeoDataFrame(
        {"name": [evil], "kind": [evil]}, geometry=[Point(165.001, 30.001)], crs="EPSG:4326"
    )
    grids = town(community=[evil] * 4)
    asked = opened(page, html(grids, tmp_path, facilities=facilities, title=evil, attribution=evil))
    assert asked == []
    box = page.locator("path[fill='url(#gm-over)']").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 12, box["y"] + 12)
    assert page.locator(".leaflet-tooltip img").count() == 0
    assert page.title() == evil
    assert page.locator(".gm-title b").inner_text() == evil


def test_numbers_hide_where_there_is_no_room_for_them(page: Page, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 150, "height": 300})
    opened(page, html(town(), tmp_path))
    assert page.locator(".gm-label").first.evaluate("label => getComputedStyle(label).visibility") == "hidden"


def test_nothing_in_the_page_is_a_link_to_a_script_style_or_image(tmp_path: Path) -> None:
    text = html(town(), tmp_path).read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|img)[^>]*\ssrc=|<link[^>]*\shref=", text) == []
    assert re.findall(r"url\((?!data:|#|&quot;)[^)]{0,40}", text) in ([], ["url(#default#VML"])
    assert "L.tileLayer(" not in text.split("</head>")[1]


def test_communities_without_grids_are_drawn_alone(tmp_path: Path) -> None:
    text = html(town().iloc[:0], tmp_path).read_text(encoding="utf-8")
    assert 'gm-legend"' not in text
    assert "L.geoJson" in text


def test_another_band_is_counted_and_written_as_it_is(tmp_path: Path) -> None:
    text = html(town(), tmp_path, band=Band(200, 700)).read_text(encoding="utf-8")
    assert "200–700" in text
    assert '<div data-position="in">' in text
    assert re.search(r'data-position="in">.*?<b>3</b>', text)


def test_a_map_of_nothing_and_layers_without_a_system_are_refused() -> None:
    with pytest.raises(Invalid, match="no community"):
        area_map(town(), communities=community().iloc[:0], title="")
    with pytest.raises(Invalid, match="no coordinate system"):
        area_map(town().set_crs(None, allow_override=True), communities=community(), title="")


def test_neighbouring_grids_stay_matched_after_their_lines_are_thinned(tmp_path: Path) -> None:
    text = html(town(), tmp_path).read_text(encoding="utf-8")
    found = re.findall(r'\{"bbox".*?"type": "FeatureCollection"\}', text)
    collection = next(data for data in map(json.loads, found) if "fill" in data["features"][0]["properties"])
    rings = [
        {tuple(point) for point in feature["geometry"]["coordinates"][0]}
        for feature in collection["features"]
    ]
    assert all(len(one & other) == 2 for one, other in pairwise(rings))
