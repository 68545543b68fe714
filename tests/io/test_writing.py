"""Formats: what stands around features, what a cell may hold, and that a file is there whole or not at all."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridmap.errors import Invalid, Text
from gridmap.io.writing.files import replacing
from gridmap.io.writing.formats import FieldTitle, Headers
from gridmap.io.writing.gdal import short_names
from gridmap.io.writing.pyramids import read_layers
from gridmap.io.writing.styles import LOOKS, qml
from gridmap.io.writing.text import Frame, TextWriter, geojson, geojson_sequence, table
from gridmap.io.writing.workbooks import write_workbook


def written(frame: Frame, lines: list[bytes]) -> bytes:
    out = io.BytesIO()
    writer = TextWriter(frame, out.write)
    for line in lines:
        writer.write(line)
    writer.close()
    assert writer.features == len(lines)
    return out.getvalue()


@given(st.lists(st.integers(), max_size=5))
def test_any_number_of_features_makes_valid_text(numbers: list[int]) -> None:
    lines = [json.dumps(number).encode() + b"\n" for number in numbers]
    assert json.loads(written(geojson("x"), lines))["features"] == numbers
    sequence = written(geojson_sequence(), lines)
    assert [json.loads(part) for part in sequence.split(b"\x1e")[1:]] == numbers
    assert sequence.count(b"\n") == len(numbers)


def test_the_first_feature_goes_out_at_once_and_the_others_in_pieces() -> None:
    pieces: list[bytes] = []
    writer = TextWriter(geojson("x"), pieces.append)
    writer.write(b"1\n")
    assert pieces == [b'{"type":"FeatureCollection","name":"x","features":[\n1']
    for _ in range(100_000):
        writer.write(b"1\n")
    writer.close()
    assert 2 < len(pieces) < 20
    assert max(map(len, pieces)) < 70_000


def test_a_table_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert written(table(["户数", 'a"b']), []) == '\ufeff户数,"a""b"\r\n'.encode()


def test_headings_are_field_names_titles_or_both() -> None:
    field = FieldTitle("households", Text(en="Households; null: not known", zh="户数；空为未知或不足 10 户"))
    assert [field.heading(headers) for headers in Headers] == ["households", "户数", "户数 households"]


def test_names_of_shapefiles_have_ten_letters_and_differ() -> None:
    names = ["households", "households_estimated", "households_estimated_count", "name"]
    short = short_names(names)
    assert list(short) == names
    assert len(set(short.values())) == len(names)
    assert max(map(len, short.values())) == 10


RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"]


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers(tmp_path: Path) -> None:
    rows = [[text, 7, 1.5, True, None] for text in [*RISKY, "甲\x00乙", "x" * 40_000]]
    file = tmp_path / "t.xlsx"
    assert write_workbook(rows, file, title="网格", headings=["名称", "户数", "面积", "估算", "空"]) == len(
        rows
    )
    sheet = openpyxl.load_workbook(file)["网格"]
    found = list(sheet.iter_rows())
    assert [cell.value for cell in found[0]] == ["名称", "户数", "面积", "估算", "空"]
    assert [row[0].data_type for row in found[1:]] == ["s"] * len(rows)
    assert [row[0].value for row in found[1:]] == [*RISKY, "甲乙", "x" * 32_767]
    assert [cell.value for cell in found[1][1:]] == [7, 1.5, True, None]


def test_what_a_sheet_has_no_room_for_goes_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridmap.io.writing.workbooks.ROWS_OF_A_SHEET", 3)
    file = tmp_path / "t.xlsx"
    write_workbook([[number] for number in range(7)], file, title="t", headings=["n"])
    book = openpyxl.load_workbook(file)
    values = [[row[0] for row in sheet.iter_rows(values_only=True)] for sheet in book]
    assert values == [["n", 0, 1, 2], ["n", 3, 4, 5], ["n", 6]]


@pytest.mark.parametrize("layer", LOOKS)
def test_a_style_has_a_symbol_for_each_of_its_rules(layer: str) -> None:
    root = ElementTree.fromstring(qml(layer, [FieldTitle("name", Text(en="Name", zh="名称"))]))
    rules = [rule.get("symbol") for rule in root.iter("rule")]
    symbols = [symbol.get("name") for symbol in root.iter("symbol")]
    assert rules == symbols
    assert len(rules) == 3 * len(LOOKS[layer])
    assert [alias.attrib for alias in root.iter("alias")] == [{"field": "name", "name": "名称"}]


def test_the_rules_of_a_style_take_each_feature_once() -> None:
    """In SQLite, which reads these expressions as QGIS does."""
    root = ElementTree.fromstring(qml("facilities", []))
    filters = [rule.get("filter", "") for rule in root.iter("rule")]
    rules = [one.replace("geometry_type($geometry)", "shape") for one in filters]
    with sqlite3.connect(":memory:") as base:
        base.execute("CREATE TABLE t (shape, tier)")
        base.executemany("INSERT INTO t VALUES ('Point', ?)", [("main",), ("special",), ("other",), (None,)])
        taken = [base.execute(f"SELECT count(*) FROM t WHERE {rule}").fetchone()[0] for rule in rules]
    assert taken == [0, 0, 0, 0, 0, 0, 1, 1, 2]


def test_layers_of_a_tile_are_read_with_the_types_of_their_fields() -> None:
    mapbox = pytest.importorskip("mapbox_vector_tile")
    features = [
        {"geometry": "POINT(1 1)", "properties": {"name": "甲", "floors": 3, "tall": True, "area": 1.5}},
        {"geometry": "POINT(2 2)", "properties": {"name": "乙"}},
    ]
    tile = mapbox.encode([{"name": "a", "features": features}, {"name": "b", "features": features[1:]}])
    kinds = {"name": "String", "floors": "Number", "tall": "Boolean", "area": "Number"}
    assert dict(read_layers(tile)) == {"a": kinds, "b": {"name": "String"}}


def interrupted(file: Path) -> None:
    with replacing(file) as draft:
        draft.write_text("half")
        raise KeyboardInterrupt


def test_a_file_that_cannot_be_finished_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("former")
    with pytest.raises(KeyboardInterrupt):
        interrupted(file)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert file.read_text() == "former"
    with pytest.raises(Invalid), replacing(tmp_path / "no" / "a.txt"):
        pass


KILLED = """
import sys, time
from pathlib import Path
from gridmap.io.writing.files import replacing
with replacing(Path(sys.argv[1])) as draft:
    draft.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_a_process_killed_as_it_writes_leaves_the_former_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("former")
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(file)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert file.read_text() == "former"
