"""A town on squared paper: cells in rows and columns, each touching the next ones."""

from contextlib import suppress

import numpy as np
from hypothesis import strategies as st

from gridmap.core.division.graph import Graph
from gridmap.core.editing import DrawnPlan, apply
from gridmap.core.editing.edits import Edit, Lock, Merge, MoveBorder, Reassign, SetKind, Split, Unlock
from gridmap.core.model import Band, GridKind
from gridmap.errors import GridmapError


def squared(rows: int, columns: int, households: int = 100) -> Graph:
    """Cells numbered row by row; each border is 10 m long, inside a compound."""
    number = np.arange(rows * columns).reshape(rows, columns)
    first = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    second = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    metres = np.zeros((len(first), 4))
    metres[:, 0] = 10.0
    none = np.full(rows * columns, -1)
    return Graph(np.full(rows * columns, households), first, second, metres, none, none)


def drawn(picture: str, *, band: Band | None = None, households: int = 100) -> DrawnPlan:
    """Read a plan from rows of digits, each digit a cell and the number of its grid."""
    rows = picture.split()
    label = np.array([int(letter) for row in rows for letter in row], dtype=np.int64)
    grids = sorted(set(label.tolist()))
    return DrawnPlan(
        graph=squared(len(rows), len(rows[0]), households),
        grid_of_cell=label,
        kinds=dict.fromkeys(grids, GridKind.GENERAL),
        locked=frozenset(),
        band=band or Band(),
        last_number=max(grids),
    )


def picture(plan: DrawnPlan, columns: int) -> str:
    """Draw a plan as `drawn` reads it."""
    rows = plan.grid_of_cell.reshape(-1, columns)
    return " ".join("".join(str(number) for number in row) for row in rows)


def some_edit(cells: int, grids: int) -> st.SearchStrategy[Edit]:
    """Draw an edit, which may well be refused."""
    grid, cell = st.integers(1, grids), st.integers(0, cells - 1)
    some = st.lists(cell, min_size=1, max_size=4, unique=True).map(tuple)
    return st.one_of(
        st.builds(Reassign, some, grid),
        st.builds(MoveBorder, grid, grid, depth=st.integers(1, 2)),
        st.builds(Split, grid, st.lists(some, min_size=1, max_size=2).map(tuple)),
        st.builds(Merge, grid, grid),
        st.builds(Lock, grid),
        st.builds(Unlock, grid),
        st.builds(SetKind, grid, st.sampled_from(list(GridKind))),
    )


def after_all(plan: DrawnPlan, edits: list[Edit]) -> list[DrawnPlan]:
    """Return the plans on the way through those edits that are not refused, the given one first."""
    plans = [plan]
    for edit in edits:
        with suppress(GridmapError):
            plans.append(apply(plans[-1], edit).after)
    return plans
