"""What is left to decide of a covering, as rows and columns for HiGHS."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import block_array, csr_matrix, eye

from gridmap.core.coverage.siting.floors import Floors
from gridmap.core.coverage.siting.greedy import Rules
from gridmap.core.coverage.siting.model import Model, limited_to, site_of_pair
from gridmap.core.coverage.siting.programme import Programme
from gridmap.core.coverage.siting.reductions import Incidence, dominated_columns, incidence, same_rows
from gridmap.core.topology import Booleans, Floats, Integers


class Question(NamedTuple):
    """What is left to decide.

    Attributes
    ----------
    site : shape (c,), sites of the model that may be chosen.
    must : shape (c,), sites that every better choice has.
    matrix : targets, identical ones merged, × sites.
    weight, group : shape (rows,).
    target, row : shape (t,), the row that each target in question is part of.
    """

    site: Integers
    must: Booleans
    matrix: Incidence
    weight: Floats
    group: Integers
    target: Integers
    row: Integers


def question(
    model: Model, rules: Rules, group: Integers, may: Booleans, must: Booleans, *, keep_all: bool = False
) -> Question:
    """Return what is left to decide about sites that may and sites that must be chosen.

    Parameters
    ----------
    keep_all : keep candidates that are dominated, where capacity counts or other choices than the best are wanted.
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
    site = np.flatnonzero(may)[needed]
    return Question(site, must[site], matrix[first], weight, group[asked][first], asked, number)


def cover_programme(asked: Question, rules: Rules, floors: Floors) -> Programme:
    """Return a variable for each site, and one for each row that says how much of it is covered.

    The rows say that a target is covered by a site only, that the limits are kept, and, at the end, that each group has
    its share.
    """
    rows, sites = asked.matrix.shape
    of_group = (asked.group[None, :] == floors.group[:, None]) * asked.weight
    matrix = block_array(
        [
            [asked.matrix.astype(float), -eye(rows)],
            [csr_matrix(rules.taken[:, asked.site]), None],
            [csr_matrix((len(floors.group), sites)), csr_matrix(of_group)],
        ],
        format="csr",
    )
    return Programme(
        np.concatenate([np.zeros(sites), -asked.weight]),
        np.concatenate([asked.must.astype(float), np.zeros(rows)]),
        np.ones(sites + rows),
        np.arange(sites + rows) < sites,
        matrix,
        np.concatenate([np.zeros(rows), np.full(len(rules.most), -np.inf), floors.needed]),
        np.concatenate([np.full(rows, np.inf), rules.most, np.full(len(floors.group), np.inf)]),
    )
