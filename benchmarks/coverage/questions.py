"""What is asked of siting: buildings and candidates strewn over a window of the gated city of `benchmarks.coverage.walks`.

Where capacity counts there is a family of questions, to see how far answers are from proved. They differ in how many sites
may be opened, how much each can serve, whether half of the buildings stand around a few centres, what stands already, and
how many buildings stand where there are no candidates.
"""

from typing import Literal, NamedTuple

import numpy as np

from benchmarks.coverage.walks import LANE_M, small_city
from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.reach import pairs
from gridmap.core.coverage.siting.problem import Problem, Sites
from gridmap.core.coverage.snapping import Positions
from gridmap.core.topology import Floats, Integers

RADIUS = 500.0
WINDOW_M = 93.0
"""Side of the window for the square root of each building."""
CENTRES = 6
SPREAD_M = 250.0
CAPACITIES = {
    "tight": (350.0, 350.0),
    "medium": (1000.0, 1000.0),
    "loose": (2500.0, 2500.0),
    "mixed": (150.0, 2200.0),
}
"""Least and most households that a site can serve; a building has 4 to 63, and some 25 are near a site."""


class Size(NamedTuple):
    """How large a question is; `sites` is how many may be opened."""

    buildings: int
    candidates: int
    sites: int


class Kind(NamedTuple):
    """What is asked.

    Attributes
    ----------
    sites : to be opened at most.
    capacity : see `CAPACITIES`.
    clustered : whether half of the buildings stand around a few centres.
    standing : facilities that stay.
    remote : share of the buildings that stand where there are no candidates.
    """

    sites: int
    capacity: Literal["tight", "medium", "loose", "mixed"]
    clustered: bool = False
    standing: int = 0
    remote: float = 0.0

    def __str__(self) -> str:
        """Return what is asked in a few words."""
        parts = {
            f"{self.sites} {self.capacity}": True,
            "clustered": self.clustered,
            f"{self.standing} stand": self.standing > 0,
            "some out of reach": self.remote > 0,
        }
        return ", ".join(part for part, holds in parts.items() if holds)


FAMILY = (
    Kind(5, "medium"),
    Kind(10, "tight", clustered=True),
    Kind(10, "mixed"),
    Kind(20, "medium"),
    Kind(20, "mixed", clustered=True),
    Kind(20, "loose", remote=0.2),
    Kind(20, "medium", clustered=True, standing=10),
    Kind(40, "tight"),
    Kind(40, "medium", clustered=True),
    Kind(40, "mixed", standing=10, remote=0.2),
    Kind(40, "loose", clustered=True),
    Kind(80, "tight", clustered=True),
    Kind(80, "medium"),
    Kind(80, "mixed", clustered=True, standing=10, remote=0.2),
)


def problem_of(size: Size) -> Problem:
    """Return a question in which capacity does not count: who is within 500 m of which candidate on foot."""
    rng, side = np.random.default_rng(7), WINDOW_M * np.sqrt(size.buildings)
    homes, rooms = (_strewn(rng, count, side) for count in (size.buildings, size.candidates))
    return Problem(_households(rng, size.buildings), Sites.alike(size.candidates), _near(rooms, homes))


def problem_of_kind(kind: Kind, seed: int, buildings: int = 1_000, candidates: int = 500) -> Problem:
    """Return a question of the family."""
    rng, side = np.random.default_rng(seed), WINDOW_M * np.sqrt(buildings)
    homes = _strewn(rng, buildings, side, clustered=kind.clustered)
    inner = side * np.sqrt(1.0 - kind.remote)
    rooms, standing = (_strewn(rng, count, inner) for count in (candidates, kind.standing))
    weight = _households(rng, buildings)
    sites, facilities = (_sites(rng, kind, count) for count in (candidates, kind.standing))
    return Problem(weight, sites, _near(rooms, homes), facilities, _near(standing, homes))


def _households(rng: np.random.Generator, count: int) -> Floats:
    return rng.integers(4, 64, count).astype(np.float64)


def _strewn(rng: np.random.Generator, count: int, side: float, *, clustered: bool = False) -> Positions:
    """Return positions on random edges of a window, with legs of 2–35 m."""
    network = small_city().network
    inside = (network.xy[network.first] < max(side, 2 * LANE_M)).all(axis=1) & (network.gate < 0)
    edges = np.flatnonzero(inside)
    edge = rng.choice(edges, count).astype(np.int32)
    if clustered:
        edge[: count // 2] = _around_centres(rng, edges, count // 2)
    offset = rng.random(count) * network.metres[edge]
    return Positions(edge, offset, rng.uniform(2, 35, count), np.full(count, "", dtype=object))


def _near(sites: Positions, homes: Positions) -> Pairs:
    """Return who is within 500 m of which site."""
    city = small_city()
    found = pairs(city.network, sites, homes, RADIUS, city.passable)
    return Pairs(found.source.astype(np.int64), found.target.astype(np.int64), found.metres)


def _around_centres(rng: np.random.Generator, edges: Integers, count: int) -> Integers:
    """Return random edges, more of them the nearer they are to a few centres."""
    xy = small_city().network.xy[small_city().network.first[edges]]
    centres = xy[rng.choice(len(edges), CENTRES)]
    away = np.linalg.norm(xy[:, None] - centres[None], axis=2).min(axis=1)
    chance: Floats = np.exp(-0.5 * (away / SPREAD_M) ** 2)
    return rng.choice(edges, count, p=chance / chance.sum()).astype(np.int32)


def _sites(rng: np.random.Generator, kind: Kind, count: int) -> Sites:
    alike, (least, most) = Sites.alike(count), CAPACITIES[kind.capacity]
    return Sites(alike.label, alike.cost, np.rint(rng.uniform(least, most, count)))
