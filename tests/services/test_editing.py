"""Plans edited in the database: what is kept, what can be taken back, and who is refused."""

import subprocess
import sys
from threading import Barrier, Thread

import geopandas as gpd
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine, text

from gridmap.core.editing.edits import Edit, Lock, Merge, MoveBorder, Reassign, SetKind, Split
from gridmap.core.model import Band, GridKind
from gridmap.db.engine import connect, transaction
from gridmap.db.layouts import decode_layout
from gridmap.errors import Conflict, Forbidden, GridmapError, Invalid, NotFound
from gridmap.services.branching import branch
from gridmap.services.checking import check_area
from gridmap.services.dividing import divide_areas
from gridmap.services.drawings import Drawing, load_drawing
from gridmap.services.editing import (
    EditReport,
    edit_plan,
    list_snapshots,
    read_journal,
    redo,
    return_to,
    take_snapshot,
    undo,
)
from gridmap.services.publishing import archive, publish

FEASIBLE, IMPOSSIBLE, STREET = "330102001001", "330102001002", "330102001000"
BAND = Band(200, 700)


def plan_of(town: Engine, area: str = FEASIBLE, **options: object) -> int:
    report = divide_areas(town, [area], actor="test", band=BAND, **options)  # type: ignore[arg-type]
    return report.communities[0].plan_id


def drawing_of(town: Engine, plan: int) -> Drawing:
    with transaction(town, actor="test", role="gridmap_app") as connection:
        return load_drawing(connection, plan)


def edit(town: Engine, plan: int, wanted: Edit, *, actor: str = "test", **options: object) -> EditReport:
    with transaction(town, actor=actor, reason="试", role="gridmap_app") as connection:
        return edit_plan(connection, plan, wanted, **options)  # type: ignore[arg-type]


def take_back(town: Engine, plan: int) -> EditReport:
    with transaction(town, actor="test", role="gridmap_app") as connection:
        return undo(connection, plan)


def do_again(town: Engine, plan: int) -> EditReport:
    with transaction(town, actor="test", role="gridmap_app") as connection:
        return redo(connection, plan)


def rows_of(town: Engine, plan: int) -> list[tuple[object, ...]]:
    with town.connect() as connection:
        query = "SELECT sequence, kind, planned_households, ST_AsEWKB(geom) FROM gridmap.grid WHERE plan_id = :plan ORDER BY 1"
        return [
            (row[0], row[1], row[2], bytes(row[3])) for row in connection.execute(text(query), {"plan": plan})
        ]


def movable(drawing: Drawing) -> Reassign:
    """Return a move of one cell across a border that leaves both grids whole."""
    plan = drawing.plan
    for one, two in zip(plan.graph.first, plan.graph.second, strict=True):
        for cell, grid in ((one, plan.grid_of_cell[two]), (two, plan.grid_of_cell[one])):
            if plan.grid_of_cell[cell] != grid:
                label = plan.grid_of_cell.copy()
                label[cell] = grid
                after = plan.redrawn(label)
                if after.kinds == plan.kinds and not after.torn(frozenset(after.kinds)):
                    return Reassign((int(cell),), int(grid))
    raise AssertionError("no cell can be moved")


def test_a_divided_community_keeps_its_cells_and_which_building_is_in_which(town: Engine) -> None:
    plan = plan_of(town)
    drawing = drawing_of(town, plan)
    assert drawing.plan.households() == {row[0]: row[2] for row in rows_of(town, plan)}
    assert drawing.plan.graph.households.sum() == 1200
    with town.connect() as connection:
        ids = connection.execute(text("SELECT id FROM gridmap.building WHERE source_id LIKE 'a%'")).scalars()
        assert sorted(drawing.layout.carriers.tolist()) == sorted(ids)
        held = connection.execute(
            text(
                "SELECT building.id, grid.sequence FROM gridmap.building JOIN gridmap.grid "
                "ON plan_id = :plan AND ST_Covers(grid.geom, building.geom)"
            ),
            {"plan": plan},
        ).all()
    grid_of = dict(
        zip(
            drawing.layout.carriers.tolist(),
            drawing.plan.grid_of_cell[drawing.layout.cell_of_carrier].tolist(),
            strict=True,
        )
    )
    assert dict(tuple(row) for row in held) == grid_of


