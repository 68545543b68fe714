"""A small town for the tests of importing, drawn in metres around 116.4° E, 39.9° N.

::

    y 400 ┌────────┬────────┐
          │  WEST  │  EAST  │      110101001001 and 110101001002, 200 m wide, 400 m high
        0 └────────┴────────┘
         x 0      200      400
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, text

from gridmap.services.importing import ImportReport, import_file

ORIGIN = (116.4, 39.9)
DEGREES_PER_M = np.array([1 / (111_320 * np.cos(np.radians(ORIGIN[1]))), 1 / 110_574])

WEST = {"code": "110101001001", "name": "西里社区", "geometry": shapely.box(0, 0, 200, 400)}
EAST = {"code": "110101001002", "name": "东里社区", "geometry": shapely.box(200, 0, 400, 400)}


def placed(shape: BaseGeometry) -> BaseGeometry:
    """Bring a shape from metres of the town to longitude and latitude."""
    return shapely.transform(shape, lambda points: points * DEGREES_PER_M + ORIGIN)


def lonlat(x: float, y: float) -> dict[str, float]:
    """Return the columns of a position given in metres of the town."""
    point = placed(shapely.Point(x, y))
    return {"lon": round(point.x, 8), "lat": round(point.y, 8)}


def house(source_id: str, x: float, y: float, *, size: float = 20.0, **columns: Any) -> dict[str, Any]:
    """Return a square building by its lower left corner."""
    return {"source_id": source_id, "geometry": shapely.box(x, y, x + size, y + size), **columns}


def write_layer(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows, whose geometry is in metres of the town, as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {name: value for name, value in row.items() if name != "geometry"},
            "geometry": None
            if row["geometry"] is None
            else json.loads(shapely.to_geojson(placed(row["geometry"]))),
        }
        for row in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path


def write_table(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write rows as CSV; the first one names the columns."""
    lines = [dict(row) for row in rows]
    text_ = [",".join(lines[0])]
    text_ += [",".join("" if line[name] is None else str(line[name]) for name in lines[0]) for line in lines]
    path.write_text("\n".join(text_) + "\n", encoding="utf-8")
    return path


def take(engine: Engine, kind: str, path: Path, **options: Any) -> ImportReport:
    """Import a file as the tests do."""
    return import_file(engine, kind, path, actor="test", **options)


def take_town(engine: Engine, folder: Path) -> None:
    """Import the two communities."""
    take(engine, "areas", write_layer(folder / "communities.geojson", [WEST, EAST]))


def fetch(engine: Engine, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]
