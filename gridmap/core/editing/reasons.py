"""Why an edit is refused, or what to mind about it: named, and told in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gridmap.errors import Conflict, GridmapError, Invalid, Text


class ReasonKind(StrEnum):
    """Names of the reasons, which programs may rely on."""

    UNKNOWN_EDIT = "unknown_edit"
    NO_SUCH_CELL = "no_such_cell"
    NO_SUCH_GRID = "no_such_grid"
    CELLS_OF_ANOTHER_GRID = "cells_of_another_grid"
    NOTHING_CHANGES = "nothing_changes"
    NO_COMMON_BORDER = "no_common_border"
    LOCKED = "locked"
    EMPTY_GRID = "empty_grid"
    NOT_CONTIGUOUS = "not_contiguous"
    CANNOT_BE_SPLIT = "cannot_be_split"
    OUT_OF_BAND = "out_of_band"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    Attributes
    ----------
    grids, cells : numbers of those it is about; empty if it is about none.
    """

    kind: ReasonKind
    text: Text
    grids: tuple[int, ...] = ()
    cells: tuple[int, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the reason as JSON carries it."""
        return {
            "kind": str(self.kind),
            "text": self.text.as_dict(),
            "grids": list(self.grids),
            "cells": list(self.cells),
        }


_TEXTS = {
    ReasonKind.UNKNOWN_EDIT: ("This is not an edit: {detail}.", "这不是有效的修改：{detail}。"),
    ReasonKind.NO_SUCH_CELL: (
        "This community has no cell {cells}; a cell of another community cannot join its grids.",
        "本社区没有单元 {cells}；其他社区的单元不能并入本社区的网格。",
    ),
    ReasonKind.NO_SUCH_GRID: ("The plan has no grid {grids}.", "方案中没有第 {grids} 号网格。"),
    ReasonKind.CELLS_OF_ANOTHER_GRID: (
        "Cells {cells} are not in grid {grids}.",
        "单元 {cells} 不属于第 {grids} 号网格。",
    ),
    ReasonKind.NOTHING_CHANGES: ("This edit changes nothing.", "这项修改不会带来任何变化。"),
    ReasonKind.NO_COMMON_BORDER: (
        "Grids {grids} have no common border.",
        "第 {grids} 号网格没有共同边界。",
    ),
    ReasonKind.LOCKED: ("Grid {grids} is locked.", "第 {grids} 号网格已锁定。"),
    ReasonKind.EMPTY_GRID: (
        "Grid {grids} would be left without cells.",
        "第 {grids} 号网格将不再有任何单元。",
    ),
    ReasonKind.NOT_CONTIGUOUS: ("Grid {grids} would fall apart.", "第 {grids} 号网格将不再连片。"),
    ReasonKind.CANNOT_BE_SPLIT: (
        "No way was found to split grid {grids} into connected parts.",
        "未找到把第 {grids} 号网格拆分为连片部分的方法。",
    ),
    ReasonKind.OUT_OF_BAND: (
        "Grid {grids} has {households} households, out of the band {band}.",
        "第 {grids} 号网格有 {households} 户，超出 {band} 户的区间。",
    ),
}

_HINTS = {
    ReasonKind.LOCKED: ("Unlock it first.", "请先解除锁定。"),
    ReasonKind.EMPTY_GRID: ("Merge the two grids instead.", "请改用合并网格。"),
    ReasonKind.NOT_CONTIGUOUS: (
        "Move fewer cells, or also those that would be cut off.",
        "请少移一些单元，或把被隔断的单元一并移走。",
    ),
    ReasonKind.CANNOT_BE_SPLIT: ("Name the cells of the new grid.", "请指定新网格的单元。"),
    ReasonKind.NO_COMMON_BORDER: ("Choose two grids that touch.", "请选择相邻的两个网格。"),
}
_INVALID = {ReasonKind.UNKNOWN_EDIT, ReasonKind.NO_SUCH_CELL, ReasonKind.NO_SUCH_GRID}
_LISTED = 10


def reason(
    kind: ReasonKind, *, grids: Sequence[int] = (), cells: Sequence[int] = (), **values: object
) -> Reason:
    """Word a reason."""
    words = {"grids": _listed(grids), "cells": _listed(cells), **values}
    en, zh = (text.format(**words) for text in _TEXTS[kind])
    zh = zh.replace(", ", "、")
    return Reason(kind, Text(en=en, zh=zh), tuple(map(int, grids)), tuple(map(int, cells)))


def refusal(why: Reason) -> GridmapError:
    """Return the error that refuses an edit: `Invalid` if it could never be, `Conflict` if not on this plan."""
    hint = Text(*_HINTS[why.kind]) if why.kind in _HINTS else None
    kind = Invalid if why.kind in _INVALID else Conflict
    return kind(why.text, hint=hint, reason=str(why.kind), grids=list(why.grids), cells=list(why.cells))


def refused(
    kind: ReasonKind, *, grids: Sequence[int] = (), cells: Sequence[int] = (), **values: object
) -> GridmapError:
    """Word a reason and return the error that refuses an edit for it."""
    return refusal(reason(kind, grids=grids, cells=cells, **values))


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_LISTED])
    return f"{shown} …" if len(numbers) > _LISTED else shown