def test_the_polygons_of_the_layout_are_those_that_were_stored(town: Engine) -> None:
    plan = plan_of(town)
    drawing = drawing_of(town, plan)
    shapes = drawing.shapes(drawing.plan.grid_of_cell - 1)
    stored = shapely.to_wkb(shapely.set_srid(shapes, 4326), include_srid=True).tolist()
    assert stored == [row[3] for row in rows_of(town, plan)]


def test_an_edit_redraws_the_grids_it_touches_and_no_others(town: Engine) -> None:
    plan = plan_of(town)
    before = rows_of(town, plan)
    wanted = movable(drawing_of(town, plan))
    report = edit(town, plan, wanted)
    after = rows_of(town, plan)
    touched = {grid["grid"] for grid in report.grids}
    assert {row[0] for row, now in zip(before, after, strict=True) if row != now} == touched
    assert {row[0]: row[2] for row in after if row[0] in touched} == {
        grid["grid"]: grid["after"] for grid in report.grids
    }
    assert sum(int(str(row[2])) for row in after) == 1200
    assert report.position == 1


def test_undoing_everything_gives_the_first_state_byte_for_byte(town: Engine) -> None:
    plan = plan_of(town)
    first = rows_of(town, plan)
    grids = [int(str(row[0])) for row in first]
    cells = drawing_of(town, plan).plan.cells_of(grids[0])
    edit(town, plan, movable(drawing_of(town, plan)))
    edit(town, plan, SetKind(grids[0], GridKind.DEDICATED))
    take_back(town, plan)
    edit(town, plan, Split(grids[0], ()))
    edit(town, plan, Lock(grids[-1]))
    last = rows_of(town, plan)
    assert len(last) == len(first) + 1
    for _ in range(3):
        take_back(town, plan)
    assert rows_of(town, plan) == first
    assert drawing_of(town, plan).plan.cells_of(grids[0]).tolist() == cells.tolist()
    with pytest.raises(Conflict) as nothing:
        take_back(town, plan)
    assert nothing.value.facts["reason"] == "nothing_to_undo"
    for _ in range(3):
        do_again(town, plan)
    assert rows_of(town, plan) == last
    assert drawing_of(town, plan).plan.locked == {grids[-1]}
    with pytest.raises(Conflict):
        do_again(town, plan)


def test_undo_survives_a_restart(town: Engine, database_url: str) -> None:
    plan = plan_of(town)
    first = rows_of(town, plan)
    edit(town, plan, movable(drawing_of(town, plan)))
    town.dispose()
    again = connect(database_url)
    take_back(again, plan)
    assert rows_of(again, plan) == first
    again.dispose()


EDITOR = """
import sys
from gridmap.db.engine import connect
from tests.services.test_editing import drawing_of, edit, movable
town, plan = connect(sys.argv[1]), int(sys.argv[2])
while True:
    print(edit(town, plan, movable(drawing_of(town, plan))).position, flush=True)
"""


@pytest.mark.parametrize("seen", [1, 4, 9])
def test_an_editor_killed_in_the_middle_leaves_whole_edits_only(
    town: Engine, database_url: str, seen: int
) -> None:
    plan = plan_of(town)
    first = rows_of(town, plan)
    with subprocess.Popen(
        [sys.executable, "-c", EDITOR, database_url, str(plan)], stdout=subprocess.PIPE, text=True
    ) as editor:
        assert editor.stdout is not None
        told = [int(editor.stdout.readline()) for _ in range(seen)]
        editor.kill()
        told += map(int, editor.stdout.read().split())
    with town.connect() as connection:
        position = read_journal(connection, plan)["position"]
    assert told == list(range(1, len(told) + 1))
    assert position in (told[-1], told[-1] + 1)
    for _ in range(position):
        take_back(town, plan)
    assert rows_of(town, plan) == first


