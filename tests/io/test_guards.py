"""Files that are damaged, cut off, swollen or not what they say are refused before anything is kept."""

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import Invalid
from gridmap.io.reading import read

Write = Callable[..., Path]


def refusal(kind: str, path: Path) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read(kind, path)
    assert caught.value.message.en
    assert caught.value.message.zh
    assert caught.value.hint is None or caught.value.hint.zh
    return caught.value


@pytest.fixture
def layer(houses: Callable[[int], list[shapely.Polygon]]) -> gpd.GeoDataFrame:
    """Two hundred buildings."""
    return gpd.GeoDataFrame({"id": range(200), "households": 5}, geometry=houses(200), crs=4326)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".geojson", ".gpkg", ".shp", ".zip"])
def test_an_empty_file_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"empty{ending}"
    path.touch()
    assert "0 bytes" in refusal("buildings", path).message.en


def test_a_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "layer.gdb"
    folder.mkdir()
    assert "folder" in refusal("buildings", folder).message.en


@pytest.mark.parametrize("ending", [".xls", ".pdf", ".kml", ".dwg", ""])
def test_an_unsupported_format_says_what_to_do(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"file{ending}"
    path.write_bytes(b"something")
    error = refusal("buildings", path)
    assert error.facts["reason"] == "file.format"
    assert error.hint is not None


def test_an_extract_as_buildings_points_to_the_kind_osm(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"something")
    error = refusal("buildings", path)
    assert error.hint is not None
    assert "osm" in error.hint.en


def test_a_geopackage_cut_in_half_is_refused(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    path = tmp_path / "half.gpkg"
    layer.to_file(path, driver="GPKG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refusal("buildings", path).facts["reason"] == "file.cut"


def test_a_geopackage_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.gpkg"
    path.write_bytes(b"<html>not found</html>" * 10)
    error = refusal("buildings", path)
    assert error.hint is not None
    assert "web page" in error.hint.en


def test_a_geopackage_with_damaged_pages_is_refused_or_loses_nothing(
    tmp_path: Path, layer: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "holes.gpkg"
    layer.to_file(path, driver="GPKG")
    data = bytearray(path.read_bytes())
    data[4096:40_960] = bytes(40_960 - 4096)
    path.write_bytes(bytes(data))
    refusal("buildings", path)


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf"])
def test_a_shapefile_whose_header_claims_two_gigabytes_is_refused(
    tmp_path: Path, layer: gpd.GeoDataFrame, part: str
) -> None:
    path = tmp_path / "claims.shp"
    layer.to_file(path)
    target = path.with_suffix(part)
    data = bytearray(target.read_bytes())
    if part == ".dbf":
        data[4:8] = struct.pack("<I", 100_000_000)
    else:
        data[24:28] = struct.pack(">I", 2**30)
    target.write_bytes(bytes(data))
    error = refusal("buildings", path)
    assert error.facts["reason"] == "file.cut"


def test_a_shapefile_without_its_parts_names_them(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    path = tmp_path / "alone.shp"
    layer.to_file(path)
    path.with_suffix(".dbf").unlink()
    assert ".dbf" in refusal("buildings", path).message.en


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    for name in ("bomb.zip", "bomb.xlsx"):
        path = tmp_path / name
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
            archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry,
        ):
            for _ in range(100):
                entry.write(bytes(1024**2))
        assert path.stat().st_size < 1024**2
        error = refusal("households", path)
        assert error.facts["reason"] == "archive.bomb"
        assert "压缩炸弹" in error.message.zh


def test_a_zip_of_overlapping_entries_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "overlap.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.shp", b"x" * 10_000)
    data = path.read_bytes()
    at = data.index(b"PK\x01\x02")
    entry, end = data[at : data.index(b"PK\x05\x06")], data[data.index(b"PK\x05\x06") :]
    copies = 200
    end = end[:8] + struct.pack("<HHI", copies, copies, copies * len(entry)) + end[16:]
    path.write_bytes(data[:at] + entry * copies + end)
    assert refusal("buildings", path).facts["reason"] == "archive.bomb"


@pytest.mark.parametrize("name", ["t.xlsx", "t.zip"])
def test_an_archive_cut_off_or_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04" + bytes(500))
    assert refusal("households", path).facts["reason"] == "file.broken"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    error = refusal("households", path)
    assert error.hint is not None
    assert "Office" in error.hint.en


def test_a_zip_without_a_workbook_in_it_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refusal("households", path).facts["reason"] == "file.broken"


def test_a_zip_without_a_shapefile_says_what_to_pack(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    error = refusal("buildings", path)
    assert error.hint is not None
    assert ".dbf" in error.hint.zh


def test_geojson_cut_in_half_names_the_place(
    write_geojson: Write, houses: Callable[[int], list[shapely.Polygon]]
) -> None:
    path = write_geojson(houses(20))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    error = refusal("buildings", path)
    assert error.facts["reason"] == "file.cut"


@pytest.mark.parametrize(
    "text", ['{"type": "Topology"}', "[1, 2]", '{"features": 3, "type": "FeatureCollection"}']
)
def test_json_that_is_no_geojson_is_refused(write_text: Write, text: str) -> None:
    assert refusal("buildings", write_text("t.geojson", text)).facts["reason"] == "file.format"


def test_geojson_without_features_is_refused(write_geojson: Write) -> None:
    assert refusal("buildings", write_geojson([])).facts["reason"] == "file.no_rows"


def test_an_extract_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(b"not an extract" * 100)
    assert refusal("osm", path).facts["reason"] == "file.broken"


@pytest.mark.parametrize("name", ["t.xlsx", "t.zip"])
def test_damage_inside_an_archive_is_refused_wherever_it_lies(tmp_path: Path, name: str) -> None:
    whole = tmp_path / "whole.zip"
    rows = "".join(f"<row>{number * number}</row>" for number in range(2_000))
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("t.shp", "t.shx", "t.dbf", "[Content_Types].xml", "xl/workbook.xml"):
            archive.writestr(part, rows)
    data = whole.read_bytes()
    for at in range(0, len(data), 997):
        damaged = tmp_path / name
        damaged.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        refusal("households", damaged)


@pytest.mark.parametrize(
    ("part", "content"), [(".cpg", b"GB\x00K"), (".cpg", b"klingon"), (".prj", b"\xff\x00\xfe")]
)
def test_nonsense_beside_a_shapefile_does_not_end_in_a_fault(
    tmp_path: Path, layer: gpd.GeoDataFrame, part: str, content: bytes
) -> None:
    path = tmp_path / "t.shp"
    layer.to_file(path)
    path.with_suffix(part).write_bytes(content)
    try:
        read("buildings", path)
    except Invalid as error:
        assert part == ".prj", error  # noqa: PT017


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"type": "Feature", "properties": {"n": ' + "9" * 5_000 + "}}", "<html>"]
)
def test_json_that_python_cannot_hold_is_refused(write_text: Write, text: str) -> None:
    assert refusal("buildings", write_text("t.geojson", text)).facts["reason"] == "file.cut"
