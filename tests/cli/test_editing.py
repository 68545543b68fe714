"""Plans edited at the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from gridmap.core.model import Band
from gridmap.services.dividing import divide_areas
from tests.cli.conftest import Run
from tests.services.conftest import town  # noqa: F401


@pytest.fixture
def plan(engine: Engine, request: pytest.FixtureRequest) -> int:
    request.getfixturevalue("town")
    return divide_areas(engine, ["甲社区"], actor="test", band=Band(100, 300)).communities[0].plan_id


def answered(run: Run, *arguments: object) -> Any:
    code, out, err = run(*arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def test_a_plan_is_edited_undone_redone_and_logged(run: Run, plan: int) -> None:
    assert answered(run, "plan", "edit", plan, "lock", "--grid", 1, "--reason", "定稿")["position"] == 1
    assert answered(run, "plan", "undo", plan)["grids"][0]["locked"] is False
    assert answered(run, "plan", "redo", plan)["grids"][0]["locked"] is True
    journal = answered(run, "plan", "log", plan)
    assert [line["kind"] for line in journal["lines"]] == ["redo", "undo", "do"]
    assert journal["lines"][-1]["reason"] == "定稿"
    code, out, _ = run("plan", "log", plan)
    assert code == 0
    assert "lock grid 1" in out
    assert answered(run, "plan", "show", plan)["locked"] == [1]
    assert "yes" in run("plan", "show", plan)[1]
    code, _, err = run("plan", "edit", plan, "dedicated", "--grid", 1)
    assert code == 5
    assert "locked" in err


def test_cells_are_listed_and_moved_by_their_numbers(run: Run, plan: int, tmp_path: Path) -> None:
    assert run("plan", "cells", plan, "--out", tmp_path / "cells.geojson")[0] == 0
    cells = [
        feature["properties"]
        for feature in json.loads((tmp_path / "cells.geojson").read_text(encoding="utf-8"))["features"]
    ]
    assert json.loads(run("plan", "cells", plan)[1])["features"][0]["properties"] == cells[0]
    grid = cells[0]["grid"]
    report = answered(run, "plan", "edit", plan, "split", "--grid", grid, "--cells", cells[0]["cell"])
    new = report["edit"]["grid"], max(row["grid"] for row in report["grids"])
    back = answered(run, "plan", "edit", plan, "merge", "--grid", new[1], "--to", new[0])
    assert {row["grid"]: row["after"] for row in back["grids"]}[new[1]] is None
    again = answered(run, "plan", "edit", plan, "split", "--grid", grid)
    assert again["edit"]["parts"]
    moved = again["edit"]["parts"][0]
    listed = "，".join(map(str, moved))
    code, _, _ = run("plan", "edit", plan, "reassign", "--cells", listed, "--to", grid)
    assert code == 5
    new = max(row["grid"] for row in again["grids"])
    code, _, err = run("plan", "edit", plan, "border", "--grid", new, "--to", grid, "--depth", 99)
    assert (code, "without cells" in err) == (5, True)


def test_snapshots_branches_and_merges(run: Run, plan: int) -> None:
    assert answered(run, "plan", "snapshot", plan, "初稿")["snapshots"][0]["position"] == 0
    child = answered(run, "plan", "branch", plan)["plan"]
    answered(run, "plan", "edit", child, "dedicated", "--grid", 1)
    assert answered(run, "plan", "merge", plan, child, "--dry-run")["merged"] is None
    code, _, err = run("plan", "merge", plan, child, "--dry-run")
    assert (code, "go together" in err) == (0, True)
    code, out, _ = run("plan", "merge", plan, child)
    assert code == 0
    assert "dedicated" in out
    assert "merge of plan" in run("plan", "log", plan)[1]
    answered(run, "plan", "return", plan, "初稿")
    assert run("plan", "return", plan, "终稿")[0] == 4
    assert run("plan", "merge", plan, child, "--prefer", "mine")[0] == 2


def test_a_plan_in_force_is_edited_in_a_branch(run: Run, plan: int) -> None:
    assert run("plan", "publish", plan)[0] == 0
    assert run("plan", "edit", plan, "lock", "--grid", 1)[0] == 5
    report = answered(run, "plan", "edit", plan, "lock", "--grid", 1, "--branch")
    assert report["plan"] != plan
    assert run("plan", "edit", report["plan"], "unlock", "--grid", 1, "--expected", 7)[0] == 5


@pytest.mark.parametrize(
    "arguments",
    [("reassign", "--to", 1), ("border", "--grid", 1), ("lock",), ("split", "--grid", 1, "--cells", "a")],
)
def test_an_edit_that_is_not_complete_ends_with_2(run: Run, plan: int, arguments: tuple[object, ...]) -> None:
    assert run("plan", "edit", plan, *arguments)[0] == 2
