"""Apply an edit to a plan: the plan after it, its inverse, and what it does to the grids."""

from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from gridmap.core.editing.edits import (
    Cells,
    Edit,
    Lock,
    Merge,
    MoveBorder,
    Reassign,
    Redraw,
    SetKind,
    Split,
    Unlock,
)
from gridmap.core.editing.plan import DrawnPlan
from gridmap.core.editing.reasons import Reason, ReasonKind, reason, refusal, refused
from gridmap.core.topology import Integers


@dataclass(frozen=True, slots=True)
class GridCount:
    """A grid that an edit touched.

    Attributes
    ----------
    before, after : its households; None where there is no such grid.
    """

    grid: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What an edit does to a plan.

    Attributes
    ----------
    inverse : the edit that takes `after` back to `before`, exactly.
    touched : grids whose cells, kind or lock change, by number.
    warnings : general grids among them that are out of the band afterwards.
    """

    edit: Edit
    before: DrawnPlan
    after: DrawnPlan
    inverse: Redraw
    touched: tuple[GridCount, ...]
    warnings: tuple[Reason, ...]


def apply(plan: DrawnPlan, edit: Edit, *, is_strict: bool = False) -> Change:
    """Apply an edit.

    Parameters
    ----------
    is_strict : refuse an edit that leaves a grid it touches out of the band, rather than warn.

    Raises
    ------
    Invalid, Conflict : the edit is refused; ``reason`` in its facts is a `ReasonKind`.
    """
    change = change_between(plan, _after(edit, plan), edit)
    if not isinstance(edit, Redraw):
        _check(change)
    if is_strict and change.warnings:
        raise refusal(change.warnings[0])
    return change


def change_between(before: DrawnPlan, after: DrawnPlan, edit: Edit | None = None) -> Change:
    """Return the change that takes one plan to another on the same cells; without an edit it is a `Redraw`."""
    grids = sorted(_touched(before, after))
    old, new = before.households(), after.households()
    return Change(
        edit=edit if edit is not None else redraw(before, after),
        before=before,
        after=after,
        inverse=redraw(after, before),
        touched=tuple(GridCount(grid, old.get(grid), new.get(grid)) for grid in grids),
        warnings=tuple(
            out_of_band(after, grid)
            for grid in grids
            if grid in new and after.is_out_of_band(grid, new[grid])
        ),
    )


def redraw(before: DrawnPlan, after: DrawnPlan) -> Redraw:
    """Return the edit that takes one plan to another on the same cells, whatever lies between them."""
    moved = np.flatnonzero(before.grid_of_cell != after.grid_of_cell)
    goes = after.grid_of_cell[moved]
    known = before.kinds
    return Redraw(
        cells=tuple((int(grid), tuple(moved[goes == grid].tolist())) for grid in np.unique(goes)),
        kinds=tuple((grid, kind) for grid, kind in sorted(after.kinds.items()) if known.get(grid) != kind),
        locks=tuple((grid, grid in after.locked) for grid in sorted(before.locked ^ after.locked)),
        last_number=after.last_number,
    )


def out_of_band(plan: DrawnPlan, grid: int) -> Reason:
    """Word that a grid is out of the band."""
    band = f"{plan.band.minimum}–{plan.band.maximum}"
    held = plan.households()[grid]
    return reason(ReasonKind.OUT_OF_BAND, grids=[grid], households=held, band=band)


def _touched(before: DrawnPlan, after: DrawnPlan) -> set[int]:
    moved = before.grid_of_cell != after.grid_of_cell
    cells = np.concatenate([before.grid_of_cell[moved], after.grid_of_cell[moved]])
    kinds = {
        grid
        for grid in before.kinds.keys() | after.kinds.keys()
        if before.kinds.get(grid) != after.kinds.get(grid)
    }
    return {int(grid) for grid in np.unique(cells)} | kinds | (before.locked ^ after.locked)


def _check(change: Change) -> None:
    """Hold a planner's edit against the rules that no plan may break."""
    touched = frozenset(count.grid for count in change.touched)
    if not touched:
        raise refused(ReasonKind.NOTHING_CHANGES)
    if isinstance(change.edit, Lock | Unlock):
        return
    if locked := sorted(change.before.locked & touched):
        raise refused(ReasonKind.LOCKED, grids=locked)
    absorbed = {change.edit.absorbed} if isinstance(change.edit, Merge) else set()
    if empty := sorted(change.before.kinds.keys() - change.after.kinds.keys() - absorbed):
        raise refused(ReasonKind.EMPTY_GRID, grids=empty)
    if torn := change.after.torn(touched):
        raise refused(ReasonKind.NOT_CONTIGUOUS, grids=torn)


