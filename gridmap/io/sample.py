"""The sample district as files: its plan read from YAML, its features written as an office would send them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml
from shapely.geometry import mapping

from gridmap.core.sample import SampleDistrict, SampleSettings, generate
from gridmap.errors import NotFound, Text

SEED = 20260615
"""Gives the district that the documentation shows."""
PLAN_FILES = ("district.yaml", "elements.yaml")
LAYERS = ("areas", "buildings", "roads", "places", "facilities", "organisations", "matters")
HEADERS = {"house_number": "门牌号", "street": "街道", "households": "户数", "lon": "经度", "lat": "纬度"}
"""Headers of the table of households, as a street office writes them."""


def read_plan(folder: Path) -> SampleSettings:
    """Read the plan of the sample district from the YAML files of a folder.

    Raises
    ------
    NotFound : a file is not there.
    Invalid : the plan is malformed.
    """
    data: dict[str, Any] = {}
    for name in PLAN_FILES:
        file = folder / name
        if not file.is_file():
            raise NotFound(
                Text(
                    en=f"There is no plan of the sample district at {file}.",
                    zh=f"找不到示例辖区的规划文件 {file}。",
                ),
                file=str(file),
            )
        data.update(yaml.safe_load(file.read_text(encoding="utf-8")))
    return SampleSettings.from_mapping(data)


def make_district(plan: Path, *, seed: int = SEED) -> SampleDistrict:
    """Generate the district of a plan folder; the same seed gives the same district."""
    return generate(read_plan(plan), np.random.default_rng(seed))


def write_sample(folder: Path, district: SampleDistrict) -> dict[str, Path]:
    """Write the district's files into a folder and return them by kind, in the order of import.

    Map layers are GeoJSON (UTF-8, WGS 84); the table of households is CSV in GB18030 with Chinese headers; residents
    and public roles are CSV in UTF-8; the kinds of matter are JSON. The same district gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {kind: folder / f"{kind}.geojson" for kind in LAYERS}
    for kind, file in files.items():
        file.write_text(_collection(getattr(district, kind)), encoding="utf-8", newline="\n")
    files["households"] = _table(
        folder / "户数表.csv", district.households.rename(columns=HEADERS), encoding="gb18030"
    )
    files["residents"] = _table(folder / "residents.csv", district.residents, encoding="utf-8")
    files["roles"] = _table(folder / "roles.csv", district.roles, encoding="utf-8")
    files["matter_kinds"] = folder / "matter_kinds.json"
    kinds = district.matter_kinds.to_dict(orient="records")
    files["matter_kinds"].write_text(
        json.dumps(kinds, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    return files


def _table(file: Path, table: pd.DataFrame, *, encoding: str) -> Path:
    file.write_bytes(table.to_csv(index=False, lineterminator="\r\n").encode(encoding))
    return file


def _collection(frame: gpd.GeoDataFrame) -> str:
    """Return a GeoJSON collection (RFC 7946), one feature on each line."""
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(_features(frame)) + "\n]}\n"


def _features(frame: gpd.GeoDataFrame) -> Iterator[str]:
    shapes = shapely.orient_polygons(np.asarray(frame.geometry.to_numpy(), dtype=object))
    rows = frame.drop(columns="geometry").astype(object)
    for row, shape in zip(rows.where(rows.notna(), None).to_dict(orient="records"), shapes, strict=True):
        feature = {"type": "Feature", "properties": row, "geometry": mapping(shape)}
        yield json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
