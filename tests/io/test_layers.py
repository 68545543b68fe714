"""GeoJSON, GeoPackage and shapefiles as they come from many programs."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gridmap.errors import Invalid
from gridmap.io.reading import Reading, ReadOptions, read

Houses = Callable[[int], list[shapely.Polygon]]
Write = Callable[..., Path]

PACKED = (
    "<center><table><tr><th colspan='2' align='center'><em>Attributes</em></th></tr>"
    '<tr bgcolor="#E3E3F3"> <th>HCI_NAME</th> <td>BISHAN &amp; GRACE CLINIC</td> </tr>'
    '<tr bgcolor=""> <th>HCI_CODE</th> <td>12C0198</td> </tr>'
    '<tr bgcolor=""> <th>BUILDING_NAME</th> <td></td> </tr></table></center>'
)


def of_one_kind(kind: str, path: Path, **options: object) -> Reading:
    reading = read(kind, path, ReadOptions(**options))  # type: ignore[arg-type]
    assert isinstance(reading, Reading)
    return reading


@pytest.fixture
def named(houses: Houses) -> gpd.GeoDataFrame:
    """Three buildings with Chinese headers and values."""
    columns = {
        "楼栋编号": ["A1", "A2", "A3"],
        "户数": [12, 24, 36],
        "街道": ["中山大道", "解放大道", "建设路"],
    }
    return gpd.GeoDataFrame(columns, geometry=houses(3), crs=4490)


def to_shapefile(frame: gpd.GeoDataFrame, path: Path, encoding: str = "utf-8") -> None:
    """Write a shapefile with the identifiers in a short column."""
    frame.rename(columns={"楼栋编号": "id"}).to_file(path, encoding=encoding)


def test_attributes_packed_into_html_are_unpacked(write_geojson: Write) -> None:
    path = write_geojson([shapely.Point(103.855, 1.3445, 7.0)], [{"Name": "kml_23", "Description": PACKED}])
    reading = of_one_kind("facilities", path, constants={"kind": "clinic", "tier": "配套"})
    row = reading.frame.iloc[0]
    assert row["name"] == "BISHAN & GRACE CLINIC"
    assert (row["kind"], row["tier"]) == ("clinic", "special")
    assert "BUILDING_NAME" in reading.ignored


def test_geojson_by_lines_and_single_features_are_read(tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"name": "甲", "kind": "park"}, "geometry": {"type": "Point", "coordinates": [114.3, 30.6]}}  # fmt: skip
    other = feature | {"properties": {"name": "乙", "kind": "park"}}
    lines, single = tmp_path / "t.geojsonl", tmp_path / "t.json"
    lines.write_text("\x1e" + json.dumps(feature) + "\n\x1e" + json.dumps(other) + "\n", encoding="utf-8")
    single.write_text("\ufeff" + json.dumps(feature), encoding="utf-8")
    assert of_one_kind("places", lines).frame["name"].tolist() == ["甲", "乙"]
    assert of_one_kind("places", single).frame["name"].tolist() == ["甲"]


def test_geojson_in_gb18030_is_read(write_text: Write) -> None:
    feature = {"type": "Feature", "properties": {"名称": "东湖公园北门广场", "类别": "公园"}, "geometry": {"type": "Point", "coordinates": [114.3, 30.6]}}  # fmt: skip
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False)
    reading = of_one_kind("places", write_text("t.geojson", text, "gb18030"))
    assert reading.frame["name"].tolist() == ["东湖公园北门广场"]
    assert reading.encoding == "gb18030"


def test_a_geopackage_is_read_in_the_system_it_declares(tmp_path: Path, named: gpd.GeoDataFrame) -> None:
    path = tmp_path / "t.gpkg"
    named.to_crs(4547).to_file(path, driver="GPKG")
    reading = of_one_kind("buildings", path)
    assert (reading.crs, reading.crs_detected) == ("EPSG:4547", False)
    assert reading.frame["source_id"].tolist() == ["A1", "A2", "A3"]
    assert reading.frame["households"].sum() == 72
    assert shapely.hausdorff_distance(reading.frame.geometry[0], named.geometry[0]) < 1e-8


def test_of_several_layers_the_one_called_as_the_kind_or_asked_for_is_read(
    tmp_path: Path, named: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "t.gpkg"
    named.to_file(path, layer="buildings", driver="GPKG")
    named.iloc[:1].to_file(path, layer="old", driver="GPKG")
    assert len(of_one_kind("buildings", path).frame) == 3
    assert len(of_one_kind("buildings", path, layer="old").frame) == 1
    with pytest.raises(Invalid) as caught:
        read("cells", path)
    assert caught.value.facts["layers"] == ["buildings", "old"]


@pytest.mark.parametrize(("encoding", "mark"), [("gb18030", False), ("utf-8", True), ("utf-8", False)])
def test_a_shapefile_is_read_whatever_its_encoding(
    tmp_path: Path, named: gpd.GeoDataFrame, encoding: str, mark: bool
) -> None:
    path = tmp_path / "t.shp"
    to_shapefile(named, path, encoding)
    if not mark:
        path.with_suffix(".cpg").unlink()
    reading = of_one_kind("buildings", path)
    assert reading.frame["street"].tolist() == ["中山大道", "解放大道", "建设路"]
    assert reading.frame["households"].tolist() == [12, 24, 36]
    assert reading.encoding == encoding


def test_a_wrong_cpg_file_does_not_spoil_the_names(tmp_path: Path, named: gpd.GeoDataFrame) -> None:
    path = tmp_path / "t.shp"
    to_shapefile(named, path, "gb18030")
    path.with_suffix(".cpg").write_text("UTF-8")
    assert of_one_kind("buildings", path).frame["street"].tolist()[0] == "中山大道"


def test_headers_cut_at_ten_bytes_are_understood(tmp_path: Path, houses: Houses) -> None:
    frame = gpd.GeoDataFrame({"house_numb": ["1", "2"], "household_": [3, 4]}, geometry=houses(2), crs=4326)
    path = tmp_path / "t.shp"
    frame.to_file(path)
    assert of_one_kind("buildings", path).frame["house_number"].tolist() == ["1", "2"]


def test_a_chinese_header_cut_within_a_character_does_not_stop_the_file(
    tmp_path: Path, named: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "t.shp"
    to_shapefile(named, path)
    data = path.with_suffix(".dbf").read_bytes()
    header = "楼栋编号".encode()[:10]
    path.with_suffix(".dbf").write_bytes(data.replace(b"id".ljust(11, b"\x00"), header.ljust(11, b"\x00"), 1))
    reading = of_one_kind("buildings", path)
    assert reading.frame["source_id"].tolist() == ["A1", "A2", "A3"]
    assert reading.frame["street"].tolist()[0] == "中山大道"


def test_a_zipped_shapefile_is_read_and_a_missing_prj_is_detected(
    tmp_path: Path, named: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "t.shp"
    to_shapefile(named.to_crs(4526), path, "gb18030")
    packed = tmp_path / "t.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for ending in (".shp", ".shx", ".dbf"):
            archive.write(path.with_suffix(ending), f"文件夹/t{ending.upper()}")
    reading = of_one_kind("buildings", packed)
    assert (reading.crs, reading.crs_detected) == ("EPSG:4526", True)
    assert reading.frame["street"].tolist()[0] == "中山大道"


def test_of_two_zipped_shapefiles_one_must_be_named(tmp_path: Path, named: gpd.GeoDataFrame) -> None:
    packed = tmp_path / "t.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a", "b"):
            to_shapefile(named, tmp_path / f"{name}.shp")
            for ending in (".shp", ".shx", ".dbf", ".prj"):
                archive.write((tmp_path / name).with_suffix(ending), f"{name}{ending}")
    with pytest.raises(Invalid) as caught:
        read("buildings", packed)
    assert caught.value.facts["layers"] == ["a", "b"]
    assert len(of_one_kind("buildings", packed, layer="b").frame) == 3


def test_names_that_climb_out_of_the_archive_are_harmless(tmp_path: Path, named: gpd.GeoDataFrame) -> None:
    to_shapefile(named, tmp_path / "t.shp")
    packed = tmp_path / "deep" / "t.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        for ending in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(tmp_path / f"t{ending}", f"../../evil{ending}")
    assert len(of_one_kind("buildings", packed).frame) == 3
    assert not (tmp_path / "evil.shp").exists()
