"""The tree of areas: overlaps are set aside, hair's breadths tolerated, parents found."""

from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import Engine

from tests.services.importing_town import EAST, WEST, fetch, house, take, take_town, write_layer

DISTRICT = {
    "code": "110101000000",
    "name": "示例区",
    "level": "区",
    "geometry": shapely.box(-100, -100, 900, 900),
}
STREET = {
    "code": "110101001000",
    "name": "示例街道",
    "level": "街道",
    "geometry": shapely.box(-10, -10, 500, 410),
}


def area(code: str, west: float, south: float, east: float, north: float, **columns: Any) -> dict[str, Any]:
    return {
        "code": code,
        "name": f"area {code}",
        "geometry": shapely.box(west, south, east, north),
        **columns,
    }


def codes(engine: Engine) -> list[str]:
    return [code for (code,) in fetch(engine, "SELECT code FROM gridmap.area ORDER BY code")]


def parents(engine: Engine) -> dict[str, str | None]:
    query = "SELECT area.code, parent.code FROM gridmap.area LEFT JOIN gridmap.area AS parent ON parent.id = area.parent_id"
    return dict(fetch(engine, query))


def test_a_newcomer_over_a_known_community_is_set_aside_and_the_other_named(
    engine: Engine, tmp_path: Path
) -> None:
    take_town(engine, tmp_path)
    rows = [area("N1", 150, 0, 350, 400), area("N2", 400, 0, 600, 400)]
    report = take(engine, "areas", write_layer(tmp_path / "new.geojson", rows))
    (refusals,) = report.layers[0].refusals
    assert (refusals.reason, refusals.count) == ("area.overlap", 1)
    assert WEST["code"] in refusals.message.en
    assert "已有区域" in refusals.message.zh
    assert codes(engine) == [WEST["code"], EAST["code"], "N2"]


def test_of_two_areas_of_a_file_the_later_is_set_aside(engine: Engine, tmp_path: Path) -> None:
    rows = [area("A", 0, 0, 200, 400), area("B", 100, 0, 300, 400), area("C", 250, 0, 400, 400)]
    report = take(engine, "areas", write_layer(tmp_path / "areas.geojson", rows))
    assert report.layers[0].refusals[0].examples == ((2, None, None),)
    assert "row 1, area A (A)" in report.layers[0].refusals[0].message.en
    assert codes(engine) == ["A", "C"]


def test_lines_a_few_metres_off_are_tolerated_and_told(engine: Engine, tmp_path: Path) -> None:
    rows = [area("A", 0, 0, 200, 400), area("B", 188, 0, 400, 400)]
    report = take(engine, "areas", write_layer(tmp_path / "areas.geojson", rows))
    assert codes(engine) == ["A", "B"]
    (note,) = [note for note in report.layers[0].notes if "overlap by a strip" in note.en]
    assert "4,8" in note.en
    assert "略有重叠" in note.zh


def test_a_wide_overlap_of_a_small_share_is_tolerated(engine: Engine, tmp_path: Path) -> None:
    rows = [area("A", 0, 0, 2000, 2000), area("B", 1980, 1980, 4000, 4000)]
    take(engine, "areas", write_layer(tmp_path / "areas.geojson", rows))
    assert codes(engine) == ["A", "B"]


def test_areas_of_other_levels_may_cover_each_other(engine: Engine, tmp_path: Path) -> None:
    report = take(
        engine, "areas", write_layer(tmp_path / "areas.geojson", [DISTRICT, STREET, WEST | {"level": "社区"}])
    )
    assert report.quarantined == 0