def test_the_journal_tells_who_did_what_and_why(town: Engine) -> None:
    plan = plan_of(town)
    wanted = movable(drawing_of(town, plan))
    edit(town, plan, wanted, actor="王")
    take_back(town, plan)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        journal = read_journal(connection, plan)
        assert (journal["position"], journal["undoable"], journal["redoable"]) == (2, 0, 1)
        assert [(line["kind"], line["author"]) for line in journal["lines"]] == [
            ("undo", "test"),
            ("do", "王"),
        ]
        assert journal["lines"][1]["edit"]["cells"] == list(wanted.cells)
        assert journal["lines"][1]["reason"] == "试"
        actions = connection.execute(text("SELECT action FROM gridmap.audit ORDER BY id")).scalars().all()
        assert actions == ["divide", "edit", "undo"]
        assert connection.execute(text("SELECT count(*) FROM gridmap.broken_audit_lines()")).scalar_one() == 0


@pytest.mark.parametrize("table", ["plan_edit", "plan_snapshot"])
@pytest.mark.parametrize(
    "change", ["DELETE FROM gridmap.{}", "UPDATE gridmap.{} SET author = 'x'", "TRUNCATE gridmap.{}"]
)
def test_what_was_done_cannot_be_changed_or_taken_away(town: Engine, table: str, change: str) -> None:
    plan = plan_of(town)
    edit(town, plan, movable(drawing_of(town, plan)))
    with pytest.raises(Forbidden), transaction(town, actor="test", role="gridmap_app") as connection:
        connection.execute(text(change.format(table)))
    with pytest.raises(GridmapError), transaction(town, actor="test") as connection:
        connection.execute(text(change.format(table)))


def test_of_two_editors_who_saw_the_same_state_one_is_refused(town: Engine) -> None:
    plan = plan_of(town)
    wanted = movable(drawing_of(town, plan))
    edit(town, plan, wanted, expected=0)
    with pytest.raises(Conflict) as refused:
        edit(town, plan, Lock(wanted.grid), expected=0)
    assert (refused.value.facts["reason"], refused.value.facts["position"]) == ("edited_meanwhile", 1)
    edit(town, plan, Lock(wanted.grid), expected=1)


