"""What a person at the terminal, or a script, can rely on: outputs, exit codes, languages."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gridmap import __version__
from gridmap.cli.main import repeated
from tests.cli.conftest import Run

TOWN = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "330102001001", "name": "甲社区"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[120, 30], [120.004, 30], [120.004, 30.003], [120, 30.003], [120, 30]]],
            },
        }
    ],
}


def box(west: float, south: float) -> dict[str, Any]:
    east, north = west + 0.0006, south + 0.0006
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Write a community and twelve buildings of 100 households, as files."""
    (tmp_path / "areas.geojson").write_text(json.dumps(TOWN), encoding="utf-8")
    buildings = [
        {
            "type": "Feature",
            "properties": {"id": f"b{column}{row}", "户数": 100},
            "geometry": box(120.0002 + column * 0.001, 30.0002 + row * 0.001),
        }
        for column in range(4)
        for row in range(3)
    ]
    collection = {"type": "FeatureCollection", "features": buildings}
    (tmp_path / "buildings.geojson").write_text(json.dumps(collection), encoding="utf-8")
    return tmp_path


def test_files_become_grids_and_grids_become_a_file(run: Run, files: Path) -> None:
    assert run("import", "areas", files / "areas.geojson", "--set", "level=community", "dataset=a")[0] == 0
    code, out, _ = run("import", "buildings", files / "buildings.geojson", "--json")
    assert code == 0
    assert json.loads(out)["layers"][0]["inserted"] == 12
    code, out, _ = run("divide", "甲社区", "--publish", "--json")
    division = json.loads(out)
    assert code == 0
    assert division["communities"][0]["status"] == "divided"
    assert division["communities"][0]["certificate"] is None
    assert division["totals"]["households"] == 1200
    assert len(division["plan_ids"]) == 1
    code, out, _ = run("export", "grids", "--area", "330102001001", "--format", "geojson")
    assert code == 0
    assert sum(feature["properties"]["households"] for feature in json.loads(out)["features"]) == 1200
    code, out, _ = run("export", "grids", "--filter", "households > 10000")
    assert (code, json.loads(out)["features"]) == (0, [])
    assert run("export", "grids", "--filter", "households > many")[0] == 2
    assert json.loads(run("check", "甲社区", "--json")[1])["problems"] == 0
    code, _, err = run("map", "甲社区", "--out", files / "map.html")
    assert code == 0, err
    assert "甲社区" in (files / "map.html").read_text(encoding="utf-8")
    assert json.loads(run("plan", "list", "甲社区", "--json")[1])["plans"][0]["status"] == "published"


def test_a_file_of_which_nothing_can_be_taken_ends_with_2(run: Run, files: Path) -> None:
    (files / "empty.geojson").write_bytes(b"")
    code, out, err = run("import", "buildings", files / "empty.geojson")
    assert (code, out) == (2, "")
    assert "empty" in err


def test_some_bad_rows_end_with_0_and_are_told(run: Run, files: Path) -> None:
    document = json.loads((files / "buildings.geojson").read_text())
    document["features"][0]["properties"]["户数"] = "三百"
    (files / "buildings.geojson").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    code, _, err = run("--lang", "zh", "import", "buildings", files / "buildings.geojson")
    assert code == 0
    assert "隔离 1" in err
    code, _, _ = run("quarantine", "export", files / "mend.csv")
    assert code == 0
    assert "三百" in (files / "mend.csv").read_text(encoding="utf-8-sig")


def test_a_dry_run_keeps_nothing(run: Run, files: Path) -> None:
    assert run("import", "areas", files / "areas.geojson", "--set", "level=community", "--dry-run")[0] == 0
    assert run("divide", "甲社区")[0] == 4


def test_the_report_of_an_import_can_be_written_to_a_file(run: Run, files: Path) -> None:
    run("import", "buildings", files / "buildings.geojson", "--report", files / "report.json")
    assert json.loads((files / "report.json").read_text(encoding="utf-8"))["layers"][0]["read"] == 12


def test_an_unknown_area_ends_with_4_in_the_language_asked_for(run: Run) -> None:
    code, out, err = run("--lang", "zh", "divide", "无此处")
    assert (code, out) == (4, "")
    assert "没有找到" in err
    assert "no area" in run("--lang=en", "divide", "无此处")[2]


def test_an_impossible_community_ends_with_6_and_says_why(run: Run, files: Path) -> None:
    run("import", "areas", files / "areas.geojson", "--set", "level=community")
    run("import", "buildings", files / "buildings.geojson")
    code, out, err = run("divide", "甲社区", "--min", "700", "--max", "800", "--json")
    assert code == 6
    assert json.loads(out)["communities"][0]["certificate"]["kind"] == "arithmetic"
    assert "1,200" in err or "1200" in err


def test_a_wrong_option_ends_with_2(run: Run) -> None:
    assert run("divide")[0] == 2
    assert run("import", "buildings", "x.csv", "--map", "households")[0] == 2
    assert run("divide", "x", "--min", "500", "--max", "300")[0] == 2


def test_a_database_that_is_not_there_ends_with_7(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDMAP_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run("divide", "x")[0] == 7


def test_a_setting_that_cannot_be_ends_with_2_and_names_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDMAP_PORT", "many")
    code, _, err = run("db", "status")
    assert code == 2
    assert "GRIDMAP_PORT" in err


def test_a_fault_of_ours_ends_with_1_and_a_number_to_quote(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("gridmap.services.planning.list_plans", fail)
    code, _, err = run("plan", "list", "x")
    assert code == 1
    assert "fault of gridmap (" in err


def test_the_version_is_told_without_a_command(run: Run) -> None:
    assert run("--version")[:2] == (0, f"{__version__}\n")


def test_the_fields_of_a_kind_are_listed(run: Run) -> None:
    names = [
        field["name"] for field in json.loads(run("import", "buildings", "--fields", "--json")[1])["fields"]
    ]
    assert {"source_id", "households", "floors", "use", "house_number", "street"} <= set(names)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("--map a=b c=d f.csv", "--map a=b --map c=d f.csv"),
        ("f.csv --set x=y --map a=b", "f.csv --set x=y --map a=b"),
        ("--map=a=b c", "--map=a=b c"),
        ("--map", "--map"),
    ],
)
def test_pairs_after_one_option_are_each_given_it(given: str, meant: str) -> None:
    assert repeated(given.split()) == meant.split()


def test_every_command_has_help_with_an_example_or_a_sentence_in_chinese() -> None:
    commands = [
        [],
        ["db"],
        ["plan"],
        ["quarantine"],
        ["import"],
        ["estimate"],
        ["divide"],
        ["check"],
        ["export"],
    ]
    commands += [["map"], ["serve"], ["demo"], ["db", "up"], ["db", "migrate"], ["plan", "diff"]]
    script = (
        "import sys; from gridmap.cli.main import application; app = application()\n"
        f"for words in {commands!r}:\n"
        "    app([*words, '--help'], standalone_mode=False)\n"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.count("Usage:") == len(commands)
    assert "划分" in shown


NOISY = """
import os, sys
import gridmap.cli

command = sys.modules["gridmap.cli.main"]
command.application = lambda *_: lambda *_, **__: (os.write(1, b"greeting"), print("answer"))[1]
command.main()
"""


def test_only_answers_reach_standard_output() -> None:
    done = subprocess.run([sys.executable, "-c", NOISY], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("answer\n", "")
