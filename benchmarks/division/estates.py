"""Tower estates: graphs of towers too heavy to stand two and two by luck, among as many empty cells."""

import time
from statistics import median

import numpy as np

from benchmarks.division.contest import is_good
from benchmarks.families import HELD_OUT, tower_estate
from benchmarks.measuring import Line
from benchmarks.peers.metis import metis_best
from benchmarks.peers.network import Peer, PeerFailed, by_parts
from benchmarks.peers.repair import metis_repaired
from gridmap.core.division.graph import Graph
from gridmap.core.division.solve import Solution, random_state, solve
from gridmap.core.division.verify import verify
from gridmap.core.model import Band, Verdict

TOWERS = (40, 80)
BAND = Band()


def measure(count: int) -> list[Line]:
    """Return a line for estates as they come, and one for those with a planted division."""
    return [_line(count, is_planted=is_planted) for is_planted in (False, True)]


def _line(count: int, *, is_planted: bool) -> Line:
    sizes = np.linspace(*TOWERS, count).astype(int)
    graphs = [
        tower_estate(towers=int(towers), seed=HELD_OUT[0] + nth, is_planted=is_planted)
        for nth, towers in enumerate(sizes)
    ]
    solutions, seconds = [], []
    for nth, graph in enumerate(graphs):
        start = time.process_time()
        solutions.append(solve(graph, str, BAND, "quality", random_state(str(nth), 0)))
        seconds.append(time.process_time() - start)
    verdicts = [one.verdict for one in solutions]
    divided, undecided = verdicts.count(Verdict.DIVIDED), verdicts.count(Verdict.UNKNOWN)
    impossible = len(verdicts) - divided - undecided
    proofs = sum(_is_proved(graph, one) for graph, one in zip(graphs, solutions, strict=True))
    told = f"{divided}; {impossible} impossible, {proofs} proofs accepted, {undecided} undecided"
    planted = ", planted" if is_planted else ""
    return Line(
        f"{count} tower estates of {TOWERS[0]}–{TOWERS[1]} towers{planted}, fully in band",
        f"{told}; {median(seconds) * 1000:.0f} ms, at most {max(seconds):.1f} s CPU",
        f"METIS ×10 {_good(graphs, metis_best)}, METIS + repair {_good(graphs, metis_repaired)}",
        "–",
        "all, none undecided" if is_planted else "none undecided, all proofs accepted",
        undecided == 0 and proofs == impossible and (divided == count or not is_planted),
    )


def _is_proved(graph: Graph, solution: Solution) -> bool:
    return solution.certificate is not None and verify(graph, BAND, solution.certificate)


def _good(graphs: list[Graph], peer: Peer) -> int:
    good = 0
    for graph in graphs:
        try:
            good += is_good(graph, by_parts(peer, graph, BAND))
        except PeerFailed:
            continue
    return good
