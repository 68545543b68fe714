"""Tables of households by address: every household has a building or is listed, in whatever order the files come."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from gridmap.errors import Invalid
from gridmap.services.importing import ImportReport, Joining, export_unplaced, list_unplaced
from tests.services.importing_town import (
    fetch,
    house,
    lonlat,
    take,
    take_town,
    write_layer,
    write_table,
)

NOWHERE: dict[str, Any] = {"lon": None, "lat": None}


def line(
    number: str | None, street: str | None, households: int | None, place: dict[str, Any]
) -> dict[str, Any]:
    return {"house_number": number, "street": street, "households": households, **place}


def joined(report: ImportReport) -> Joining:
    (layer,) = report.layers
    assert layer.joining is not None
    return layer.joining


def counted(engine: Engine) -> dict[str, int]:
    """Return the counted households by source_id of the building."""
    return dict(
        fetch(
            engine,
            "SELECT source_id, households FROM gridmap.building WHERE household_source = 'counted' ORDER BY 1",
        )
    )


HOUSES = [
    house("a", 10, 10, house_number="101", street="Bishan Street 12"),
    house("b", 60, 10, house_number="102", street="Bishan Street 12"),
    house("c", 110, 10, house_number="12号", street="中山一路"),
    house("plain", 10, 100),
]


def test_rows_are_joined_by_address_in_any_spelling(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [
        line("101", "BISHAN ST 12", 92, NOWHERE),
        line("Blk 102", "Bishan Street 12", 84, lonlat(62, 12)),
        line("１２", "中山1路", 30, NOWHERE),
    ]
    report = take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert joined(report).rows == {"address": 3}
    assert joined(report).placed == joined(report).total == report.layers[0].households == 206
    assert counted(engine) == {"a": 92, "b": 84, "c": 30}


def test_the_position_decides_between_buildings_of_one_address(engine: Engine, tmp_path: Path) -> None:
    twins = [house("near", 10, 10, house_number="5", street="Elm Rd")]
    twins += [house("far", 300, 300, house_number="5", street="Elm Road")]
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", twins))
    rows = [line("5", "Elm Road", 20, lonlat(45, 20)), line("5", "Elm Rd", 7, NOWHERE)]
    report = take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert joined(report).households == {"address": 20, "ambiguous": 7}
    assert joined(report).examples["ambiguous"] == [("5 Elm Rd", 7)]
    assert counted(engine) == {"near": 20}


def test_of_equally_near_buildings_of_one_address_the_smaller_is_meant(
    engine: Engine, tmp_path: Path
) -> None:
    podium = house("podium", 0, 0, size=80, house_number="7", street="Oak Lane")
    tower = house("tower", 30, 30, house_number="7", street="Oak Ln")
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", [podium, tower]))
    rows = [line("7", "Oak Lane", 200, lonlat(40, 40))]
    take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert counted(engine) == {"tower": 200}


def test_without_an_address_the_nearest_footprint_within_30_m_is_meant(
    engine: Engine, tmp_path: Path
) -> None:
    take_town(engine, tmp_path)
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [line(None, None, 11, lonlat(55, 110)), line("999", "Elm Road", 5, lonlat(12, 102))]
    report = take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert joined(report).rows == {"position": 2}
    assert joined(report).shared == (1, 2)
    assert counted(engine) == {"plain": 16}


def test_a_position_without_a_building_gets_a_stand_in_inside_a_community(
    engine: Engine, tmp_path: Path
) -> None:
    take_town(engine, tmp_path)
    rows = [
        line("1", "Elm Road", 40, lonlat(100, 300)),
        line("2", "Elm Road", 8, lonlat(108, 300)),
        line("3", "Elm Road", 9, lonlat(300, 300)),
        line("4", "Elm Road", 6, lonlat(300, 300)),
        line("5", "Elm Road", 3, lonlat(2000, 0)),
        line("6", "Elm Road", 0, lonlat(150, 200)),
        line("7", "Elm Road", 5, NOWHERE),
    ]
    report = take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert joined(report).households == {"stand_in": 63, "outside": 3, "empty": 0, "no_position": 5}
    assert joined(report).rows["stand_in"] == 4
    squares = fetch(
        engine,
        "SELECT households, round(sqrt(ST_Area(geom::geography))::numeric, 1)::float, use, community_id IS NOT NULL "
        "FROM gridmap.building WHERE stand_in AND dataset = 'table' ORDER BY 1",
    )
    assert squares == [(8, 5.7, None, True), (15, 12.0, None, True), (40, 5.7, None, True)]
    overlap = "SELECT count(*) FROM gridmap.building a JOIN gridmap.building b ON a.id < b.id AND ST_Overlaps(a.geom, b.geom)"
    assert fetch(engine, overlap) == [(0,)]
    listed = "\n".join(report.lines("en"))
    assert "3 Elm Road (9)" in listed
    assert "7 Elm Road (5)" in listed


def test_a_stand_in_goes_when_the_building_comes(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    rows = [line("101", "BISHAN ST 12", 92, lonlat(20, 20)), line("9", "Elm Road", 9, lonlat(300, 300))]
    take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert fetch(engine, "SELECT count(*) FROM gridmap.building WHERE stand_in") == [(2,)]
    report = take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    assert joined(report).moved == (1, 92)
    assert counted(engine) == {"a": 92, "stand-in 9 elm road": 9}


def test_the_order_of_imports_does_not_matter(engine: Engine, tmp_path: Path) -> None:
    rows = [
        line("101", "BISHAN ST 12", 92, lonlat(20, 20)),
        line("102", "BISHAN ST 12", 84, NOWHERE),
        line(None, None, 11, lonlat(55, 110)),
        line("9", "Elm Road", 9, lonlat(300, 300)),
    ]
    steps = {
        "areas": lambda: take_town(engine, tmp_path),
        "buildings": lambda: take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES)),
        "households": lambda: take(engine, "households", write_table(tmp_path / "table.csv", rows)),
    }
    outcomes = []
    for order in itertools.permutations(steps):
        for step in order:
            steps[step]()
        outcomes.append(counted(engine))
        with engine.begin() as connection:
            for table in ("address_count", "building", "area"):
                connection.exec_driver_sql(f"DELETE FROM gridmap.{table}")
    assert outcomes == [{"a": 92, "b": 84, "plain": 11, "stand-in 9 elm road": 9}] * 6


def test_a_later_table_replaces_the_counts_of_the_earlier_one(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    path = tmp_path / "table.csv"
    take(engine, "households", write_table(path, [line("101", "BISHAN ST 12", 92, NOWHERE)]))
    rows = [line("102", "Bishan Street 12", 50, NOWHERE), line("101", "Bishan Street 12", 90, NOWHERE)]
    report = take(engine, "households", write_table(path, rows))
    assert (report.layers[0].inserted, report.layers[0].updated) == (1, 1)
    assert counted(engine) == {"a": 90, "b": 50}


def test_a_building_from_which_all_rows_go_is_of_unknown_count_again(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    path = tmp_path / "table.csv"
    take(engine, "households", write_table(path, [line("1", "Elm Road", 92, lonlat(20, 20))]))
    assert counted(engine) == {"a": 92}
    take(engine, "households", write_table(path, [line("1", "Elm Road", 92, lonlat(70, 20))]))
    assert counted(engine) == {"b": 92}
    assert fetch(engine, "SELECT households FROM gridmap.building WHERE source_id = 'a'") == [(None,)]


def test_counting_the_same_addresses_in_a_second_table_is_refused(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [line("101", "BISHAN ST 12", 92, NOWHERE), line("102", "BISHAN ST 12", 84, NOWHERE)]
    take(engine, "households", write_table(tmp_path / "blocks2022.csv", rows))
    with pytest.raises(Invalid, match="counted twice") as refused:
        take(engine, "households", write_table(tmp_path / "blocks2023.csv", rows))
    assert "--set dataset=blocks2022" in refused.value.hint.en
    assert counted(engine) == {"a": 92, "b": 84}


def test_rows_may_name_their_building(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [{"building": "plain", "households": 33}, {"building": "gone", "households": 4}]
    report = take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert joined(report).households == {"reference": 33, "no_position": 4}
    assert joined(report).examples["no_position"] == [("gone", 4)]
    late = take(engine, "buildings", write_layer(tmp_path / "late.geojson", [house("gone", 300, 10)]))
    assert joined(late).moved == (1, 4)
    assert counted(engine) == {"gone": 4, "plain": 33}


def test_a_row_that_does_not_say_how_many_waits(engine: Engine, tmp_path: Path) -> None:
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [line("101", "BISHAN ST 12", 92, NOWHERE), line("102", "BISHAN ST 12", None, NOWHERE)]
    report = take(engine, "households", write_table(tmp_path / "table.csv", rows))
    assert report.quarantined == 1
    assert report.layers[0].refusals[0].examples == ((2, "households", None),)


def test_addresses_without_a_building_can_be_written_out_placed_and_imported_again(
    engine: Engine, tmp_path: Path
) -> None:
    take_town(engine, tmp_path)
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [line("77", "Elm Road", 5, NOWHERE), line("101", "BISHAN ST 12", 92, NOWHERE)]
    take(engine, "households", write_table(tmp_path / "table.csv", rows))
    with engine.connect() as connection:
        (unplaced,) = list_unplaced(connection, "table")
    assert unplaced.reason == "address.unplaced"
    out = tmp_path / "unplaced.csv"
    assert export_unplaced(engine, out, "table", actor="test") == 1
    spot = lonlat(15, 105)
    text = out.read_text(encoding="utf-8-sig").replace(
        "77,Elm Road,5,,", f"77,Elm Road,5,{spot['lon']},{spot['lat']}"
    )
    out.write_text(text, encoding="utf-8")
    report = take(engine, "households", out, dataset="table")
    assert report.layers[0].updated == 1
    assert counted(engine) == {"a": 92, "plain": 5}


def test_totals_agree_on_a_town_of_chance(engine: Engine, tmp_path: Path) -> None:
    """Every household of the table is on a building or in the list, and buildings sum to what was joined."""
    take_town(engine, tmp_path)
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", HOUSES))
    rows = [
        line(
            str(100 + number % 4) if number % 3 else None,
            "BISHAN ST 12" if number % 5 else "Elm Road",
            number,
            lonlat(number * 37 % 600, number * 61 % 500) if number % 4 else NOWHERE,
        )
        for number in range(1, 120)
    ]
    report = take(engine, "households", write_table(tmp_path / "table.csv", rows))
    joining = joined(report)
    assert report.layers[0].households == joining.total == sum(range(1, 120))
    assert sum(counted(engine).values()) == joining.placed
    unplaced = fetch(engine, "SELECT sum(households) FROM gridmap.address_count WHERE building_id IS NULL")
    assert joining.placed + int(unplaced[0][0]) == joining.total
