"""Edits of a plan: what they do, what undoes them, and why they are refused."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from gridmap.core.editing import Change, DrawnPlan, ReasonKind, apply, edit_as_dict, edit_from_dict
from gridmap.core.editing.change import change_between
from gridmap.core.editing.edits import Edit, Lock, Merge, MoveBorder, Reassign, SetKind, Split, Unlock
from gridmap.core.editing.plan import is_same
from gridmap.core.model import GridKind
from gridmap.errors import Conflict, GridmapError, Invalid
from tests.core.editing.drawing import after_all, drawn, picture, some_edit

HALVES = "1122 1122"
"""Two grids of 400 households::

    0 1 | 2 3
    4 5 | 6 7
"""


def reason_of(plan: DrawnPlan, edit: Edit, *, is_strict: bool = False) -> tuple[type[GridmapError], str]:
    with pytest.raises(GridmapError) as refused:
        apply(plan, edit, is_strict=is_strict)
    assert refused.value.message.zh != refused.value.message.en
    return type(refused.value), refused.value.facts["reason"]


def counts(change: Change) -> list[tuple[int, int | None, int | None]]:
    return [(count.grid, count.before, count.after) for count in change.touched]


def test_cells_move_to_another_grid_and_both_are_counted_again() -> None:
    change = apply(drawn(HALVES), Reassign((2,), 1))
    assert picture(change.after, 4) == "1112 1122"
    assert counts(change) == [(1, 400, 500), (2, 400, 300)]
    assert change.warnings == ()
    assert is_same(apply(change.after, change.inverse).after, change.before)


def test_a_border_moves_by_rows_of_cells_or_by_the_cells_named() -> None:
    plan = drawn("111222 111222", households=50)
    assert picture(apply(plan, MoveBorder(2, 1)).after, 6) == "111122 111122"
    assert picture(apply(plan, MoveBorder(2, 1, depth=2)).after, 6) == "111112 111112"
    assert picture(apply(plan, MoveBorder(2, 1, cells=(3,))).after, 6) == "111122 111222"
    assert reason_of(plan, MoveBorder(2, 1, cells=(0,)))[1] == ReasonKind.CELLS_OF_ANOTHER_GRID
    assert reason_of(plan, MoveBorder(2, 1, depth=3))[1] == ReasonKind.EMPTY_GRID


def test_splitting_gives_new_numbers_and_merging_keeps_the_first() -> None:
    split = apply(drawn(HALVES), Split(1, ((0,), (4,))))
    assert picture(split.after, 4) == "3122 4122"
    assert counts(split) == [(1, 400, 200), (3, None, 100), (4, None, 100)]
    merged = apply(split.after, Merge(3, 4))
    assert picture(merged.after, 4) == "3122 3122"
    assert merged.after.last_number == 4
    again = apply(merged.after, Split(2, ((3, 7),)))
    assert sorted(again.after.kinds) == [1, 2, 3, 5]


def test_a_grid_out_of_the_band_is_a_warning_or_if_strict_a_refusal() -> None:
    change = apply(drawn(HALVES), Reassign((2, 6), 1))
    assert [(one.kind, one.grids) for one in change.warnings] == [
        ("out_of_band", (1,)),
        ("out_of_band", (2,)),
    ]
    assert "600" in change.warnings[0].text.zh
    assert reason_of(drawn(HALVES), Reassign((2, 6), 1), is_strict=True) == (Conflict, "out_of_band")


def test_a_dedicated_grid_is_never_out_of_band() -> None:
    plan = apply(drawn(HALVES), SetKind(1, GridKind.DEDICATED)).after
    assert [one.grids for one in apply(plan, Reassign((2, 6), 1)).warnings] == [(2,)]
    assert apply(plan, SetKind(1, GridKind.GENERAL)).after.kinds[1] is GridKind.GENERAL


@pytest.mark.parametrize(
    ("edit", "kind", "reason"),
    [
        (Reassign((3,), 1), Conflict, ReasonKind.NOT_CONTIGUOUS),
        (Reassign((0, 1, 4, 5), 2), Conflict, ReasonKind.EMPTY_GRID),
        (Reassign((0,), 1), Conflict, ReasonKind.NOTHING_CHANGES),
        (Reassign((8,), 1), Invalid, ReasonKind.NO_SUCH_CELL),
        (Reassign((-1,), 1), Invalid, ReasonKind.NO_SUCH_CELL),
        (Reassign((2,), 9), Invalid, ReasonKind.NO_SUCH_GRID),
        (Merge(1, 1), Conflict, ReasonKind.NO_COMMON_BORDER),
        (Split(1, ((0, 1, 4, 5),)), Conflict, ReasonKind.EMPTY_GRID),
        (Split(1, ((0, 5),)), Conflict, ReasonKind.NOT_CONTIGUOUS),
        (Split(1, ((2,),)), Conflict, ReasonKind.CELLS_OF_ANOTHER_GRID),
        (Unlock(1), Conflict, ReasonKind.NOTHING_CHANGES),
    ],
)
def test_an_edit_that_cannot_be_is_refused_by_name(
    edit: Edit, kind: type[GridmapError], reason: ReasonKind
) -> None:
    assert reason_of(drawn(HALVES), edit) == (kind, reason)


def test_grids_that_do_not_touch_have_no_border_to_move() -> None:
    plan = drawn("123", households=300)
    assert reason_of(plan, MoveBorder(1, 3))[1] == ReasonKind.NO_COMMON_BORDER
    assert reason_of(plan, Merge(3, 1))[1] == ReasonKind.NO_COMMON_BORDER


def test_a_locked_grid_is_left_alone_until_it_is_unlocked() -> None:
    plan = apply(drawn(HALVES), Lock(2)).after
    for edit in (Reassign((2,), 1), Reassign((1,), 2), Merge(1, 2), SetKind(2, GridKind.DEDICATED)):
        assert reason_of(plan, edit) == (Conflict, ReasonKind.LOCKED)
    freed = apply(plan, Unlock(2))
    assert is_same(apply(freed.after, freed.inverse).after, plan)
    assert picture(apply(freed.after, Reassign((2,), 1)).after, 4) == "1112 1122"


@how(deadline=None)
@given(st.lists(some_edit(cells=20, grids=6), max_size=12))
def test_an_edit_and_its_inverse_are_nothing_and_a_plan_stays_whole(edits: list[Edit]) -> None:
    plan = drawn("11223 11223 11223 11223", households=60)
    for edit in edits:
        for before in after_all(plan, edits)[-1:]:
            try:
                change = apply(before, edit)
            except GridmapError:
                continue
            assert is_same(apply(change.after, change.inverse).after, before)
            assert change.after.torn(frozenset(change.after.kinds)) == []
            assert sum(change.after.households().values()) == 1200
            assert change.after.kinds.keys() == set(change.after.grid_of_cell.tolist())


@how(deadline=None)
@given(st.lists(some_edit(cells=12, grids=5), max_size=8))
def test_inverses_in_reverse_order_lead_back_to_the_start(edits: list[Edit]) -> None:
    plans = after_all(drawn("1122 1122 3333"), edits)
    back = plans[-1]
    for before, after in reversed(list(pairwise(plans))):
        back = apply(back, change_between(before, after).inverse).after
        assert is_same(back, before)


@how(deadline=None)
@given(some_edit(cells=12, grids=5))
def test_an_edit_is_read_back_from_its_json(edit: Edit) -> None:
    assert edit_from_dict(edit_as_dict(edit)) == edit


def test_a_redraw_is_read_back_from_its_json() -> None:
    change = apply(drawn(HALVES), Split(1, ((0,),)))
    locked = apply(change.after, Lock(3))
    for inverse in (change.inverse, locked.inverse):
        assert edit_from_dict(edit_as_dict(inverse)) == inverse


@pytest.mark.parametrize(
    "told", [{}, {"edit": "fly"}, {"edit": "merge", "grid": 1}, {"edit": "lock", "grid": "1"}, {"edit": []}]
)
def test_what_is_no_edit_is_refused(told: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        edit_from_dict(told)
    assert refused.value.facts["reason"] == "unknown_edit"


def test_counts_are_those_of_counting_every_cell_anew() -> None:
    generator = np.random.default_rng(1)
    plan = drawn("1122 1122 3333")
    households = generator.integers(0, 200, 12)
    plan = DrawnPlan(
        replace(plan.graph, households=households),
        plan.grid_of_cell, plan.kinds, plan.locked, plan.band, plan.last_number,
    )  # fmt: skip
    change = apply(plan, Reassign((2,), 1))
    for grid, held in change.after.households().items():
        assert held == households[change.after.grid_of_cell == grid].sum()
