"""CSV and Excel as offices send them."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gridmap.errors import Invalid
from gridmap.io.reading import Reading, ReadOptions, read

Write = Callable[..., Path]
REGISTER = "门牌号,街道,户数,经度,纬度\n1号,中山路,30,114.3000,30.6000\n2号,中山路,24,114.3010,30.6010\n3号,解放大道,36,114.3020,30.6020\n"


def households(path: Path, **options: object) -> Reading:
    reading = read("households", path, ReadOptions(**options))  # type: ignore[arg-type]
    assert isinstance(reading, Reading)
    assert reading.rows_read == len(reading.frame) + len(reading.rejected) + reading.merged
    return reading


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_simplified_chinese_is_read_in_any_usual_encoding(
    write_text: Write, encoding: str, name: str
) -> None:
    reading = households(write_text("t.csv", REGISTER, encoding))
    assert reading.encoding == name
    assert reading.frame["street"].tolist() == ["中山路", "中山路", "解放大道"]
    assert reading.frame["households"].sum() == 90
    assert reading.rejected == ()


def test_traditional_chinese_is_read_from_big5(write_text: Write) -> None:
    text = "門牌號,街道,戶數\n1號,中山北路,30\n2號,忠孝東路,24\n3號,仁愛路,36\n"
    reading = households(write_text("t.csv", text, "cp950"))
    assert reading.encoding == "big5"
    assert reading.frame["street"].tolist() == ["中山北路", "忠孝東路", "仁愛路"]


@pytest.mark.parametrize(
    ("written", "declared", "better"),
    [("utf-8", "gbk", "utf-8"), ("gb18030", "utf-8", "gb18030"), ("gb18030", "big5", "gb18030")],
)
def test_a_wrong_encoding_is_refused_and_a_better_one_named(
    write_text: Write, written: str, declared: str, better: str
) -> None:
    with pytest.raises(Invalid) as caught:
        households(write_text("t.csv", REGISTER, written), encoding=declared)
    assert caught.value.facts["encoding"] == better
    assert better in caught.value.hint.zh


def test_an_encoding_that_does_not_exist_is_refused(write_text: Write) -> None:
    with pytest.raises(Invalid):
        households(write_text("t.csv", REGISTER), encoding="klingon")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_are_noticed(write_text: Write, delimiter: str) -> None:
    reading = households(write_text("t.txt", REGISTER.replace(",", delimiter)))
    assert reading.frame["households"].tolist() == [30, 24, 36]


def test_a_title_above_the_headers_is_passed_over_and_said(write_text: Write) -> None:
    reading = households(write_text("t.csv", "某某街道户数统计表,,,,\n制表:办公室,,,,\n" + REGISTER))
    assert reading.frame["row"].tolist() == [1, 2, 3]
    assert any("row 3" in note.en for note in reading.notes)


def test_a_line_of_totals_does_not_count_twice(write_text: Write) -> None:
    reading = households(write_text("t.csv", REGISTER + "合计,,90,,\n"))
    assert reading.frame["households"].sum() == 90
    assert [one.reason for one in reading.rejected] == ["row.total"]


def test_rows_too_long_or_too_short_are_set_aside(write_text: Write) -> None:
    text = "id,名称,类别,lon,lat\n1,甲,clinic,114.3,30.6\n2,乙,路,clinic,114.3,30.6\n3,丙\n"
    reading = read("facilities", write_text("t.csv", text))
    assert isinstance(reading, Reading)
    assert {one.row: one.reason for one in reading.rejected} == {2: "row.length", 3: "row.length"}
    assert reading.rejected[0].record["+1"] == "30.6"


def test_blank_lines_count_in_the_row_numbers_but_are_no_rows(write_text: Write) -> None:
    text = "house_number,households\n1,5\n\n3,-5\n"
    reading = households(write_text("t.csv", text))
    assert reading.rows_read == 2
    assert [one.row for one in reading.rejected] == [3]


def test_rows_word_for_word_alike_are_set_aside_not_counted_twice(write_text: Write) -> None:
    text = "house_number,households,单元\n1,5,一\n1,5,二\n1,5,一\n"
    reading = households(write_text("t.csv", text))
    assert reading.frame["households"].sum() == 10
    assert {one.row: one.reason for one in reading.rejected} == {3: "duplicate.row"}
    assert reading.frame["source_id"].is_unique


def test_rows_that_are_households_themselves_may_be_alike(write_text: Write) -> None:
    reading = households(write_text("t.csv", "house_number\n1\n1\n2\n"), constants={"households": "1"})
    assert len(reading.frame) == 3
    assert reading.frame["source_id"].is_unique


def test_a_missing_column_says_which_there_are_and_how_to_map(write_text: Write) -> None:
    with pytest.raises(Invalid) as caught:
        households(write_text("t.csv", "house_number,常住家庭\n1,5\n"))
    assert caught.value.facts["reason"] == "column.missing"
    assert caught.value.facts["columns"] == ["house_number", "常住家庭"]
    assert "--map households=" in caught.value.hint.en
    reading = households(
        write_text("t.csv", "house_number,常住家庭\n1,5\n"), mapping={"households": "常住家庭"}
    )
    assert reading.frame["households"].tolist() == [5]


def test_a_table_without_places_says_what_is_needed(write_text: Write) -> None:
    with pytest.raises(Invalid) as caught:
        read("facilities", write_text("t.csv", "name,kind\n甲,clinic\n"))
    assert "lon" in caught.value.message.en
    with pytest.raises(Invalid) as caught:
        read("areas", write_text("t.csv", "code,name,lon,lat\nA1,甲,114.3,30.6\n"))
    assert "wkt" in caught.value.message.en


def test_well_known_text_is_read_as_the_geometry(write_text: Write) -> None:
    text = 'code,name,wkt\nA1,甲,"POLYGON ((114 30, 115 30, 115 31, 114 30))"\nA2,乙,"POLYGON ((broken"\n'
    reading = read("areas", write_text("t.csv", text))
    assert isinstance(reading, Reading)
    assert reading.frame["code"].tolist() == ["A1"]
    assert [one.reason for one in reading.rejected] == ["geometry.unreadable"]


def test_half_a_position_is_set_aside(write_text: Write) -> None:
    text = (
        "name,kind,lon,lat\n甲,clinic,114.3,30.6\n乙,clinic,114.3,\n丙,clinic,114.3,北纬三十度\n丁,clinic,,\n"
    )
    reading = read("facilities", write_text("t.csv", text))
    assert isinstance(reading, Reading)
    assert [one.reason for one in reading.rejected] == [
        "coordinates.half",
        "coordinates.text",
        "geometry.null",
    ]


def test_swapped_columns_are_refused_with_the_mapping_that_cures_it(write_text: Write) -> None:
    text = "name,kind,经度,纬度\n甲,clinic,30.60,114.30\n乙,clinic,30.61,114.31\n丙,clinic,30.62,114.32\n"
    path = write_text("t.csv", text)
    with pytest.raises(Invalid) as caught:
        read("facilities", path)
    assert caught.value.facts["reason"] == "coordinates.swapped"
    assert "--map lon=纬度 --map lat=经度" in caught.value.hint.zh
    reading = read("facilities", path, ReadOptions(mapping={"lon": "纬度", "lat": "经度"}))
    assert isinstance(reading, Reading)
    assert reading.frame.geometry[0].x == 114.30


def test_x_north_and_y_east_with_a_zone_number_are_understood(write_text: Write) -> None:
    text = "name,kind,X,Y\n甲,clinic,3387000.5,38528800.5\n乙,clinic,3387100.5,38528900.5\n"
    reading = read("facilities", write_text("t.csv", text))
    assert isinstance(reading, Reading)
    assert reading.crs == "EPSG:4526+yx"
    assert reading.crs_detected
    assert reading.frame.geometry[0].x == pytest.approx(114.3, abs=0.01)
    assert any("38" in note.zh for note in reading.notes)


def test_a_column_that_speaks_of_gcj02_is_asked_about(write_text: Write) -> None:
    text = "name,kind,gcj_lon,gcj_lat\n甲,clinic,114.3,30.6\n"
    with pytest.raises(Invalid) as caught:
        read(
            "facilities", write_text("t.csv", text), ReadOptions(mapping={"lon": "gcj_lon", "lat": "gcj_lat"})
        )
    assert caught.value.facts["candidates"] == ["gcj02", "bd09", "EPSG:4326"]


def test_an_open_quotation_is_refused_with_its_line(write_text: Write) -> None:
    with pytest.raises(Invalid) as caught:
        households(write_text("t.csv", 'house_number,households\n1,5\n"2,6\n3,7\n'))
    assert caught.value.facts["reason"] == "csv.quote"


@pytest.mark.parametrize("text", ["house_number,households\n", "\n\n\n", "  "])
def test_a_table_without_rows_is_refused(write_text: Write, text: str) -> None:
    with pytest.raises(Invalid) as caught:
        households(write_text("t.csv", text))
    assert caught.value.facts["reason"] == "file.no_rows"


def test_a_header_of_thousands_of_columns_is_refused(write_text: Write) -> None:
    with pytest.raises(Invalid) as caught:
        households(write_text("t.csv", ",".join(f"c{n}" for n in range(50_000)) + "\n" + "1," * 50_000))
    assert caught.value.facts["reason"] == "file.too_wide"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(Invalid):
        households(path)


def test_a_workbook_is_read_with_its_title_and_numbers(write_excel: Write) -> None:
    rows = [
        ["某社区台账"],
        ["门牌号", "街道", "户数", "经度", "纬度"],
        [1, "中山路", 30, 114.3, 30.6],
        ["2号", "中山路", "-", 114.31, 30.61],
    ]
    reading = households(write_excel({"Sheet1": rows}))
    assert reading.frame["house_number"].tolist() == ["1", "2号"]
    assert reading.frame["households"].tolist()[0] == 30
    assert reading.frame["households"].isna().tolist() == [False, True]


def test_the_sheet_with_the_headers_is_found_and_said(write_excel: Write) -> None:
    path = write_excel({"说明": [["填表说明", "x"], ["a", "b"]], "数据": [["门牌号", "户数"], ["1", 5]]})
    reading = households(path)
    assert reading.frame["households"].tolist() == [5]
    assert any("数据" in note.zh for note in reading.notes)


def test_two_sheets_that_fit_must_be_told_apart(write_excel: Write) -> None:
    path = write_excel({"甲": [["门牌号", "户数"], ["1", 5]], "乙": [["门牌号", "户数"], ["1", 6]]})
    with pytest.raises(Invalid) as caught:
        households(path)
    assert caught.value.facts["sheets"] == ["甲", "乙"]
    assert households(path, layer="乙").frame["households"].tolist() == [6]
    with pytest.raises(Invalid):
        households(path, layer="丙")


def test_a_formula_without_a_saved_result_is_not_taken_for_empty(write_excel: Write) -> None:
    reading = households(write_excel({"s": [["门牌号", "户数"], ["1", 5], ["2", "=B2*2"]]}))
    assert {one.row: one.reason for one in reading.rejected} == {2: "value.formula"}


def test_a_sheet_that_claims_the_largest_size_is_read_for_what_it_holds(
    write_excel: Write, tmp_path: Path
) -> None:
    path = write_excel({"s": [["门牌号", "户数"], ["1", 5]]})
    swollen = tmp_path / "swollen.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(swollen, "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            target.writestr(entry.filename, data.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'))
    assert households(swollen).frame["households"].tolist() == [5]
