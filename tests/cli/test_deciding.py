"""What a planner decides at the terminal."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def tower(run: Run, tmp_path: Path) -> Run:
    """Bring in one tower and one park."""
    square = "POLYGON((120 30,120.0006 30,120.0006 30.0003,120 30.0003,120 30))"
    (tmp_path / "towers.csv").write_text(f'source_id,households,stairwells,wkt\nt1,640,2,"{square}"\n')
    (tmp_path / "parks.csv").write_text(
        f'source_id,name,kind,wkt\np1,公园,park,"{square}"\n', encoding="utf-8"
    )
    for kind, file in (("buildings", "towers.csv"), ("places", "parks.csv")):
        assert run("import", kind, str(tmp_path / file), "--crs", "EPSG:4326")[0] == 0
    return run


def test_a_tower_is_split_as_imported_or_as_told_and_merged(tower: Run) -> None:
    split = tower("building", "split", "t1", "--json")
    assert [part["households"] for part in json.loads(split[1])["buildings"]] == [320, 320]
    merged = tower("building", "merge", "t1", "--json")
    assert [part["households"] for part in json.loads(merged[1])["buildings"]] == [640]
    told = tower("building", "split", "t1", "--households", "300,340", "--json")
    assert [part["households"] for part in json.loads(told[1])["buildings"]] == [300, 340]
    assert tower("building", "split", "t1", "--households", "many")[0] == 2
    assert tower("building", "split", "t1")[0] == 5


def test_a_place_is_dedicated_and_taken_back(tower: Run) -> None:
    assert json.loads(tower("dedicate", "公园", "--json")[1]) == {
        "name": "公园",
        "kind": "park",
        "dedicated": True,
    }
    assert json.loads(tower("dedicate", "p1", "--undo", "--json")[1])["dedicated"] is False
    assert tower("dedicate", "nowhere")[0] == 4
    assert tower("dedicate")[0] == 2
    assert tower("dedicate", "--plan", "1", "--name", "北山")[0] == 4
