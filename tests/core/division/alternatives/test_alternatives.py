"""Different good plans, and how typical a plan is."""

import numpy as np
import pytest
from shapely import box

from gridmap.core.division.alternatives.alternatives import alternatives, distance
from gridmap.core.division.alternatives.ensemble import percentile, random_plans
from gridmap.core.division.alternatives.merits import merits
from gridmap.core.division.graph import build_graph
from gridmap.core.division.layout import Layout
from gridmap.core.division.parts import components
from gridmap.core.division.solve import random_state
from gridmap.core.model import Band
from gridmap.core.topology import shared_segments

BAND = Band(30, 50)


@pytest.fixture
def lattice() -> Layout:
    """6 × 4 cells of 10 × 10 m with 10 households each; the left half is one plan's grid, the right another's."""
    borders = shared_segments(
        np.array([box(x, y, x + 10, y + 10) for y in range(0, 40, 10) for x in range(0, 60, 10)])
    )
    inner = borders.right >= 0
    graph = build_graph(
        np.full(24, 10),
        borders.left[inner],
        borders.right[inner],
        borders.lengths()[inner],
        np.zeros(int(inner.sum()), dtype=np.int64),
        former=np.array([cell % 6 // 3 for cell in range(24)]),
    )
    names = np.array([str(number) for number in range(24)], dtype=object)
    return Layout(
        graph, borders, names, names, graph.households, np.arange(24), np.full(24, -1, dtype=np.int64)
    )


def test_alternatives_differ_are_in_band_and_repeat_themselves(lattice: Layout) -> None:
    found, ensemble = alternatives(lattice, BAND, 4, code="A")
    again, _ = alternatives(lattice, BAND, 4, code="A")
    assert len(found) == 4
    assert len(ensemble.merits) > 300
    assert [one.solution.label.tolist() for one in found] == [one.solution.label.tolist() for one in again]
    for nth, one in enumerate(found):
        held = np.bincount(one.solution.label, lattice.graph.households)
        assert ((held >= 30) & (held <= 50)).all()
        near = [distance(lattice.graph, one.solution.label, other.solution.label) for other in found[:nth]]
        assert one.distance == pytest.approx(min(near, default=1.0))
        assert one.distance > 0


def test_random_plans_are_in_band_and_hang_together(lattice: Layout) -> None:
    plans = random_plans(lattice.graph, BAND, 30, random_state("A", 0))
    assert len({tuple(plan) for plan in plans}) > 20
    for label in plans:
        held = np.bincount(label, lattice.graph.households)
        inside = label[lattice.graph.first] == label[lattice.graph.second]
        pieces = components(24, lattice.graph.first[inside], lattice.graph.second[inside])
        assert ((held >= 30) & (held <= 50)).all()
        assert len(np.unique(pieces)) == len(held)


def test_the_distance_of_a_plan_from_itself_is_nothing_whatever_its_numbers(lattice: Layout) -> None:
    rows = np.arange(24) // 6
    assert distance(lattice.graph, rows, 3 - rows) == 0
    assert distance(lattice.graph, rows, np.arange(24) % 6) > 0.5


def test_merits_are_measured_by_their_formulas(lattice: Layout) -> None:
    halves = np.array([cell % 6 // 3 for cell in range(24)])
    own = merits(lattice, halves, np.zeros(2, dtype=bool), Band(100, 140))
    assert own.old_lines == 1
    assert own.balance == 1
    assert own.on_roads == 0
    assert own.compactness == pytest.approx(4 * np.pi * 1200 / 140**2)
    assert np.isnan(own.compounds)


def test_the_percentile_is_the_share_that_is_beaten_and_half_of_the_equal() -> None:
    assert percentile(2.0, [1.0, 2.0, 3.0, float("nan")]) == pytest.approx(50)
    assert percentile(9.0, [1.0, 2.0]) == 100
    assert np.isnan(percentile(float("nan"), [1.0]))
