"""Facilities and ways that make no sense, imported and covered by commands: told by name, never guessed, never fatal."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import Engine

from tests.cli.conftest import Run
from tests.services.sample import AREA

ASKED = ("cover", AREA, "--standard", "sample-district", "--kind", "day_care")
SEA, MOTORWAY, ISLAND = "海上日间照料", "高速旁日间照料", "孤路日间照料"
FACILITIES = (
    (SEA, (165.02, 30.0), 900.0, "周一至周日 08:00-18:00"),
    (MOTORWAY, (165.016, 30.0), 900.0, "周一至周日 08:00-18:00"),
    (ISLAND, (165.018, 29.995), 900.0, "周一至周日 08:00-18:00"),
    ("面积为零日间照料", (165.0, 30.0), 0.0, "周一至周日 08:00-18:00"),
    ("面积缺失日间照料", (165.0, 30.0), None, "周一至周日 08:00-18:00"),
    ("时间错乱日间照料", (165.0, 30.0), 900.0, "25:00-26:00"),
)
WAYS = (
    ("motorway", "LINESTRING(165.016 29.99, 165.016 30.01)"),
    ("footway", "LINESTRING(165.018 29.995, 165.0181 29.995)"),
)


@pytest.fixture(scope="module")
def database_url(sample: Engine) -> str:
    """Address of a database with the sample district."""
    return sample.url.render_as_string(hide_password=False)


@pytest.fixture
def answer(run: Run, tmp_path: Path) -> dict[str, Any]:
    """Cover the district once day cares of `FACILITIES` and ways of `WAYS` are in it."""
    names, places, areas, hours = zip(*FACILITIES, strict=True)
    facilities = gpd.GeoDataFrame(
        {"source_id": names, "name": names, "kind": "day_care", "floor_area_m2": areas, "hours": hours},
        geometry=shapely.points(places),
        crs="EPSG:4326",
    )
    classes, lines = zip(*WAYS, strict=True)
    ways = gpd.GeoDataFrame(
        {"source_id": classes, "class": classes}, geometry=shapely.from_wkt(lines), crs="EPSG:4326"
    )
    for kind, frame in (("facilities", facilities), ("roads", ways)):
        file = tmp_path / f"{kind}.geojson"
        file.write_text(frame.to_json(drop_id=True), encoding="utf-8")
        code, _, said = run("import", kind, file, "--set", f"dataset=dirt-{kind}")
        assert code == 0, said
    code, out, said = run(*ASKED, "--at", "Monday 10:00", "--json")
    assert code == 0, said
    found: dict[str, Any] = json.loads(out)
    return found


def test_a_facility_in_the_sea_on_a_motorway_or_on_a_way_apart_is_named_with_the_reason(
    run: Run, answer: dict[str, Any]
) -> None:
    unlinked = {one["name"]: one["reason"] for one in answer["unlinked"]["facilities"]}
    assert unlinked == {SEA: "too_far", MOTORWAY: "too_far", ISLAND: "island"}
    said = run(*ASKED)[2]
    assert f"{SEA} (day_care) hangs on no way: too_far" in said


def test_opening_hours_that_make_no_sense_are_warned_of_and_count_as_unknown(
    run: Run, answer: dict[str, Any], tmp_path: Path
) -> None:
    told = "时间错乱日间照料: Opening hours “25:00-26:00” names a time that no day has."
    assert any(warning["en"].startswith(told) for warning in answer["warnings"])
    sheet = {row["name"]: row for row in answer["norms"][0]["facility_sheet"]}
    assert sheet["时间错乱日间照料"]["opened"] == -1
    page = tmp_path / "page.html"
    code, _, said = run(*ASKED, "--out", page)
    assert code == 0
    assert told in said
    assert told in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["面积为零日间照料", "面积缺失日间照料"])
def test_floor_area_of_zero_or_none_is_unknown_and_never_zero(answer: dict[str, Any], name: str) -> None:
    sheet = {row["name"]: row for row in answer["norms"][0]["facility_sheet"]}
    assert sheet[name]["floor_area"] == "unknown"
    assert sheet[name]["floor_area_m2"] in (None, 0.0)
