"""Really different plans of one community, all of them good.

Many plans are made with other weights and other chance. Those with too long a weighted border, and those with more
grids out of the band than need be, are dropped. Of the rest the best is taken, and then, again and again, the one
farthest from those taken (Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmap.core.division.alternatives.ensemble import percentile, random_plans
from gridmap.core.division.alternatives.merits import Merits, merits
from gridmap.core.division.dedicated import divide_around_sites
from gridmap.core.division.graph import Graph
from gridmap.core.division.layout import Layout
from gridmap.core.division.redivision.standing import continued
from gridmap.core.division.score import WEIGHTS
from gridmap.core.division.search.objective import BALANCED, Objective
from gridmap.core.division.solve import Solution, random_state, solve
from gridmap.core.model import Band, Progress, silent
from gridmap.core.topology import Integers

TASTES: tuple[Objective, ...] = (
    BALANCED,
    replace(BALANCED, border=(2.0, 1.5, 1.0, 1.0)),
    replace(BALANCED, border=(12.0, 3.0, 1.0, 1.0)),
    replace(BALANCED, balance=100.0),
    replace(BALANCED, estate=6.0),
    replace(BALANCED, spanned=8.0),
    replace(BALANCED, former=6.0),
)
"""Weights that planners may have: shorter lines, whole compounds, even counts, estates, arterials, old lines."""
TRIES = 4
"""Plans made for each weight."""
WORSE = 1.35
"""Weighted border of a plan, as a multiple of the shortest found, beyond which it is no alternative."""
RANDOM = 400
"""Random plans that each is compared with."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One of several plans of a community.

    Attributes
    ----------
    solution : the plan.
    merits : what speaks for it.
    percentiles : by merit, the share of random plans that it is better than, in percent; NaN if not measured.
    distance : from the nearest of those before it, 0 (the same) to 1; 1 for the first.
    """

    solution: Solution
    merits: Merits
    percentiles: dict[str, float]
    distance: float


@dataclass(frozen=True, slots=True)
class Ensemble:
    """Random plans of one community that others are compared with.

    Attributes
    ----------
    merits : of each.
    """

    merits: tuple[Merits, ...]

    def percentiles(self, own: Merits) -> dict[str, float]:
        """Return the share of random plans that a plan is better than, in percent, by merit."""
        among = [one.as_dict() for one in self.merits]
        return {
            name: percentile(value, [other[name] for other in among]) for name, value in own.as_dict().items()
        }


def draw_ensemble(
    layout: Layout, base: Solution, band: Band, *, code: str, seed: int = 0, count: int = RANDOM
) -> Ensemble:
    """Draw random plans of a community (see `ensemble`) and measure them.

    Parameters
    ----------
    base : a plan; its dedicated grids are part of every random one.
    """
    free = np.flatnonzero(~base.is_dedicated[base.label])
    plans = random_plans(layout.graph.within(free), band, count, random_state(code, seed + 1))
    drawn = [_around(base, free, label) for label in plans]
    return Ensemble(tuple(merits(layout, one.label, one.is_dedicated, band) for one in drawn))


def alternatives(
    layout: Layout, band: Band, count: int, *, code: str, seed: int = 0, progress: Progress = silent
) -> tuple[list[Alternative], Ensemble]:
    """Return up to so many different plans, the best first, and the random plans they are compared with.

    Parameters
    ----------
    code : of the community; with the seed it decides every random choice.
    """
    base = divide_around_sites(layout, band, "fast", random_state(code, seed))
    candidates = list(_candidates(layout, base, band, code=code, seed=seed, progress=progress))
    chosen = _far_apart(layout.graph, candidates, count)
    ensemble = draw_ensemble(layout, base, band, code=code, seed=seed)
    found = []
    for solution, distance in chosen:
        own = merits(layout, solution.label, solution.is_dedicated, band)
        found.append(Alternative(solution, own, ensemble.percentiles(own), distance))
    return found, ensemble


def _candidates(
    layout: Layout, base: Solution, band: Band, *, code: str, seed: int, progress: Progress
) -> Iterator[Solution]:
    """Make good plans with all weights: none with more grids out of the band, or a much longer border, than the best."""
    free = np.flatnonzero(~base.is_dedicated[base.label])
    graph, made = layout.graph.within(free), [base]
    tastes = [taste for taste in TASTES if taste.former == 0 or (graph.former >= 0).any()]
    for number in range(TRIES * len(tastes)):
        state = random_state(code, 1_000 * (seed + 1) + number)
        found = solve(
            graph,
            lambda cell: layout.name_of(int(free[cell])),
            band,
            "fast",
            state,
            objective=tastes[number % len(tastes)],
        )
        made.append(_around(base, free, found.label))
        progress("search", number + 1, TRIES * len(tastes))
    outside = [_out_of_band(one, layout.graph, band) for one in made]
    border = [weighted_border(layout.graph, one.label) for one in made]
    shortest = min(length for length, out in zip(border, outside, strict=True) if out == min(outside))
    for one, length, out in zip(made, border, outside, strict=True):
        if out == min(outside) and length <= WORSE * shortest:
            yield one


def _around(base: Solution, free: Integers, label: Integers) -> Solution:
    """Return a plan with the dedicated grids of another, and its own grids for all other cells."""
    grids = int(label.max(initial=-1)) + 1
    whole = base.label + grids
    whole[free] = label
    _, numbered = np.unique(whole, return_inverse=True)
    is_dedicated = np.ones(int(numbered.max(initial=-1)) + 1, dtype=bool)
    is_dedicated[numbered[free]] = False
    return replace(base, label=numbered.astype(np.int64), is_dedicated=is_dedicated)


def _out_of_band(solution: Solution, graph: Graph, band: Band) -> int:
    held = np.bincount(solution.label, graph.households)[~solution.is_dedicated]
    return int(((held < band.minimum) | (held > band.maximum)).sum())


def weighted_border(graph: Graph, label: Integers) -> float:
    """Return the metres of border, those inside compounds counted five times and those on weak lines twice."""
    between = label[graph.first] != label[graph.second]
    return float(graph.metres[between].sum(axis=0) @ np.array(WEIGHTS))


def distance(graph: Graph, one: Integers, other: Integers) -> float:
    """Return how different two plans are, from 0 (the same) to 1.

    The mean of the share of households in another grid, grids being paired as well as can be, and the share of the
    metres of all their borders that only one of them has.
    """
    paired = replace(graph, former=one)
    moved = graph.households[continued(paired, other)[other] != one].sum() / max(1, graph.households.sum())
    metres = graph.metres.sum(axis=1)
    first, second = (label[graph.first] != label[graph.second] for label in (one, other))
    either = metres[first | second].sum()
    return float(moved + (metres[first ^ second].sum() / either if either else 0.0)) / 2


def _far_apart(graph: Graph, made: Sequence[Solution], count: int) -> list[tuple[Solution, float]]:
    """Take the plan with the shortest weighted border, then the farthest from those taken; equal ones are not taken."""
    first = min(range(len(made)), key=lambda number: weighted_border(graph, made[number].label))
    taken, apart = [(made[first], 1.0)], np.full(len(made), np.inf)
    while len(taken) < count:
        latest = taken[-1][0].label
        apart = np.minimum(apart, [distance(graph, latest, one.label) for one in made])
        farthest = int(np.argmax(apart))
        if apart[farthest] <= 0:
            break
        taken.append((made[farthest], float(apart[farthest])))
    return taken
