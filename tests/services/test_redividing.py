"""Dividing again from the plans in force: who changes grid, and which codes stay."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gridmap.core.model import Verdict
from gridmap.db.engine import transaction
from gridmap.errors import GridmapError, Invalid
from gridmap.services.dividing import divide_areas
from gridmap.services.division_report import CommunityResult
from gridmap.services.publishing import publish
from gridmap.services.succession import lookup_table, write_lookup

FEASIBLE, IMPOSSIBLE = "330102001001", "330102001002"


def set_households(town: Engine, **counts: int) -> None:
    with transaction(town, actor="test", role="gridmap_app") as connection:
        for name, households in counts.items():
            connection.execute(
                text("UPDATE gridmap.building SET households = :households WHERE source_id = :name"),
                {"name": name, "households": households},
            )


def divided(town: Engine, *, stable: bool = True, publish_plans: bool = True) -> CommunityResult:
    report = divide_areas(town, [FEASIBLE], actor="test", publish_plans=publish_plans, stable=stable)
    return report.communities[0]


def codes(town: Engine) -> dict[str, str]:
    """Return the code of the grid of each building."""
    with town.connect() as connection:
        rows = connection.execute(
            text("SELECT source_id, code FROM gridmap.building JOIN gridmap.grid ON grid.id = grid_id")
        )
        return {row.source_id: row.code for row in rows}


def test_a_community_that_is_still_in_order_keeps_its_plan(town: Engine) -> None:
    first = divided(town, stable=False)
    set_households(town, a00=101)
    again = divided(town)
    assert again.plan_id == first.plan_id
    assert again.moves is not None
    assert (again.moves["households_moved"], again.moves["carriers"]) == (0, [])


def test_the_fewest_households_change_grid_and_are_named_with_both_grids(town: Engine) -> None:
    divided(town, stable=False)
    before = codes(town)
    over = next(name for name in before if list(before.values()).count(before[name]) == 4)
    set_households(town, **{over: 250})
    again = divided(town)
    assert again.verdict is Verdict.DIVIDED
    assert again.moves is not None
    assert again.moves["households_moved"] == again.moves["households_moved_at_least"] == 100
    after = codes(town)
    (moved,) = again.moves["carriers"]
    assert moved["from"] == before[moved["source_id"]] != moved["to_continues"]
    touched = {moved["from"], moved["to_continues"]}
    for name, code in before.items():
        assert (after[name] == code) == (code not in touched)


def test_codes_of_changed_grids_are_retired_and_the_lookup_of_the_day_is_kept(town: Engine) -> None:
    first = divided(town, stable=False)
    before = codes(town)
    over = next(name for name in before if list(before.values()).count(before[name]) == 4)
    set_households(town, **{over: 250})
    second = divided(town)
    set_households(town, **{over: 100})
    with transaction(town, actor="test", role="gridmap_app") as connection:
        rows = lookup_table(connection, first.plan_id, second.plan_id)
        ever = connection.execute(text("SELECT count(*) FROM gridmap.grid_code")).scalar_one()
    changed = [row for row in rows if row["change"] == "X"]
    assert len(changed) == 3
    assert {row["old_code"] for row in changed}.isdisjoint(row["new_code"] for row in changed)
    assert sum(row["continues"] for row in changed) == 2
    assert all(row["old_code"] == row["new_code"] for row in rows if row["change"] == "U")
    assert sum(row["households"] for row in rows) == 1350
    assert ever == len({row[name] for row in rows for name in ("old_code", "new_code")})


def test_what_was_kept_of_a_succession_is_never_changed(town: Engine) -> None:
    divided(town, stable=False)
    divide_areas(town, [FEASIBLE], actor="test", seed=7, publish_plans=True)
    with (
        pytest.raises(GridmapError),
        transaction(town, actor="test") as connection,
    ):
        connection.execute(text("DELETE FROM gridmap.grid_succession"))


def test_the_lookup_of_a_draft_names_its_grids_by_their_sequence(town: Engine, tmp_path: Path) -> None:
    first = divided(town, stable=False)
    draft = divide_areas(town, [FEASIBLE], actor="test", seed=3).communities[0]
    with transaction(town, actor="test", role="gridmap_app") as connection:
        rows = lookup_table(connection, first.plan_id, draft.plan_id)
    assert all(row["new_code"] is None or row["new_code"].startswith("#") for row in rows)
    write_lookup(rows, tmp_path / "lookup.csv")
    with (tmp_path / "lookup.csv").open(encoding="utf-8-sig", newline="") as opened:
        table = list(csv.reader(opened))
    assert table[0][:3] == ["原网格编码 old_code", "变化类型 change", "新网格编码 new_code"]
    assert len(table) == len(rows) + 1


def test_plans_of_two_communities_have_no_lookup(town: Engine) -> None:
    one = divide_areas(town, [FEASIBLE], actor="test").communities[0].plan_id
    other = divide_areas(town, [IMPOSSIBLE], actor="test").communities[0].plan_id
    with pytest.raises(Invalid), transaction(town, actor="test", role="gridmap_app") as connection:
        lookup_table(connection, one, other)


def test_a_community_without_a_plan_in_force_is_divided_afresh(town: Engine) -> None:
    found = divided(town)
    assert found.moves is None
    assert found.verdict is Verdict.DIVIDED


def test_a_draft_made_from_the_plan_in_force_can_be_published_later(town: Engine) -> None:
    divided(town, stable=False)
    before = codes(town)
    over = next(name for name in before if list(before.values()).count(before[name]) == 4)
    set_households(town, **{over: 250})
    draft = divided(town, publish_plans=False)
    assert codes(town) == before
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, draft.plan_id)
    assert len(set(codes(town).values())) == 3