def test_a_new_line_of_a_known_area_replaces_the_old_one(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    rows = [
        WEST | {"geometry": shapely.box(0, 0, 250, 400)},
        EAST | {"geometry": shapely.box(250, 0, 400, 400)},
    ]
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", [house("a", 210, 10)]))
    report = take(engine, "areas", write_layer(tmp_path / "communities.geojson", rows))
    assert (report.layers[0].updated, report.quarantined) == (2, 0)
    moved = fetch(
        engine, "SELECT area.code FROM gridmap.building JOIN gridmap.area ON area.id = community_id"
    )
    assert moved == [(WEST["code"],)]


def test_a_row_set_aside_leaves_the_old_line_in_force(engine: Engine, tmp_path: Path) -> None:
    """EAST's new line would lie over a third area; its old line then stands, and a newcomer is judged by that."""
    take_town(engine, tmp_path)
    take(engine, "areas", write_layer(tmp_path / "third.geojson", [area("T", 400, 0, 600, 400)]))
    rows = [EAST | {"geometry": shapely.box(400, 0, 600, 400)}, area("N", 200, 0, 400, 400)]
    rows += [area("FREE", 700, 0, 800, 400)]
    report = take(engine, "areas", write_layer(tmp_path / "new.geojson", rows))
    assert report.quarantined == 2
    assert codes(engine) == [WEST["code"], EAST["code"], "FREE", "T"]


def test_parents_are_found_by_name_by_code_and_by_place(engine: Engine, tmp_path: Path) -> None:
    rows = [
        DISTRICT | {"parent": None},
        STREET | {"parent": DISTRICT["code"]},
        WEST | {"level": "community", "parent": None},
        area("X1", 200, 0, 400, 400, level="community", parent=None),
        area("X2", 600, 0, 700, 400, level="community", parent=None),
    ]
    take(engine, "areas", write_layer(tmp_path / "areas.geojson", rows))
    assert parents(engine) == {
        DISTRICT["code"]: None,
        STREET["code"]: DISTRICT["code"],
        WEST["code"]: STREET["code"],
        "X1": STREET["code"],
        "X2": DISTRICT["code"],
    }


def test_a_parent_that_comes_later_takes_its_areas_in(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    assert set(parents(engine).values()) == {None}
    take(engine, "areas", write_layer(tmp_path / "district.geojson", [DISTRICT]))
    assert parents(engine) == {
        WEST["code"]: DISTRICT["code"],
        EAST["code"]: DISTRICT["code"],
        DISTRICT["code"]: None,
    }


def test_an_area_whose_parent_is_not_there_or_not_above_it_is_set_aside(
    engine: Engine, tmp_path: Path
) -> None:
    rows = [
        DISTRICT | {"parent": None},
        WEST | {"level": "community", "parent": "999"},
        EAST | {"level": "community", "parent": DISTRICT["code"]},
        area("S", 600, 0, 700, 400, level="street", parent=EAST["code"]),
    ]
    report = take(engine, "areas", write_layer(tmp_path / "areas.geojson", rows))
    (refusals,) = report.layers[0].refusals
    assert refusals.examples == ((2, "parent", "999"), (4, "parent", EAST["code"]))
    assert codes(engine) == [DISTRICT["code"], EAST["code"]]


def test_a_changed_parent_alone_counts_as_an_update(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    other = area("D2", -100, -100, 900, 900, level="city", parent=None)
    first = [DISTRICT | {"parent": None}, other, WEST | {"level": "community", "parent": DISTRICT["code"]}]
    take(engine, "areas", write_layer(path, first))
    first[2] = WEST | {"level": "community", "parent": "D2"}
    report = take(engine, "areas", write_layer(path, first))
    assert (report.layers[0].updated, report.layers[0].unchanged) == (1, 2)
    assert parents(engine)[WEST["code"]] == "D2"


def test_kinds_of_community_and_town_or_country_are_kept(engine: Engine, tmp_path: Path) -> None:
    rows = [WEST | {"类型": "老旧小区", "城乡分类": "111"}, EAST | {"类型": None, "城乡分类": None}]
    take(engine, "areas", write_layer(tmp_path / "areas.geojson", rows))
    assert fetch(engine, "SELECT types, urban FROM gridmap.area ORDER BY code") == [
        (["unmanaged_estate"], True),
        ([], None),
    ]
