"""Three-way merge: what two planners did to one plan, put together."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import numpy as np

from gridmap.core.editing.plan import DrawnPlan
from gridmap.core.model import GridKind
from gridmap.core.topology import Booleans, Integers
from gridmap.errors import Text

Side = Literal["ours", "theirs"]


class ConflictKind(StrEnum):
    """Why two sets of changes do not go together."""

    CELL = "cell"
    KIND = "kind"
    GRID_GONE = "grid_gone"
    LOCKED = "locked"
    NOT_CONTIGUOUS = "not_contiguous"
    OUT_OF_BAND = "out_of_band"


_TEXTS = {
    ConflictKind.CELL: (
        "{count} cells were moved differently by the two plans.",
        "两个方案把 {count} 个单元移到了不同的网格。",
    ),
    ConflictKind.KIND: (
        "Grid {grid} is of another kind in either plan.",
        "第 {grid} 号网格在两个方案中的类型不同。",
    ),
    ConflictKind.GRID_GONE: (
        "Grid {grid} is gone in one plan, and got cells in the other.",
        "第 {grid} 号网格在一个方案中已取消，在另一方案中却划入了单元。",
    ),
    ConflictKind.LOCKED: (
        "Grid {grid} was locked in one plan and changed in the other.",
        "第 {grid} 号网格在一个方案中已锁定，在另一方案中却被修改。",
    ),
    ConflictKind.NOT_CONTIGUOUS: (
        "Both together tear grid {grid} apart.",
        "合并后第 {grid} 号网格不再连片。",
    ),
    ConflictKind.OUT_OF_BAND: (
        "Both together take grid {grid} out of the band.",
        "合并后第 {grid} 号网格超出户数区间。",
    ),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing on which the two plans do not go together.

    Attributes
    ----------
    grids, cells : numbers, as the merged plan has them; empty if it is about none.
    """

    kind: ConflictKind
    text: Text
    grids: tuple[int, ...] = ()
    cells: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the conflict as JSON carries it."""
        return {
            "kind": str(self.kind),
            "text": self.text.as_dict(),
            "grids": list(self.grids),
            "cells": list(self.cells),
        }


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge.

    Attributes
    ----------
    plan : with the changes of both; cells in conflict as the preferred side has them.
    conflicts : empty if the two go together.
    """

    plan: DrawnPlan
    conflicts: tuple[Conflict, ...]


def merge(base: DrawnPlan, ours: DrawnPlan, theirs: DrawnPlan, *, prefer: Side | None = None) -> Merged:
    """Put together what was done to `base` in two plans on the same cells.

    Grids keep their numbers; a grid that is new in `theirs` gets another one if `ours` has given it too, and that of
    `ours` if both have made the very same grid.

    Parameters
    ----------
    prefer : the side that wins where a cell was moved or a kind set differently, which is then no conflict.
    """
    theirs = _renumbered(base, ours, theirs)
    grid_of_cell, disputed = _three_way(base.grid_of_cell, ours.grid_of_cell, theirs.grid_of_cell, prefer)
    kinds, undecided = _kinds(base, ours, theirs, prefer)
    locked = frozenset(grid for grid in ours.locked | theirs.locked if _is_locked(grid, base, ours, theirs))
    last = max(ours.last_number, theirs.last_number)
    plan = ours.redrawn(grid_of_cell, kinds=kinds, locked=locked, last_number=last)
    sides = (ours, theirs)
    found = [
        *(_of_cells(disputed) if prefer is None else ()),
        *(_of_grids(ConflictKind.KIND, undecided) if prefer is None else ()),
        *_of_grids(ConflictKind.GRID_GONE, _returned(base, sides, plan)),
        *_of_grids(ConflictKind.LOCKED, _changed_though_locked(base, sides, plan)),
        *_of_grids(ConflictKind.NOT_CONTIGUOUS, plan.torn(frozenset(plan.kinds))),
        *_of_grids(ConflictKind.OUT_OF_BAND, _newly_out_of_band(sides, plan)),
    ]
    return Merged(plan, tuple(found))


