"""The fewest households that must change grid: a bound at once, and the proved minimum by integer programming.

Only plans better than one that is known are asked for, which leaves few choices: a cell can join a former grid only
over a path of cells that join it too, and these together may hold fewer households than the known plan moves. A grid
that keeps none of its cells counts as a new one, and moves all that it holds.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from gridmap.core.division.graph import Graph
from gridmap.core.division.parts import components
from gridmap.core.division.redivision.programme import Programme, Question
from gridmap.core.model import Band
from gridmap.core.topology import Booleans, Floats, Integers

HARDLY = 1e-6
"""Weight of a cell without households: the sparse matrix takes 0 for no edge."""


@dataclass(frozen=True, slots=True)
class Fewest:
    """What is known of the minimum.

    Attributes
    ----------
    label : shape (n,), the plan with the fewest households moved that is known.
    at_least : no plan in the band moves fewer.
    """

    label: Integers
    at_least: int


def households_moved(households: Integers, former: Integers, label: Integers) -> int:
    """Return the households of cells that were in a grid and are in another now; the same number is the same grid."""
    return int(households[(former >= 0) & (former != label)].sum())


def at_least_moved(households: Integers, former: Integers, band: Band) -> int:
    """Return a number of households that must move in any plan in the band; no solver is asked.

    Whole cells must leave a grid that holds more than the band allows. Cells must join one that holds fewer, or all of
    its own leave it. One move may serve a grid that it leaves and one that it joins, so these are not added.
    """
    held = [int(households[former == grid].sum()) for grid in range(int(former.max(initial=-1)) + 1)]
    over = [grid for grid, count in enumerate(held) if count > band.maximum]
    leave = sum(_least_sum(households[former == grid], held[grid] - band.maximum) for grid in over)
    lacking = {0: 0}
    for count in held:
        if 0 < count < band.minimum:
            lacking = _given_up_or_filled(lacking, count, band.minimum - count)
    free = int(households[former < 0].sum())
    return max(leave, min(max(leaving, lack - free) for leaving, lack in lacking.items()))


def _given_up_or_filled(lacking: dict[int, int], held: int, lack: int) -> dict[int, int]:
    """Return the least that must join, by the households of grids given up, with one more grid too small."""
    more = {leaving: joining + lack for leaving, joining in lacking.items()}
    for leaving, joining in lacking.items():
        more[leaving + held] = min(joining, more.get(leaving + held, joining))
    return more


def _least_sum(counts: Integers, least: int) -> int:
    """Return the smallest sum of some of the counts that is not less; all of them together are not."""
    sums = 1
    for count in counts.tolist():
        sums |= sums << count
    sums >>= least
    return least + (sums & -sums).bit_length() - 1


def fewest_moved(graph: Graph, band: Band, known: Integers, *, choices: int, rounds: int) -> Fewest:
    """Prove that a plan moves the fewest households, or find one that does.

    Parameters
    ----------
    graph : ``former`` is the grid each cell was in; -1 if none.
    known : shape (n,), a plan in the band that moves at least one household; grids that go on keep their number.
    choices : other grids that cells may join, beyond which nothing is asked.
    rounds : times that cuts are added before the minimum is left open.
    """
    question = _ask(graph, graph.former, band, households_moved(graph.households, graph.former, known) - 1)
    if len(question.cell) - len(known) > choices:
        return Fewest(known, 0)
    programme, least = Programme(question), 0
    for _ in range(rounds):
        answer = programme.solve()
        least = max(least, answer.at_least)
        if answer.label is None:
            return Fewest(known, least)
        if not _cut_apart(programme, graph, answer.label):
            return Fewest(answer.label, least)
    return Fewest(known, least)


def _ask(graph: Graph, former: Integers, band: Band, most: int) -> Question:
    households = graph.households
    count = int(former.max(initial=-1)) + 1
    held = np.bincount(former[former >= 0], households[former >= 0], minlength=count)
    fresh = int((most + households[former < 0].sum()) // band.minimum)
    may = np.ones((len(households), count + fresh), dtype=bool)
    may[:, :count] = _reach(graph, former, count) <= most
    cell, grid = np.nonzero(may)
    must_exist = np.append(held > most, np.zeros(fresh, dtype=bool))
    certain = np.flatnonzero((may.sum(axis=1) == 1) & (former >= 0))
    root = np.full(count + fresh, -1, dtype=np.int64)
    root[former[certain[::-1]]] = certain[::-1]
    root[~must_exist] = -1
    return Question(graph, former, band, most, cell, grid, must_exist, root)


def _reach(graph: Graph, former: Integers, count: int) -> Floats:
    """Return the fewest households that move if a cell joins a former grid, by cell and grid."""
    one = np.concatenate([graph.first, graph.second])
    two = np.concatenate([graph.second, graph.first])
    weight = np.where(former >= 0, graph.households, 0) + HARDLY
    reach = np.full((len(former), count), np.inf)
    for grid in range(count):
        own = np.flatnonzero(former == grid)
        if len(own):
            dearer = np.where(former[two] == grid, HARDLY, weight[two])
            links = csr_matrix((dearer, (one, two)), shape=(len(former), len(former)))
            reach[:, grid] = np.floor(dijkstra(links, indices=own, min_only=True) + 0.5)
    return reach


def _cut_apart(programme: Programme, graph: Graph, label: Integers) -> bool:
    """Forbid what makes grids fall apart; tell whether any did."""
    inside = label[graph.first] == label[graph.second]
    piece = components(len(label), graph.first[inside], graph.second[inside])
    is_apart = False
    for grid in np.unique(label):
        numbers = np.unique(piece[label == grid])
        if len(numbers) > 1:
            is_apart = True
            _cut_pieces(programme, graph, int(grid), [piece == number for number in numbers])
    return is_apart


def _cut_pieces(programme: Programme, graph: Graph, grid: int, pieces: list[Booleans]) -> None:
    """Ask for a way from each piece of a grid to its root, or else to its largest piece.

    New grids are alike, so what is asked of one is asked of all: the piece would come back under another number else.
    """
    root, former = int(programme.question.root[grid]), int(programme.question.former.max(initial=-1)) + 1
    alike = range(former, len(programme.question.root)) if grid >= former else [grid]
    sizes = [int(graph.households[piece].sum()) for piece in pieces]
    main = pieces[int(np.argmax(sizes))] if root < 0 else next(piece for piece in pieces if piece[root])
    goal = root if root >= 0 else int(np.flatnonzero(main)[np.argmax(graph.households[main])])
    for piece in pieces:
        if piece is not main:
            for between in (_between(graph, piece, main), _between(graph, main, piece)):
                for cell in np.flatnonzero(piece):
                    for one in alike:
                        programme.ask_for_way(int(cell), goal, one, between)


def _between(graph: Graph, piece: Booleans, other: Booleans) -> Integers:
    """Return the cells beside a piece that can be reached from another without crossing more of those beside it."""
    rim = _rim(graph, piece)
    ends = ~(piece | rim)[graph.first] & ~(piece | rim)[graph.second]
    part = components(len(piece), graph.first[ends], graph.second[ends])
    far = np.isin(part, part[other & ~rim]) & ~piece & ~rim
    return np.flatnonzero(rim & (_rim(graph, far) | other))


def _rim(graph: Graph, cells: Booleans) -> Booleans:
    """Return the cells beside some others."""
    beside = np.zeros(len(cells), dtype=bool)
    beside[graph.first[cells[graph.second]]] = True
    beside[graph.second[cells[graph.first]]] = True
    return beside & ~cells


def reachable(counts: Integers, most: int) -> int:
    """Return the sums up to `most` of any of the counts, as the set bits of an integer."""
    sums, mask = 1, (1 << (most + 1)) - 1
    for count in counts:
        sums |= (sums << int(count)) & mask
    return sums
