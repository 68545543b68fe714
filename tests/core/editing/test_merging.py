"""Three-way merge of plans."""

import numpy as np
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from gridmap.core.editing import DrawnPlan, Merged, merge
from gridmap.core.editing.edits import Edit, Lock, Merge, MoveBorder, Reassign, SetKind, Split
from gridmap.core.editing.plan import is_same
from gridmap.core.model import Band, GridKind
from tests.core.editing.drawing import after_all, drawn, picture, some_edit

WIDE = Band(1, 5000)


def merged(base: DrawnPlan, ours: list[Edit], theirs: list[Edit], **options: object) -> Merged:
    sides = [after_all(base, edits)[-1] for edits in (ours, theirs)]
    return merge(base, *sides, **options)  # type: ignore[arg-type]


def kinds(found: Merged) -> list[str]:
    return [str(conflict.kind) for conflict in found.conflicts]


def test_both_sides_are_kept_where_they_changed_different_things() -> None:
    base = drawn("112233 112233", band=WIDE)
    found = merged(base, [Reassign((2, 8), 1)], [SetKind(3, GridKind.DEDICATED), Lock(3)])
    assert picture(found.plan, 6) == "111233 111233"
    assert (found.plan.kinds[3], found.plan.locked, kinds(found)) == (GridKind.DEDICATED, {3}, [])


def test_the_same_cell_moved_differently_is_a_conflict_unless_a_side_is_preferred() -> None:
    base = drawn("123 123", band=WIDE)
    ours: list[Edit] = [Reassign((1,), 1)]
    theirs: list[Edit] = [Reassign((1,), 3)]
    found = merged(base, ours, theirs)
    assert (kinds(found), found.conflicts[0].cells) == (["cell"], (1,))
    assert picture(merged(base, ours, theirs, prefer="ours").plan, 3) == "113 123"
    assert picture(merged(base, ours, theirs, prefer="theirs").plan, 3) == "133 123"
    assert kinds(merged(base, ours, theirs, prefer="theirs")) == []


def test_new_grids_of_both_sides_get_numbers_of_their_own() -> None:
    base = drawn("1122 1122", band=WIDE)
    found = merged(base, [Split(1, ((0, 4),))], [Split(2, ((3, 7),))])
    assert (picture(found.plan, 4), kinds(found)) == ("3124 3124", [])


def test_the_same_new_grid_on_both_sides_is_one_grid() -> None:
    base = drawn("1122 1122", band=WIDE)
    found = merged(base, [Split(1, ((0, 4),))], [Split(2, ((3,),)), Split(1, ((0, 4),))])
    assert (picture(found.plan, 4), kinds(found)) == ("3125 3122", [])


def test_a_grid_merged_away_here_and_enlarged_there_is_a_conflict() -> None:
    base = drawn("123 123", band=WIDE)
    found = merged(base, [Merge(1, 2)], [Reassign((2,), 2)])
    assert (kinds(found), found.conflicts[0].grids) == (["grid_gone"], (2,))


def test_a_grid_locked_here_and_changed_there_is_a_conflict() -> None:
    base = drawn("1122 1122", band=WIDE)
    found = merged(base, [Lock(2)], [Reassign((1,), 2)])
    assert (kinds(found), found.conflicts[0].grids) == (["locked"], (2,))


def test_a_grid_that_only_both_together_tear_is_a_conflict() -> None:
    base = drawn("111 222 333", band=WIDE)
    found = merged(base, [Reassign((3,), 1), Reassign((0,), 1)], [Reassign((4,), 3)])
    assert kinds(found) == []
    torn = merged(drawn("1111 2222 2222 3333", band=WIDE), [Reassign((5,), 1)], [Reassign((9,), 3)])
    assert (kinds(torn), torn.conflicts[0].grids) == (["not_contiguous"], (2,))


def test_a_grid_that_only_both_together_take_out_of_the_band_is_a_conflict() -> None:
    base = drawn("111222333 111222333", households=70)
    found = merged(base, [Reassign((3,), 1)], [Reassign((5,), 3)])
    assert (kinds(found), found.conflicts[0].grids) == (["out_of_band"], (2,))
    alone = merged(base, [Reassign((3, 12), 1)], [])
    assert kinds(alone) == []


def test_a_side_that_did_nothing_leaves_the_other_as_it_is() -> None:
    base = drawn("1122 1122", band=WIDE)
    for ours, theirs in (([], [Split(1, ((0,),))]), ([Split(1, ((0,),))], [])):
        edited = after_all(base, ours + theirs)[-1]
        assert is_same(merged(base, ours, theirs).plan, edited)


@how(deadline=None)
@given(st.lists(some_edit(cells=24, grids=9), max_size=8), st.lists(some_edit(cells=24, grids=9), max_size=8))
def test_a_merge_of_disjoint_edits_loses_nothing(ours: list[Edit], theirs: list[Edit]) -> None:
    """Ours may change the west (grids 1 and 2), theirs the east (3 and 4); rows of cells as drawn."""
    base = drawn("112233 112233 112244 112244", band=WIDE)
    west = np.isin(base.grid_of_cell, [1, 2])
    sides = [_within(base, edits, half) for edits, half in ((ours, west), (theirs, ~west))]
    found = merge(base, *sides)
    assert found.conflicts == ()
    for side, half in zip(sides, (west, ~west), strict=True):
        pairs = set(
            zip(side.grid_of_cell[half].tolist(), found.plan.grid_of_cell[half].tolist(), strict=True)
        )
        assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)
        for grid, now in pairs:
            assert found.plan.kinds[now] == side.kinds[grid]
            assert (now in found.plan.locked) == (grid in side.locked)


@how(deadline=None)
@given(st.lists(some_edit(cells=12, grids=6), max_size=8), st.lists(some_edit(cells=12, grids=6), max_size=8))
def test_a_merge_without_conflicts_is_the_same_from_either_side_but_for_new_numbers(
    ours: list[Edit], theirs: list[Edit]
) -> None:
    base = drawn("1122 1122 3344", band=WIDE)
    one, other = merged(base, ours, theirs), merged(base, theirs, ours)
    assert bool(one.conflicts) == bool(other.conflicts)
    if not one.conflicts:
        pairs = set(zip(one.plan.grid_of_cell.tolist(), other.plan.grid_of_cell.tolist(), strict=True))
        assert len(pairs) == len(one.plan.kinds) == len(other.plan.kinds)


def _within(base: DrawnPlan, edits: list[Edit], half: np.ndarray) -> DrawnPlan:
    """Return the plan after those edits that change one half alone."""
    plan = base
    for edit in edits:
        after = after_all(plan, [edit])[-1]
        there = set(base.grid_of_cell[~half].tolist())
        is_elsewhere = bool(there & set(after.grid_of_cell[half].tolist())) or any(
            after.kinds.get(grid) != base.kinds[grid] or grid in after.locked for grid in there
        )
        if not is_elsewhere and np.array_equal(after.grid_of_cell[~half], base.grid_of_cell[~half]):
            plan = after
    return plan


def test_moving_a_border_on_either_side_of_a_grid_goes_together() -> None:
    base = drawn("111222333 111222333", households=70, band=Band(100, 900))
    found = merged(base, [MoveBorder(2, 1)], [MoveBorder(2, 3)])
    assert (picture(found.plan, 9), kinds(found)) == ("111123333 111123333", [])
