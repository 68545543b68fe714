"""Let several contenders divide the same cells, community by community in turns."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.peers.metis import metis, metis_best
from benchmarks.peers.network import Peer, PeerFailed, bad_grids, by_parts, cut_cost, network_of
from benchmarks.peers.others import OTHERS, in_time
from benchmarks.peers.repair import metis_repaired
from gridmap.core.division.drawn import Division
from gridmap.core.division.graph import Graph
from gridmap.core.division.solve import Mode, random_state, solve
from gridmap.core.model import Band
from gridmap.core.topology import Integers

BAND = Band()
METIS, METIS_BEST, REPAIRED = "METIS", "METIS ×10", "METIS + repair"
PATIENCE = {METIS: 5.0, METIS_BEST: 10.0, REPAIRED: 20.0, "KaHIP": 20.0, "GerryChain": 5.0, "max-p": 5.0}
"""Seconds of CPU for a community after which a peer has failed."""
ASKED: Mapping[str, Peer] = {METIS: metis, METIS_BEST: metis_best, REPAIRED: metis_repaired, **OTHERS}
PEERS: Mapping[str, Peer] = {name: in_time(peer, PATIENCE[name]) for name, peer in ASKED.items()}
MODES: tuple[Mode, ...] = ("fast", "quality")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one contender made of one community.

    Attributes
    ----------
    label : the grid of each cell; None if it failed.
    is_good : every grid hangs together and is in the band.
    cost : of the borders (see `peers.network.WEIGHTS`); 0 if it failed.
    cpu : seconds.
    """

    label: Integers | None
    is_good: bool
    cost: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A community to divide."""

    code: str
    graph: Graph
    name_of: Callable[[int], str] = str

    @classmethod
    def of(cls, division: Division) -> "Entry":
        """Return the community of a division."""
        return cls(division.code, division.layout.graph, division.layout.name_of)


def contest(
    entries: Sequence[Entry], *, most: Mapping[str, int] | None = None
) -> dict[str, list[Outcome | None]]:
    """Let both modes and every peer divide every community.

    Parameters
    ----------
    most : communities a peer is asked for; the others are None. For peers that take too long.
    """
    outcomes: dict[str, list[Outcome | None]] = {name: [] for name in (*MODES, *PEERS)}
    for number, entry in enumerate(entries):
        names = list(outcomes)
        for name in names if number % 2 == 0 else reversed(names):
            asked = number < (most or {}).get(name, len(entries))
            outcomes[name].append(_outcome(entry, name) if asked else None)
    return outcomes


def _outcome(entry: Entry, name: str) -> Outcome:
    graph, start = entry.graph, time.process_time()
    try:
        label = _divided(entry, name)
    except PeerFailed:
        return Outcome(None, is_good=False, cost=0.0, cpu=time.process_time() - start)
    cpu = time.process_time() - start
    return Outcome(label, is_good=is_good(graph, label), cost=cut_cost(network_of(graph), label), cpu=cpu)


def _divided(entry: Entry, name: str) -> Integers:
    for mode in MODES:
        if name == mode:
            return solve(entry.graph, entry.name_of, BAND, mode, random_state(entry.code, 0)).label
    return by_parts(PEERS[name], entry.graph, BAND)


def is_good(graph: Graph, label: Integers) -> bool:
    """Tell whether every grid with households, or with a part of the community to itself, is as it should be."""
    bad = bad_grids(network_of(graph), label, BAND)
    part = graph.parts()
    for number in range(int(part.max(initial=-1)) + 1):
        cells = part == number
        if not graph.households[cells].any():
            bad[label[cells]] = False
    return not bad.any()


def both_good(one: Sequence[Outcome | None], two: Sequence[Outcome | None]) -> tuple[int, float, float]:
    """Return how many communities both divided well, and the cost of either there."""
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a and b and a.is_good and b.is_good]
    return len(pairs), sum(a.cost for a, _ in pairs), sum(b.cost for _, b in pairs)


def asked(outcomes: Sequence[Outcome | None]) -> list[Outcome]:
    """Return the outcomes of the communities that were asked for."""
    return [one for one in outcomes if one is not None]
