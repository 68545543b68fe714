"""What is left to decide of a covering, as rows and columns for HiGHS."""

from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, eye, hstack

from gridmap.core.coverage.siting.floors import Floors
from gridmap.core.coverage.siting.greedy import Rules
from gridmap.core.coverage.siting.model import Model, limited_to, site_of_pair
from gridmap.core.coverage.siting.programme import Programme, Solved, solve, stacked
from gridmap.core.coverage.siting.reductions import Incidence, dominated_columns, incidence, same_rows
from gridmap.core.topology import Booleans, Floats, Integers

Rows = tuple[Any, Floats, Floats]
"""A scipy CSR matrix, and the least and most of each of its rows."""


class Question(NamedTuple):
    """What is left to decide.

    Attributes
    ----------
    site : shape (c,), sites of the model that may be chosen.
    must : shape (c,), sites that every better choice has.
    matrix : targets, identical ones merged, × sites.
    weight, group : shape (rows,).
    """

    site: Integers
    must: Booleans
    matrix: Incidence
    weight: Floats
    group: Integers


def question(
    model: Model, rules: Rules, group: Integers, may: Booleans, must: Booleans, *, keep_all: bool = False
) -> Question:
    """Return what is left to decide about sites that may and sites that must be chosen.

    Parameters
    ----------
    keep_all : keep candidates that are dominated, where other choices than the best are wanted.
    """
    small = limited_to(model, may, model.weight)
    asked, row = np.unique(small.target, return_inverse=True)
    matrix = incidence(row.astype(np.int64), site_of_pair(small), (len(asked), small.sites))
    needed = np.ones(small.sites, dtype=bool)
    if not keep_all:
        needed = ~dominated_columns(matrix, rules.taken[:, may]) | must[may]
        matrix = matrix[:, needed]
        matrix.sort_indices()
    number = same_rows(matrix, group[asked])
    first = np.unique(number, return_index=True)[1]
    weight = np.bincount(number, model.weight[asked], minlength=len(first)).astype(np.float64)
    return Question(
        np.flatnonzero(may)[needed], must[may][needed], matrix[first], weight, group[asked][first]
    )


def covering_rows(asked: Question, rules: Rules, floors: Floors) -> list[Rows]:
    """Return that a row is covered by a site only, that the limits are kept, and that each group has its share."""
    rows, sites = asked.matrix.shape
    covered = hstack([asked.matrix.astype(float), -eye(rows)], format="csr")
    limits = hstack(
        [csr_matrix(rules.taken[:, asked.site]), csr_matrix((len(rules.most), rows))], format="csr"
    )
    of_group = (asked.group[None, :] == floors.group[:, None]) * asked.weight
    shares = hstack([csr_matrix((len(floors.group), sites)), csr_matrix(of_group)], format="csr")
    return [
        (covered, np.zeros(rows), np.full(rows, np.inf)),
        (limits, np.full(len(rules.most), -np.inf), rules.most),
        (shares, floors.needed, np.full(len(floors.group), np.inf)),
    ]


def best_cover(
    asked: Question,
    rules: Rules,
    floors: Floors,
    *,
    begun: Booleans | None,
    step: float,
    nodes: int | None,
) -> Solved:
    """Let HiGHS choose; a variable for each site, and one for each row that says how much of it is covered."""
    rows, sites = asked.matrix.shape
    matrix, low, high = stacked(covering_rows(asked, rules, floors), sites + rows)
    programme = Programme(
        np.concatenate([np.zeros(sites), -asked.weight]),
        np.concatenate([asked.must.astype(float), np.zeros(rows)]),
        np.ones(sites + rows),
        np.arange(sites + rows) < sites,
        matrix,
        low,
        high,
    )
    start = None
    if begun is not None and begun[asked.site].sum() == begun.sum():
        taken = begun[asked.site]
        start = np.concatenate([taken, asked.matrix @ taken.astype(np.int64) > 0]).astype(float)
    return solve(programme, start=start, absolute_gap=0.999 * step if step else 1e-6, nodes=nodes)
