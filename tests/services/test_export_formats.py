"""Every format holds what the database holds, feature by feature; nothing that is written is a formula or a statement."""

import csv
import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles
from sqlalchemy import Engine, text

from gridmap.core.model import Progress
from gridmap.core.tiling import WEB_MERCATOR_QUAD, TileAddress
from gridmap.db.collections import COLLECTIONS, ColumnType
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect, transaction
from gridmap.db.exporting import record_batches
from gridmap.db.features import Selection, row_query
from gridmap.db.published import reading
from gridmap.errors import Forbidden, Invalid
from gridmap.io.writing.formats import Format, Headers
from gridmap.services.dividing import divide_areas
from gridmap.services.exporting import export
from gridmap.services.tiles import Tiles, WantedTile
from tests.conftest import copy_of
from tests.services.conftest import fill

STREET, FEASIBLE = "330102001000", "330102001001"
HOSTILE = [
    "=1+1",
    "+86",
    "-5",
    "@x",
    "\t=1",
    "a'b\"c",
    "100%",
    "%(name)s",
    "甲\n乙,丙",
    "；",
    ":bound",
    "\\:x",
    "\x01\x02",
]
PLACES = {
    "POINT(120.0001 30.0001)": "gate",
    "LINESTRING(120 30, 120.001 30.001)": "walk",
    "POLYGON((120 30, 120 30.001, 120.001 30.001, 120.001 30, 120 30))": "park",
}


@pytest.fixture(scope="module")
def divided(cluster: Cluster, template_database: str) -> Iterator[Engine]:
    """Publish the grids of the town; its buildings have hostile names, and there are places of every dimension."""
    with copy_of(template_database, cluster) as url:
        engine = connect(url)
        yield prepared(fill(engine))
        engine.dispose()


def prepared(town: Engine) -> Engine:
    divide_areas(town, [STREET], actor="test", publish_plans=True)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        for number, name in enumerate(HOSTILE):
            connection.execute(
                text(
                    "UPDATE gridmap.building SET name = :name WHERE id = (SELECT id FROM gridmap.building ORDER BY id OFFSET :n LIMIT 1)"
                ),
                {"name": name, "n": number},
            )
        for shape, kind in PLACES.items():
            connection.execute(
                text(
                    "INSERT INTO gridmap.place (dataset, source_id, kind, name, geom) VALUES ('t', :kind, :kind, '=甲', ST_GeomFromText(:shape, 4326))"
                ),
                {"kind": kind, "shape": shape},
            )
        connection.execute(
            text("UPDATE gridmap.area SET types = '{old_town,new}' WHERE code = :code"),
            {"code": FEASIBLE},
        )
    return town


Rows = list[dict[str, Any]]


def kept(engine: Engine, layer: str) -> Rows:
    """Return the rows of a layer, read one by one as they are kept; times and lists as text."""
    collection = COLLECTIONS[layer]
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        rows = connection.execute(*row_query(collection, Selection())).mappings().all()
    return [
        {name: plain(bytes(value) if name == "geometry" else value) for name, value in row.items()}
        for row in rows
    ]


def plain(value: Any) -> Any:
    """Return a value in the one form in which formats are compared."""
    if isinstance(value, list | np.ndarray):
        return ";".join(value)
    if isinstance(value, bytes):
        return shapely.to_wkt(shapely.from_wkb(value), rounding_precision=6)
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkt(value, rounding_precision=6)
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if hasattr(value, "isoformat"):
        return pd.Timestamp(value).tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.item() if isinstance(value, np.generic) else value


