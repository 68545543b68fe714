"""A smaller question with the same answer: rows and columns of a covering that cannot matter are left out.

Rows are targets, columns are sites. Of rows with the same sites one is kept; a row that is covered whenever another is
need not be asked for; a column that covers no more than another and costs no less need not be chosen (Toregas and
ReVelle, "Binary logic solutions to a class of location problem", Geographical Analysis 5, 1973).
"""

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from gridmap.core.compiled import compiled
from gridmap.core.topology import Booleans, Floats, Integers

Incidence = Any
"""A scipy CSR matrix of rows × columns with sorted indices; what is stored counts, whatever its value."""


def incidence(row: Integers, column: Integers, shape: tuple[int, int]) -> Incidence:
    """Return which column covers which row."""
    matrix = csr_matrix((np.ones(len(row), dtype=np.int8), (row, column)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def same_rows(matrix: Incidence, kind: Integers) -> Integers:
    """Return the number of the set of identical rows to which each row belongs: shape (rows,).

    Parameters
    ----------
    kind : shape (rows,); rows of different kinds are never identical.
    """
    start, index = matrix.indptr, matrix.indices
    lengths, number, found = np.diff(start), np.empty(matrix.shape[0], dtype=np.int64), 0
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        keys = np.column_stack([index[start[rows][:, None] + np.arange(length)], kind[rows]])
        order = np.lexsort(keys.T)
        is_new = np.ones(len(rows), dtype=bool)
        is_new[1:] = (keys[order][1:] != keys[order][:-1]).any(axis=1)
        number[rows[order]] = found + np.cumsum(is_new) - 1
        found += int(is_new.sum())
    return number


def reduced_covering(matrix: Incidence, cost: Floats) -> tuple[Integers, Integers]:
    """Return the rows and columns that are left when none can be left out any more, for a covering of all rows."""
    rows, columns = np.arange(matrix.shape[0]), np.arange(matrix.shape[1])
    while True:
        before = len(rows) + len(columns)
        needed = ~dominated_columns(matrix, cost[None, columns])
        matrix, columns = _where(matrix, None, needed), columns[needed]
        asked = ~implied_rows(matrix)
        matrix, rows = _where(matrix, asked, None), rows[asked]
        if len(rows) + len(columns) == before:
            return rows, columns


def dominated_columns(matrix: Incidence, taken: Floats) -> Booleans:
    """Tell which columns cover no more than another that takes no more of any limit: shape (columns,).

    Parameters
    ----------
    taken : shape (r, columns). Of columns that are alike in all, the first is kept.
    """
    by_column = matrix.T.tocsr()
    return np.asarray(
        _dominated(by_column.indptr, by_column.indices, matrix.indptr, matrix.indices, taken), dtype=bool
    )


def implied_rows(matrix: Incidence) -> Booleans:
    """Tell which rows are covered whenever another is: shape (rows,). Of rows that are alike the first is kept."""
    by_column = matrix.T.tocsr()
    return np.asarray(
        _implied(matrix.indptr, matrix.indices, by_column.indptr, by_column.indices), dtype=bool
    )


def parts(matrix: Incidence) -> tuple[Integers, Integers]:
    """Return the number of the part, which shares nothing with the rest, of each row and each column."""
    rows, columns = matrix.shape
    coordinates = matrix.tocoo()
    both = csr_matrix(
        (np.ones(matrix.nnz, dtype=np.int8), (coordinates.row, coordinates.col + rows)),
        shape=(rows + columns, rows + columns),
    )
    label = connected_components(both, directed=False)[1].astype(np.int64)
    return label[:rows], label[rows:]


def _where(matrix: Incidence, rows: Booleans | None, columns: Booleans | None) -> Incidence:
    """Return some of the rows and columns."""
    kept = matrix if rows is None else matrix[rows]
    kept = kept if columns is None else kept[:, columns]
    kept.sort_indices()
    return kept


@compiled
def _dominated(
    start: Integers, index: Integers, row_start: Integers, row_index: Integers, taken: Floats
) -> Booleans:
    """See `dominated_columns`: whoever covers as much also covers the row of the column that has the fewest columns."""
    is_out = np.zeros(len(start) - 1, np.bool_)
    for own in range(len(is_out)):
        if start[own] == start[own + 1]:
            is_out[own] = True
            continue
        row = _rarest(start, index, row_start, own)
        for other in row_index[row_start[row] : row_start[row + 1]]:
            if other == own or not _takes_no_more(taken, other, own):
                continue
            if _is_subset(start, index, own, other):
                is_alike = _is_subset(start, index, other, own) and _takes_no_more(taken, own, other)
                is_out[own] = is_out[own] or not is_alike or other < own
    return is_out


@compiled
def _implied(start: Integers, index: Integers, column_start: Integers, column_index: Integers) -> Booleans:
    """See `implied_rows`: each row looks for those that hold all of its columns, among those of its rarest one."""
    is_out = np.zeros(len(start) - 1, np.bool_)
    for own in range(len(is_out)):
        if is_out[own]:
            continue
        column = _rarest(start, index, column_start, own)
        for other in column_index[column_start[column] : column_start[column + 1]]:
            if other != own and not is_out[other] and _is_subset(start, index, own, other):
                is_alike = start[own + 1] - start[own] == start[other + 1] - start[other]
                is_out[max(own, other) if is_alike else other] = True
    return is_out


@compiled
def _takes_no_more(taken: Floats, one: int, other: int) -> bool:
    return bool(np.all(taken[:, one] <= taken[:, other]))


@compiled
def _rarest(start: Integers, index: Integers, other_start: Integers, own: int) -> int:
    """Return the member of a set that is in the fewest sets."""
    found = index[start[own]]
    for member in index[start[own] : start[own + 1]]:
        if other_start[member + 1] - other_start[member] < other_start[found + 1] - other_start[found]:
            found = member
    return int(found)


@compiled
def _is_subset(start: Integers, index: Integers, one: int, other: int) -> bool:
    """Tell whether all members of a sorted set are in another."""
    at, last = start[other], start[other + 1]
    if start[one + 1] - start[one] > last - at:
        return False
    for member in index[start[one] : start[one + 1]]:
        while at < last and index[at] < member:
            at += 1
        if at == last or index[at] != member:
            return False
    return True
