"""Compare quality mode, and METIS, with the proven optimum, on small communities.

Ours: `gridmap.core.division.solve`, quality mode. Reference: every connected set in the band, a linear relaxation over all of
them, and an integer programme over those that can still matter, by HiGHS. Communities are those of 10–60 cells in one piece
that ours divides; those whose optimum is not proved within the limits are left out and counted. The gap is that of the
whole objective, counted from a division that spans no arterial. Then the least cost of the borders alone, weighted as for the
peers, is proved where METIS ×10 has every grid in the band: no method can be cheaper than that against METIS.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import mean

import numpy as np

from benchmarks.city import Cities
from benchmarks.division.contest import BAND, METIS_BEST, PEERS, is_good
from benchmarks.division.exact import MOST_CELLS, NotProved, cost_of_one_grid, division_cost, optimum
from benchmarks.division.proofs import Proofs
from benchmarks.division.warming import warm_up
from benchmarks.families import HELD_OUT, SMALL, make_town
from benchmarks.layouts import layouts_of
from benchmarks.measuring import Line
from benchmarks.peers.network import WEIGHTS, PeerFailed, by_parts
from gridmap.core.division.graph import Graph
from gridmap.core.division.layout import Layout
from gridmap.core.division.search.objective import Objective
from gridmap.core.division.solve import random_state, solve
from gridmap.core.model import Verdict
from gridmap.core.topology import Integers

TITLE = "Distance from the optimum"
LEAST_CELLS = 10
MOST_SETS = 3_000_000
MEAN, MOST = 0.001, 0.01
BORDERS = Objective(border=tuple(WEIGHTS), spanned=0.0, balance=0.0, estate=0.0)
"""What the peers are told of a good division."""


@dataclass(slots=True)
class Found:
    """What came out of all communities.

    Attributes
    ----------
    gaps : of each community whose optimum is proved.
    cells : of each of them.
    borders : cost of the borders: the least, ours, and METIS's, where METIS is in the band and the least is proved.
    others : communities left out, by reason.
    cpu : seconds of CPU: ours, and to prove the optimum.
    """

    gaps: list[float] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)
    borders: list[tuple[float, float, float]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    cpu: tuple[float, float] = (0.0, 0.0)


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    warm_up()
    found, asked = Found(), 0
    for code, layout in _communities(cities.sizes.instances):
        asked += 1
        _compare(code, layout, found, cities.proofs)
    left_out = ", ".join(f"{count} {reason}" for reason, count in sorted(found.others.items()))
    proved = len(found.gaps)
    what = f"{proved} communities of {min(found.cells)}–{max(found.cells)} cells"
    hit = sum(gap < 1e-6 for gap in found.gaps)
    return [
        _gap(f"{what}, mean gap to the optimum", mean(found.gaps), MEAN),
        _gap(f"{what}, largest gap", max(found.gaps), MOST),
        Line(f"{what}, optimum hit", f"{hit} of {proved}", "–", f"{hit / proved:.3f}", "–", None),
        Line(
            f"optima proved, of {asked} communities tried; left out: {left_out or 'none'}",
            str(proved), "–", "–", "≥ 200", proved >= 200,
        ),
        *_against_metis(found),
        Line(
            "seconds of CPU for all", f"{found.cpu[0]:.1f} s", f"{found.cpu[1]:.1f} s to prove", "–", "–", None
        ),
    ]  # fmt: skip


def _gap(what: str, value: float, figure: float) -> Line:
    return Line(what, f"{value:.3%}", "–", "–", f"≤ {figure:.1%}", value <= figure)


def _against_metis(found: Found) -> list[Line]:
    """Tell how much cheaper than METIS anything can be, and how much cheaper ours is."""
    least, ours, theirs = np.array(found.borders).reshape(-1, 3).sum(axis=0)
    where = f"cost of the borders against {METIS_BEST}, {len(found.borders)} communities with both in band"
    return [
        Line(
            f"{where}, {name}", f"{cost:,.0f}", f"{theirs:,.0f}", f"{cost / max(theirs, 1.0):.3f} ({formula})", "–", None
        )
        for name, cost, formula in (
            ("the least there is, proved", least, "optimum ÷ peer: no method can be lower"),
            ("ours", ours, "ours ÷ peer"),
        )
    ]  # fmt: skip


def _communities(count: int) -> Iterator[tuple[str, Layout]]:
    """Yield so many communities in all with their codes."""
    for recipe in SMALL:
        town = make_town(recipe, communities=count // len(SMALL), seed=HELD_OUT[1])
        yield from zip(town.communities["code"], layouts_of(town), strict=True)


def _compare(code: str, layout: Layout, found: Found, proofs: Proofs) -> None:
    """Divide one community, prove its optimum, and write down the gap."""
    graph = layout.graph
    if not LEAST_CELLS <= len(graph.households) <= MOST_CELLS or graph.parts().any():
        found.others["of another size or in parts"] += 1
        return
    start = time.process_time()
    solution = solve(graph, layout.name_of, BAND, "quality", random_state(code, 0))
    middle = time.process_time()
    if solution.verdict is Verdict.INFEASIBLE:
        proofs.accepts(graph, solution.certificate)
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
    found.borders += _borders(graph, solution.label)
    found.cpu = (found.cpu[0] + middle - start, found.cpu[1] + time.process_time() - middle)


def _borders(graph: Graph, label: Integers) -> list[tuple[float, float, float]]:
    """Return the least cost of the borders, ours and METIS's; nothing where METIS is out of band or none is proved."""
    try:
        metis = by_parts(PEERS[METIS_BEST], graph, BAND)
    except PeerFailed:
        return []
    if not is_good(graph, metis):
        return []
    ours, theirs = (division_cost(graph, BAND, one, BORDERS) for one in (label, metis))
    try:
        least = optimum(graph, BAND, known=min(ours, theirs), most_sets=MOST_SETS, objective=BORDERS)
    except NotProved:
        return []
    return [(least, ours, theirs)]
