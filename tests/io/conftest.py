"""Small files with real dirt in them, written by the tests themselves."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import shapely

WriteText = Callable[..., Path]
WriteGeojson = Callable[..., Path]


@pytest.fixture
def write_text(tmp_path: Path) -> WriteText:
    """Write a text file: `write_text("name.csv", "text", encoding)`."""

    def write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def write_geojson(tmp_path: Path) -> WriteGeojson:
    """Write GeoJSON of shapes and properties; `crs` becomes the old ``crs`` member."""

    def write(
        shapes: Sequence[Any],
        properties: Sequence[dict[str, Any]] | None = None,
        *,
        crs: str | None = None,
        name: str = "layer.geojson",
    ) -> Path:
        path = tmp_path / name
        document: dict[str, Any] = {"type": "FeatureCollection"}
        if crs is not None:
            document["crs"] = {"type": "name", "properties": {"name": crs}}
        document["features"] = [
            {
                "type": "Feature",
                "properties": (properties or [{}] * len(shapes))[position],
                "geometry": shape
                if shape is None or isinstance(shape, dict)
                else json.loads(shapely.to_geojson(shape)),
            }
            for position, shape in enumerate(shapes)
        ]
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return write


@pytest.fixture
def write_excel(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook: `write_excel({"sheet": rows})`."""

    def write(sheets: dict[str, Sequence[Sequence[Any]]], name: str = "book.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        path = tmp_path / name
        book.save(path)
        return path

    return write


def house(column: int, row: int = 0) -> shapely.Polygon:
    """Return a house of 10 m in a row of them in Wuhan, 20 m apart."""
    west, south = 114.3 + column * 2e-4, 30.6 + row * 2e-4
    return shapely.box(west, south, west + 1e-4, south + 1e-4)


@pytest.fixture
def houses() -> Callable[[int], list[shapely.Polygon]]:
    """Return so many houses."""
    return lambda number: [house(column) for column in range(number)]
