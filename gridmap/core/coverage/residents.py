"""Whom gates for residents only let through: those who live in the compound that the gate belongs to."""

from typing import NamedTuple

import numpy as np
import shapely

from gridmap.core.coverage.gates import Gates
from gridmap.core.topology import Booleans, Geometries, Integers

BELONGS_M = 20.0
"""Metres from a gate to the outline of its compound, at most."""


class Residents(NamedTuple):
    """Homes by the gates for residents only that let them through.

    Attributes
    ----------
    part : shape (t,), row of `lets` for each home; the first is of those who live in no compound with such gates.
    lets : shape (k, g), whether a gate lets them through when it is open.
    is_owned : shape (g,), gates for residents only whose compound is known.
    """

    part: Integers
    lets: Booleans
    is_owned: Booleans

    def own(self, row: int) -> Integers:
        """Return the gates for residents only that let a row of `lets` through and not everybody."""
        return np.flatnonzero(self.lets[row] & self.is_owned)


def residents_of(gates: Gates, compounds: Geometries, homes: Geometries) -> Residents:
    """Return whom each gate lets through.

    A gate for residents only belongs to the compound that it stands in, or else to the nearest, the smaller of two
    equally near. One without a compound within 20 m lets everybody through: nobody knows whose it is.

    Parameters
    ----------
    compounds : areas in metres.
    homes : points in metres; a home lives in every compound that covers it.
    """
    compound = _compounds_of(gates, compounds)
    is_owned = compound >= 0
    owned = np.flatnonzero(is_owned)
    inside, home = shapely.STRtree(homes).query(compounds[compound[owned]], predicate="covers")
    may_pass = np.zeros((len(homes) + 1, len(owned)), dtype=bool)
    may_pass[home + 1, inside] = True
    lets_own, part = np.unique(may_pass, axis=0, return_inverse=True)
    lets = np.repeat(~is_owned[None, :], len(lets_own), axis=0)
    lets[:, owned] = lets_own
    return Residents(part.reshape(-1)[1:].astype(np.int64), lets, is_owned)


def _compounds_of(gates: Gates, compounds: Geometries) -> Integers:
    """Return the compound of each gate for residents only, -1: none, or not for residents only, shape (g,)."""
    found = np.full(len(gates), -1, dtype=np.int64)
    rows = np.flatnonzero(gates.residents_only)
    points = shapely.points(gates.xy[rows])
    by_size = np.argsort(shapely.area(compounds), kind="stable")
    gate, near = shapely.STRtree(compounds[by_size]).query_nearest(points, max_distance=BELONGS_M)
    smallest_first = np.argsort(near, kind="stable")
    nearest, first = np.unique(gate[smallest_first], return_index=True)
    found[rows[nearest]] = by_size[near[smallest_first][first]]
    return found
