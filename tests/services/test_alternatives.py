"""Alternatives as drafts with a sheet, and how typical a plan is."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from gridmap.core.model import Band
from gridmap.db.engine import transaction
from gridmap.errors import Invalid
from gridmap.services.alternatives import divide_alternatives, typical
from gridmap.services.planning import list_plans
from gridmap.services.publishing import publish

FEASIBLE = "330102001001"


def test_alternatives_are_drafts_with_a_sheet_and_one_can_be_published(town: Engine, tmp_path: Path) -> None:
    (choice,) = divide_alternatives(
        town, [FEASIBLE], 3, actor="test", band=Band(300, 500), folder=tmp_path, language="zh"
    )
    assert len(choice.plan_ids) == len(set(choice.plan_ids)) >= 2
    page = choice.sheet.read_text(encoding="utf-8")
    assert page.count("<article>") == len(choice.plan_ids)
    assert "http" not in page.replace("http://www.w3.org", "")
    assert choice.as_dict()["alternatives"][0]["merits"]["old_lines"] is None
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, choice.plan_ids[-1])
        status = {row["id"]: row["status"] for row in list_plans(connection, FEASIBLE)}
        found = typical(connection, choice.plan_ids[0])
    assert status[choice.plan_ids[-1]] == "published"
    assert found["random_plans"] > 100
    assert 0 <= found["merits"]["compactness"]["percentile"] <= 100


def test_one_alternative_is_none(town: Engine, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        divide_alternatives(town, [FEASIBLE], 1, actor="test", folder=tmp_path, language="en")
