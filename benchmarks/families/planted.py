"""Planted grids: built before the communities, from compounds that touch, then hidden.

Every community is a union of whole grids that hang together and hold 300–500 households, so a division exists whoever
looks for it. A third of the communities has grids just over the minimum, another third just under the maximum.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.families.houses import Houses, scaled
from benchmarks.families.land import Land
from gridmap.core.topology import Geometries, Integers, shared_segments

CONTACT_M = 10.0
DRAWN = ((300, 312), (300, 500), (488, 500))
GRID_HOUSEHOLDS = 350
GRIDS = (2, 11)


@dataclass(frozen=True, slots=True)
class Planted:
    """What was planted.

    Attributes
    ----------
    grid, community : shape (f,), of each face.
    houses : with households changed so that every grid holds what was drawn for it; ``compound`` is a face.
    households, community_of_grid : shape (g,).
    """

    grid: Integers
    community: Integers
    houses: Houses
    households: Integers
    community_of_grid: Integers

    def land_of(self, land: Land) -> Land:
        """Return land with the communities and households that hide the grids."""
        return Land(land.faces, self.community, self.houses, land.lines, land.classes)


def plant(faces: Geometries, houses: Houses, rng: np.random.Generator) -> Planted:
    """Join faces to grids and grids to communities, and change household counts to fit.

    Parameters
    ----------
    houses : ``compound`` is the face each stands on.
    """
    beside = _beside(faces)
    built = np.bincount(houses.compound, houses.households, minlength=len(faces))
    grid = _grown(beside, built, np.full(len(faces), GRID_HOUSEHOLDS), rng)
    count = int(grid.max()) + 1
    beside_grids = _contracted(beside, grid, count)
    community = _grown(beside_grids, np.ones(count), rng.integers(*GRIDS, count), rng)
    span = np.array(DRAWN)[rng.integers(0, len(DRAWN), int(community.max()) + 1)]
    wanted = rng.integers(span[community, 0], span[community, 1] + 1)
    households = scaled(houses.households, grid[houses.compound], wanted)
    return Planted(
        grid,
        community[grid],
        Houses(houses.shapes, households, houses.compound),
        wanted,
        community,
    )


def _beside(faces: Geometries) -> list[list[int]]:
    """Return the faces that share 10 m of border with each."""
    segments = shared_segments(faces)
    inner = segments.where(segments.right >= 0)
    pair = np.sort(np.column_stack([inner.left, inner.right]), axis=1)
    pairs, nth = np.unique(pair, axis=0, return_inverse=True)
    common = np.bincount(nth, inner.lengths())
    return _lists(pairs[common >= CONTACT_M], len(faces))


def _lists(pairs: Integers, count: int) -> list[list[int]]:
    beside: list[list[int]] = [[] for _ in range(count)]
    for one, two in pairs.tolist():
        beside[one].append(two)
        beside[two].append(one)
    return beside


def _contracted(beside: list[list[int]], group: Integers, count: int) -> list[list[int]]:
    pairs = {
        (min(group[one], group[two]), max(group[one], group[two]))
        for one, others in enumerate(beside)
        for two in others
        if group[one] != group[two]
    }
    return _lists(np.array(sorted(pairs)), count)


def _grown(
    beside: list[list[int]], weight: np.ndarray, enough: np.ndarray, rng: np.random.Generator
) -> Integers:
    """Grow groups from the first node not taken, neighbour by neighbour; what stays small joins a group beside it."""
    group, groups = np.full(len(beside), -1, dtype=np.int64), 0
    for start in range(len(beside)):
        if group[start] >= 0:
            continue
        members, held = [start], weight[start]
        group[start] = groups
        while held < enough[start]:
            free = [other for one in members for other in beside[one] if group[other] < 0]
            if not free:
                break
            chosen = free[int(rng.integers(len(free)))]
            group[chosen] = groups
            members.append(chosen)
            held += weight[chosen]
        near = [group[other] for one in members for other in beside[one] if group[other] != groups]
        if held < 0.5 * enough[start] and any(one >= 0 for one in near):
            group[members] = next(one for one in near if one >= 0)
        else:
            groups += 1
    return group
