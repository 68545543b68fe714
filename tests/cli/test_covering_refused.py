"""What ``cover`` refuses: files of norms that make no sense, and facilities under the shift of a Chinese map service."""

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridmap.core.offsets import gcj02_from_wgs84
from gridmap.settings import REPOSITORY
from tests.cli.conftest import Run

VILLAGE = "甲社区"
CORNER = np.array([114.30, 30.60])
HEAD = """id: {id}
title: {{zh: 试验, en: Trial}}
edition: "2026"
scope: {scope}
{overrides}sources: {{trial: made up for a test}}
norms:
"""
NORM = """  - id: day_care
    name: {{zh: 日间照料, en: day care}}
    kinds: [{kind}]
    group: households
    measured: network
    evidence: {{clause: trial, source: trial, verified: false}}
    radius_m: {{urban: {radius}}}
"""


def standard(
    file: Path, *, kind: str = "day_care", radius: str = "500", overrides: str = "", scope: str = "project"
) -> Path:
    line = f"overrides: {overrides}\n" if overrides else ""
    head = HEAD.format(id=file.stem, scope=scope, overrides=line)
    file.write_text(head + NORM.format(kind=kind, radius=radius), encoding="utf-8")
    return file


def bring(run: Run, folder: Path, *kinds: str) -> None:
    """Import layers of a village of 400 houses in Wuhan; its seven day cares stand on house roofs, but in GCJ-02."""
    houses = CORNER + np.stack(np.meshgrid(np.arange(20), np.arange(20)), axis=-1).reshape(-1, 2) * 0.0004
    names = [f"h{number}" for number in range(len(houses))]
    west, south = CORNER - 0.01
    layers = {
        "facilities": {"source_id": names[::60], "kind": "day_care", "geometry": shapely.points(gcj02_from_wgs84(houses[::60]))},
        "areas": {"code": ["420102001001"], "name": [VILLAGE], "level": ["community"], "geometry": [shapely.box(west, south, west + 0.03, south + 0.03)]},
        "buildings": {"source_id": names, "households": 10, "geometry": shapely.box(*(houses - 0.0001).T, *(houses + 0.0001).T)},
        "roads": {"source_id": ["r"], "class": ["residential"], "geometry": [shapely.LineString([[114.30, 30.60], [114.31, 30.60]])]},
    }  # fmt: skip
    for kind in kinds:
        file = folder / f"{kind}.geojson"
        frame = gpd.GeoDataFrame(layers[kind], geometry="geometry", crs="EPSG:4326")
        file.write_text(frame.to_json(drop_id=True), encoding="utf-8")
        code, _, said = run("import", kind, file, "--set", f"dataset=village-{kind}")
        assert code == 0, said


def test_facilities_in_gcj02_on_a_network_in_wgs84_are_refused_by_name_with_what_to_do(
    run: Run, tmp_path: Path
) -> None:
    bring(run, tmp_path, "facilities", "areas", "buildings", "roads")
    asked = ("cover", VILLAGE, "--standard", standard(tmp_path / "trial.yaml"))
    code, out, said = run(*asked)
    assert (code, out) == (2, "")
    assert "village-facilities" in said
    assert "gcj02" in said
    assert "--crs gcj02" in said
    again = ("import", "facilities", tmp_path / "facilities.geojson", "--set", "dataset=village-facilities")
    code, _, refused = run(*again)
    assert code == 2
    assert "--crs gcj02" in refused
    code, _, said = run(*again, "--crs", "gcj02")
    assert code == 0, said
    code, _, said = run(*asked)
    assert code == 0, said


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"kind": "teahouse"}, "teahouse"),
        ({"radius": "-300"}, "must be above 0"),
        ({"radius": "0"}, "must be above 0"),
        ({"radius": "far"}, "wrong type"),
        ({"overrides": "trial"}, "circle: trial → trial"),
        ({"overrides": "no-such-standard"}, "no-such-standard"),
    ],
)
def test_a_file_of_norms_that_makes_no_sense_is_refused_with_the_place(
    run: Run, tmp_path: Path, changed: dict[str, str], named: str
) -> None:
    bring(run, tmp_path, "areas")
    file = standard(tmp_path / "trial.yaml", **changed)
    code, out, said = run("cover", VILLAGE, "--standard", file)
    assert code in (2, 4)
    assert out == ""
    assert named in said
    assert "trial" in said


def test_standards_that_override_one_another_in_a_circle_are_refused_with_the_circle(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(run, tmp_path, "areas")
    folder = tmp_path / "data" / "standards"
    shutil.copytree(REPOSITORY / "data" / "standards", folder)
    standard(folder / "east.yaml", overrides="west", scope="city")
    standard(folder / "west.yaml", overrides="east", scope="city")
    monkeypatch.setenv("GRIDMAP_DATA", str(folder.parent))
    code, out, said = run("cover", VILLAGE, "--standard", "east")
    assert (code, out) == (2, "")
    assert "circle: east → west → east" in said
