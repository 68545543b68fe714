"""Files into a real database: what is taken, what is set aside, and that nothing is ever half done."""

from pathlib import Path

import pytest
import shapely
from sqlalchemy import Engine

from gridmap.core.offsets import gcj02_from_wgs84
from gridmap.db.engine import transaction
from gridmap.errors import Invalid, NotFound
from gridmap.io.reading import ReadOptions
from gridmap.services.importing import export_quarantine, list_quarantine
from tests.services.importing_town import (
    EAST,
    WEST,
    fetch,
    house,
    lonlat,
    placed,
    take,
    take_town,
    write_layer,
    write_table,
)

BOW_TIE = shapely.Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])


def counts(report) -> tuple[int, int, int, int]:
    (layer,) = report.layers
    return layer.inserted, layer.updated, layer.unchanged, layer.quarantined


def test_a_file_imported_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    houses = [house("a", 10, 10), house("b", 50, 10), {**house("c", 90, 10), "geometry": None}]
    path = write_layer(tmp_path / "houses.geojson", houses)
    assert counts(take(engine, "buildings", path)) == (2, 0, 0, 1)
    before = fetch(engine, "SELECT id, xmin::text FROM gridmap.building ORDER BY id")
    again = take(engine, "buildings", path)
    assert counts(again) == (0, 0, 2, 1)
    assert again.released == 0
    assert fetch(engine, "SELECT id, xmin::text FROM gridmap.building ORDER BY id") == before
    assert fetch(engine, "SELECT count(*), max(import_id) FROM gridmap.quarantine") == [(1, again.import_id)]


