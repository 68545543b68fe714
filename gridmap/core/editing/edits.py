"""Edits as values, and as the JSON that journals and clients carry.

Cells and grids are named by their numbers. Every edit but `Redraw` is something a planner does; `Redraw` says cell by
cell what a plan shall be, and is the inverse of all the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gridmap.core.editing.reasons import ReasonKind, refused
from gridmap.core.model import GridKind

Cells = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reassign:
    """Put cells into a grid."""

    cells: Cells
    grid: int


@dataclass(frozen=True, slots=True)
class MoveBorder:
    """Move the border between two grids: cells of the giver go to the taker.

    Attributes
    ----------
    cells : which; if empty, the strip of `depth` rows of cells along the border.
    """

    giver: int
    taker: int
    cells: Cells = ()
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Split:
    """Make new grids of parts of one; the cells in no part keep the number."""

    grid: int
    parts: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one grid of two neighbours; it keeps the number of the first."""

    grid: int
    absorbed: int


@dataclass(frozen=True, slots=True)
class Lock:
    """Let nobody change a grid until it is unlocked."""

    grid: int


@dataclass(frozen=True, slots=True)
class Unlock:
    """Let a grid be changed again."""

    grid: int


@dataclass(frozen=True, slots=True)
class SetKind:
    """Decide that a grid is general, or dedicated (专属) and so outside the band by rule."""

    grid: int
    kind: GridKind


@dataclass(frozen=True, slots=True)
class Redraw:
    """Put a plan into a state exactly as told.

    Attributes
    ----------
    cells : grids and the cells that go to them.
    kinds : grids and their kinds, where these change or the grid is new.
    locks : grids and whether they are locked, where that changes.
    last_number : see `DrawnPlan`.
    """

    cells: tuple[tuple[int, Cells], ...]
    kinds: tuple[tuple[int, GridKind], ...]
    locks: tuple[tuple[int, bool], ...]
    last_number: int


Edit = Reassign | MoveBorder | Split | Merge | Lock | Unlock | SetKind | Redraw


_NAMES: dict[type[Edit], str] = {
    Reassign: "reassign",
    MoveBorder: "move_border",
    Split: "split",
    Merge: "merge",
    Lock: "lock",
    Unlock: "unlock",
    SetKind: "set_kind",
    Redraw: "redraw",
}


def edit_as_dict(edit: Edit) -> dict[str, Any]:
    """Return an edit as JSON carries it; ``edit`` names what it is."""
    return {"edit": _NAMES[type(edit)], **asdict(edit)}


_READERS: dict[str, Callable[[Mapping[str, Any]], Edit]] = {
    "reassign": lambda it: Reassign(_cells(it["cells"]), _number(it["grid"])),
    "move_border": lambda it: MoveBorder(
        _number(it["giver"]), _number(it["taker"]), _cells(it.get("cells") or ()), _number(it.get("depth", 1))
    ),
    "split": lambda it: Split(_number(it["grid"]), tuple(_cells(part) for part in it["parts"])),
    "merge": lambda it: Merge(_number(it["grid"]), _number(it["absorbed"])),
    "lock": lambda it: Lock(_number(it["grid"])),
    "unlock": lambda it: Unlock(_number(it["grid"])),
    "set_kind": lambda it: SetKind(_number(it["grid"]), GridKind(it["kind"])),
    "redraw": lambda it: Redraw(
        tuple((_number(grid), _cells(cells)) for grid, cells in it["cells"]),
        tuple((_number(grid), GridKind(kind)) for grid, kind in it["kinds"]),
        tuple((_number(grid), bool(locked)) for grid, locked in it["locks"]),
        _number(it["last_number"]),
    ),
}


def edit_from_dict(told: Mapping[str, Any]) -> Edit:
    """Read an edit that `edit_as_dict` wrote, or a client.

    Raises
    ------
    Invalid : it is none.
    """
    try:
        return _READERS[told["edit"]](told)
    except (KeyError, TypeError, ValueError) as error:
        detail = f"{type(error).__name__} {error}"
        raise refused(ReasonKind.UNKNOWN_EDIT, detail=detail) from error


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no number")
    return value


def _cells(value: Any) -> Cells:
    return tuple(_number(cell) for cell in value)
