"""What is left to decide of a covering with capacities, as rows and columns for HiGHS."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import block_array, coo_matrix, csr_matrix, vstack

from gridmap.core.coverage.siting.floors import Floors
from gridmap.core.coverage.siting.greedy import Rules
from gridmap.core.coverage.siting.programme import Programme, Relaxation, Solved
from gridmap.core.coverage.siting.question import Question
from gridmap.core.coverage.siting.rounding import Inequality, broken, clusters
from gridmap.core.topology import Booleans, Floats, Integers

ROUNDS, MORE_ROUNDS = 12, 60
"""Rounds in which what the relaxation breaks is asked: of pairs only, and of sets of targets too."""
MOST_WORK = 50_000
"""Steps of the simplex method over all these rounds, before they end."""
FORGETFUL = 5
"""Rounds after which what is kept without being asked is forgotten."""
FEW_PAIRS = 100
BREACH = 1e-3
"""Share of a target that a site may serve beyond the part of it that is open, before that is asked."""


class Pieces(NamedTuple):
    """Pairs of a question: shape (p,) each; `most` is the demand of the row."""

    row: Integers
    column: Integers
    most: Floats


def pieces_of(asked: Question) -> Pieces:
    """Return the pairs of a question."""
    pairs = asked.matrix.tocoo()
    row, column = pairs.row.astype(np.int64), pairs.col.astype(np.int64)
    return Pieces(row, column, asked.weight[row])


def service_programme(asked: Question, capacity: Floats, rules: Rules, floors: Floors) -> Programme:
    """Return a variable for each site, and one for each pair that says how much is served.

    The rows say that no target is served more than it has, no site serves more than it can and none that is closed, that
    the limits are kept, and, at the end, that each group has its share.

    Parameters
    ----------
    capacity : shape (c,), of the sites in question.
    """
    pieces, (rows, sites) = pieces_of(asked), asked.matrix.shape
    count, ones = len(pieces.row), np.ones(len(pieces.row))
    place = np.arange(count)
    able = np.minimum(capacity, np.bincount(pieces.column, pieces.most, minlength=sites))
    by_row = csr_matrix((ones, (pieces.row, place)), shape=(rows, count))
    by_site = csr_matrix((ones, (pieces.column, place)), shape=(sites, count))
    of_group = csr_matrix((asked.group[pieces.row][None, :] == floors.group[:, None]).astype(float))
    diagonal = coo_matrix((-able, (np.arange(sites), np.arange(sites))), shape=(sites, sites))
    matrix = block_array(
        [
            [csr_matrix((rows, sites)), by_row],
            [diagonal, by_site],
            [csr_matrix(rules.taken[:, asked.site]), None],
            [None, of_group],
        ],
        format="csr",
    )
    return Programme(
        np.concatenate([np.zeros(sites), -ones]),
        np.concatenate([asked.must.astype(float), np.zeros(count)]),
        np.concatenate([np.ones(sites), pieces.most]),
        np.arange(sites + count) < sites,
        matrix,
        np.concatenate([np.full(rows + sites + len(rules.most), -np.inf), floors.needed]),
        np.concatenate([asked.weight, np.zeros(sites), rules.most, np.full(len(floors.group), np.inf)]),
    )


def tightened(
    programme: Programme, asked: Question, capacity: Floats, *, least: float | None = None
) -> tuple[Programme, float]:
    """Ask what whole choices keep, where the relaxation breaks it; these rows change no answer and come first.

    No site serves more of a target than the part of it that is open, and, once few pairs break that, the inequalities of
    `rounding` hold.

    Parameters
    ----------
    capacity : shape (c,), of the sites in question.
    least : what has to be served to be of interest; None: anything, and then only pairs are asked, which takes less time.

    Returns
    -------
    the programme with these rows, and a bound on what is served.
    """
    pieces, relaxation, bound = pieces_of(asked), Relaxation(programme), np.inf
    nested = np.zeros((0, len(capacity)), dtype=bool) if least is None else clusters(asked)
    for number in range(ROUNDS if least is None else MORE_ROUNDS):
        solved = relaxation.solve()
        bound = min(bound, -solved.bound)
        if solved.values is None or relaxation.work > MOST_WORK or (least is not None and bound < least):
            break
        if number % FORGETFUL == FORGETFUL - 1:
            relaxation.forget_loose()
        rows, high = _broken(asked, capacity, nested, pieces, solved.values)
        if not len(high):
            break
        relaxation.ask(rows, high)
    told = programme._replace(
        rows=vstack([relaxation.rows, programme.rows], format="csr"),
        row_low=np.concatenate([np.full(len(relaxation.high), -np.inf), programme.row_low]),
        row_high=np.concatenate([relaxation.high, programme.row_high]),
    )
    return told, bound


def _broken(
    asked: Question, capacity: Floats, nested: Booleans, pieces: Pieces, values: Floats
) -> tuple[csr_matrix, Floats]:
    """Return rows that a solution breaks, and the most they may be."""
    is_open, amount = values[: len(capacity)], values[len(capacity) :]
    pairs = np.flatnonzero(amount > (is_open[pieces.column] + BREACH) * pieces.most)
    rows, high = [_of_pairs(pieces, pairs, len(capacity))], [np.zeros(len(pairs))]
    if len(nested) and len(pairs) < FEW_PAIRS:
        served = csr_matrix((amount, (pieces.row, pieces.column)), shape=asked.matrix.shape).toarray()
        for found in broken(asked, capacity, nested, served, is_open):
            rows.append(_of_inequality(found, pieces))
            high.append(np.array([found.most]))
    return vstack(rows, format="csr"), np.concatenate(high)


def _of_inequality(found: Inequality, pieces: Pieces) -> csr_matrix:
    """Return what the sites serve of the targets, less the allowance of those that are open: shape (1, variables)."""
    counts = found.target[pieces.row] & found.site[pieces.column]
    return csr_matrix(
        np.concatenate([np.where(found.site, -found.allowance, 0.0), counts.astype(float)])[None, :]
    )


def _of_pairs(pieces: Pieces, asked: Integers, sites: int) -> csr_matrix:
    """Return what is served of some pairs, less the part of their sites that is open: shape (pairs asked, variables)."""
    rows = np.tile(np.arange(len(asked)), 2)
    columns = np.concatenate([pieces.column[asked], sites + asked])
    values = np.concatenate([-pieces.most[asked], np.ones(len(asked))])
    return csr_matrix((values, (rows, columns)), shape=(len(asked), sites + len(pieces.row)))


def serving_more(programme: Programme, least: float) -> Programme:
    """Ask that no less than so much is served, so that HiGHS need not look into anything worse."""
    row = csr_matrix(-programme.cost[None, :])
    return programme._replace(
        rows=vstack([row, programme.rows], format="csr"),
        row_low=np.append(least, programme.row_low),
        row_high=np.append(np.inf, programme.row_high),
    )


def amounts(asked: Question, solved: Solved, targets: int) -> Floats:
    """Return how much of each target is served: shape (n,). Targets that were merged share alike."""
    assert solved.values is not None
    pieces = pieces_of(asked)
    flow = solved.values[len(asked.site) :]
    share = np.bincount(pieces.row, flow, minlength=len(asked.weight)) / asked.weight
    told = np.zeros(targets)
    told[asked.target] = np.minimum(share[asked.row], 1.0)
    return told
