"""No sequence of answers about places determines a count of fewer than 10 households, whatever is drawn and filtered.

An adversary draws shapes and hexagons, filters, reads what is published of grids and communities, and knows where every
building stands and in which grid. Each sum that is
answered is an equation over the households of buildings; a set of buildings whose households together follow from the
equations must hold none, or at least 10.
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gridmap.db.collections import BUILDINGS, GRIDS
from gridmap.db.engine import transaction
from gridmap.db.published import reading
from gridmap.db.spatial import Unit
from gridmap.services.publishing import publish
from gridmap.services.shapes import Asked
from gridmap.services.summing import Sum, sum_up

PUT = """
INSERT INTO gridmap.building (dataset, source_id, households, household_source, floors, geom)
VALUES ('rows', :name, :households, :source, :floors, ST_MakeEnvelope(:west, 30.001, :west + 0.0004, 30.0014, 4326))
"""
EAST = 120.005
"""Where the second grid begins."""
Home = tuple[int, str, bool]

homes = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 9), st.integers(10, 14), st.integers(1, 60)),
        st.sampled_from(["counted", "estimated"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=9,
)
spans = st.tuples(st.integers(0, 18), st.integers(1, 18))
filters = st.one_of(
    st.none(),
    st.integers(1, 60).map(lambda n: f"households >= {n}"),
    st.integers(1, 60).map(lambda n: f"households = {n}"),
    st.sampled_from(["households IS NULL", "NOT (households > 12)", "floors = 1", "households_estimated"]),
)
questions = st.lists(
    st.tuples(st.sampled_from(Unit), st.sampled_from(["buildings", "grids"]), spans, filters),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def halves(town: Engine, draft: Callable[[Engine], int]) -> Engine:
    """Publish the two halves of the town without buildings."""
    plan = draft(town)
    with transaction(town, actor="test", role="gridmap_app") as connection:
        publish(connection, plan)
        connection.execute(text("DELETE FROM gridmap.building"))
    return town


def put(engine: Engine, wanted: list[Home]) -> None:
    rows, places = [], {True: itertools.count(), False: itertools.count()}
    for number, (households, source, is_east) in enumerate(wanted):
        west = (EAST if is_east else 120.0) + 0.0001 + 0.0005 * next(places[is_east])
        rows.append(
            {
                "name": str(number),
                "households": households,
                "source": source,
                "west": west,
                "floors": number % 2,
            }
        )
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(text("DELETE FROM gridmap.building"))
        connection.execute(text(PUT), rows)


def box(span: tuple[int, int]) -> dict[str, Any]:
    """Return a box from and over so many places where buildings may stand."""
    west, east = 120 + 0.0005 * span[0] + 0.00003, 120 + 0.0005 * (span[0] + span[1]) + 0.00003
    ring = [[west, 30.0], [east, 30.0], [east, 30.01], [west, 30.01], [west, 30.0]]
    return {"type": "Polygon", "coordinates": [ring]}


def ask(
    engine: Engine, question: tuple[Unit, str, tuple[int, int], str | None]
) -> tuple[list[tuple[str | None, int, Sum]], Asked]:
    unit, name, span, filtered = question
    if name == "grids" and filtered and filtered.startswith("floors"):
        filtered = None
    asked = Asked(shape=box(span), filtered=filtered)
    collection = BUILDINGS if name == "buildings" else GRIDS
    summary = sum_up(engine, collection, unit, asked, sums=["households"], size_m=60)
    return [
        (group.code, group.count, group.sums["households"]) for group in [*summary.groups, summary.total]
    ], asked


def totals_of(wanted: list[Home]) -> list[int]:
    """Return the households of both grids."""
    return [sum(households for households, _, is_east in wanted if is_east is side) for side in (False, True)]


def is_safe(households: float) -> bool:
    return households == 0 or households >= 10


careful = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@careful
@given(wanted=homes, asked=st.lists(questions, min_size=1, max_size=1).map(lambda lists: lists[0]))
def test_every_answer_and_every_difference_of_two_is_no_small_count(
    halves: Engine, wanted: list[Home], asked: list[Any]
) -> None:
    put(halves, wanted)
    totals = [0.0]
    for question in asked:
        for _, count, told in ask(halves, question)[0]:
            assert told.told + told.untold == count
            assert (told.total is None) == (told.told == 0)
            totals.append(told.total or 0)
    assert all(is_safe(total) for total in totals)
    wider = [(unit, name, (0, 19), None) for unit, name, _, _ in asked]
    for inner, outer in zip(asked, wider, strict=True):
        _, _, small = ask(halves, inner)[0][-1]
        _, _, large = ask(halves, outer)[0][-1]
        assert is_safe((large.total or 0) - (small.total or 0))


@careful
@given(wanted=homes, cuts=st.lists(spans, min_size=2, max_size=8))
def test_no_set_of_few_households_follows_from_all_answers_together(
    halves: Engine, wanted: list[Home], cuts: list[tuple[int, int]]
) -> None:
    put(halves, wanted)
    with reading(halves) as connection:
        rows = connection.execute(
            text(
                "SELECT households, grid, ST_X(ST_PointOnSurface(geom)) AS lon FROM published.buildings ORDER BY id"
            )
        ).all()
        grids = connection.execute(text("SELECT code, households FROM published.grids")).all()
        community = connection.execute(text("SELECT households FROM published.communities")).scalar_one()
    truth = np.array([households for households, _, _ in wanted], float)
    equations, values = [], []
    for row in grids:
        if row.households is not None:
            equations.append([one.grid == row.code for one in rows])
            values.append(row.households)
    few = sum(grid_total for grid_total in totals_of(wanted) if grid_total < 10)
    if not 1 <= few <= 9:  # else rounded
        equations.append([True] * len(rows))
        values.append(community)
    for cut in cuts:
        ring = np.array(box(cut)["coordinates"][0])
        inside = [ring[0, 0] <= one.lon <= ring[1, 0] for one in rows]
        for code, _, told in ask(halves, (Unit.GRID, "buildings", cut, None))[0][:-1]:
            equations.append(
                [one.grid == code and one.households is not None and here
                 for one, here in zip(rows, inside, strict=True)]
            )  # fmt: skip
            values.append(told.total or 0)
    known = np.array(equations, float).reshape(-1, len(truth))
    assert known @ truth == pytest.approx(values)
    _, strengths, directions = np.linalg.svd(known, full_matrices=True)
    unknown = directions[np.count_nonzero(strengths > 1e-9) :]
    subsets = np.array(list(itertools.product((0.0, 1.0), repeat=len(truth))))
    follows = np.abs(subsets @ unknown.T).max(axis=1, initial=0.0) < 1e-9
    assert all(is_safe(households) for households in subsets[follows] @ truth)


def test_a_grid_of_few_households_is_not_told_nor_found_by_a_filter(halves: Engine) -> None:
    put(halves, [(4, "counted", False), (40, "counted", True)])
    told = sum_up(halves, GRIDS, Unit.GRID, Asked(), sums=["households", "residents"])
    assert [group.sums["households"].total for group in told.groups] == [None, 40]
    assert told.total.sums["households"] == Sum(40, 1, 1)
    with reading(halves) as connection:
        assert (
            connection.execute(text("SELECT max(households) FROM published.communities")).scalar_one() == 40
        )
    for filtered in ("households = 4", "households < 10", "households <= 9 OR households > 40"):
        assert sum_up(halves, GRIDS, Unit.GRID, Asked(filtered=filtered)).total.count == 0