@singledispatch
def _after(edit: Edit, plan: DrawnPlan) -> DrawnPlan:  # noqa: ARG001
    """Return the plan after an edit, before any rule but those of the edit itself is asked."""
    raise TypeError(f"not an edit: {edit!r}")


@_after.register
def _(edit: Reassign, plan: DrawnPlan) -> DrawnPlan:
    _expect_grids(plan, edit.grid)
    return _moved(plan, _known(plan, edit.cells), edit.grid)


@_after.register
def _(edit: MoveBorder, plan: DrawnPlan) -> DrawnPlan:
    _expect_neighbours(plan, edit.giver, edit.taker)
    cells = _of_grid(plan, edit.cells, edit.giver) if edit.cells else strip(plan, edit)
    return _moved(plan, cells, edit.taker)


@_after.register
def _(edit: Split, plan: DrawnPlan) -> DrawnPlan:
    _expect_grids(plan, edit.grid)
    grid_of_cell, number = plan.grid_of_cell.copy(), plan.last_number
    for part in edit.parts:
        number += 1
        grid_of_cell[_of_grid(plan, part, edit.grid)] = number
    kinds = {**plan.kinds, **dict.fromkeys(range(plan.last_number + 1, number + 1), plan.kinds[edit.grid])}
    return plan.redrawn(grid_of_cell, kinds=kinds)


@_after.register
def _(edit: Merge, plan: DrawnPlan) -> DrawnPlan:
    _expect_neighbours(plan, edit.grid, edit.absorbed)
    return _moved(plan, plan.cells_of(edit.absorbed), edit.grid)


@_after.register
def _(edit: Lock, plan: DrawnPlan) -> DrawnPlan:
    _expect_grids(plan, edit.grid)
    return plan.redrawn(plan.grid_of_cell, locked=plan.locked | {edit.grid})


@_after.register
def _(edit: Unlock, plan: DrawnPlan) -> DrawnPlan:
    _expect_grids(plan, edit.grid)
    return plan.redrawn(plan.grid_of_cell, locked=plan.locked - {edit.grid})


@_after.register
def _(edit: SetKind, plan: DrawnPlan) -> DrawnPlan:
    _expect_grids(plan, edit.grid)
    return plan.redrawn(plan.grid_of_cell, kinds={**plan.kinds, edit.grid: edit.kind})


@_after.register
def _(edit: Redraw, plan: DrawnPlan) -> DrawnPlan:
    grid_of_cell = plan.grid_of_cell.copy()
    for grid, cells in edit.cells:
        grid_of_cell[_known(plan, cells)] = grid
    locks = dict(edit.locks)
    locked = {grid for grid in plan.locked | locks.keys() if locks.get(grid, True)}
    return plan.redrawn(
        grid_of_cell,
        kinds={**plan.kinds, **dict(edit.kinds)},
        locked=frozenset(locked),
        last_number=edit.last_number,
    )


def strip(plan: DrawnPlan, edit: MoveBorder) -> Integers:
    """Return the cells of the giver within so many rows of the taker."""
    reached = plan.grid_of_cell == edit.taker
    giver = plan.grid_of_cell == edit.giver
    one, two = plan.graph.first, plan.graph.second
    for _ in range(edit.depth):
        beside = np.zeros(len(reached), dtype=bool)
        beside[two[reached[one]]] = True
        beside[one[reached[two]]] = True
        reached = reached | (beside & giver)
    return np.flatnonzero(reached & giver)


def _moved(plan: DrawnPlan, cells: Integers, grid: int) -> DrawnPlan:
    grid_of_cell = plan.grid_of_cell.copy()
    grid_of_cell[cells] = grid
    return plan.redrawn(grid_of_cell)


def _expect_grids(plan: DrawnPlan, *grids: int) -> None:
    if unknown := [grid for grid in grids if grid not in plan.kinds]:
        raise refused(ReasonKind.NO_SUCH_GRID, grids=unknown)


def _expect_neighbours(plan: DrawnPlan, one: int, other: int) -> None:
    _expect_grids(plan, one, other)
    if other not in plan.neighbours(one):
        raise refused(ReasonKind.NO_COMMON_BORDER, grids=[one, other])


def _known(plan: DrawnPlan, cells: Cells) -> Integers:
    if unknown := [cell for cell in cells if not 0 <= cell < len(plan.grid_of_cell)]:
        raise refused(ReasonKind.NO_SUCH_CELL, cells=unknown)
    return np.array(cells, dtype=np.int64)


def _of_grid(plan: DrawnPlan, cells: Cells, grid: int) -> Integers:
    known = _known(plan, cells)
    foreign = known[plan.grid_of_cell[known] != grid]
    if len(foreign):
        raise refused(ReasonKind.CELLS_OF_ANOTHER_GRID, grids=[grid], cells=foreign.tolist())
    return known
