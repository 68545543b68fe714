"""The fewest grids out of the band, where some must be.

A grid out of the band holds at most twice the maximum (without such a rule one grid of the whole community would
always be the answer); a cell over the maximum counts as one household over it.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.core.division.graph import Graph
from gridmap.core.division.proof.exhaust import Spent, exhaust
from gridmap.core.division.proof.setpartition import farkas_vector
from gridmap.core.division.search.portfolio import out_of_band
from gridmap.core.model import Band
from gridmap.core.topology import Integers

COLUMNS = 5_000
STATES = 200_000


@dataclass(frozen=True, slots=True)
class Fewest:
    """A division of a part that cannot be divided within the band.

    Attributes
    ----------
    label : shape (n,), the grid of each cell.
    outside : grids out of the band.
    at_least : grids that must be out of the band in any division; equal to `outside` where that is proved fewest.
    """

    label: Integers
    outside: int
    at_least: int


def fewest_outside(graph: Graph, band: Band, label: Integers) -> Fewest:
    """Lower the number of grids out of the band, or prove that it cannot be lowered, as far as that can be done soon.

    Parameters
    ----------
    graph : a connected part of which it is proved that at least one grid must be out of the band.
    label : shape (n,), the best division known.
    """
    outside = out_of_band(label, graph.households, band)
    at_least = max(1, int((graph.households > band.maximum).sum()))
    if outside > at_least:
        at_least = max(at_least, _by_weights(graph, band))
    if outside <= at_least:
        return Fewest(label, outside, at_least)
    try:
        found = exhaust(graph, band, limit=STATES, outside=outside - 1)
    except Spent:
        return Fewest(label, outside, at_least)
    if found.label is None:
        return Fewest(label, outside, outside)
    return Fewest(found.label, found.outside, found.outside)


def _by_weights(graph: Graph, band: Band) -> int:
    """Return how many grids must be out of the band because only they can have a weight above 0 (see `setpartition`)."""
    try:
        weight = farkas_vector(graph, band, limit=COLUMNS)
    except Spent:
        return 1
    if weight is None:
        return 1
    heaviest = np.zeros(2 * band.maximum + 1, dtype=np.int64)
    for cell in np.flatnonzero(weight > 0):
        held = min(int(graph.households[cell]), band.maximum + 1)
        heaviest[held:] = np.maximum(heaviest[held:], heaviest[: len(heaviest) - held] + weight[cell])
    return int(-(-weight.sum() // heaviest[-1]))
