"""Divide communities again after households changed.

Ours: `gridmap.core.division.redivision.redivide`, in both modes. Communities of three families from held-out seeds are
divided; then 5 % of the buildings with homes change by a normal share with a standard deviation of 20 %, and three
communities in ten get a building of 120 households where nobody lived. All are divided again. Households moved are compared
with those that move if every community is divided afresh in quality mode, each grid then paired with the former one it
shares most with; and, where a grid left the band, with the minimum if it is proved, else with the proved bound.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TypeVar

import numpy as np

from benchmarks.city import Cities
from benchmarks.division.contest import BAND
from benchmarks.division.proofs import Proofs
from benchmarks.division.warming import warm_up
from benchmarks.families import FAMILIES, HELD_OUT, make_town
from benchmarks.layouts import layouts_of
from benchmarks.measuring import Line
from gridmap.core.division.graph import Graph
from gridmap.core.division.layout import Layout
from gridmap.core.division.redivision.moved import households_moved
from gridmap.core.division.redivision.redivide import Redivision, redivide
from gridmap.core.division.redivision.standing import continued
from gridmap.core.division.solve import Mode, random_state, solve
from gridmap.core.model import Verdict
from gridmap.core.topology import Booleans, Integers

TITLE = "Division again after a change"
NAMES = ("regular", "tower-heavy", "old town")
SHARE, DEVIATION = 0.05, 0.20
NEW_BUILDINGS, NEW_HOUSEHOLDS = 0.3, 120
MOST_TIMES, MOST_OF_AFRESH = 1.5, 0.2
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changed:
    """A community after the change; ``graph.former`` is the grid each cell was in."""

    code: str
    graph: Graph
    is_dedicated: Booleans

    @property
    def is_broken(self) -> bool:
        """Tell whether a grid left the band."""
        held = np.bincount(self.graph.former, self.graph.households)[~self.is_dedicated]
        return bool(((held < BAND.minimum) | (held > BAND.maximum)).any())

    def again(self, mode: Mode) -> Redivision:
        """Divide again."""
        return redivide(self.graph, self.is_dedicated, str, BAND, mode=mode, state=random_state(self.code, 0))

    def afresh(self) -> int:
        """Return the households that change grid if it is divided afresh."""
        label = solve(self.graph, str, BAND, "quality", random_state(self.code, 0)).label
        goes_on = continued(self.graph, label)[label]
        return households_moved(self.graph.households, self.graph.former, goes_on)


@dataclass(frozen=True, slots=True)
class Again:
    """One community divided again by both modes, and afresh: what each found, and the seconds of CPU it took."""

    fast: tuple[Redivision, float]
    quality: tuple[Redivision, float]
    afresh: int

    @property
    def least(self) -> int:
        """The most that is proved to have to move."""
        return max(self.fast[0].at_least, self.quality[0].at_least)

    @property
    def is_proved(self) -> bool:
        """Tell whether the minimum is known."""
        return self.quality[0].is_minimum


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    warm_up()
    changed = list(_changed(cities.sizes.again))
    broken = [one for one in changed if one.is_broken]
    found = [again for one in broken if (again := _again(one, cities.proofs)) is not None]
    proved = [one for one in found if one.is_proved]
    others = [(one.again("fast").households_moved, one.afresh()) for one in changed if not one.is_broken]
    what = f"{len(changed)} communities, {len(broken)} with a grid out of band"
    told = f"{len(found)} in band again, {len(broken) - len(found)} not to be mended; fewest moves proved for {len(proved)}"
    return [
        Line(what, told, "–", "–", "–", None),
        *(line for mode in ("fast", "quality") for line in _moves(mode, found, proved)),
        *_against_afresh(found, others),
        *(_seconds(mode, [getattr(one, mode)[1] for one in found]) for mode in ("fast", "quality")),
    ]  # fmt: skip


def _moves(mode: Mode, found: Sequence[Again], proved: Sequence[Again]) -> Iterator[Line]:
    """Compare households moved with the minimum where it is proved, and with the bound everywhere."""
    for some, bound, figure in ((proved, "proved minimum", MOST_TIMES), (found, "proved bound", None)):
        moved = sum(getattr(one, mode)[0].households_moved for one in some)
        least = sum(one.least for one in some)
        ratio = moved / max(least, 1)
        yield Line(
            f"{mode}: households moved against the {bound}, {len(some)} communities",
            f"{moved:,}", f"{least:,}", f"{ratio:.2f} (ours ÷ {bound.removeprefix('proved ')})",
            "–" if figure is None else f"≤ {figure:g}×",
            None if figure is None else ratio <= figure,
        )  # fmt: skip


def _against_afresh(found: Sequence[Again], others: Sequence[tuple[int, int]]) -> list[Line]:
    """Tell how much less moves than by a division afresh: everywhere, where grids left the band, and at best there.

    Parameters
    ----------
    others : households moved again and afresh, in each community in which no grid left the band.
    """
    moved, afresh = sum(one.fast[0].households_moved for one in found), sum(one.afresh for one in found)
    kept, anew = (sum(one[side] for one in others) for side in (0, 1))
    ratio = (moved + kept) / max(afresh + anew, 1)
    where = f"{len(found)} communities with a grid out of band"
    return [
        Line(
            f"fast: households moved against a division afresh, all {len(found) + len(others)} communities",
            f"{moved + kept:,}", f"{afresh + anew:,}", f"{ratio:.3f} (ours ÷ afresh)",
            f"≤ {MOST_OF_AFRESH:g}×", ratio <= MOST_OF_AFRESH,
        ),
        *(
            Line(
                f"{what} against a division afresh, {where}",
                f"{some:,}", f"{afresh:,}", f"{some / max(afresh, 1):.3f} ({formula} ÷ afresh)", "–", None,
            )
            for what, some, formula in (
                ("fast: households moved", moved, "ours"),
                ("quality: households moved", sum(one.quality[0].households_moved for one in found), "ours"),
                ("households that must move, proved,", sum(one.least for one in found), "the least possible"),
            )
        ),
    ]  # fmt: skip


def _seconds(mode: Mode, seconds: Sequence[float]) -> Line:
    told = f"{median(seconds) * 1000:.1f} ms, at most {max(seconds):.1f} s CPU" if seconds else "–"
    return Line(f"{mode}: a community in which a grid left the band", told, "–", "–", "–", None)


def _changed(count: int) -> Iterator[Changed]:
    """Yield so many communities as they are after the change, without those that could not be divided before."""
    for name in NAMES:
        town = make_town(FAMILIES[name], communities=count // len(NAMES), seed=HELD_OUT[0])
        for code, layout in zip(sorted(town.communities["code"]), layouts_of(town), strict=True):
            before = solve(layout.graph, layout.name_of, BAND, "quality", random_state(code, 0))
            if before.verdict is Verdict.DIVIDED:
                households = other_households(layout, np.random.default_rng([HELD_OUT[0], int(code)]))
                graph = replace(layout.graph, households=households, former=before.label)
                yield Changed(code, graph, before.is_dedicated)


def other_households(layout: Layout, rng: np.random.Generator) -> Integers:
    """Return the households of each cell after the change."""
    carried = layout.carried.copy()
    chosen = (carried > 0) & (rng.random(len(carried)) < SHARE)
    factor = 1 + DEVIATION * rng.standard_normal(int(chosen.sum()))
    carried[chosen] = np.maximum(0, np.rint(carried[chosen] * factor)).astype(np.int64)
    count = len(layout.graph.households)
    households = np.bincount(layout.cell_of_carrier, carried, minlength=count).astype(np.int64)
    empty = np.flatnonzero(layout.graph.households == 0)
    if len(empty) and rng.random() < NEW_BUILDINGS:
        households[rng.choice(empty)] += NEW_HOUSEHOLDS
    return households


def _again(one: Changed, proofs: Proofs) -> Again | None:
    """Divide again and afresh; None where it cannot be divided any more."""
    fast, quality = (_timed(lambda mode=mode: one.again(mode)) for mode in ("fast", "quality"))  # type: ignore[misc]
    if quality[0].verdict is Verdict.INFEASIBLE:
        proofs.accepts(one.graph, quality[0].certificate)
    if fast[0].verdict is not Verdict.DIVIDED or quality[0].verdict is not Verdict.DIVIDED:
        return None
    return Again(fast, quality, one.afresh())


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    done = work()
    return done, time.process_time() - start