def of_frame(frame: gpd.GeoDataFrame) -> Rows:
    return [{name: plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def read_geojson(file: Path) -> Rows:
    features = json.loads(file.read_bytes())["features"]
    return [of_feature(feature) for feature in features]


def read_sequence(file: Path) -> Rows:
    return [of_feature(json.loads(part)) for part in file.read_bytes().split(b"\x1e")[1:]]


def of_feature(feature: dict[str, Any]) -> dict[str, Any]:
    shape = shapely.geometry.shape(feature["geometry"])
    values = {name: plain(value) for name, value in feature["properties"].items()}
    for name in ("valid_from", "valid_to"):
        if values.get(name):
            values[name] = plain(pd.Timestamp(values[name]))
    return {"id": feature["id"], **values, "geometry": plain(shape)}


READERS: dict[Format, Callable[[Path], Rows]] = {
    Format.GEOJSON: read_geojson,
    Format.GEOJSONSEQ: read_sequence,
    Format.PARQUET: lambda file: of_frame(gpd.read_parquet(file)),
    Format.FGB: lambda file: of_frame(gpd.read_file(file).sort_values("id")),
    Format.GPKG: lambda file: of_frame(gpd.read_file(file, layer=pyogrio.list_layers(file)[0][0])),
}


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("layer", ["areas", "grids", "buildings", "places", "facilities"])
def test_a_format_holds_every_feature_as_it_is_kept(
    divided: Engine, tmp_path: Path, layer: str, form: Format
) -> None:
    file = tmp_path / f"x.{form}"
    report = export(divided, layer, file, form=form, actor="test")
    rows = kept(divided, layer)
    found = READERS[form](file)
    assert report.features == len(rows) == len(found)
    for one, other in zip(found, rows, strict=True):
        assert one == other


def test_a_table_holds_no_formula_and_its_numbers_are_numbers(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "b.csv"
    export(divided, "buildings", file, form=Format.CSV, actor="test")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        found = list(csv.DictReader(opened))
    rows = kept(divided, "buildings")
    for one, row in zip(found, rows, strict=True):
        name = row["name"] or ""
        assert one["name"] == (f"'{name}" if name[:1] in {"=", "+", "-", "@", "\t"} else name)
        assert one["households"] == str(row["households"])
        assert one["stand_in"] == "false"
        assert plain(shapely.from_wkt(one["geometry"])) == row["geometry"]
    assert "=" not in {one["name"][:1] for one in found}


@pytest.mark.parametrize(
    ("headers", "first"), [(None, "code"), ("zh", "区划代码"), ("both", "区划代码 code")]
)
def test_the_columns_of_a_table_are_named_as_asked(divided: Engine, headers: str | None, first: str) -> None:
    stream = io.BytesIO()
    chosen = None if headers is None else Headers(headers)
    export(divided, "areas", stream, form=Format.CSV, headers=chosen, actor="test")
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"))))
    assert rows[0][1] == first
    assert "old_town;new" in rows[2]


def test_a_workbook_holds_every_feature_with_a_point_inside_it(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "b.xlsx"
    export(divided, "buildings", file, form=Format.XLSX, actor="test")
    head, *found = openpyxl.load_workbook(file)["楼栋"].iter_rows()
    assert [cell.value for cell in head][:2] == ["编号 id", "名称 name"]
    rows = kept(divided, "buildings")
    assert len(found) == len(rows)
    for cells, row in zip(found, rows, strict=True):
        values = [cell.value for cell in cells]
        assert values[0] == row["id"]
        assert (values[1] or "") == (row["name"] or "").replace("\x01\x02", "")
        assert cells[1].data_type != "f"
        assert shapely.from_wkt(row["geometry"]).covers(shapely.Point(values[-2], values[-1]))


def test_shapefiles_come_one_for_each_dimension_with_their_encoding_and_field_names(
    divided: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "places.zip"
    assert export(divided, "places", file, form=Format.SHP, actor="test").features == 3
    packed = zipfile.ZipFile(file)
    kinds = ("point", "line", "polygon")
    assert {f"places_{kind}.{suffix}" for kind in kinds for suffix in ("shp", "dbf", "prj", "cpg")} <= set(
        packed.namelist()
    )
    assert packed.read("places_point.cpg").strip() == b"UTF-8"
    fields = {field["field"]: field["name"] for field in json.loads(packed.read("fields.json"))}
    assert fields["residents_"] == "residents_only"
    for kind, word in zip(kinds, ("gate", "walk", "park"), strict=True):
        [row] = gpd.read_file(f"/vsizip/{file}/places_{kind}.shp").to_dict("records")
        assert (row["kind"], row["name"]) == (word, "=甲")
    gone = tmp_path / "organisations.zip"
    assert export(divided, "organisations", gone, form=Format.SHP, actor="test").features == 0
    assert zipfile.ZipFile(gone).namelist() == ["fields.json"]


def test_a_geopackage_has_the_style_that_qgis_takes(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "grids.gpkg"
    export(divided, "grids", file, form=Format.GPKG, actor="test")
    styles = pyogrio.read_dataframe(file, layer="layer_styles")
    [style] = styles.to_dict("records")
    assert (style["f_table_name"], style["f_geometry_column"], bool(style["useAsDefault"])) == (
        "grids",
        "geom",
        True,
    )
    assert "户数不在区间内" in style["styleQML"]


def test_geoparquet_says_where_its_features_are(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "b.parquet"
    export(divided, "buildings", file, form=Format.PARQUET, actor="test")
    told = json.loads(pq.read_metadata(file).metadata[b"geo"])
    column = told["columns"]["geometry"]
    assert (told["version"], told["primary_column"], column["encoding"]) == ("1.1.0", "geometry", "WKB")
    assert column["geometry_types"] == ["Polygon"]
    frame = gpd.read_parquet(file)
    assert column["bbox"] == pytest.approx(frame.total_bounds.tolist())
    west, south, east, north = frame.geometry.iloc[0].bounds
    near = gpd.read_parquet(file, bbox=(west, south, east, north))
    assert near["id"].tolist() == frame.loc[frame.intersects(frame.geometry.iloc[0]), "id"].tolist()
    empty = tmp_path / "o.parquet"
    export(divided, "organisations", empty, form=Format.PARQUET, actor="test")
    assert len(gpd.read_parquet(empty)) == 0


@pytest.mark.parametrize(("layer", "lowest"), [("grids", 0), ("roads", 13)])
def test_a_snapshot_of_tiles_holds_those_that_are_served(
    divided: Engine, tmp_path: Path, layer: str, lowest: int
) -> None:
    file = tmp_path / "x.pmtiles"
    report = export(divided, layer, file, form=Format.PMTILES, zooms=(None, 16), actor="test")
    collection = COLLECTIONS[layer]
    with file.open("rb") as opened:
        reader = Reader(MmapSource(opened))
        header, told = reader.header(), reader.metadata()
        tiles = {tile: gzip.decompress(data) for tile, data in all_tiles(reader.get_bytes)}
    assert report.features == len(tiles) > 5
    assert (header["min_zoom"], header["max_zoom"]) == (lowest, 16)
    assert header["min_lon_e7"] == pytest.approx(120.0 * 1e7, abs=3e4)
    served = Tiles(divided)

    def read_tile(z: int, x: int, y: int) -> bytes:
        return served.find(WantedTile(collection, TileAddress(WEB_MERCATOR_QUAD, z, x, y))).result().body

    for (z, x, y), data in tiles.items():
        assert data == read_tile(z, x, y)
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            beside = (z, x + dx, y + dy)
            if beside not in tiles and all(0 <= place < 2**z for place in beside[1:]):
                assert read_tile(*beside) == b""
    served.stop()
    names = {name for data in tiles.values() for name in mapbox_vector_tile.decode(data)}
    assert {one["id"] for one in told["vector_layers"]} == names
    assert min(one["minzoom"] for one in told["vector_layers"]) == lowest
    assert max(one["maxzoom"] for one in told["vector_layers"]) == 16


def test_a_snapshot_takes_an_area_and_a_filter(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "x.pmtiles"
    asked: dict[str, Any] = {"wanted": FEASIBLE, "filtered": "households > 0", "zooms": (14, 14)}
    export(divided, "grids", file, form=Format.PMTILES, actor="test", **asked)
    with file.open("rb") as opened:
        tiles = dict(all_tiles(Reader(MmapSource(opened)).get_bytes))
    codes = {
        feature["properties"]["code"]
        for data in tiles.values()
        for feature in mapbox_vector_tile.decode(gzip.decompress(data))["grids"]["features"]
    }
    assert codes
    assert all(code.startswith(FEASIBLE) for code in codes)
    for zooms in ((5, 3), (-1, 3), (3, 30)):
        with pytest.raises(Invalid):
            export(divided, "grids", file, form=Format.PMTILES, zooms=zooms, actor="test")
    export(divided, "organisations", file, form=Format.PMTILES, actor="test")
    with file.open("rb") as opened:
        assert len(list(all_tiles(Reader(MmapSource(opened)).get_bytes))) == 1


@pytest.mark.parametrize("form", [Format.GEOJSON, Format.PARQUET])
@pytest.mark.parametrize("name", [name for name in HOSTILE if "\x01" not in name])
def test_values_of_a_filter_are_values_however_they_look(
    divided: Engine, tmp_path: Path, form: Format, name: str
) -> None:
    file = tmp_path / "x"
    escaped = name.replace("'", "''")
    report = export(divided, "buildings", file, form=form, filtered=f"name = '{escaped}'", actor="test")
    assert report.features == 1


def stopping(after: int) -> Progress:
    def progress(stage: str, done: int, total: int) -> None:  # noqa: ARG001
        if done >= after:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("form", Format)
def test_an_export_that_is_stopped_leaves_no_file(
    divided: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    monkeypatch.setattr("gridmap.services.exporting.source.ROWS_BETWEEN", 1)
    with pytest.raises(KeyboardInterrupt):
        export(divided, "buildings", tmp_path / "x", form=form, progress=stopping(2), actor="test")
    assert list(tmp_path.iterdir()) == []
    assert export(divided, "buildings", io.BytesIO(), form=Format.GEOJSON, actor="test").features == 15


def test_progress_is_told_with_the_number_there_is(divided: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.services.exporting.source.ROWS_BETWEEN", 5)
    told: list[tuple[str, int, int]] = []
    export(
        divided,
        "buildings",
        io.BytesIO(),
        form=Format.CSV,
        progress=lambda *place: told.append(place),
        actor="test",
    )
    assert told == [("write", 5, 15), ("write", 10, 15), ("write", 15, 15)]


ALONE = """
import sys
from gridmap.db.engine import connect
from gridmap.io.writing.formats import Format
from gridmap.services.exporting import export
from gridmap.services.tiles import Tiles, WantedTile
export(connect(sys.argv[1]), "buildings", sys.stdout.buffer, form=Format.GEOJSON, actor="test")
heavy = {"numpy", "pandas", "geopandas", "shapely", "pyproj", "pyarrow", "numba", "scipy", "openpyxl"}
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


def test_an_export_of_text_loads_no_heavy_library(divided: Engine) -> None:
    address = divided.url.render_as_string(hide_password=False)
    done = subprocess.run([sys.executable, "-c", ALONE, address], capture_output=True, check=True)
    assert done.stderr.decode().strip() == "[]"
    assert len(json.loads(done.stdout)["features"]) == 15


def test_the_types_of_columns_are_those_described(divided: Engine, tmp_path: Path) -> None:
    file = tmp_path / "g.parquet"
    export(divided, "grids", file, form=Format.PARQUET, actor="test")
    schema = pq.read_schema(file)
    expected = {
        ColumnType.STRING: "string",
        ColumnType.INTEGER: "int64",
        ColumnType.NUMBER: "double",
        ColumnType.BOOLEAN: "bool",
        ColumnType.TIME: "timestamp[us, tz=UTC]",
    }
    for column in COLLECTIONS["grids"].columns:
        assert str(schema.field(column.name).type) == expected[column.type]


def test_batches_are_read_with_the_rights_and_the_patience_of_the_connection(divided: Engine) -> None:
    asked = text("SELECT current_user::text AS who, current_setting('statement_timeout') AS patience")
    with reading(divided, patience=7) as connection, record_batches(connection, (asked, {})) as (_, batches):
        assert [row for batch in batches for row in batch.to_pylist()] == [
            {"who": "gridmap_published", "patience": "7s"}
        ]
    forbidden = (text("SELECT id FROM gridmap.resident"), {})
    with (
        pytest.raises(Forbidden),
        reading(divided) as connection,
        record_batches(connection, forbidden) as read,
    ):
        list(read.batches)
