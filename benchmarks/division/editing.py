"""Edit a plan of one very large community.

A community of some 5,000 cells is divided into a draft. Single cells are moved across borders, and grids joined with a
neighbour: first as values (`gridmap.core.editing.apply`: rules asked, households counted again, inverse made), in seconds of CPU;
then in the database (`gridmap.services.editing.edit_plan` and `undo`: plan read, edit applied, journal written, grids drawn
and scored again, committed), in seconds of the wall clock.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from statistics import median

import numpy as np
from sqlalchemy import Connection, Engine

from benchmarks.city import ACTOR, Cities
from benchmarks.division.speed import CITY, prepare_database, warm_up_database
from benchmarks.families import HELD_OUT, LARGE, make_town
from benchmarks.measuring import Line, seconds_of
from gridmap.core.editing import DrawnPlan, Edit, apply
from gridmap.core.editing.edits import Merge, Reassign
from gridmap.db.engine import transaction
from gridmap.errors import GridmapError
from gridmap.services.dividing import divide_areas
from gridmap.services.drawings import load_drawing
from gridmap.services.editing import edit_plan, undo

TITLE = "Edits by hand"
DATABASE = "editing"
EDITS = 15
"""Of each kind."""
MOST_MS = 100.0


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    warm_up_database(cities)
    prepare_database(cities, DATABASE, {CITY: make_town(LARGE, communities=1, seed=HELD_OUT[0])})
    with cities.open(DATABASE) as engine:
        number = divide_areas(engine, [CITY], actor=ACTOR).communities[0].plan_id
        with transaction(engine, actor=ACTOR, role="gridmap_app") as connection:
            plan = load_drawing(connection, number).plan
        kinds = {"a cell moved": list(_moves(plan)), "two grids joined": list(_joins(plan))}
        what = f"{len(plan.grid_of_cell):,} cells in {len(plan.kinds)} grids"
        _edit_and_undo(engine, number, kinds["a cell moved"][:1])  # so that connections and caches are warm
        return [
            *(_line(f"{what}: {kind}, as a value", _applied(plan, some), "CPU") for kind, some in kinds.items()),
            *(
                _line(f"{what}: {kind}, {name}", seconds, "wall clock")
                for kind, some in kinds.items()
                for name, seconds in _edit_and_undo(engine, number, some).items()
            ),
        ]  # fmt: skip


def _line(what: str, seconds: list[float], clock: str) -> Line:
    middle = median(seconds) * 1000
    return Line(
        what,
        f"{middle:.1f} ms, at most {max(seconds) * 1000:.0f} ms {clock} ({len(seconds)} edits)",
        "–",
        f"{middle / MOST_MS:.2f} (ours ÷ limit)",
        f"≤ {MOST_MS:g} ms",
        middle <= MOST_MS,
    )


def _moves(plan: DrawnPlan) -> Iterator[Edit]:
    """Yield moves of one cell across a border that are not refused."""
    one, two = plan.graph.first, plan.graph.second
    borders = np.flatnonzero(plan.grid_of_cell[one] != plan.grid_of_cell[two])
    count = 0
    for edge in np.random.default_rng(0).permutation(borders):
        edit = Reassign((int(one[edge]),), int(plan.grid_of_cell[two[edge]]))
        with suppress(GridmapError):
            apply(plan, edit)
            yield edit
            count += 1
        if count == EDITS:
            return


def _joins(plan: DrawnPlan) -> Iterator[Edit]:
    """Yield joins of a grid with its first neighbour."""
    for grid in list(plan.kinds)[:EDITS]:
        yield Merge(grid, int(plan.neighbours(grid)[0]))


def _applied(plan: DrawnPlan, edits: list[Edit]) -> list[float]:
    """Return the seconds of CPU of each edit of the same plan."""
    seconds = []
    for edit in edits:
        start = time.process_time()
        apply(plan, edit)
        seconds.append(time.process_time() - start)
    return seconds


def _edit_and_undo(engine: Engine, number: int, edits: list[Edit]) -> dict[str, list[float]]:
    """Return the seconds of each edit, and of taking it back, each in a transaction of its own."""

    def committed(work: Callable[[Connection], object]) -> float:
        def whole() -> None:
            with transaction(engine, actor=ACTOR, role="gridmap_app") as connection:
                work(connection)

        return seconds_of(whole)

    pairs = [
        (committed(lambda it, edit=edit: edit_plan(it, number, edit)), committed(lambda it: undo(it, number)))  # type: ignore[misc]
        for edit in edits
    ]
    done, undone = zip(*pairs, strict=True)
    return {"one transaction": list(done), "undone in one transaction": list(undone)}