def _renumbered(base: DrawnPlan, ours: DrawnPlan, theirs: DrawnPlan) -> DrawnPlan:
    """Give the grids that are new in `theirs` numbers that no other grid has."""
    number = dict(zip(theirs.kinds, theirs.kinds, strict=True))
    last = max(ours.last_number, theirs.last_number)
    for grid in sorted(theirs.kinds.keys() - base.kinds.keys()):
        twin = _same_grid(ours, theirs.cells_of(grid))
        if twin is not None and twin not in base.kinds:
            number[grid] = twin
        elif grid <= ours.last_number:
            last += 1
            number[grid] = last
    names = np.zeros(theirs.last_number + 1, dtype=np.int64)
    names[list(number)] = list(number.values())
    return replace(
        theirs,
        grid_of_cell=names[theirs.grid_of_cell],
        kinds={number[grid]: kind for grid, kind in theirs.kinds.items()},
        locked=frozenset(number[grid] for grid in theirs.locked),
        last_number=last,
    )


def _same_grid(plan: DrawnPlan, cells: Integers) -> int | None:
    """Return the grid of a plan that is made of just these cells."""
    grids = np.unique(plan.grid_of_cell[cells])
    is_one = len(grids) == 1 and len(plan.cells_of(int(grids[0]))) == len(cells)
    return int(grids[0]) if is_one else None


def _three_way(
    base: Integers, ours: Integers, theirs: Integers, prefer: Side | None
) -> tuple[Integers, Booleans]:
    """Return the grid of each cell, and which cells both moved, to different grids."""
    disputed = (ours != base) & (theirs != base) & (ours != theirs)
    merged = np.where(ours != base, ours, theirs)
    if prefer == "theirs":
        merged[disputed] = theirs[disputed]
    return merged, disputed


def _kinds(
    base: DrawnPlan, ours: DrawnPlan, theirs: DrawnPlan, prefer: Side | None
) -> tuple[dict[int, GridKind], list[int]]:
    """Return the kind of each grid, and the grids that both sides made, of different kinds."""
    kinds, undecided = {}, []
    for grid in sorted(ours.kinds.keys() | theirs.kinds.keys()):
        before, one, other = (plan.kinds.get(grid) for plan in (base, ours, theirs))
        is_undecided = None not in {one, other} and before not in {one, other} and one != other
        undecided += [grid] if is_undecided else []
        chosen = other if one == before or (is_undecided and prefer == "theirs") else one
        if chosen is not None:
            kinds[grid] = chosen
    return kinds, undecided


def _is_locked(grid: int, base: DrawnPlan, ours: DrawnPlan, theirs: DrawnPlan) -> bool:
    """Tell whether a grid is locked after both: the side that changed the lock decides."""
    before, one, other = (grid in plan.locked for plan in (base, ours, theirs))
    return other if one == before else one


def _returned(base: DrawnPlan, sides: tuple[DrawnPlan, DrawnPlan], plan: DrawnPlan) -> list[int]:
    gone = [grid for grid in base.kinds if any(grid not in side.kinds for side in sides)]
    return [grid for grid in gone if grid in plan.kinds]


def _changed_though_locked(base: DrawnPlan, sides: tuple[DrawnPlan, DrawnPlan], plan: DrawnPlan) -> list[int]:
    """Return grids that one side has locked, and that differ in the merged plan from what it locked."""
    found: set[int] = set()
    for side in sides:
        for grid in side.locked - base.locked:
            if not np.array_equal(side.cells_of(grid), plan.cells_of(grid)):
                found.add(grid)
    return sorted(found)


def _newly_out_of_band(sides: tuple[DrawnPlan, DrawnPlan], plan: DrawnPlan) -> list[int]:
    """Return grids out of the band that are so in neither side."""
    known = {grid for side in sides for grid in side.out_of_band()}
    return [grid for grid in plan.out_of_band() if grid not in known]


def _of_cells(disputed: Booleans) -> Iterator[Conflict]:
    cells = np.flatnonzero(disputed)
    if len(cells):
        yield Conflict(
            ConflictKind.CELL, _worded(ConflictKind.CELL, count=len(cells)), cells=tuple(cells.tolist())
        )


def _of_grids(kind: ConflictKind, grids: list[int]) -> Iterator[Conflict]:
    return (Conflict(kind, _worded(kind, grid=grid), grids=(grid,)) for grid in grids)


def _worded(kind: ConflictKind, **values: object) -> Text:
    en, zh = (text.format(**values) for text in _TEXTS[kind])
    return Text(en=en, zh=zh)