def test_a_later_version_changes_what_differs_and_keeps_what_it_lacks(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "houses.geojson"
    take(engine, "buildings", write_layer(path, [house("a", 10, 10, floors=6), house("b", 50, 10, floors=6)]))
    report = take(engine, "buildings", write_layer(path, [house("a", 10, 10, floors=7), house("c", 90, 10)]))
    assert counts(report) == (1, 1, 0, 0)
    assert report.layers[0].absent == 1
    assert fetch(engine, "SELECT source_id, floors FROM gridmap.building ORDER BY 1") == [
        ("a", 7),
        ("b", 6),
        ("c", None),
    ]


def test_bad_rows_wait_while_good_ones_are_taken(engine: Engine, tmp_path: Path) -> None:
    rows = [
        house("a", 10, 10, households="30"),
        house("b", 50, 10, households="many"),
        {**house("c", 0, 0, households="5"), "geometry": BOW_TIE},
        house("a", 90, 10, households="7"),
        house("d", 130, 10, households="三十"),
    ]
    report = take(engine, "buildings", write_layer(tmp_path / "houses.geojson", rows))
    assert counts(report) == (1, 0, 0, 4)
    assert report.read == 5
    reasons = {refusals.reason: refusals.count for refusals in report.layers[0].refusals}
    assert reasons == {"count.text": 2, "geometry.bow_tie": 1, "duplicate.id": 1}
    with engine.connect() as connection:
        waiting = list_quarantine(connection, report.import_id)
    assert [one.rejected.row for one in waiting] == [2, 3, 4, 5]
    assert waiting[0].rejected.record["households"] == "many"
    assert waiting[0].rejected.hint.zh


@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_mended_rows_leave_the_quarantine(engine: Engine, tmp_path: Path, ending: str) -> None:
    rows = [house("a", 10, 10, households="30"), house("b", 50, 10, households="many")]
    rows += [house("c", 90, 10, households="-4")]
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", rows))
    out = tmp_path / f"mend{ending}"
    assert export_quarantine(engine, out, dataset="houses", actor="test") == 2
    out.write_text(out.read_text(encoding="utf-8-sig").replace("many", "12", 1), encoding="utf-8")
    report = take(engine, "buildings", out, dataset="houses", options=ReadOptions())
    assert counts(report) == (1, 0, 0, 1)
    assert report.released == 1
    assert fetch(engine, "SELECT record ->> 'source_id' FROM gridmap.quarantine") == [("c",)]
    assert fetch(engine, "SELECT sum(households) FROM gridmap.building") == [(42,)]


def test_rows_without_identifier_leave_the_quarantine_too(engine: Engine, tmp_path: Path) -> None:
    rows = [
        {"name": "甲", "kind": "park", **lonlat(10, 10)},
        {"name": "乙", "kind": "park", "lon": "east", "lat": 39.9},
    ]
    take(engine, "places", write_table(tmp_path / "places.csv", rows))
    out = tmp_path / "mend.csv"
    export_quarantine(engine, out, actor="test")
    out.write_text(out.read_text(encoding="utf-8-sig").replace("east", "116.4", 1), encoding="utf-8")
    take(engine, "places", out, dataset="places")
    assert fetch(engine, "SELECT count(*) FROM gridmap.quarantine") == [(0,)]
    assert fetch(engine, "SELECT count(*) FROM gridmap.place") == [(2,)]


def test_a_file_of_which_nothing_can_be_taken_is_refused_and_leaves_nothing(
    engine: Engine, tmp_path: Path
) -> None:
    path = write_layer(tmp_path / "houses.geojson", [{**house("a", 0, 0), "geometry": BOW_TIE}])
    with pytest.raises(Invalid, match="None of the 1 rows") as refused:
        take(engine, "buildings", path)
    assert refused.value.facts["report"]["quarantined"] == 1
    assert refused.value.hint is not None
    assert fetch(engine, "SELECT (SELECT count(*) FROM gridmap.import_run), count(*) FROM gridmap.audit") == [
        (0, 0)
    ]


def test_a_dry_run_reports_the_same_and_keeps_nothing(engine: Engine, tmp_path: Path) -> None:
    path = write_layer(
        tmp_path / "houses.geojson", [house("a", 10, 10), {**house("b", 0, 0), "geometry": None}]
    )
    report = take(engine, "buildings", path, dry_run=True)
    assert counts(report) == (1, 0, 0, 1)
    assert report.import_id is None
    assert "dry run" in report.lines("en")[0]
    assert "试运行" in report.lines("zh")[0]
    for table in ("building", "import_run", "quarantine", "audit"):
        assert fetch(engine, f"SELECT count(*) FROM gridmap.{table}") == [(0,)]


def test_every_import_is_kept_with_its_report_and_a_line_of_the_trail(engine: Engine, tmp_path: Path) -> None:
    path = write_layer(tmp_path / "houses.geojson", [house("a", 10, 10)])
    report = take(engine, "buildings", path, reason="yearly survey")
    kept = fetch(
        engine, "SELECT id, kind, dataset, file_sha256, rows_read, rows_taken, report FROM gridmap.import_run"
    )
    assert kept == [(report.import_id, "buildings", "houses", report.sha256, 1, 1, report.as_dict())]
    assert fetch(engine, "SELECT actor, action, subject, reason FROM gridmap.audit") == [
        ("test", "import", "buildings houses", "yearly survey")
    ]


def test_rows_outside_the_area_they_are_for_are_set_aside(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    path = write_layer(tmp_path / "houses.geojson", [house("a", 10, 10), house("b", 250, 10)])
    report = take(engine, "buildings", path, area="西里社区")
    assert counts(report) == (1, 0, 0, 1)
    assert report.layers[0].refusals[0].reason == "area.outside"
    assert report.layers[0].refusals[0].examples == ((2, None, None),)
    with engine.connect() as connection:
        assert list_quarantine(connection)[0].rejected.record["source_id"] == "b"
    with pytest.raises(NotFound):
        take(engine, "buildings", path, area="nowhere")


def test_buildings_outside_every_community_are_taken_and_listed(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    rows = [house("in", 10, 10), house("over", 185, 10), house("out", 900, 10)]
    report = take(engine, "buildings", write_layer(tmp_path / "houses.geojson", rows))
    attached = report.layers[0].attached
    assert attached is not None
    assert (attached.inside, attached.astride, attached.outside) == (1, 1, 1)
    assert attached.astride_examples == ("over",)
    assert attached.outside_examples == ("out",)
    over = fetch(
        engine,
        "SELECT area.code FROM gridmap.building JOIN gridmap.area ON area.id = community_id WHERE source_id = 'over'",
    )
    assert over == [(WEST["code"],)]


def test_shifted_coordinates_are_refused_where_buildings_are_known(engine: Engine, tmp_path: Path) -> None:
    spots = [(x * 60, y * 47 + x * 9) for x in range(8) for y in range(8)]
    known = [house(f"{x} {y}", x, y) for x, y in spots]
    take(engine, "buildings", write_layer(tmp_path / "known.geojson", known))
    centres = shapely.get_coordinates([placed(shapely.Point(x + 10, y + 10)) for x, y in spots])
    rows = [
        {"name": f"n{number}", "kind": "clinic", "lon": lon, "lat": lat}
        for number, (lon, lat) in enumerate(gcj02_from_wgs84(centres).tolist())
    ]
    path = write_table(tmp_path / "clinics.csv", rows)
    with pytest.raises(Invalid, match="gcj02") as refused:
        take(engine, "facilities", path)
    assert "--crs gcj02" in refused.value.hint.en
    assert counts(take(engine, "facilities", path, options=ReadOptions(crs="gcj02"))) == (64, 0, 0, 0)


def test_a_declared_count_gives_way_to_a_counted_one_but_not_to_an_estimate(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "houses.geojson"
    rows = [house(name, 40 * number, 10, households=10) for number, name in enumerate("abc")]
    take(engine, "buildings", write_layer(path, rows))
    with transaction(engine, actor="test") as connection:
        connection.exec_driver_sql(
            "UPDATE gridmap.building SET households = 92, household_source = 'counted' WHERE source_id = 'a'"
        )
        connection.exec_driver_sql(
            "UPDATE gridmap.building SET households = 33, household_source = 'estimated' WHERE source_id IN ('b', 'c')"
        )
    rows[2]["households"] = None
    assert counts(take(engine, "buildings", write_layer(path, rows))) == (0, 1, 2, 0)
    assert fetch(
        engine, "SELECT source_id, households, household_source FROM gridmap.building ORDER BY 1"
    ) == [
        ("a", 92, "counted"),
        ("b", 10, "declared"),
        ("c", 33, "estimated"),
    ]


def test_constants_fill_what_the_file_does_not_say(engine: Engine, tmp_path: Path) -> None:
    path = write_layer(tmp_path / "communities.geojson", [WEST, EAST])
    constants = {"level": "street", "synthetic": "true", "attribution": "示意数据"}
    take(engine, "areas", path, constants=constants)
    assert fetch(engine, "SELECT DISTINCT level, synthetic, attribution FROM gridmap.area") == [
        ("street", True, "示意数据")
    ]


def test_the_report_reads_as_sentences_in_both_languages(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    rows = [house("a", 10, 10, households=30, owner_name="x"), house("b", 900, 10, households="many")]
    report = take(engine, "buildings", write_layer(tmp_path / "houses.geojson", rows))
    english, chinese = "\n".join(report.lines("en")), "\n".join(report.lines("zh-CN"))
    assert "2 rows read = 1 inserted + 0 updated + 0 unchanged + 0 merged + 1 quarantined" in english
    assert "读取 2 行 = 新增 1 + 更新 0 + 未变 0 + 合并 0 + 隔离 1" in chinese
    assert "count.text" in english
    assert "households: 30" in english


def test_cells_and_lines_and_facilities_go_to_their_tables(engine: Engine, tmp_path: Path) -> None:
    take_town(engine, tmp_path)
    cells = [house("c1", 0, 0, size=100, households=120), house("c2", 100, 0, size=100, households=None)]
    report = take(engine, "cells", write_layer(tmp_path / "cells.geojson", cells))
    assert (report.layers[0].households, report.taken) == (120, 2)
    line = {"class": "主干道", "name": "中山路", "geometry": shapely.LineString([(0, 200), (400, 200)])}
    take(engine, "roads", write_layer(tmp_path / "roads.geojson", [line]))
    clinic = {
        "name": "卫生站",
        "kind": "clinic",
        "house_number": "12号",
        "street": "中山路",
        **lonlat(30, 30),
    }
    take(engine, "facilities", write_table(tmp_path / "clinics.csv", [clinic]))
    assert fetch(engine, "SELECT class, name FROM gridmap.road") == [("primary", "中山路")]
    assert fetch(engine, "SELECT address, community_id IS NOT NULL FROM gridmap.facility") == [
        ("12号 中山路", True)
    ]


def test_an_organisation_without_a_place_stands_at_the_building_of_its_address(
    engine: Engine, tmp_path: Path
) -> None:
    rows = [house("a", 10, 10, house_number="8", street="中山一路")]
    take(engine, "buildings", write_layer(tmp_path / "houses.geojson", rows))
    listed = [
        {"name": "物业公司", "kind": "property", "house_number": "8号", "street": "中山1路"},
        {"name": "合唱团", "kind": "social", "house_number": "9号", "street": "中山1路"},
    ]
    report = take(engine, "organisations", write_table(tmp_path / "organisations.csv", listed))
    assert counts(report) == (1, 0, 0, 1)
    assert report.layers[0].refusals[0].reason == "place.unknown"
    stands = fetch(
        engine,
        "SELECT organisation.name FROM gridmap.organisation JOIN gridmap.building ON ST_Covers(building.geom, organisation.geom)",
    )
    assert stands == [("物业公司",)]
