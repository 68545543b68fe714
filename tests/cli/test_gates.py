"""Gates listed and changed at the terminal."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.fixture
def gates(run: Run, tmp_path: Path) -> Run:
    """Bring in a community with two gates."""
    square = "POLYGON((120 30,120.01 30,120.01 30.01,120 30.01,120 30))"
    tables = {
        "areas": f'code,name,level,wkt\n330102001001,甲社区,community,"{square}"\n',
        "places": "source_id,name,kind,hours,lon,lat\ng1,南门,gate,06:00-22:00,120.002,30.002\ng2,北门,gate,,120.002,30.008\n",
    }
    for kind, table in tables.items():
        (tmp_path / f"{kind}.csv").write_text(table, encoding="utf-8")
        code, _, said = run("import", kind, tmp_path / f"{kind}.csv", "--crs", "EPSG:4326")
        assert code == 0, said
    return run


def test_gates_are_listed_changed_and_changed_back(gates: Run) -> None:
    listed = json.loads(gates("gate", "list", "甲社区", "--json")[1])["gates"]
    assert {(gate["name"], gate["hours"]) for gate in listed} == {("南门", "06:00-22:00"), ("北门", None)}
    code, out, said = gates("gate", "set", "南门", "--hours", "Mo-Fr 07:00-19:00", "--residents-only")
    assert code == 0, said
    assert "Mo-Fr 07:00-19:00, residents only" in out
    assert "Before: 06:00-22:00, not known to whom." in said
    edited = json.loads(gates("gate", "set", "g1", "--hours", "", "--public", "--json")[1])
    assert edited["gate"] | {"id": 0, "key": ""} == {
        "id": 0,
        "key": "",
        "name": "南门",
        "hours": None,
        "residents_only": False,
        "community": "甲社区",
    }
    assert edited["former"] == {"hours": "Mo-Fr 07:00-19:00", "residents_only": True}
    assert "仅限居民" not in gates("--lang", "zh", "gate", "list", "甲社区")[1]


def test_what_is_wrong_ends_with_its_code(gates: Run) -> None:
    assert gates("gate", "set", "东门", "--hours", "关闭")[0] == 4
    assert gates("gate", "set", "南门", "--hours", "有时")[0] == 2
    assert gates("gate", "set", "南门")[0] == 2
    assert gates("gate", "list", "无此地")[0] == 4
