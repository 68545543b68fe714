"""Branches merged back into the plan they come from."""

import pytest
from sqlalchemy import Engine

from gridmap.core.editing.edits import Edit, Lock, Merge, SetKind, Unlock
from gridmap.core.model import Band, GridKind
from gridmap.db.engine import transaction
from gridmap.errors import Conflict, Invalid
from gridmap.services.branching import branch
from gridmap.services.dividing import divide_areas
from gridmap.services.drawings import load_drawing
from gridmap.services.editing import edit_plan, undo
from gridmap.services.merging import MergeReport, merge_plans
from gridmap.services.planning import diff_plans

FEASIBLE, IMPOSSIBLE = "330102001001", "330102001002"


@pytest.fixture
def plan(town: Engine) -> int:
    """A draft of four or more grids."""
    report = divide_areas(town, [FEASIBLE], actor="test", band=Band(100, 300))
    assert report.communities[0].grids >= 4
    return report.communities[0].plan_id


def branched(town: Engine, plan: int) -> int:
    with transaction(town, actor="test", role="gridmap_app") as connection:
        return branch(connection, plan)


def edit(town: Engine, plan: int, *edits: Edit) -> None:
    for one in edits:
        with transaction(town, actor="test", role="gridmap_app") as connection:
            edit_plan(connection, plan, one)


def merge(town: Engine, into: int, other: int, **options: object) -> MergeReport:
    with transaction(town, actor="test", role="gridmap_app") as connection:
        return merge_plans(connection, into, other, **options)  # type: ignore[arg-type]


def kinds(town: Engine, plan: int) -> dict[int, str]:
    with transaction(town, actor="test", role="gridmap_app") as connection:
        return {grid: str(kind) for grid, kind in load_drawing(connection, plan).plan.kinds.items()}


def dedicated(town: Engine, plan: int) -> set[int]:
    return {grid for grid, kind in kinds(town, plan).items() if kind == "dedicated"}


def test_what_was_done_in_a_branch_comes_back_beside_what_was_done_meanwhile(town: Engine, plan: int) -> None:
    child = branched(town, plan)
    edit(town, child, SetKind(1, GridKind.DEDICATED))
    edit(town, plan, SetKind(2, GridKind.DEDICATED))
    report = merge(town, plan, child, is_dry=True)
    assert (report.edit, report.conflicts, dedicated(town, plan)) == (None, (), {2})
    report = merge(town, plan, child)
    assert (report.base.plan_id, report.base.position) == (plan, 0)
    assert dedicated(town, plan) == {1, 2}
    with transaction(town, actor="test", role="gridmap_app") as connection:
        undo(connection, plan)
    assert dedicated(town, plan) == {2}


def test_a_second_merge_brings_only_what_is_newer(town: Engine, plan: int) -> None:
    child = branched(town, plan)
    edit(town, child, SetKind(1, GridKind.DEDICATED))
    merge(town, plan, child)
    edit(town, plan, SetKind(1, GridKind.GENERAL))
    edit(town, child, SetKind(2, GridKind.DEDICATED))
    report = merge(town, plan, child)
    assert (report.base.plan_id, report.base.position) == (child, 1)
    assert dedicated(town, plan) == {2}


def test_a_merge_that_was_undone_can_be_made_again(town: Engine, plan: int) -> None:
    child = branched(town, plan)
    edit(town, child, SetKind(1, GridKind.DEDICATED))
    merge(town, plan, child)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        undo(connection, plan)
    merge(town, plan, child)
    assert dedicated(town, plan) == {1}


def test_two_branches_of_one_plan_can_be_merged(town: Engine, plan: int) -> None:
    edit(town, plan, SetKind(3, GridKind.DEDICATED))
    one, other = branched(town, plan), branched(town, plan)
    edit(town, one, SetKind(1, GridKind.DEDICATED))
    edit(town, other, SetKind(2, GridKind.DEDICATED), SetKind(3, GridKind.GENERAL))
    report = merge(town, one, other)
    assert (report.base.plan_id, report.base.position) == (plan, 1)
    assert dedicated(town, one) == {1, 2}


def test_what_does_not_go_together_is_refused_with_a_list(town: Engine, plan: int) -> None:
    child = branched(town, plan)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        beside = int(load_drawing(connection, plan).plan.neighbours(1)[0])
    edit(town, plan, Lock(1))
    edit(town, child, Merge(1, beside))
    assert merge(town, plan, child, is_dry=True).conflicts[0].kind == "locked"
    with pytest.raises(Conflict) as refused:
        merge(town, plan, child)
    assert refused.value.facts["reason"] == "merge_conflicts"
    assert refused.value.facts["conflicts"][0]["grids"] == [1]
    assert "锁定" in refused.value.message.zh
    edit(town, plan, Unlock(1))
    merge(town, plan, child, expected=2)


def test_plans_that_do_not_come_from_one_plan_cannot_be_merged(town: Engine, plan: int) -> None:
    again = divide_areas(town, [FEASIBLE], actor="test", seed=5, band=Band(100, 300)).communities[0].plan_id
    foreign = divide_areas(town, [IMPOSSIBLE], actor="test").communities[0].plan_id
    for other in (again, foreign):
        with pytest.raises(Conflict) as refused:
            merge(town, plan, other)
        assert refused.value.facts["reason"] == "nothing_in_common"
    with pytest.raises(Invalid):
        merge(town, plan, plan)


def test_a_branch_differs_from_its_parent_by_what_was_moved(town: Engine, plan: int) -> None:
    child = branched(town, plan)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        drawing = load_drawing(connection, plan)
        beside = int(drawing.plan.neighbours(1)[0])
        lost = min(drawing.plan.households()[grid] for grid in (1, beside))
    edit(town, child, Merge(1, beside))
    with transaction(town, actor="test", role="gridmap_app") as connection:
        found = diff_plans(connection, plan, child)
    assert found["households_moved"] == lost
    assert {(row["one"], row["other"]) for row in found["moved"]} <= {(1, 1), (beside, 1)}
