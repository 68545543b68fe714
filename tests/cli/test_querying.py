"""Questions about places at the terminal."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

SQUARE = "POLYGON((120 30,120.01 30,120.01 30.01,120 30.01,120 30))"


@pytest.fixture
def town(run: Run, tmp_path: Path) -> Run:
    """Bring in a community with a house, two clinics and a street between them."""
    house = "POLYGON((120.001 30.001,120.0012 30.001,120.0012 30.0012,120.001 30.0012,120.001 30.001))"
    tables = {
        "areas": f'code,name,level,wkt\n330102001001,甲社区,community,"{SQUARE}"\n',
        "buildings": f'source_id,name,households,floors,street,house_number,wkt\nb1,一号楼,40,12,望湖路,12,"{house}"\n',
        "facilities": "source_id,name,kind,lon,lat\nf1,东站,clinic,120.004,30.001\nf2,西站,clinic,120.0015,30.001\n",
        "roads": 'source_id,class,name,wkt\nr1,residential,望湖路,"LINESTRING(120 30.001,120.01 30.001)"\n',
    }
    for kind, table in tables.items():
        (tmp_path / f"{kind}.csv").write_text(table, encoding="utf-8")
        code, _, said = run("import", kind, tmp_path / f"{kind}.csv", "--crs", "EPSG:4326")
        assert code == 0, said
    return run


def test_a_point_and_an_address_are_told_where_they_are(town: Run) -> None:
    code, out, said = town("query", "grid", 120.005, 30.005)
    assert code == 0, said
    assert "This is in 甲社区, which has no grid here." in out
    told = json.loads(town("query", "grid", "--street", "望湖路", "--number", "12号", "--json")[1])
    assert told["address"]["community_name"] == "甲社区"
    far = json.loads(town("query", "grid", -70.5, -20, "--json")[1])
    assert far["community"]["distance_m"] > 10_000_000
    assert "此处不在任何网格内" in town("--lang", "zh", "query", "grid", "--", -70.5, -20)[1]


def test_what_is_near_is_listed_by_distance(town: Run) -> None:
    near = json.loads(town("query", "near", "facilities", 120.001, 30.001, "--metres", 300, "--json")[1])
    assert [row["properties"]["name"] for row in near["features"]] == ["西站", "东站"]
    code, out, said = town("query", "nearest", "facilities", 120.001, 30.001, "-n", 1, "--by", "network")
    assert code == 0, said
    assert "西站" in out
    assert "48" in out
    assert "东站" not in out


def test_features_of_a_place_or_shape_are_listed_and_counted(town: Run, tmp_path: Path) -> None:
    code, out, said = town(
        "query", "within", "facilities", "--place", "甲社区", "--filter", "name LIKE '西%'"
    )
    assert code == 0, said
    assert "西站" in out
    assert "东站" not in out
    assert "1 of 1." in said
    ring = [[120, 30], [120.003, 30], [120.003, 30.01], [120, 30.01], [120, 30]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "shape.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    arguments = (
        "query",
        "aggregate",
        "buildings",
        "--by",
        "community",
        "--sum",
        "households",
        "--shape",
        file,
    )
    told = json.loads(town(*arguments, "--json")[1])
    assert told["total"]["sums"]["households"] == {"total": 40, "told": 1, "untold": 0}
    assert "甲社区" in town(*arguments)[1]


def test_questions_are_saved_renamed_deleted_and_restored(town: Run) -> None:
    assert town("query", "save", "高层", "--layer", "buildings", "--filter", "floors >= 12")[0] == 0
    assert town("query", "save", "高层", "--layer", "buildings", "--filter", "floors >= 12")[0] == 5
    assert town("query", "rename", "高层", "高楼")[0] == 0
    assert "高楼" in town("query", "saved")[1]
    told = json.loads(
        town("query", "within", "buildings", "--place", "甲社区", "--saved", "高楼", "--json")[1]
    )
    assert told["numberMatched"] == 1
    assert "gridmap query restore 高楼" in town("query", "delete", "高楼")[2]
    assert town("query", "within", "buildings", "--place", "甲社区", "--saved", "高楼")[0] == 4
    assert town("query", "restore", "高楼")[0] == 0
    assert json.loads(town("query", "saved", "--json")[1])["saved"][0]["name"] == "高楼"


def test_what_is_wrong_ends_with_its_code(town: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.geojson"
    broken.write_text("{", encoding="utf-8")
    assert town("query", "within", "buildings", "--shape", broken)[0] == 2
    assert town("query", "within", "buildings")[0] == 2
    assert town("query", "within", "walls", "--place", "甲社区")[0] == 4
    assert town("query", "grid", 200, 30)[0] == 2
    assert town("query", "grid")[0] == 2
    assert town("query", "near", "facilities", 120, 30, "--metres", -1)[0] == 2
    assert town("query", "delete", "无")[0] == 4
