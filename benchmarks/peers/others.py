"""KaHIP, the recursive trees of GerryChain, and the max-p heuristic of spopt, each with what it can be told of the band."""

import random
import warnings
from collections.abc import Callable

import geopandas as gpd
import gerrychain
import kahip
import networkx
import numpy as np
from gerrychain.partition import recursive_tree_part
from libpysal.weights import W
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import shortest_path
from spopt.region import MaxPHeuristic

from benchmarks.peers.network import Network, Peer, PeerFailed, likely_count, time_limit
from gridmap.core.model import Band
from gridmap.core.topology import Floats, Integers


def in_time(peer: Peer, seconds: float) -> Peer:
    """Return a peer that fails after so many seconds, and whose errors are failures."""

    def limited(network: Network, band: Band) -> Integers:
        with time_limit(seconds), warnings.catch_warnings(action="ignore"):
            try:
                return peer(network, band)
            except PeerFailed:
                raise
            except Exception as error:  # a peer that breaks has failed
                raise PeerFailed(f"{type(error).__name__}: {error}") from error

    return limited


def kahip_eco(network: Network, band: Band) -> Integers:
    """Return the grid of each cell by kaffpa, mode ECO; it knows no minimum and does not keep grids whole."""
    total = int(network.households.sum())
    count = likely_count(total, band)
    if count == 1:
        return np.zeros(len(network.households), dtype=np.int64)
    start, neighbour, weight = network.rows()
    allowance = max(0.01, band.maximum * count / total - 1)
    arrays = (array.tolist() for array in (network.households, start, weight, neighbour))
    is_quiet, seed = True, 0
    _, blocks = kahip.kaffpa(*arrays, count, allowance, is_quiet, seed, kahip.ECO)
    return np.asarray(blocks, dtype=np.int64)


def gerrychain_trees(network: Network, band: Band) -> Integers:
    """Return the grid of each cell by recursive cuts of random trees, each within the band of an even share."""
    total = int(network.households.sum())
    count = likely_count(total, band)
    if count == 1:
        return np.zeros(len(network.households), dtype=np.int64)
    graph = networkx.Graph()
    graph.add_nodes_from((cell, {"households": int(held)}) for cell, held in enumerate(network.households))
    graph.add_edges_from(zip(network.first.tolist(), network.second.tolist(), strict=True))
    share = total / count
    found = recursive_tree_part(
        gerrychain.Graph.from_networkx(graph),
        range(count),
        pop_target=share,
        pop_col="households",
        epsilon=min(share - band.minimum, band.maximum - share) / share,
        rng=random.Random(0),
    )
    return np.array([found[cell] for cell in range(len(network.households))], dtype=np.int64)


def spopt_max_p(network: Network, band: Band) -> Integers:
    """Return the grid of each cell by the max-p heuristic; it knows no maximum. Cells are alike that are few steps apart."""
    beside: dict[int, list[int]] = {cell: [] for cell in range(len(network.households))}
    for one, two in zip(network.first.tolist(), network.second.tolist(), strict=True):
        beside[one].append(two)
        beside[two].append(one)
    steps = _steps(network)
    table = gpd.GeoDataFrame(
        {f"s{k}": steps[:, k] for k in range(steps.shape[1])} | {"households": network.households}
    )
    np.random.seed(0)  # noqa: NPY002 (the heuristic draws from the global state)
    model = MaxPHeuristic(
        table,
        W(beside, silence_warnings=True),
        [f"s{k}" for k in range(steps.shape[1])],
        "households",
        band.minimum,
    )
    model.solve()
    return np.asarray(model.labels_, dtype=np.int64)


def _steps(network: Network) -> Floats:
    """Return the steps from each cell to three cells far apart, which tell where it lies."""
    count = len(network.households)
    ones = np.ones(len(network.first))
    matrix = coo_matrix((ones, (network.first, network.second)), shape=(count, count)).tocsr()
    steps = [shortest_path(matrix, directed=False, unweighted=True, indices=0)]
    for _ in range(3):
        steps.append(
            shortest_path(
                matrix, directed=False, unweighted=True, indices=int(np.min(steps, axis=0).argmax())
            )
        )
    return np.column_stack(steps[1:])


OTHERS: dict[str, Callable[[Network, Band], Integers]] = {
    "KaHIP": kahip_eco,
    "GerryChain": gerrychain_trees,
    "max-p": spopt_max_p,
}