def test_of_two_editors_at_the_same_moment_one_is_refused(town: Engine) -> None:
    plan = plan_of(town)
    grids = sorted(drawing_of(town, plan).plan.kinds)
    start, outcomes = Barrier(2), []

    def work(grid: int) -> None:
        start.wait()
        try:
            outcomes.append(edit(town, plan, Lock(grid), expected=0).position)
        except Conflict as refused:
            outcomes.append(refused.facts["reason"])

    threads = [Thread(target=work, args=(grid,)) for grid in grids[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [1, "edited_meanwhile"]
    assert len(drawing_of(town, plan).plan.locked) == 1


def test_a_refused_edit_leaves_no_trace(town: Engine) -> None:
    plan = plan_of(town)
    before = rows_of(town, plan)
    some = next(iter(drawing_of(town, plan).plan.kinds))
    for wanted in (Reassign((10_000,), some), Merge(some, some), Split(some, ((), ()))):
        with pytest.raises(GridmapError):
            edit(town, plan, wanted)
    assert (rows_of(town, plan), drawing_of(town, plan).position) == (before, 0)


def test_strict_edits_stay_in_the_band(town: Engine) -> None:
    plan = plan_of(town)
    one, other = sorted(drawing_of(town, plan).plan.kinds)[:2]
    with pytest.raises(Conflict) as refused:
        edit(town, plan, Merge(one, other), is_strict=True)
    assert refused.value.facts["reason"] == "out_of_band"
    assert [warning.kind for warning in edit(town, plan, Merge(one, other)).warnings] == ["out_of_band"]


def test_only_drafts_are_edited_and_a_plan_in_force_in_a_branch(town: Engine) -> None:
    plan = plan_of(town, publish_plans=True)
    before = rows_of(town, plan)
    wanted = movable(drawing_of(town, plan))
    with pytest.raises(Conflict) as refused:
        edit(town, plan, wanted)
    assert refused.value.facts["reason"] == "not_a_draft"
    report = edit(town, plan, wanted, in_branch=True)
    assert report.plan_id != plan
    assert rows_of(town, plan) == before
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, report.plan_id)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        assert [list(community.problems()) for community in check_area(connection, FEASIBLE).communities] == [
            []
        ]
        parent = connection.execute(text("SELECT parent_id FROM gridmap.plan ORDER BY id DESC LIMIT 1"))
        assert parent.scalar_one() == plan


def test_a_branch_begins_as_its_parent_is_by_now_and_goes_its_own_way(town: Engine) -> None:
    plan = plan_of(town)
    edit(town, plan, movable(drawing_of(town, plan)))
    edit(town, plan, Lock(1))
    with transaction(town, actor="test", role="gridmap_app") as connection:
        child = branch(connection, plan)
        with pytest.raises(NotFound):
            branch(connection, 999_999)
    assert rows_of(town, child) == rows_of(town, plan)
    assert drawing_of(town, child).plan.locked == {1}
    before = rows_of(town, plan)
    edit(town, child, SetKind(2, GridKind.DEDICATED))
    assert rows_of(town, plan) == before
    with town.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM gridmap.layout")).scalar_one() == 1


def test_a_snapshot_can_be_returned_to_and_that_be_undone(town: Engine) -> None:
    plan = plan_of(town)
    edit(town, plan, movable(drawing_of(town, plan)))
    named = rows_of(town, plan)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        assert take_snapshot(connection, plan, " 征求意见稿 ") == {"name": "征求意见稿", "position": 1}
    edit(town, plan, SetKind(1, GridKind.DEDICATED))
    edit(town, plan, movable(drawing_of(town, plan)))
    last = rows_of(town, plan)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        return_to(connection, plan, "征求意见稿")
        assert [row["name"] for row in list_snapshots(connection, plan)] == ["征求意见稿"]
    assert rows_of(town, plan) == named
    take_back(town, plan)
    assert rows_of(town, plan) == last
    for name, error in (("征求意见稿", Conflict), ("", Invalid)):
        with pytest.raises(error), transaction(town, actor="test", role="gridmap_app") as connection:
            take_snapshot(connection, plan, name)
    with pytest.raises(NotFound), transaction(town, actor="test", role="gridmap_app") as connection:
        return_to(connection, plan, "没有")


def test_grids_of_two_communities_still_tile_the_street_after_edits_in_both(town: Engine) -> None:
    report = divide_areas(town, [STREET], actor="test", band=Band(100, 400))
    for result in report.communities:
        drawing = drawing_of(town, result.plan_id)
        edit(town, result.plan_id, movable(drawing))
        with transaction(town, actor="test", role="gridmap_app") as connection:
            child = branch(connection, result.plan_id)
        wide = max(drawing_of(town, child).plan.kinds, key=lambda grid: len(drawing.plan.cells_of(grid)))
        beside = int(drawing_of(town, child).plan.neighbours(wide)[0])
        edit(town, child, Merge(wide, beside))
        with transaction(town, actor="test", role="gridmap_app") as connection:
            publish(connection, child)
    frame = gpd.read_postgis("SELECT geom FROM published.grids", town)
    shapes = frame.geometry.to_numpy()
    assert len(shapes) >= 3
    assert shapely.coverage_is_valid(shapes)
    with town.connect() as connection:
        street = shapely.from_wkb(
            bytes(
                connection.execute(
                    text("SELECT ST_AsBinary(geom) FROM gridmap.area WHERE code = :code"), {"code": STREET}
                ).scalar_one()
            )
        )
    assert shapely.area(shapely.union_all(shapes)) == pytest.approx(street.area, rel=1e-5)


def test_dividing_the_same_input_again_does_not_take_an_edited_draft_for_the_engines(town: Engine) -> None:
    plan = plan_of(town)
    assert plan_of(town) == plan
    edit(town, plan, movable(drawing_of(town, plan)))
    fresh = plan_of(town)
    assert fresh != plan
    assert drawing_of(town, fresh).position == 0
    with transaction(town, actor="test", role="gridmap_app") as connection:
        archive(connection, fresh)


def test_a_plan_in_force_that_was_edited_is_not_replaced_in_passing(town: Engine) -> None:
    plan = plan_of(town)
    edit(town, plan, movable(drawing_of(town, plan)))
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
    assert plan_of(town, publish_plans=True) == plan
    with pytest.raises(Conflict) as refused:
        plan_of(town, publish_plans=True, seed=1)
    assert FEASIBLE in refused.value.message.zh
    assert refused.value.facts["plans"] == [plan]
    assert plan_of(town, seed=1) != plan
    assert drawing_of(town, plan).position == 1


def test_a_plan_without_cells_says_so(town: Engine) -> None:
    plan = plan_of(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        connection.execute(text("DELETE FROM gridmap.drawing"))
    with pytest.raises(Conflict) as refused:
        edit(town, plan, Lock(1))
    assert "Divide" in refused.value.in_language("en")
    with pytest.raises(NotFound):
        edit(town, 999_999, Lock(1))


def test_a_border_moves_by_a_row_of_cells(town: Engine) -> None:
    plan = plan_of(town, area=FEASIBLE)
    drawing = drawing_of(town, plan)
    giver = max(drawing.plan.kinds, key=lambda grid: len(drawing.plan.cells_of(grid)))
    taker = int(drawing.plan.neighbours(giver)[0])
    report = edit(town, plan, MoveBorder(giver, taker))
    assert {grid["grid"] for grid in report.grids} == {giver, taker}
    with pytest.raises(Conflict) as refused:
        edit(town, plan, MoveBorder(giver, taker, depth=99))
    assert refused.value.facts["reason"] in {"empty_grid", "not_contiguous"}


def test_the_score_follows_the_edit(town: Engine) -> None:
    plan = plan_of(town)
    query = text("SELECT score FROM gridmap.plan WHERE id = :plan")
    with town.connect() as connection:
        before = connection.execute(query, {"plan": plan}).scalar_one()
    edit(town, plan, Merge(*sorted(drawing_of(town, plan).plan.kinds)[:2]))
    with town.connect() as connection:
        after = connection.execute(query, {"plan": plan}).scalar_one()
    assert after["grids"] == before["grids"] - 1
    take_back(town, plan)
    with town.connect() as connection:
        again = connection.execute(query, {"plan": plan}).scalar_one()
    assert again == pytest.approx(before, rel=1e-6)


def test_a_layout_is_read_back_as_it_was(town: Engine) -> None:
    plan = plan_of(town)
    with town.connect() as connection:
        content = connection.execute(text("SELECT content FROM gridmap.layout")).scalar_one()
        storage = connection.execute(
            text(
                "SELECT attstorage FROM pg_attribute WHERE attrelid = 'gridmap.layout'::regclass AND attname = 'content'"
            )
        ).scalar_one()
    layout = decode_layout(bytes(content))
    assert storage in (b"e", "e")
    assert np.array_equal(layout.graph.households, drawing_of(town, plan).plan.graph.households)
    assert len(layout.borders.left) == len(layout.borders.start)
