"""Map layers: GeoJSON, GeoPackage and Shapefile."""

import html
import json
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError
from shapely.geometry import shape

from gridmap.core.model import Progress
from gridmap.core.quality import Finding, Problem
from gridmap.errors import Invalid, Text
from gridmap.io.encodings import decode
from gridmap.io.guards import (
    check_geopackage,
)
from gridmap.io.raw import Raw, unique_headers

_CHUNK = 20_000
UNREADABLE = Problem(
    "geometry.unreadable",
    Text(en="The geometry cannot be read.", zh="图形无法读取。"),
    Text(
        en="Draw it again: a ring needs four points at least, every point two numbers.",
        zh="请重新绘制：环至少需要 4 个点，每个点需要两个数。",
    ),
)


def read_geojson(path: Path, *, encoding: str | None, progress: Progress) -> Raw:
    """Read GeoJSON: a collection, a single feature, or one feature on each line (GeoJSONSeq).

    Heights are dropped. Attributes that data.gov.sg packs into an HTML table called Description are unpacked.

    Raises
    ------
    Invalid
        If the file is not GeoJSON, is cut off, or holds no features.
    """
    text, used = decode(path.read_bytes(), encoding)
    features, crs = _features(path, text)
    if not features:
        raise _no_features(path)
    shapes = np.empty(len(features), dtype=object)
    raw = Raw(pd.DataFrame(), np.arange(1, len(features) + 1), shapes, crs, rfc7946=True, encoding=used)
    records = []
    for position, feature in enumerate(features):
        if position % _CHUNK == 0:
            progress("read", position, len(features))
        records.append(_attributes(feature))
        _read_shape(raw, position, feature)
    raw.table = pd.DataFrame(records, dtype=object)
    raw.table.columns = pd.Index(unique_headers([str(column) for column in raw.table.columns]), dtype=object)
    raw.shapes = shapely.force_2d(shapes)
    return raw


def read_geopackage(path: Path, *, layer: str | None, wanted: str) -> Raw:
    """Read one layer of a GeoPackage.

    Parameters
    ----------
    layer : its name; None if there is only one, or one called as the kind wanted.

    Raises
    ------
    Invalid
        If the file is cut off or damaged, or it must be said which layer is meant.
    """
    check_geopackage(path)
    return read_ogr(path, _layer(path, layer, wanted), encoding=None)


def _features(path: Path, text: str) -> tuple[list[dict[str, Any]], str | None]:
    """Return the features of a text and the system its ``crs`` member names."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return _features_by_line(path, text, error), None
    if not isinstance(document, dict) or document.get("type") not in {"FeatureCollection", "Feature"}:
        raise _not_geojson(path, document)
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise _not_geojson(path, document)
    return features, _declared(document.get("crs"))


def _features_by_line(path: Path, text: str, error: Exception) -> list[dict[str, Any]]:
    """Read one feature per line; what is neither that nor a whole document is refused."""
    lines = [line for line in text.replace("\x1e", "").split("\n") if line.strip()]
    try:
        features = [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        features = []
    if len(features) > 1 and all(isinstance(one, dict) and one.get("type") == "Feature" for one in features):
        return features
    raise _not_json(path, error) from error


def _declared(crs: Any) -> str | None:
    """Return the name in a ``crs`` member (GeoJSON 2008); None if there is none."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name) if name else None


