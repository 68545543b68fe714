"""A synthetic city to walk in, as findings/coverage.md §4 describes it: lanes every 50 m, blocks of 400 m, most of them gated.

Seven blocks in ten have three openings, each a gate; a fifth of the lanes within blocks is missing. The large city is four
of the small one, joined at their borders, so that a neighbourhood looks the same in both.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from gridmap.core.coverage.gates import Gates
from gridmap.core.coverage.network import Network
from gridmap.core.coverage.snapping import Positions
from gridmap.core.topology import Booleans, Floats, Integers

LANE_M = 50.0
BLOCK = 8
"""Lanes of a block."""
SIDE = 501
"""Streets of the small city each way, 25 km."""
BUILDINGS = 100_000
KINDS = {100: 500.0, 144: 300.0, 189: 1000.0, 233: 500.0, 278: 500.0, 322: 300.0, 367: 1000.0, 411: 500.0, 456: 300.0, 500: 500.0}  # fmt: skip
"""Facilities of each of ten kinds, and the radius of the kind in metres."""


@dataclass(frozen=True, slots=True)
class Walks:
    """A network, the positions of buildings, and those of facilities, by the count of each kind."""

    network: Network
    buildings: Positions
    facilities: dict[int, Positions]

    @property
    def passable(self) -> Booleans:
        """All edges, shape (m,)."""
        return np.ones(len(self.network.first), dtype=bool)


@cache
def small_city() -> Walks:
    """Return 25 km by 25 km with some 260,000 nodes."""
    return _peopled(_network(1), inside=SIDE * LANE_M)


@cache
def large_city(*, only_in_first: bool) -> Walks:
    """Return four of them, some 1,030,000 nodes.

    Parameters
    ----------
    only_in_first : whether buildings and facilities are where they are in the small city, or all over.
    """
    return _peopled(_network(2), inside=(1 if only_in_first else 2) * SIDE * LANE_M)


def _peopled(network: Network, *, inside: float) -> Walks:
    rng = np.random.default_rng(5)
    return Walks(
        network,
        _positions(rng, network, BUILDINGS, inside),
        {count: _positions(rng, network, count, inside) for count in KINDS},
    )


def _positions(rng: np.random.Generator, network: Network, count: int, inside: float) -> Positions:
    """Return positions on random edges, with legs of 2–35 m, the same for the same part of a city."""
    entries = np.flatnonzero(
        (network.gate < 0) & (network.xy[network.first] < inside - LANE_M / 2).all(axis=1)
    )
    near = (network.xy[network.second[entries]] < inside - LANE_M / 2).all(axis=1)
    edge = rng.choice(entries[near], count).astype(np.int32)
    offset = rng.random(count) * network.metres[edge]
    return Positions(edge, offset, rng.uniform(2, 35, count), np.full(count, "", dtype=object))


@cache
def _network(tiles: int) -> Network:
    """Return the network of ``tiles × tiles`` small cities."""
    xy, first, second, metres, gate = _tile()
    nodes, gates = len(xy), int(gate.max()) + 1
    side = SIDE * LANE_M
    places = [(x, y) for x in range(tiles) for y in range(tiles)]
    joints = [_joint(places.index((x, y)), places.index(to), nodes, is_east=to[0] > x)
              for x, y in places for to in ((x + 1, y), (x, y + 1)) if to in places]  # fmt: skip
    joint = np.concatenate([np.zeros((0, 2), np.int64), *joints])
    whole = np.concatenate([xy + np.array(place) * side for place in places])
    count = len(places)
    return Network(
        xy=whole,
        first=np.concatenate([*(first + k * nodes for k in range(count)), joint[:, 0]]).astype(np.int32),
        second=np.concatenate([*(second + k * nodes for k in range(count)), joint[:, 1]]).astype(np.int32),
        metres=np.concatenate([np.tile(metres, count), np.full(len(joint), LANE_M)]),
        geometry=np.zeros(0, dtype=object),
        is_steps=np.zeros(len(metres) * count + len(joint), dtype=bool),
        level=np.zeros(len(metres) * count + len(joint), dtype=np.int16),
        gate=np.concatenate(
            [*(np.where(gate < 0, -1, gate + k * gates) for k in range(count)), np.full(len(joint), -1)]
        ).astype(np.int32),
        line=np.arange(len(metres) * count + len(joint), dtype=np.int32),
        component=np.zeros(len(whole), dtype=np.int32),
        gates=Gates(
            np.arange(gates * count).astype(object),
            (None,) * (gates * count),
            np.zeros(gates * count, dtype=bool),
            np.zeros((gates * count, 2)),
        ),
    )


def _joint(one: int, other: int, nodes: int, *, is_east: bool) -> Integers:
    """Return the edges that join a small city to the next one to the east or north."""
    along, last = np.arange(SIDE), SIDE - 1
    here, there = (last * SIDE + along, along) if is_east else (along * SIDE + last, along * SIDE)
    return np.column_stack([one * nodes + here, other * nodes + there])


def _tile() -> tuple[Floats, Integers, Integers, Floats, Integers]:
    """Return nodes, ends, metres and gates of the small city."""
    rng = np.random.default_rng(1)
    column, row = np.divmod(np.arange(SIDE * SIDE), SIDE)
    xy = np.column_stack([column, row]) * LANE_M + rng.uniform(-8, 8, (SIDE * SIDE, 2))
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    ends = np.concatenate(
        [
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
        ]
    )
    on_street = ((column % BLOCK == 0) | (row % BLOCK == 0))[ends]
    inner = np.where(on_street[:, 0], ends[:, 1], ends[:, 0])
    block = column[inner] // BLOCK * SIDE + row[inner] // BLOCK
    is_opening = on_street.sum(axis=1) == 1
    is_gated = (rng.random(block.max() + 1) < 0.7)[block]
    kept = on_street.any(axis=1) | (rng.random(len(ends)) > 0.22)
    ways_in = np.flatnonzero(is_opening & is_gated)
    ways_in = ways_in[np.lexsort((rng.random(len(ways_in)), block[ways_in]))]
    rank = np.arange(len(ways_in)) - np.searchsorted(block[ways_in], block[ways_in])
    kept[ways_in[rank >= 3]] = False
    metres = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T) * rng.uniform(1, 1.08, len(ends))
    return _with_gates(xy, ends[kept], metres[kept], (is_opening & is_gated)[kept])


def _with_gates(
    xy: Floats, ends: Integers, metres: Floats, passes: Booleans
) -> tuple[Floats, Integers, Integers, Floats, Integers]:
    """Cut a metre out of the middle of each edge that passes a gate."""
    way = np.flatnonzero(passes)
    count, nodes = len(way), len(xy)
    middle = (xy[ends[way, 0]] + xy[ends[way, 1]]) / 2
    before, behind = nodes + np.arange(count), nodes + count + np.arange(count)
    halves = (metres[way] - 1.0) / 2
    plain = np.flatnonzero(~passes)
    return (
        np.concatenate([xy, middle - 0.3, middle + 0.3]),
        np.concatenate([ends[plain, 0], ends[way, 0], before, behind]),
        np.concatenate([ends[plain, 1], before, behind, ends[way, 1]]),
        np.concatenate([metres[plain], halves, np.ones(count), halves]),
        np.concatenate([np.full(len(plain) + count, -1), np.arange(count), np.full(count, -1)]),
    )
