"""A page of who is served on foot: opens without a network, one service at a time, whoever is not served beside it."""

from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Page
from shapely.geometry import Point, box

from gridmap.errors import Invalid, Text
from gridmap.maps import Service, coverage_map, save
from tests.offline_page import opened

STEP = 0.001
CARE = Service(
    "day_care",
    Text(en="Day care", zh="日间照料"),
    ("day_care",),
    40,
    75,
    {"met": 40, "unmet": 35},
    (Text(en="500 m", zh="500 米"),),
)
CLINIC = Service("clinic", Text(en="Clinic", zh="卫生站"), ("clinic",), 75, 75, {"met": 75})


def homes(name: str = "1号楼") -> gpd.GeoDataFrame:
    """Return three homes of 40, 35 and an untold number of households, of which the first is near day care."""
    return gpd.GeoDataFrame(
        {
            "name": [name, "2号楼", "3号楼"],
            "households": [40, 35, None],
            "day_care_distance": ["met", "unmet", "unknown"],
            "day_care_m": [120.4, 640.2, None],
            "day_care_reason": [None, "detour_by_gate", "bad_snap"],
            "clinic_distance": ["met", "met", "met"],
            "clinic_m": [100.0, 200.0, 300.0],
            "clinic_reason": [None, None, None],
        },
        geometry=[box(165 + n * STEP, 30, 165 + (n + 0.5) * STEP, 30 + STEP / 2) for n in range(3)],
        crs="EPSG:4326",
    )


def communities() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"code": ["1"], "name": ["甲社区"]},
        geometry=[box(165, 30, 165 + 3 * STEP, 30 + STEP)],
        crs="EPSG:4326",
    )


def written(tmp_path: Path, frame: gpd.GeoDataFrame | None = None, **options: object) -> Path:
    file = tmp_path / "coverage.html"
    facilities = gpd.GeoDataFrame(
        {"name": ["照料中心", "学校"], "kind": ["day_care", "school"]},
        geometry=[Point(165.0002, 30.0002), Point(165.001, 30.001)],
        crs="EPSG:4326",
    )
    settings = {"communities": communities(), "facilities": facilities, "title": "甲社区", **options}
    page = coverage_map(homes() if frame is None else frame, [CARE, CLINIC], **settings)  # type: ignore[arg-type]
    save(page, file)
    return file


def test_it_opens_offline_and_tells_how_many_households_are_covered(page: Page, tmp_path: Path) -> None:
    assert opened(page, written(tmp_path, synthetic=True)) == []
    assert page.locator(".gm-figure").inner_text().split() == ["53.3%", "40", "/", "75", "户"]
    assert "500 米" in page.locator(".gm-notes").inner_text()
    assert "示意" in page.locator(".gm-title").inner_text()
    fills = page.eval_on_selector_all(
        "path.leaflet-interactive", "paths => paths.map(path => path.getAttribute('fill'))"
    )
    assert [fills.count(f"url(#gm-{each})") for each in ("met", "unmet", "unknown")] == [1, 1, 1]


def test_whoever_is_not_served_is_listed_with_the_reason_and_small_counts_are_not_told(
    page: Page, tmp_path: Path
) -> None:
    opened(page, written(tmp_path))
    rows = [row.inner_text() for row in page.locator(".gm-uncovered li").all()]
    assert len(rows) == 2
    assert all(word in rows[0] for word in ("2号楼", "35 户", "出入口关闭绕行", "640 m"))
    assert all(word in rows[1] for word in ("3号楼", "不足 10 户", "未接入步行路网"))


def test_a_row_of_the_list_leads_to_its_home_on_the_map(page: Page, tmp_path: Path) -> None:
    opened(page, written(tmp_path))
    page.locator(".gm-uncovered button").first.click()
    assert "2号楼" in page.locator(".leaflet-tooltip").inner_text()


def test_another_service_colours_the_homes_anew(page: Page, tmp_path: Path) -> None:
    opened(page, written(tmp_path, language="en"))
    page.locator(".gm-coverage select").select_option(label="Clinic · 卫生站")
    assert page.locator(".gm-figure").inner_text().startswith("100%")
    assert page.locator(".gm-uncovered li").count() == 0
    assert page.locator("path[fill='url(#gm-met)']").count() == 3


def test_only_facilities_of_the_service_are_drawn(page: Page, tmp_path: Path) -> None:
    file = written(tmp_path)
    opened(page, file)
    assert page.locator("path[fill='#10243a']").count() == 1
    page.locator(".gm-coverage select").select_option(index=1)
    assert page.locator("path[fill='#10243a']").count() == 0
    assert "学校" not in file.read_text(encoding="utf-8")


def test_words_of_a_file_cannot_become_code_of_the_page(page: Page, tmp_path: Path) -> None:
    evil = "</script><script>document.title='owned'</script>${1}`<img src=x onerror=alert(1)>{{7*7}}\u2028"
    assert opened(page, written(tmp_path, homes(evil), title="安全", receipt=[Text(en=evil, zh=evil)])) == []
    page.locator("path[fill='url(#gm-met)']").hover(force=True)
    assert page.title() == "安全"
    assert page.locator(".leaflet-tooltip img, .gm-receipt img").count() == 0


def test_a_page_of_nothing_is_refused() -> None:
    with pytest.raises(Invalid, match="no community"):
        coverage_map(homes(), [CARE], communities=communities().iloc[:0], title="")
