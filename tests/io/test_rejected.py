"""What was set aside can be written out, mended by hand and imported again."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely

from gridmap.core.crs import transformer
from gridmap.errors import Invalid
from gridmap.io.reading import Reading, ReadOptions, read
from gridmap.io.rejected import read_rejected, write_rejected

Write = Callable[..., Path]
Houses = Callable[[int], list[shapely.Polygon]]


def of_one_kind(kind: str, path: Path, **options: object) -> Reading:
    reading = read(kind, path, ReadOptions(**options))  # type: ignore[arg-type]
    assert isinstance(reading, Reading)
    return reading


@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_rows_are_written_with_reason_and_hint_and_read_back(
    tmp_path: Path, write_geojson: Write, houses: Houses, ending: str
) -> None:
    properties = [
        {"id": "a", "households": "三百"},
        {"id": "b", "households": 4},
        {"id": "c", "households": -1},
    ]
    reading = of_one_kind("buildings", write_geojson(houses(3), properties))
    path = tmp_path / f"mend{ending}"
    write_rejected(path, reading.rejected, crs=reading.crs)
    back = read_rejected(path)
    assert [one.reason for one in back] == ["count.text", "count.negative"]
    assert [one.message for one in back] == [one.message for one in reading.rejected]
    assert [one.row for one in back] == [1, 3]
    assert [one.record["id"] for one in back] == ["a", "c"]


def test_mended_geojson_comes_in_again_in_the_system_it_was_in(
    tmp_path: Path, write_geojson: Write, houses: Houses
) -> None:
    project = transformer("EPSG:4326", "EPSG:4547").transform
    shapes = list(shapely.transform(np.array(houses(2)), lambda p: np.column_stack(project(*p.T))))
    source = write_geojson(shapes, [{"id": "a", "户数": "三百"}, {"id": "b", "户数": 4}])
    reading = of_one_kind("buildings", source, crs="EPSG:4547")
    path = tmp_path / "mend.geojson"
    write_rejected(path, reading.rejected, crs=reading.crs)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][0]["properties"]["户数"] = 300
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    mended = of_one_kind("buildings", path)
    assert mended.rejected == ()
    assert mended.frame["households"].tolist() == [300]
    assert shapely.hausdorff_distance(mended.frame.geometry[0], houses(1)[0]) < 1e-8
    assert not any(column.startswith("gridmap_") for column in mended.ignored)


def test_a_mended_table_comes_in_again_without_repeating_the_options(
    tmp_path: Path, write_text: Write
) -> None:
    text = "id,name,kind,lon,lat,capacity\n1,=甲,clinic,114.3,30.6,三十\n2,乙,clinic,114.4,30.7,40\n"
    reading = of_one_kind("facilities", write_text("t.csv", text), crs="gcj02")
    path = tmp_path / "mend.csv"
    write_rejected(path, reading.rejected, crs=reading.crs)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][rows[0].index("name")] == "'=甲"
    rows[1][rows[0].index("capacity")] = "30"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    mended = of_one_kind("facilities", path)
    assert mended.rejected == ()
    assert mended.crs == "gcj02"
    assert mended.frame["capacity"].tolist() == [30]
    assert mended.frame["name"].tolist() == ["=甲"]


def test_polygons_go_through_csv_as_well_known_text(
    tmp_path: Path, write_geojson: Write, houses: Houses
) -> None:
    reading = of_one_kind("cells", write_geojson(houses(1), [{"id": "a", "households": "x"}]))
    path = tmp_path / "mend.csv"
    write_rejected(path, reading.rejected, crs=reading.crs)
    path.write_text(path.read_text(encoding="utf-8-sig").replace("a,x,", "a,7,"), encoding="utf-8")
    mended = of_one_kind("cells", path)
    assert mended.frame["households"].tolist() == [7]
    assert mended.frame.geometry[0].equals(houses(1)[0])


def test_other_formats_and_other_files_are_refused(tmp_path: Path, write_text: Write) -> None:
    with pytest.raises(Invalid):
        write_rejected(tmp_path / "mend.xlsx", ())
    with pytest.raises(Invalid):
        read_rejected(write_text("t.csv", "a,b\n1,2\n"))
