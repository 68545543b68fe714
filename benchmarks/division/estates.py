"""Divide tower estates: graphs of towers too heavy to stand two and two by luck, among as many empty cells.

Ours: `gridmap.core.division.solve`, in both modes, on estates of 40–80 towers of 200–310 households from seeds that nothing
was tuned on; every other one has a division planted in it. Each must be divided or proved impossible, and each proof
is put before the checker. Peers divide the first graphs of each kind.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import get_args

from benchmarks.city import Cities
from benchmarks.division.contest import BAND, METIS_BEST, PEERS, REPAIRED, is_good
from benchmarks.division.warming import warm_up
from benchmarks.families import tower_estate
from benchmarks.measuring import Line
from benchmarks.peers.network import PeerFailed, by_parts
from gridmap.core.division.graph import Graph
from gridmap.core.division.solve import Mode, Solution, random_state, solve
from gridmap.core.model import Verdict

TITLE = "Tower estates"
FIRST_SEED = 5000
TOWERS = range(40, 81)
ASKED = 3
"""Estates of each kind that the peers are asked for: where METIS fails, its repair goes on until its time is out."""


@dataclass(frozen=True, slots=True)
class Estate:
    """One estate.

    Attributes
    ----------
    is_planted : a division is known to exist.
    """

    seed: int
    graph: Graph
    is_planted: bool

    @classmethod
    def of(cls, seed: int) -> "Estate":
        """Make the estate of a seed; sizes take turns."""
        is_planted = seed % 2 == 1
        towers = TOWERS[seed * 17 % len(TOWERS)]
        return cls(seed, tower_estate(towers=towers, seed=seed, is_planted=is_planted), is_planted)


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an estate, in how many seconds of CPU; a proof that the checker refuses is none."""

    verdict: Verdict
    is_proved: bool
    cpu: float


def measure(cities: Cities) -> list[Line]:
    """Return a line for each mode, those with and without a planted division apart."""
    warm_up()
    estates = [Estate.of(FIRST_SEED + nth) for nth in range(cities.sizes.estates)]
    lines = []
    for is_planted in (False, True):
        some = [one for one in estates if one.is_planted is is_planted]
        peers = ", ".join(f"{name} {_good(some[:ASKED], name)}" for name in (METIS_BEST, REPAIRED))
        lines += [_line(some, mode, peers, cities) for mode in get_args(Mode) if some]
    return lines


def _line(estates: Sequence[Estate], mode: Mode, peers: str, cities: Cities) -> Line:
    settled = [_settle(estate, mode, cities) for estate in estates]
    seconds = [one.cpu for one in settled]
    open_ = ", ".join(
        str(estate.seed)
        for estate, one in zip(estates, settled, strict=True)
        if one.verdict is Verdict.UNKNOWN
    )
    divided, impossible = (
        sum(one.verdict is verdict for one in settled) for verdict in (Verdict.DIVIDED, Verdict.INFEASIBLE)
    )
    proved = sum(one.is_proved for one in settled)
    undecided = len(settled) - divided - impossible
    is_planted = estates[0].is_planted
    return Line(
        f"{len(estates)} tower estates{', planted' if is_planted else ''}, {mode}, divided or proved impossible",
        f"{divided} divided; {impossible} impossible, {proved} proofs accepted; "
        f"{undecided} undecided{f' (seeds {open_})' if open_ else ''}; "
        f"{median(seconds) * 1000:.0f} ms, at most {max(seconds):.1f} s CPU",
        f"{peers} of {min(ASKED, len(estates))} in band",
        "–",
        "all divided" if is_planted else "none undecided, all proofs accepted",
        undecided == 0 and proved == impossible and (not is_planted or divided == len(settled)),
    )


def _settle(estate: Estate, mode: Mode, cities: Cities) -> Settled:
    start = time.process_time()
    solution = solve(estate.graph, str, BAND, mode, random_state(str(estate.seed), 0))
    cpu = time.process_time() - start
    is_infeasible = solution.verdict is Verdict.INFEASIBLE
    is_proved = is_infeasible and cities.proofs.accepts(estate.graph, solution.certificate)
    return Settled(_true_verdict(estate, solution), is_proved, cpu)


def _true_verdict(estate: Estate, solution: Solution) -> Verdict:
    """Return the verdict; a division that breaks a rule is none."""
    if solution.verdict is Verdict.DIVIDED and not is_good(estate.graph, solution.label):
        return Verdict.UNKNOWN
    return solution.verdict


def _good(estates: Sequence[Estate], name: str) -> int:
    good = 0
    for estate in estates:
        try:
            good += is_good(estate.graph, by_parts(PEERS[name], estate.graph, BAND))
        except PeerFailed:
            continue
    return good
