"""Layers go out as files that other programs read back whole."""

import io
import json
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction
from gridmap.errors import Invalid, NotFound
from gridmap.io.writing.formats import Format
from gridmap.services.dividing import divide_areas
from gridmap.services.exporting import export

STREET, FEASIBLE = "330102001000", "330102001001"
GRID_COLUMNS = [
    "code",
    "name",
    "kind",
    "community",
    "plan",
    "households",
    "households_estimated",
    "residents",
    "area_m2",
    "in_band",
    "valid_from",
    "valid_to",
]


@pytest.fixture
def divided(town: Engine) -> Engine:
    """Publish the grids of the town."""
    divide_areas(town, [STREET], actor="test", publish_plans=True)
    return town


def test_grids_go_out_as_rfc_7946_geojson(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    report = export(divided, "grids", file, form=Format.GEOJSON, wanted=FEASIBLE, actor="test")
    collection = json.loads(file.read_text(encoding="utf-8"))
    assert "crs" not in collection
    assert report.features == len(collection["features"])
    assert [list(feature["properties"]) for feature in collection["features"]] == [
        GRID_COLUMNS
    ] * report.features
    assert sum(feature["properties"]["households"] for feature in collection["features"]) == 1200
    for feature in collection["features"]:
        ring = feature["geometry"]["coordinates"][0]
        area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
        assert area > 0, "rings follow the right-hand rule"
        assert all(119 < lon < 121 and 29 < lat < 31 for lon, lat in ring)


@pytest.mark.parametrize(
    "form", [form for form in Format if form not in (Format.CSV, Format.XLSX, Format.PMTILES)]
)
def test_every_format_is_read_back_whole(divided: Engine, tmp_path: Path, form: Format) -> None:
    file = tmp_path / f"grids.{'zip' if form is Format.SHP else form}"
    report = export(divided, "grids", file, form=form, actor="test")
    layer = {"layer": "grids"} if form is Format.GPKG else {}
    frame = gpd.read_parquet(file) if form is Format.PARQUET else gpd.read_file(file, **layer)
    assert len(frame) == report.features
    assert frame.crs.to_epsg() == 4326
    assert frame["households"].sum() == 1756
    assert frame.is_valid.all()


def test_csv_opens_in_a_spreadsheet_with_its_chinese_whole(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "areas.csv"
    export(divided, "areas", file, form=Format.CSV, actor="test")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(file)
    assert set(table["name"]) == {"甲社区", "乙社区", "示意街道"}
    assert table["geometry"].str.startswith("MULTIPOLYGON").all()


def test_an_area_limits_what_goes_out(divided: Engine) -> None:
    for layer, count in (("buildings", 12), ("areas", 1), ("roads", 1), ("facilities", 0)):
        stream = io.BytesIO()
        report = export(divided, layer, stream, form=Format.GEOJSON, wanted=FEASIBLE, actor="test")
        assert report.features == count == len(json.loads(stream.getvalue())["features"])


def test_buildings_go_out_with_every_count_where_the_published_ones_withhold_small_ones(
    divided: Engine,
) -> None:
    with transaction(divided, actor="test", role="gridmap_app") as connection:
        connection.execute(text("UPDATE gridmap.building SET households = 3 WHERE source_id = 'a00'"))
    stream = io.BytesIO()
    export(divided, "buildings", stream, form=Format.GEOJSON, wanted=FEASIBLE, actor="test")
    counts = [feature["properties"]["households"] for feature in json.loads(stream.getvalue())["features"]]
    assert sorted(counts) == [3] + [100] * 11
    with divided.connect() as connection:
        assert (
            connection.execute(
                text("SELECT count(*) FROM published.buildings WHERE households < 10")
            ).scalar()
            == 0
        )


def test_an_unknown_layer_names_those_there_are(divided: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refused:
        export(divided, "people", tmp_path / "x", form=Format.GEOJSON, actor="test")
    assert "buildings" in refused.value.in_language("en")


def test_a_folder_that_does_not_exist_is_refused_and_nothing_is_left(divided: Engine, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        export(divided, "grids", tmp_path / "no" / "g.geojson", form=Format.GEOJSON, actor="test")
    with pytest.raises(Invalid):
        export(divided, "grids", io.BytesIO(), form=Format.GPKG, actor="test")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_export_leaves_the_former_file_alone(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    file.write_text("former")
    with divided.begin() as connection:
        connection.execute(text("ALTER VIEW gridmap.full_grid RENAME COLUMN in_band TO gone"))
    with pytest.raises(Exception, match="in_band"):
        export(divided, "grids", file, form=Format.GEOJSON, actor="test")
    assert file.read_text() == "former"
    assert [path.name for path in tmp_path.iterdir()] == ["grids.geojson"]


def test_a_filter_chooses_what_goes_out_by_full_counts(divided: Engine) -> None:
    everything, few, rest = io.BytesIO(), io.BytesIO(), io.BytesIO()
    export(divided, "buildings", everything, form=Format.GEOJSON, actor="test")
    counts = [f["properties"]["households"] for f in json.loads(everything.getvalue())["features"]]
    report = export(divided, "buildings", few, form=Format.GEOJSON, filtered="households < 10", actor="test")
    assert report.features == len([count for count in counts if count is not None and count < 10])
    assert len(json.loads(few.getvalue())["features"]) == report.features
    export(divided, "buildings", rest, form=Format.GEOJSON, filtered="NOT households < 10", actor="test")
    known = [count for count in counts if count is not None]
    assert len(json.loads(rest.getvalue())["features"]) == len(known) - report.features


def test_a_wrong_filter_writes_nothing(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    with pytest.raises(Invalid, match="colour"):
        export(divided, "grids", file, form=Format.GEOJSON, filtered="colour = 'red'", actor="test")
    assert not file.exists()
