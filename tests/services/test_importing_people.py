"""Residents: counted where they live, and nothing by which to know who they are."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from gridmap.services.importing import export_quarantine
from tests.services.importing_town import fetch, house, lonlat, take, take_town, write_layer, write_table

HOUSES = [
    house("a", 10, 10, house_number="101", street="Bishan Street 12"),
    house("b", 60, 10, house_number="102", street="Bishan Street 12"),
]


def person(number: str, born: int | None = 1980, **columns: Any) -> dict[str, Any]:
    return {"楼号": number, "街巷": "BISHAN ST 12", "户号": "1-1", "出生年份": born, "性别": "女", **columns}


def residents(engine: Engine) -> list[tuple[Any, ...]]:
    return fetch(
        engine,
        "SELECT building.source_id, count(*), count(DISTINCT household_id) FROM gridmap.resident "
        "JOIN gridmap.building ON building.id = resident.building_id GROUP BY 1 ORDER BY 1",
    )


def test_residents_are_put_into_buildings_and_households(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [person("101"), person("101", 1950), person("101", 2001, 户号="1-2"), person("102")]
    report = take(engine, "residents", write_table(tmp_path / "people.csv", rows))
    assert (report.layers[0].inserted, report.quarantined) == (4, 0)
    assert residents(engine) == [("a", 3, 2), ("b", 1, 1)]
    assert fetch(
        engine, "SELECT DISTINCT birth_year, sex, lookup FROM gridmap.resident WHERE birth_year = 1950"
    ) == [(1950, "female", None)]


def test_who_they_are_stops_at_the_door(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [person("101", 姓名="张三", 身份证号="11010519491231002X", 手机="13800138000")]
    rows += [person("103", 姓名="李四", 身份证号="440524188001010014", 手机="13900139000")]
    report = take(engine, "residents", write_table(tmp_path / "people.csv", rows))
    assert set(report.layers[0].dropped) >= {"姓名", "身份证号", "手机"}
    everything = str(fetch(engine, "SELECT * FROM gridmap.quarantine")) + str(
        fetch(engine, "SELECT report FROM gridmap.import_run")
    )
    for secret in ("张三", "李四", "440524188001010014", "13900139000"):
        assert secret not in everything


def test_residents_imported_again_replace_those_of_the_data_set(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    path = tmp_path / "people.csv"
    take(engine, "residents", write_table(path, [person("101"), person("102")]))
    take(engine, "residents", write_table(tmp_path / "others.csv", [person("102", 1999)]))
    take(engine, "residents", write_table(path, [person("101"), person("101", 1950)]))
    assert residents(engine) == [("a", 2, 1), ("b", 1, 1)]


def test_residents_without_a_building_wait_and_are_added_when_mended(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [person("101"), person("999"), person("998")]
    report = take(engine, "residents", write_table(tmp_path / "people.csv", rows))
    assert [(one.reason, one.count) for one in report.layers[0].refusals] == [("building.unknown", 2)]
    out = tmp_path / "mend.csv"
    assert export_quarantine(engine, out, actor="test") == 2
    text = out.read_text(encoding="utf-8-sig")
    for number, left in (("999", 1), ("998", 0)):
        text = text.replace(f"{number},BISHAN", "102,BISHAN", 1)
        out.write_text(text, encoding="utf-8")
        take(engine, "residents", out, dataset="people")
        assert fetch(engine, "SELECT count(*) FROM gridmap.quarantine") == [(left,)]
    assert residents(engine) == [("a", 1, 1), ("b", 2, 1)]


def test_residents_may_name_their_building_or_give_a_position(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    nowhere = {"lon": None, "lat": None}
    rows = [
        {"building": "b", "birth_year": 1970, **nowhere},
        {"building": None, "birth_year": 1971, **lonlat(15, 15)},
    ]
    take(engine, "residents", write_table(tmp_path / "people.csv", rows))
    assert residents(engine) == [("a", 1, 0), ("b", 1, 0)]


def test_residents_of_a_stand_in_move_to_the_building_that_takes_its_place(
    engine: Engine, tmp_path: Path
) -> None:
    take_town(engine, tmp_path)
    counted = {"house_number": "101", "street": "BISHAN ST 12", "households": 3, **lonlat(20, 20)}
    take(engine, "households", write_table(tmp_path / "table.csv", [counted]))
    take(engine, "residents", write_table(tmp_path / "people.csv", [person("101"), person("101", 1950)]))
    assert residents(engine) == [("stand-in 101 bishan street 12", 2, 1)]
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    assert residents(engine) == [("a", 2, 1)]
    assert fetch(engine, "SELECT count(*) FROM gridmap.building WHERE stand_in") == [(0,)]
