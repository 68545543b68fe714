"""QGIS without a window: the items as a layer, the tiles drawn with our style."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from gridmap.api.styles import BACKGROUND

PYTHON = os.environ.get("GRIDMAP_QGIS_PYTHON", "/usr/bin/python3")
"""The Python that Debian's python3-qgis is installed for."""

SCRIPT = """
import json, sys
from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsMapRendererSequentialJob, QgsMapSettings,
    QgsRectangle, QgsVectorLayer, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

address, picture = sys.argv[1:]
application = QgsApplication([], False)
application.initQgis()
told = {}

def items(name, more=""):
    layer = QgsVectorLayer(f"url='{address}/ogc' typename='{name}' pageSize='5' {more}", name, "OAPIF")
    features = list(layer.getFeatures())
    return {"valid": layer.isValid(), "crs": layer.crs().authid(), "count": len(features),
        "fields": [field.name() for field in layer.fields()], "ids": len({feature.id() for feature in features})}

told["grids"], told["buildings"] = items("grids"), items("buildings")

tiles = f"{address}/ogc/collections/grids/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}".replace("{", "%7B").replace("}", "%7D")
layer = QgsVectorTileLayer(f"type=xyz&url={tiles}&zmin=0&zmax=16&styleUrl={address}/ogc/styles/grids", "grids")
told["tiles"] = {"valid": layer.isValid(), "styled": layer.loadDefaultStyle()[1],
    "styles": [style.layerName() for style in layer.renderer().styles()]}
settings = QgsMapSettings()
settings.setLayers([layer])
settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
settings.setExtent(QgsRectangle(12957100, 4851300, 12960500, 4854700))
settings.setOutputSize(QSize(400, 400))
settings.setBackgroundColor(QColor("#ffffff"))
job = QgsMapRendererSequentialJob(settings)
job.start()
job.waitForFinished()
image = job.renderedImage()
image.save(picture)
colours = {}
for x in range(0, 400, 4):
    for y in range(0, 400, 4):
        name = image.pixelColor(x, y).name()
        colours[name] = colours.get(name, 0) + 1
told["colours"] = colours
told["errors"] = [error.message for error in job.errors()]
print(json.dumps(told))
"""


@cache
def missing() -> str | None:
    """Return why QGIS cannot be asked, None where it can."""
    if not Path(PYTHON).exists():
        return f"there is no {PYTHON}; GRIDMAP_QGIS_PYTHON may name another"
    found = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, check=False)
    if found.returncode:
        return "QGIS is not installed: apt-get install --no-install-recommends python3-qgis"
    return None


@pytest.fixture(scope="module")
def told(address: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What QGIS found."""
    if why := missing():
        pytest.skip(why)
    home = tmp_path_factory.mktemp("qgis")
    environment = {
        "QT_QPA_PLATFORM": "offscreen",
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        [PYTHON, "-c", SCRIPT, address, str(home / "map.png")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | environment,
    )
    assert done.stdout.strip(), done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_qgis_reads_every_page_of_items(told: Any) -> None:
    for name, number in (("grids", 3), ("buildings", 36)):
        layer = told[name]
        assert layer["valid"]
        assert layer["count"] == layer["ids"] == number
    assert {"code", "households"} <= set(told["grids"]["fields"])
    assert told["grids"]["crs"] in ("OGC:CRS84", "EPSG:4326")


def test_qgis_draws_tiles_with_our_style(told: Any, address: str) -> None:
    assert told["tiles"]["valid"]
    assert told["tiles"]["styled"]
    drawn = {layer.get("source-layer") for layer in httpx.get(f"{address}/ogc/styles/grids").json()["layers"]}
    assert set(told["tiles"]["styles"]) - {"background"} == drawn - {None}
    assert told["errors"] == []
    filled = [
        colour
        for colour, times in told["colours"].items()
        if colour not in ("#ffffff", BACKGROUND) and times > 40
    ]
    assert len(filled) >= 2, "grids by their band"
