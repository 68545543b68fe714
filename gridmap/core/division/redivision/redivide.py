"""Divide a community again after its households changed, so that as few of them as possible change grid.

Grids keep their identity from one plan to the next. What is still in order is not touched. Around a grid that has left
the band the plan with the fewest moved households is searched for (`relocate`): from the plan as it is; where that may
be better, from plans in which a grid too small has joined a neighbour; and where it does not do, from the
neighbourhood, and then all, divided afresh along the old lines as far as possible. What is found is proved to be the
minimum, or bettered (`moved`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.division.proof.certificate import Certificate
from gridmap.core.division.redivision.moved import Fewest, at_least_moved, fewest_moved, households_moved
from gridmap.core.division.redivision.relocate import Task, relocate
from gridmap.core.division.redivision.standing import Standing, continued, stand
from gridmap.core.division.search.objective import BALANCED
from gridmap.core.division.search.portfolio import EFFORT, out_of_band, partition
from gridmap.core.division.search.trees import State
from gridmap.core.division.solve import Mode, solve
from gridmap.core.model import Band, Verdict
from gridmap.core.topology import Booleans, Integers


@dataclass(frozen=True, slots=True)
class Patience:
    """How hard to try.

    Attributes
    ----------
    steps : of the local search for each grid that may change.
    choices, rounds : beyond so many choices no minimum is proved, nor in more rounds of cuts than this.
    """

    steps: int
    choices: int
    rounds: int


PATIENCE: dict[str, Patience] = {
    "fast": Patience(steps=400, choices=0, rounds=0),
    "quality": Patience(steps=3_000, choices=1_500, rounds=30),
}
NEAR = (1, 2, 1_000)
"""How many borders from a grid out of the band others may change: farther only if nearer does not do."""
KEEPING = replace(BALANCED, former=8.0)
"""The objective of a division along the old lines."""


@dataclass(frozen=True, slots=True)
class Redivision:
    """A community divided again.

    Attributes
    ----------
    label : shape (n,), the grid of each cell, from 0 without gaps.
    predecessor : shape (k,), the former grid that each continues; -1 for a grid that is new.
    is_dedicated : shape (k,), grids outside the band by rule.
    households_moved : households of cells that were in a grid, and are not in the one that continues it.
    at_least : proved: no division in the band moves fewer. Equal to `households_moved` where that is the minimum.
    is_as_before : every cell was in a grid, and is in the one that continues it.
    verdict, certificate : as of `solve.Solution`. If the verdict is not divided, the former plan is kept unless
        another has fewer grids out of the band, and `at_least` is 0.
    """

    label: Integers
    predecessor: Integers
    is_dedicated: Booleans
    households_moved: int
    at_least: int
    is_as_before: bool
    verdict: Verdict
    certificate: Certificate | None

    @property
    def is_minimum(self) -> bool:
        """Tell whether fewer households cannot move."""
        return self.households_moved == self.at_least


@dataclass(frozen=True, slots=True)
class _Found:
    """A plan with the numbers of the former grids where these go on."""

    label: Integers
    at_least: int = 0
    verdict: Verdict = Verdict.DIVIDED
    certificate: Certificate | None = None


def redivide(
    graph: Graph,
    is_dedicated: Booleans,
    name: Callable[[int], str],
    band: Band,
    *,
    mode: Mode,
    state: State,
) -> Redivision:
    """Divide the cells of one community again.

    The fewest grids out of the band come first, then the fewest households moved, the fewest cells moved, and the
    shortest border.

    Parameters
    ----------
    graph : of the cells as they are now; ``former`` is the grid each was in, from 0, -1 if it was in none.
    is_dedicated : shape (g,), former grids outside the band by rule; they stay as they are.
    name : tells the name of a cell; asked only if a certificate names cells.
    mode : ``quality`` goes on to the proved minimum where the community is not too large for that.
    state : random numbers; moved on.
    """
    part = graph.parts()
    is_empty = ~np.bincount(part, graph.households).astype(bool)[part]
    stays = is_empty | np.append(is_dedicated, False)[graph.former]
    free = np.flatnonzero(~stays)
    found = _found(graph.within(free), lambda cell: name(int(free[cell])), band, mode, state)
    new = max(len(is_dedicated), int(found.label.max(initial=-1)) + 1)
    label = np.where(graph.former >= 0, graph.former, new + part)
    label[free] = found.label
    return _redivision(graph, label, is_dedicated, found)


def _found(graph: Graph, name: Callable[[int], str], band: Band, mode: Mode, state: State) -> _Found:
    now = stand(graph, band)
    broken = now.is_broken(now.label, now.grids)
    if not broken.any():
        return _settled(now, now.label, PATIENCE[mode])
    search = _Search(now, PATIENCE[mode], state)
    label = search.repaired(broken)
    if label is None:
        afresh = _afresh(search, name, mode)
        if afresh.verdict is not Verdict.DIVIDED:
            return afresh
        label = afresh.label
    return _settled(now, label, PATIENCE[mode])


def _settled(now: Standing, label: Integers, patience: Patience) -> _Found:
    """Prove that a plan is the best, or better it, as far as may be."""
    graph = now.graph
    least = at_least_moved(graph.households, graph.former, now.band)
    settled = Fewest(label, least)
    if patience.rounds and households_moved(graph.households, graph.former, label) > least:
        settled = fewest_moved(graph, now.band, label, choices=patience.choices, rounds=patience.rounds)
    return _Found(settled.label, max(least, settled.at_least))


@dataclass(frozen=True, slots=True)
class _Search:
    """Local search in one community, from several starts."""

    now: Standing
    patience: Patience
    state: State

    def repaired(self, broken: Booleans) -> Integers | None:
        """Return a plan in band that differs only near the broken grids if it can be; None if there is none."""
        for borders in NEAR:
            near = self.now.near(broken, borders)
            label = self.best([self.now.label], near)
            if label is None:
                label = self.best(_merged(self.now, broken), near)
            else:
                label = self.best(_merged(self.now, broken, most=self.moved(label)), near, known=label)
            if label is None:
                label = self.best(_redrawn(self.now, near, self.state), near)
            if label is not None or near.all():
                return label
        return None

    def best(
        self, starts: Iterable[Integers], near: Booleans, *, known: Integers | None = None
    ) -> Integers | None:
        """Search from each start and return the plan in band that moves the fewest households, or the one known."""
        found = [] if known is None else [known]
        found += [one for start in starts if (one := self._from(start, near)) is not None]
        return min(found, key=self.moved, default=None)

    def moved(self, label: Integers) -> int:
        """Return the households that a plan moves."""
        return households_moved(self.now.graph.households, self.now.former, label)

    def _from(self, start: Integers, near: Booleans) -> Integers | None:
        now, grids = self.now, max(self.now.grids, int(start.max()) + 1)
        may = np.append(near, np.ones(grids - len(near), dtype=bool))
        ends = may[start[now.graph.first]] & may[start[now.graph.second]]
        border = np.column_stack([now.graph.first[ends], now.graph.second[ends]])
        task = Task(now.graph.households, now.former, now.band.minimum, now.band.maximum, border, now.beside)
        steps = self.patience.steps * int(near.sum())
        return relocate(task, start, grids=grids, steps=steps, state=self.state)


def _merged(now: Standing, broken: Booleans, *, most: float = np.inf) -> Iterator[Integers]:
    """Let a grid too small join each neighbour, if the households that move so are fewer than `most`."""
    held = np.bincount(now.label, now.graph.households, minlength=now.grids)
    one, two = now.label[now.graph.first], now.label[now.graph.second]
    for grid in np.flatnonzero(broken & (held < now.band.minimum)):
        if held[grid] >= most:
            continue
        for other in np.unique(np.concatenate([two[one == grid], one[two == grid]])):
            if other != grid:
                yield np.where(now.label == grid, other, now.label)


def _redrawn(now: Standing, near: Booleans, state: State) -> Iterator[Integers]:
    """Divide the grids that may change afresh, along the old lines as far as may be."""
    cells = np.flatnonzero(near[now.label])
    part = now.graph.within(cells)
    for piece in _pieces(part):
        own = part.within(piece)
        label = partition(own, now.band, KEEPING, EFFORT["fast"], state)
        if out_of_band(label, own.households, now.band) == 0:
            yield _numbered(now, label, cells[piece])


def _pieces(graph: Graph) -> Iterator[Integers]:
    part = components(len(graph.households), graph.first, graph.second)
    for number in range(int(part.max(initial=-1)) + 1):
        yield np.flatnonzero(part == number)


def _numbered(now: Standing, label: Integers, cells: Integers) -> Integers:
    """Return a plan in which some cells are divided as told, the new grids numbered as the old that they continue."""
    own = now.graph.within(cells)
    predecessor = continued(own, label)
    fresh = predecessor < 0
    predecessor[fresh] = now.grids + np.arange(int(fresh.sum()))
    numbered = now.label.copy()
    numbered[cells] = predecessor[label]
    return numbered


def _afresh(search: _Search, name: Callable[[int], str], mode: Mode) -> _Found:
    """Divide all cells afresh along the old lines; keep the former plan if that has no more grids out of the band."""
    now = search.now
    solution = solve(now.graph, name, now.band, mode, search.state, objective=KEEPING)
    label = _numbered(now, solution.label, np.arange(len(solution.label)))
    if solution.verdict is Verdict.DIVIDED:
        bettered = search.best([label], np.ones(now.grids, dtype=bool))
        return _Found(label if bettered is None else bettered)
    before = now.is_broken(now.label, now.grids).sum()
    after = now.is_broken(label, int(label.max()) + 1).sum()
    return _Found(label if after < before else now.label, 0, solution.verdict, solution.certificate)


def _redivision(graph: Graph, label: Integers, is_dedicated: Booleans, found: _Found) -> Redivision:
    """Return grids numbered without gaps, paired with the former ones once more: that can only lower what moves."""
    numbers, numbered = np.unique(label, return_inverse=True)
    predecessor = continued(graph, numbered)
    goes_on = predecessor[numbered]
    moved = households_moved(graph.households, graph.former, goes_on)
    households = np.bincount(numbered, graph.households, minlength=len(numbers))
    was_dedicated = np.append(is_dedicated, False)[predecessor]
    return Redivision(
        label=numbered.astype(np.int64),
        predecessor=predecessor,
        is_dedicated=(households == 0) | was_dedicated,
        households_moved=moved,
        at_least=min(moved, found.at_least),
        is_as_before=bool((goes_on >= 0).all() and (goes_on == graph.former).all()),
        verdict=found.verdict,
        certificate=found.certificate,
    )
