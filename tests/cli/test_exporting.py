"""The command that writes files: every format, titles of columns, and what is left when it is stopped."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from gridmap.db.engine import connect
from gridmap.io.writing.formats import KINDS, Format

Run = Callable[..., tuple[int, str, str]]

ROADS = """
INSERT INTO gridmap.road (dataset, source_id, class, name, geom)
SELECT 'many', number, 'residential', '路' || number, ST_SetSRID(ST_MakeLine(ST_Point(120, 30), ST_Point(120.001, 30.001)), 4326)
FROM generate_series(1, 60000) AS number
"""


@pytest.mark.parametrize("form", Format)
def test_each_format_of_an_empty_layer_is_a_file_and_is_told_of(
    run: Run, tmp_path: Path, form: Format
) -> None:
    file = tmp_path / f"roads{KINDS[form].suffix}"
    code, out, err = run("export", "roads", "--format", form, "--out", file)
    assert (code, out) == (0, ""), err
    assert file.is_file()
    assert str(file) in err.replace("\n", "")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_columns_of_a_table_are_titled_as_asked(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("export", "grids", "--format", "csv", "--headers", "zh")
    assert (code, out.lstrip("\ufeff").split(",")[:3]) == (0, ["编号", "网格编码", "名称"])
    file = tmp_path / "网格.xlsx"
    assert run("export", "grids", "--format", "xlsx", "--headers", "en", "--out", file)[0] == 0
    assert [cell.value for cell in openpyxl.load_workbook(file)["网格"][1]][:2] == ["id", "code"]


def test_a_format_that_needs_a_file_says_how_to_name_one(run: Run) -> None:
    code, out, err = run("export", "grids", "--format", "pmtiles")
    assert (code, out) == (2, "")
    assert "--out grids.pmtiles" in re.sub(r"\s+", " ", err)
    assert (
        run("export", "grids", "--format", "pmtiles", "--out", "x", "--min-zoom", "9", "--max-zoom", "3")[0]
        == 2
    )


LISTENING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from gridmap.cli import main; main()"
)
"""The command, which hears Ctrl-C even where tests run in the background of a shell."""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_command_that_is_stopped_leaves_the_former_file(
    database_url: str, tmp_path: Path, end: int
) -> None:
    engine = connect(database_url)
    with engine.begin() as connection:
        connection.execute(text(ROADS))
    engine.dispose()
    file = tmp_path / "roads.xlsx"
    file.write_text("former")
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            LISTENING,
            "export",
            "roads",
            "--format",
            "xlsx",
            "--out",
            str(file),
        ],
        env=os.environ | {"GRIDMAP_DATABASE_URL": database_url, "GRIDMAP_LANG": "en"},
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 30
    while not list(tmp_path.glob(".gridmap-*")) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(end)
    _, said = process.communicate(timeout=30)
    assert file.read_text() == "former"
    if end == signal.SIGINT:
        assert process.returncode == 130
        assert "nothing was kept" in said
        assert "Traceback" not in said
        assert [path.name for path in tmp_path.iterdir()] == ["roads.xlsx"]
