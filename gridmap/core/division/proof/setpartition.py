"""Set partition relaxed: shares of groups that cover every household cell exactly once, if there are any.

minimise Σ_i s_i  subject to  Σ_{G ∋ i} x_G + s_i = 1 for every household cell i,  x, s ≥ 0

over all connected groups G within the band. If the least sum is above 0, the dual vector y is a Farkas vector:
Σ_{i ∈ G} y_i ≤ 0 for every group, and Σ_i y_i > 0. Rounded to integers it can be checked without a solver.

Source: Mehrotra, Johnson and Nemhauser, "An optimization based heuristic for political districting", Management
Science 44 (1998), where groups are columns.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array, eye_array, hstack

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.groups import all_groups, bits
from gridmap.core.model import Band
from gridmap.core.topology import Floats, Integers

SCALES = (1, 2, 3, 4, 6, 12, 60, 420, 27_720, 720_720)
"""Numbers by which a vector of simple fractions becomes whole, tried in turn."""


def farkas_vector(graph: Graph, band: Band, *, limit: int) -> Integers | None:
    """Return weights of cells whose sum is at most 0 over every group, but above 0 over all; None if there are none.

    Returns
    -------
    shape (n,), integers; 0 for cells without households.

    Raises
    ------
    Spent : there are more than `limit` groups.
    """
    homes = np.flatnonzero(graph.households)
    if not len(homes):
        return None
    cover = _cover(all_groups(graph, band, limit=limit), len(graph.households))
    dual = _dual(cover[homes])
    if dual is None:
        return None
    for scale in SCALES:
        weight = np.zeros(len(graph.households), dtype=np.int64)
        weight[homes] = np.floor(scale * dual + 1e-6)
        if weight.sum() > 0 and (cover.T @ weight <= 0).all():
            return weight
    return None


def _cover(groups: list[int], count: int) -> csc_array:
    """Return which cells (rows) each group (column) holds."""
    cells = [list(bits(group)) for group in groups]
    sizes = [len(one) for one in cells]
    index = np.array([cell for one in cells for cell in one], dtype=np.int64)
    return csc_array((np.ones(len(index)), index, np.cumsum([0, *sizes])), shape=(count, len(groups)))


def _dual(cover: csc_array) -> Floats | None:
    """Return the dual of the relaxation, None unless the solver proves an optimum above 0."""
    homes, groups = cover.shape
    cost = np.concatenate([np.zeros(groups), np.ones(homes)])
    found = linprog(
        cost, A_eq=hstack([cover, eye_array(homes)], format="csc"), b_eq=np.ones(homes), method="highs"
    )
    if found.status != 0 or found.fun < 1e-6:
        return None
    return np.asarray(found.eqlin.marginals)
