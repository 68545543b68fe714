"""Compile all compiled code, or load what was compiled before, so that neither is ever in a figure."""

from dataclasses import replace
from functools import cache
from typing import get_args

import numpy as np

from benchmarks.division.contest import BAND, PEERS
from benchmarks.division.exact import NotProved, optimum
from benchmarks.families import SPEED, make_town, tower_estate
from benchmarks.peers.network import PeerFailed, by_parts
from gridmap.core.division import divide
from gridmap.core.division.graph import Graph
from gridmap.core.division.redivision.redivide import redivide
from gridmap.core.division.solve import Mode, random_state, solve
from gridmap.core.division.verify import verify

TOWERS = (3, 9, 14, 40)


@cache
def warm_up() -> None:
    """Let everyone divide something small, once in a process."""
    town = make_town(SPEED, communities=4, seed=1)
    found = divide(town.communities, buildings=town.buildings, cells=None, lines=town.lines, mode="quality")
    graphs = [one.layout.graph for one in found]
    for mode in get_args(Mode):
        for graph in (*graphs, *(tower_estate(towers=towers, seed=1) for towers in TOWERS)):
            _divide(graph, mode)
    for peer in PEERS:
        _ask(peer, graphs[0])
    _prove(tower_estate(towers=TOWERS[0], seed=1))


def _divide(graph: Graph, mode: Mode) -> None:
    """Divide, check what was proved, and divide again after a change."""
    found = solve(graph, str, BAND, mode, random_state("warm", 0))
    if found.certificate is not None:
        verify(graph, BAND, found.certificate)
        return
    fuller = np.where(found.label == 0, graph.households * 3 // 2, graph.households)
    again = replace(graph, households=fuller, former=found.label)
    redivide(again, found.is_dedicated, str, BAND, mode=mode, state=random_state("warm", 0))


def _ask(peer: str, graph: Graph) -> None:
    try:
        by_parts(PEERS[peer], graph, BAND)
    except PeerFailed:
        return


def _prove(graph: Graph) -> None:
    try:
        optimum(graph, BAND, known=np.inf, most_sets=10_000)
    except NotProved:
        return
