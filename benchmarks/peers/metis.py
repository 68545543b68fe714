"""METIS, k-way, asked for grids that hang together and for none over the maximum."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pymetis

from benchmarks.peers.network import Network, PeerFailed, bad_grids, cut_cost, likely_count, numbered
from gridmap.core.model import Band
from gridmap.core.topology import Integers

SEEDS = range(10)
_UNBUFFERED = 2
_libc = ctypes.CDLL(None)
_libc.setvbuf(
    ctypes.c_void_p.in_dll(_libc, "stdout"), None, _UNBUFFERED, 0
)  # so that `quiet` drops all of it


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what compiled code prints: METIS complains on the terminal of graphs too small for so many grids."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def metis(network: Network, band: Band, *, seed: int = 0, grids: int | None = None) -> Integers:
    """Return the grid of each cell by one call of METIS.

    Parameters
    ----------
    grids : how many; the likely number if None. METIS may leave some empty, which are dropped.
    """
    total = int(network.households.sum())
    count = grids or likely_count(total, band)
    if count == 1 or count >= len(network.households):
        return np.zeros(len(network.households), dtype=np.int64)
    start, neighbour, weight = network.rows()
    allowance = max(1, int((band.maximum * count / total - 1) * 1000))
    options = pymetis.Options(contig=True, ufactor=allowance, seed=seed)
    try:
        with quiet():
            _, part = pymetis.part_graph(
                count,
                pymetis.CSRAdjacency(start, neighbour),
                vweights=network.households,
                eweights=weight,
                recursive=False,
                options=options,
            )
    except RuntimeError as error:
        raise PeerFailed(str(error)) from error
    return numbered(np.asarray(part, dtype=np.int64))


def metis_runs(network: Network, band: Band, *, grids: int | None = None) -> list[Integers]:
    """Return the divisions of ten seeds, the fewest bad grids first, then the least cost."""
    runs = []
    for seed in SEEDS:
        try:
            runs.append(metis(network, band, seed=seed, grids=grids))
        except PeerFailed:
            continue
    return sorted(runs, key=lambda label: merit(network, label, band))


def merit(network: Network, label: Integers, band: Band) -> tuple[int, float]:
    """Return the number of bad grids and the cost; less is better."""
    return int(bad_grids(network, label, band).sum()), cut_cost(network, label)


def metis_best(network: Network, band: Band) -> Integers:
    """Return the best of ten seeds."""
    runs = metis_runs(network, band)
    if not runs:
        raise PeerFailed("no seed gave a division")
    return runs[0]
