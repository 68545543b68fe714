"""Divide communities again after households changed.

Ours: `gridmap.core.division.redivision.redivide`, in both modes. Communities of three families from held-out seeds are
divided; then 5 % of the buildings with homes change by a normal share with a standard deviation of 20 %, and three
communities in ten get a building of 120 households where nobody lived. Those are divided again in which a grid left the
band. Households moved are compared with the minimum where it is proved, with the proved bound elsewhere, and with those
that move if the community is divided afresh, each grid then paired with the former one it shares most with.
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
from gridmap.core.division.solve import Mode, Solution, random_state, solve
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
    """A community in which a grid left the band; ``graph.former`` is the grid each cell was in."""

    code: str
    graph: Graph
    is_dedicated: Booleans


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
    asked = cities.sizes.again
    broken = [one for one in _changed(asked) if one is not None]
    found = [again for one in broken if (again := _again(one, cities.proofs)) is not None]
    impossible = len(broken) - len(found)
    proved = [one for one in found if one.is_proved]
    what = (
        f"{asked} communities, {len(broken)} with a grid out of band, {impossible} of them not to be mended"
    )
    return [
        Line(
            what, f"{len(found)} in band again; fewest moves proved for {len(proved)}", "–", "–", "–", None
        ),
        *(line for mode in ("fast", "quality") for line in _moves(mode, found, proved)),
        *_against_afresh(found),
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


def _against_afresh(found: Sequence[Again]) -> list[Line]:
    """Tell how much less moves than by a division afresh, and how much less could at best."""
    afresh = sum(one.afresh for one in found)
    fast, quality = (
        sum(getattr(one, mode)[0].households_moved for one in found) for mode in ("fast", "quality")
    )
    least = sum(one.least for one in found)
    return [
        Line(
            f"{what} against a division afresh, quality",
            f"{moved:,}", f"{afresh:,}", f"{moved / max(afresh, 1):.3f} ({formula} ÷ afresh)",
            f"≤ {MOST_OF_AFRESH:g}×" if is_ours else "–",
            moved <= MOST_OF_AFRESH * afresh if is_ours else None,
        )
        for what, moved, formula, is_ours in (
            ("fast: households moved", fast, "ours", True),
            ("quality: households moved", quality, "ours", True),
            ("the least that must move, proved,", least, "bound: no method can be lower", False),
        )
    ]  # fmt: skip


def _seconds(mode: Mode, seconds: Sequence[float]) -> Line:
    told = f"{median(seconds) * 1000:.1f} ms, at most {max(seconds):.1f} s CPU" if seconds else "–"
    return Line(f"{mode}: a community in which a grid left the band", told, "–", "–", "–", None)


def _changed(count: int) -> Iterator[Changed | None]:
    """Yield so many communities as they are after the change; None where every grid stayed in the band, or none was."""
    for name in NAMES:
        town = make_town(FAMILIES[name], communities=count // len(NAMES), seed=HELD_OUT[0])
        for code, layout in zip(sorted(town.communities["code"]), layouts_of(town), strict=True):
            before = solve(layout.graph, layout.name_of, BAND, "quality", random_state(code, 0))
            is_divided = before.verdict is Verdict.DIVIDED
            yield _with_other_households(code, layout, before) if is_divided else None


def _with_other_households(code: str, layout: Layout, before: Solution) -> Changed | None:
    rng = np.random.default_rng([HELD_OUT[0], int(code)])
    households = other_households(layout, rng)
    held = np.bincount(before.label, households)[~before.is_dedicated]
    if ((held >= BAND.minimum) & (held <= BAND.maximum)).all():
        return None
    graph = replace(layout.graph, households=households, former=before.label)
    return Changed(code, graph, before.is_dedicated)


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

    def divided(mode: Mode) -> Redivision:
        return redivide(one.graph, one.is_dedicated, str, BAND, mode=mode, state=random_state(one.code, 0))

    fast, quality = (_timed(lambda mode=mode: divided(mode)) for mode in ("fast", "quality"))  # type: ignore[misc]
    if fast[0].verdict is not Verdict.DIVIDED or quality[0].verdict is not Verdict.DIVIDED:
        if quality[0].verdict is Verdict.INFEASIBLE:
            proofs.accepts(one.graph, quality[0].certificate)
        return None
    afresh = solve(one.graph, str, BAND, "quality", random_state(one.code, 0)).label
    goes_on = continued(one.graph, afresh)[afresh]
    return Again(fast, quality, households_moved(one.graph.households, one.graph.former, goes_on))


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    done = work()
    return done, time.process_time() - start
