"""Compare quality mode with the proven optimum, on small communities.

Ours: `gridmap.core.division.solve`, quality mode. Reference: every connected set in the band, a linear relaxation over all of
them, and an integer programme over those that can still matter, by HiGHS. Communities are those of 10–60 cells in one piece
that ours divides; those whose optimum is not proved within the limits are left out and counted. The gap is that of the
whole objective, counted from a division that spans no arterial.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import mean

from benchmarks.city import Cities
from benchmarks.division.exact import MOST_CELLS, NotProved, cost_of_one_grid, division_cost, optimum
from benchmarks.families import HELD_OUT, SMALL, make_town
from benchmarks.layouts import layouts_of
from benchmarks.measuring import Line
from gridmap.core.division.layout import Layout
from gridmap.core.division.solve import random_state, solve
from gridmap.core.model import Band, Verdict

TITLE = "Distance from the optimum"
LEAST_CELLS = 10
MOST_SETS = 3_000_000
MEAN, MOST = 0.001, 0.01
BAND = Band()


@dataclass(slots=True)
class Found:
    """What came out of all communities.

    Attributes
    ----------
    gaps : of each community whose optimum is proved.
    cells : of each of them.
    others : communities left out, by reason.
    cpu : seconds of CPU: ours, and to prove the optimum.
    """

    gaps: list[float] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    cpu: tuple[float, float] = (0.0, 0.0)


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    found = Found()
    for code, layout in _communities(cities.sizes.instances):
        _compare(code, layout, found)
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(found.others.items()))
    proved = len(found.gaps)
    what = f"{proved} communities of {min(found.cells)}–{max(found.cells)} cells"
    hit = sum(gap < 1e-6 for gap in found.gaps)
    return [
        _gap(f"{what}, mean gap to the optimum", mean(found.gaps), MEAN),
        _gap(f"{what}, largest gap", max(found.gaps), MOST),
        Line(f"{what}, optimum hit", f"{hit} of {proved}", "–", f"{hit / proved:.3f}", "–", None),
        Line("optima proved; left out: " + (left_out or "none"), str(proved), "–", "–", "≥ 200", proved >= 200),
        Line(
            "seconds of CPU for all", f"{found.cpu[0]:.1f} s", f"{found.cpu[1]:.1f} s to prove", "–", "–", None
        ),
    ]  # fmt: skip


def _gap(what: str, value: float, figure: float) -> Line:
    return Line(what, f"{value:.3%}", "–", "–", f"≤ {figure:.1%}", value <= figure)


def _communities(count: int) -> Iterator[tuple[str, Layout]]:
    """Yield so many communities in all with their codes."""
    for recipe in SMALL:
        town = make_town(recipe, communities=count // len(SMALL), seed=HELD_OUT[1])
        yield from zip(town.communities["code"], layouts_of(town), strict=True)


def _compare(code: str, layout: Layout, found: Found) -> None:
    """Divide one community, prove its optimum, and write down the gap."""
    graph = layout.graph
    if not LEAST_CELLS <= len(graph.households) <= MOST_CELLS or graph.parts().any():
        found.others["of another size or in parts"] += 1
        return
    start = time.process_time()
    solution = solve(graph, layout.name_of, BAND, "quality", random_state(code, 0))
    middle = time.process_time()
    if solution.verdict is not Verdict.DIVIDED:
        found.others[f"found {solution.verdict}"] += 1
        return
    ours = division_cost(graph, BAND, solution.label)
    try:
        least = optimum(graph, BAND, known=ours, most_sets=MOST_SETS)
    except NotProved:
        found.others["not proved"] += 1
        return
    found.gaps.append(max(0.0, ours - least) / max(least + cost_of_one_grid(graph), 1.0))
    found.cells.append(len(graph.households))
    found.cpu = (found.cpu[0] + middle - start, found.cpu[1] + time.process_time() - middle)
