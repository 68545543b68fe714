"""GDAL's own programs, as analysts use them; what pyogrio and geopandas read is in `tests/api/test_server.py`."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from gridmap.db.collections import COLLECTIONS

pytestmark = pytest.mark.skipif(
    shutil.which("ogr2ogr") is None, reason="GDAL's programs are not installed: apt-get install gdal-bin"
)
TILE = "collections/{0}/tiles/WebMercatorQuad/14/6208/13489.mvt"


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    return done.stdout


def read(address: str, layer: str, file: Path, *options: str) -> list[Any]:
    """Return the features that ogr2ogr reads."""
    run("ogr2ogr", "-f", "GeoJSON", *options, str(file), f"OAPIF:{address}/ogc", layer)
    features: list[Any] = json.loads(file.read_text(encoding="utf-8"))["features"]
    return features


def test_ogrinfo_lists_the_collections(address: str) -> None:
    listed = run("ogrinfo", f"OAPIF:{address}/ogc")
    assert all(f": {name} " in listed for name in COLLECTIONS)


@pytest.mark.parametrize("size", [1, 5, 36, 100])
def test_ogr2ogr_reads_all_pages(address: str, tmp_path: Path, size: int) -> None:
    features = read(address, "buildings", tmp_path / "all.geojson", "-oo", f"PAGE_SIZE={size}")
    assert len(features) == len({feature["properties"]["name"] for feature in features}) == 36


def test_ogr2ogr_selects_by_property_and_by_box(address: str, tmp_path: Path) -> None:
    tall = read(address, "buildings", tmp_path / "tall.geojson", "-where", "floors = 12")
    assert {feature["properties"]["floors"] for feature in tall} == {12}
    assert len(tall) == 3
    box = ("-spat", "116.41", "39.9", "116.42", "39.91")
    assert len(read(address, "buildings", tmp_path / "box.geojson", *box)) == 4


def test_ogr2ogr_writes_a_geopackage_with_the_coordinate_system(address: str, tmp_path: Path) -> None:
    file = tmp_path / "grids.gpkg"
    run("ogr2ogr", "-f", "GPKG", str(file), f"OAPIF:{address}/ogc", "grids")
    grids = gpd.read_file(file)
    assert grids.crs == "EPSG:4326"
    assert sorted(grids["households"]) == [0, 200, 400]


@pytest.mark.parametrize("layer", ["grids", "buildings", "roads"])
def test_ogrinfo_reads_a_tile_over_the_network(address: str, layer: str) -> None:
    told = run("ogrinfo", "-al", "-so", f"MVT:/vsicurl/{address}/ogc/{TILE.format(layer)}")
    assert f"Layer name: {layer}" in told
    assert "Feature Count: 0" not in told.split(f"Layer name: {layer}\n")[1].split("Layer name")[0]