def _attributes(feature: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of a feature, with its id, and with those packed into an HTML table.

    The names that a conversion from KML makes up (``kml_23``) say nothing and are left out.
    """
    properties = feature.get("properties")
    record = dict(properties) if isinstance(properties, dict) else {}
    if "id" not in record and isinstance(feature.get("id"), str | int):
        record["id"] = feature["id"]
    outer = next((key for key in record if key.lower() == "name"), None)
    if outer is not None and re.fullmatch(r"kml_\d+", str(record[outer])):
        del record[outer]
    packed = next((key for key in record if key.lower() == "description" and _is_table(record[key])), None)
    if packed is None:
        return {key: _value(value) for key, value in record.items()}
    unpacked = _unpacked(str(record.pop(packed)))
    return {**{key: _value(value) for key, value in record.items()}, **unpacked}


def _is_table(value: Any) -> bool:
    return isinstance(value, str) and "<th" in value and "<td" in value


def _unpacked(table: str) -> dict[str, Any]:
    """Return the pairs of an HTML table of attributes."""
    pairs = re.findall(
        r"<th[^>]*>((?:(?!</th>).)*)</th>\s*<td[^>]*>((?:(?!</td>).)*)</td>",
        table,
        flags=re.IGNORECASE | re.DOTALL,
    )
    return {_bare(key): _bare(value) or None for key, value in pairs if _bare(key)}


def _bare(fragment: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", fragment)).strip()


def _value(value: Any) -> Any:
    """Return lists and objects as JSON text, everything else as it is."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _read_shape(raw: Raw, position: int, feature: dict[str, Any]) -> None:
    geometry = feature.get("geometry")
    if geometry is None or raw.shapes is None:
        return
    try:
        raw.shapes[position] = shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raw.findings.append(Finding(position + 1, None, json.dumps(geometry)[:120], UNREADABLE))
        raw.extras[position] = {"geometry_as_read": json.dumps(geometry)[:20_000]}


def read_ogr(path: Path, layer: str, *, encoding: str | None) -> Raw:
    """Read a layer by GDAL, geometries as they lie, attributes as they stand."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            info, ids, wkb, columns = pyogrio.raw.read(
                path, layer=layer, encoding=encoding, force_2d=True, return_fids=True
            )
    except (DataSourceError, DataLayerError, ValueError, RuntimeError, NameError) as error:
        raise Invalid(
            Text(en=f"{path.name} is damaged: {error}", zh=f"{path.name} 已损坏：{error}"),
            hint=Text(en="Copy or download it again.", zh="请重新复制或下载。"),
            reason="file.broken",
            file=str(path),
        ) from error
    if ids is None or len(ids) == 0:
        raise _no_features(path)
    table = pd.DataFrame(
        {name: _plain_column(column) for name, column in zip(info["fields"], columns, strict=True)}
    )
    if not len(table.columns):
        table = pd.DataFrame(index=range(len(ids)))
    raw = Raw(table, np.arange(1, len(ids) + 1), crs=info["crs"] or None)
    if wkb is not None:
        raw.shapes = _from_wkb(raw, wkb)
    return raw


def _plain_column(column: NDArray[Any]) -> pd.Series:
    """Return a column with None for what is missing."""
    values = pd.Series(column)
    if pd.api.types.is_integer_dtype(values.dtype):
        return values
    return values.astype(object).where(values.notna(), None)


def _from_wkb(raw: Raw, wkb: NDArray[np.object_]) -> NDArray[np.object_]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    for position in np.flatnonzero(
        [s is None and b is not None for s, b in zip(shapes, wkb, strict=True)]
    ).tolist():
        raw.findings.append(Finding(position + 1, None, None, UNREADABLE))
        raw.extras[position] = {"geometry_as_read": bytes(wkb[position]).hex()[:20_000]}
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def _layer(path: Path, wanted: str | None, kind: str) -> str:
    """Name the layer that is meant."""
    try:
        names = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None] or [
            str(name) for name, _ in pyogrio.list_layers(path)
        ]
    except (DataSourceError, RuntimeError) as error:
        raise Invalid(
            Text(en=f"{path.name} is damaged: {error}", zh=f"{path.name} 已损坏：{error}"),
            hint=Text(en="Copy or download it again.", zh="请重新复制或下载。"),
            reason="file.broken",
            file=str(path),
        ) from error
    chosen = wanted or (names[0] if len(names) == 1 else kind)
    if chosen in names:
        return chosen
    shown = ", ".join(names)
    raise Invalid(
        Text(
            en=f"{path.name} has {len(names)} layers and none is called “{chosen}”.",
            zh=f"{path.name} 有 {len(names)} 个图层，其中没有“{chosen}”。",
        ),
        hint=Text(en=f"Name the layer: {shown}.", zh=f"请指明图层：{shown}。"),
        reason="layer",
        layers=names,
    )


def _no_features(path: Path) -> Invalid:
    return Invalid(
        Text(en=f"{path.name} holds no features.", zh=f"{path.name} 中没有任何要素。"),
        reason="file.no_rows",
        file=str(path),
    )


def _not_geojson(path: Path, document: Any) -> Invalid:
    found = document.get("type") if isinstance(document, dict) else type(document).__name__
    return Invalid(
        Text(
            en=f"{path.name} is JSON but not GeoJSON: it is a “{found}”.",
            zh=f"{path.name} 是 JSON，但不是 GeoJSON（类型为“{found}”）。",
        ),
        hint=Text(
            en="A FeatureCollection is needed; convert TopoJSON or Esri JSON first.",
            zh="需要 FeatureCollection；TopoJSON 或 Esri JSON 请先转换。",
        ),
        reason="file.format",
        file=str(path),
    )


def _not_json(path: Path, error: Exception) -> Invalid:
    at_en, at_zh = "", ""
    if isinstance(error, json.JSONDecodeError):
        at_en = f": line {error.lineno}, column {error.colno}"
        at_zh = f"：第 {error.lineno} 行第 {error.colno} 列出错"
    return Invalid(
        Text(en=f"{path.name} is not whole JSON{at_en}.", zh=f"{path.name} 不是完整的 JSON{at_zh}。"),
        hint=Text(en="Copy or download it again.", zh="请重新复制或下载。"),
        reason="file.cut",
        file=str(path),
    )
