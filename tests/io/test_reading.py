"""Bad rows never stop good ones and are never lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmap.core.crs import transformer
from gridmap.core.offsets import bd09_from_wgs84, gcj02_from_wgs84
from gridmap.errors import Invalid, NotFound
from gridmap.io.reading import Reading, ReadOptions, read

Houses = Callable[[int], list[shapely.Polygon]]
Write = Callable[..., Path]


def reasons(reading: Reading) -> dict[int, str]:
    return {one.row: one.reason for one in reading.rejected}


def of_one_kind(kind: str, path: Path, options: ReadOptions | None = None) -> Reading:
    reading = read(kind, path, options or ReadOptions())
    assert isinstance(reading, Reading)
    assert reading.rows_read == len(reading.frame) + len(reading.rejected) + reading.merged
    for one in reading.rejected:
        assert one.message.en
        assert one.message.zh
        assert one.hint.en
        assert one.hint.zh
    return reading


def test_a_clean_layer_comes_in_whole_with_every_column_typed(write_geojson: Write, houses: Houses) -> None:
    properties = [{"osm_id": 7 + n, "户数": "12.0", "楼层": 6, "门牌号": f"{n}号"} for n in range(3)]
    reading = of_one_kind("buildings", write_geojson(houses(3), properties))
    assert reading.rejected == ()
    frame = reading.frame
    assert frame.crs == "EPSG:4326"
    assert frame["households"].tolist() == [12, 12, 12]
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "source_id": "string",
        "row": "int64",
        "name": "string",
        "households": "Int64",
        "stairwells": "Int64",
        "floors": "Int64",
        "height": "Float64",
        "use": "string",
        "house_number": "string",
        "street": "string",
        "geometry": "geometry",
    }
    assert frame["source_id"].tolist() == ["7", "8", "9"]
    assert frame["row"].tolist() == [1, 2, 3]
    assert dict(reading.mapping) == {
        "osm_id": "source_id",
        "户数": "households",
        "楼层": "floors",
        "门牌号": "house_number",
    }


def test_every_kind_of_bad_row_is_set_aside_with_its_reason(write_geojson: Write, houses: Houses) -> None:
    good = houses(12)
    shapes: list[Any] = [
        good[0],
        None,
        {"type": "Polygon", "coordinates": []},
        shapely.Polygon([(114.4, 30.6), (114.401, 30.601), (114.401, 30.6), (114.4, 30.601)]),
        shapely.LineString([(114.3, 30.6), (114.4, 30.6)]),
        shapely.box(214.3, 30.6, 214.4, 30.7),
        shapely.box(30.6, 114.3, 30.6001, 114.3001),
        {"type": "Polygon", "coordinates": [[[114.3, 30.6], [114.4, 30.7]]]},
        {"type": "Polygon", "coordinates": "nonsense"},
        good[9],
        good[10],
        good[11],
    ]
    properties = [{"id": n, "households": 1} for n in range(12)]
    properties[9]["households"] = -5
    properties[10]["households"] = "三百"
    properties[11]["id"] = 0
    reading = of_one_kind("buildings", write_geojson(shapes, properties))
    assert reasons(reading) == {
        2: "geometry.null",
        3: "geometry.null",
        4: "geometry.bow_tie",
        5: "geometry.type",
        6: "coordinates.range",
        7: "coordinates.swapped",
        8: "geometry.unreadable",
        9: "geometry.unreadable",
        10: "count.negative",
        11: "count.text",
        12: "duplicate.id",
    }
    assert reading.frame["row"].tolist() == [1]
    by_row = {one.row: one for one in reading.rejected}
    assert by_row[11].column == "households"
    assert by_row[11].value == "三百"
    assert "300" in by_row[11].hint.en
    assert by_row[4].record["geometry"].startswith("POLYGON ((114.4 30.6")
    assert by_row[9].record["geometry"] is None
    assert "nonsense" in by_row[9].record["geometry_as_read"]


def test_a_row_with_several_faults_is_listed_once_with_all_of_them(write_geojson: Write) -> None:
    reading = of_one_kind("buildings", write_geojson([None], [{"households": "-3", "floors": "many"}]))
    (one,) = reading.rejected
    assert "geometry" in one.message.en
    assert "negative" in one.message.en
    assert "not a number" in one.message.en


def test_dirty_texts_are_null_and_zero_height_is_unknown(write_geojson: Write, houses: Houses) -> None:
    properties = [{"osm_id": 1, "name": "nan", "height": "0", "building_levels": "2.5", "addr_street": ""}]
    row = of_one_kind("buildings", write_geojson(houses(1), properties)).frame.iloc[0]
    assert row["name"] is pd.NA
    assert row["height"] is pd.NA
    assert row["street"] is pd.NA
    assert row["floors"] == 2


def test_multipolygons_stay_and_heights_of_points_go(write_geojson: Write) -> None:
    pair = shapely.MultiPolygon(
        [shapely.box(114.3, 30.6, 114.301, 30.601), shapely.box(114.302, 30.6, 114.303, 30.601)]
    )
    solid = {
        "type": "Polygon",
        "coordinates": [[[114.4, 30.6, 5], [114.5, 30.6, 5], [114.5, 30.7, 5], [114.4, 30.6, 5]]],
    }
    frame = of_one_kind("buildings", write_geojson([pair, solid])).frame
    assert frame.geometry.geom_type.tolist() == ["MultiPolygon", "Polygon"]
    assert not frame.geometry.has_z.any()


def test_a_polygon_with_a_spike_is_mended_and_said(write_geojson: Write) -> None:
    spike = shapely.Polygon(
        [(114.3, 30.6), (114.31, 30.6), (114.31, 30.61), (114.305, 30.61), (114.305, 30.6101), (114.305, 30.61), (114.3, 30.61)]
    )  # fmt: skip
    reading = of_one_kind("buildings", write_geojson([spike]))
    assert reading.rejected == ()
    assert reading.frame.geometry.is_valid.all()
    assert any("mended" in note.en for note in reading.notes)


def test_rows_that_say_the_same_are_merged_and_counted(write_geojson: Write, houses: Houses) -> None:
    shapes = [*houses(2), houses(1)[0]]
    reading = of_one_kind("buildings", write_geojson(shapes, [{"households": 5}] * 3))
    assert reading.merged == 1
    assert len(reading.frame) == 2
    assert any("merged" in note.en for note in reading.notes)


def test_a_street_drawn_in_both_directions_is_one_line(write_geojson: Write) -> None:
    line = shapely.LineString([(114.3, 30.6), (114.31, 30.6)])
    properties = [{"highway": "residential", "u": 1, "v": 2}, {"highway": "residential", "u": 2, "v": 1}]
    reading = of_one_kind("roads", write_geojson([line, line.reverse()], properties))
    assert (len(reading.frame), reading.merged) == (1, 1)


def test_same_place_and_name_with_another_count_waits_for_a_person(
    write_geojson: Write, houses: Houses
) -> None:
    reading = of_one_kind("cells", write_geojson(houses(1) * 2, [{"households": 5}, {"households": 6}]))
    assert reasons(reading) == {2: "duplicate.place"}


def test_codes_used_twice_keep_the_first(write_geojson: Write, houses: Houses) -> None:
    properties = [
        {"代码": "110101001001", "名称": "甲"},
        {"代码": "110101001001", "名称": "乙"},
        {"代码": "社区", "名称": "丙"},
    ]
    reading = of_one_kind("areas", write_geojson(houses(3), properties))
    assert reasons(reading) == {2: "duplicate.code", 3: "code.form"}
    assert reading.frame["source_id"].tolist() == ["110101001001"]


def test_codes_outside_the_standards_come_in_with_a_note(write_geojson: Write, houses: Houses) -> None:
    reading = of_one_kind("areas", write_geojson(houses(1), [{"code": "990101001001", "name": "甲"}]))
    assert len(reading.frame) == 1
    assert any("GB/T 2260" in note.en for note in reading.notes)


def test_missing_identifiers_are_formed_alike_in_every_import(write_geojson: Write, houses: Houses) -> None:
    first = of_one_kind("buildings", write_geojson(houses(3), [{"households": n} for n in range(3)]))
    again = of_one_kind(
        "buildings", write_geojson(houses(3)[::-1], [{"households": 50 + n} for n in range(3)])
    )
    assert set(first.frame["source_id"]) == set(again.frame["source_id"])
    assert first.frame["source_id"].is_unique


def test_levels_types_and_classes_are_understood_in_chinese(write_geojson: Write, houses: Houses) -> None:
    properties = [{"代码": "B1", "名称": "甲", "级别": "社区", "社区类型": "老旧小区"}]
    row = of_one_kind("areas", write_geojson(houses(1), properties)).frame.iloc[0]
    assert (row["level"], row["type"]) == ("community", "unmanaged_estate")
    line = shapely.LineString([(114.3, 30.6), (114.31, 30.6)])
    roads = of_one_kind(
        "roads", write_geojson([line, line, line], [{"等级": c} for c in ("主干道", "围墙", "飞机")])
    )
    assert roads.frame["class"].tolist() == ["primary", "wall"]
    assert reasons(roads) == {3: "value.choice"}


def test_gcj02_and_bd09_are_brought_home(write_geojson: Write, houses: Houses) -> None:
    home = houses(2)
    for name, shift in (("gcj02", gcj02_from_wgs84), ("bd09", bd09_from_wgs84)):
        path = write_geojson(list(shapely.transform(np.array(home), shift)))
        reading = of_one_kind("buildings", path, ReadOptions(crs=name))
        assert reading.crs == name
        assert shapely.hausdorff_distance(reading.frame.geometry[0], home[0]) < 1e-8


def test_a_declared_crs_member_is_honoured(write_geojson: Write, houses: Houses) -> None:
    project = transformer("EPSG:4326", "EPSG:4547").transform
    shapes = list(shapely.transform(np.array(houses(2)), lambda p: np.column_stack(project(*p.T))))
    reading = of_one_kind("buildings", write_geojson(shapes, crs="urn:ogc:def:crs:EPSG::4547"))
    assert (reading.crs, reading.crs_detected) == ("EPSG:4547", False)
    assert shapely.hausdorff_distance(reading.frame.geometry[0], houses(1)[0]) < 1e-8


def test_undeclared_metres_are_refused_unless_the_place_is_known(
    write_geojson: Write, houses: Houses
) -> None:
    project = transformer("EPSG:4326", "EPSG:4547").transform
    path = write_geojson(
        list(shapely.transform(np.array(houses(2)), lambda p: np.column_stack(project(*p.T))))
    )
    with pytest.raises(Invalid) as caught:
        read("buildings", path)
    assert caught.value.facts["reason"] == "crs.ambiguous"
    assert "EPSG:4547" in caught.value.facts["candidates"]
    assert "--crs" in caught.value.hint.zh
    reading = of_one_kind("buildings", path, ReadOptions(near=(114.2, 30.5, 114.4, 30.7)))
    assert (reading.crs, reading.crs_detected) == ("EPSG:4547", True)


def test_a_declaration_the_numbers_contradict_is_refused_with_a_better_one(
    write_geojson: Write, houses: Houses
) -> None:
    path = write_geojson(houses(2))
    with pytest.raises(Invalid) as caught:
        read("buildings", path, ReadOptions(crs="EPSG:4547"))
    assert caught.value.facts["reason"] == "crs.contradiction"
    assert caught.value.facts["candidates"] == ["EPSG:4326"]
    zoned = transformer("EPSG:4326", "EPSG:4526").transform
    path = write_geojson(list(shapely.transform(np.array(houses(2)), lambda p: np.column_stack(zoned(*p.T)))))
    with pytest.raises(Invalid) as caught:
        read("buildings", path, ReadOptions(crs="EPSG:4547"))
    assert caught.value.facts["candidates"] == ["EPSG:4526"]


def test_a_layer_with_latitude_first_is_refused_and_read_when_said(
    write_geojson: Write, houses: Houses
) -> None:
    path = write_geojson(list(shapely.transform(np.array(houses(4)), lambda p: p[:, ::-1])))
    with pytest.raises(Invalid) as caught:
        read("buildings", path)
    assert "EPSG:4326+yx" in caught.value.hint.en
    reading = of_one_kind("buildings", path, ReadOptions(crs="EPSG:4326+yx"))
    assert reading.frame.geometry[0].equals(houses(1)[0])


def test_an_unknown_crs_is_refused(write_geojson: Write, houses: Houses) -> None:
    with pytest.raises(Invalid):
        read("buildings", write_geojson(houses(1)), ReadOptions(crs="EPSG:99999"))


def test_an_unknown_kind_lists_the_kinds(write_geojson: Write, houses: Houses) -> None:
    with pytest.raises(Invalid) as caught:
        read("bildings", write_geojson(houses(1)))
    assert "buildings" in caught.value.hint.en


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read("buildings", tmp_path / "none.geojson")


def test_progress_is_told_and_may_cancel(write_geojson: Write, houses: Houses) -> None:
    told: list[str] = []
    path = write_geojson(houses(2))
    read("buildings", path, progress=lambda stage, *_: told.append(stage))
    assert {"read", "check"} <= set(told)

    def cancel(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read("buildings", path, progress=cancel)


def test_the_record_of_a_good_row_can_be_had(write_geojson: Write, houses: Houses) -> None:
    reading = of_one_kind("buildings", write_geojson(houses(2), [{"id": "a"}, {"id": "b", "note": "x"}]))
    assert reading.record_of(2)["note"] == "x"


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "", "nan"]),
        st.sampled_from(["5", "0", "", "-1", "三百", "12.0", "x"]),
        st.sampled_from(["114.3", "114.30001", "", "x", "999"]),
        st.sampled_from(["30.6", "30.60001", "", "-30"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(ROWS)
def test_no_row_is_ever_lost(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    path = tmp_path / "table.csv"
    sound = [f"a{n},1,114.3,30.6{n:02d}" for n in range(13)]
    lines = ["id,households,lon,lat", *sound, *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    reading = read("buildings", path, ReadOptions(crs="EPSG:4326"))
    assert isinstance(reading, Reading)
    assert reading.rows_read == len(reading.frame) + len(reading.rejected) + reading.merged
    known = reading.frame["households"].dropna()
    assert (known >= 0).all()


def test_numbers_beyond_all_measure_are_off_the_earth_in_any_system(write_text: Write) -> None:
    lines = ["name,kind,lon,lat", *(f"n{n},clinic,114.3,30.6{n}" for n in range(5))]
    lines += ["far,clinic,1e308,1e308", "inf,clinic,inf,30"]
    path = write_text("t.csv", "\n".join(lines))
    for crs in ("EPSG:4326", "gcj02", "EPSG:4490"):
        reading = of_one_kind("facilities", path, ReadOptions(crs=crs))
        assert reasons(reading) == {6: "coordinates.range", 7: "coordinates.text"}
