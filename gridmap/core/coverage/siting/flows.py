"""Who is served by whom, when sites can serve only so much: the largest flow from open sites to targets.

A site that opens takes what is not served yet, and then makes room along ways on which others hand over what they serve
(augmenting paths, shortest first: Edmonds and Karp, "Theoretical improvements in algorithmic efficiency for network flow
problems", Journal of the ACM 19, 1972). One that closes leaves what it served to whoever has room.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.siting.model import Model, site_of_pair
from gridmap.core.topology import Booleans, Floats, Integers

TRIFLE = 1e-9
"""Demand that is an error of rounding."""


class Network(NamedTuple):
    """A model whose pairs are also known by target.

    Attributes
    ----------
    site : shape (p,), of each pair.
    start, pair : pairs of each target, shapes (n + 1,) and (p,).
    """

    model: Model
    site: Integers
    start: Integers
    pair: Integers


class Flow(NamedTuple):
    """What open sites serve.

    Attributes
    ----------
    load : shape (p,), demand served by each pair.
    unserved : shape (n,), demand of each target that is left.
    free : shape (s,), capacity of each site that is left; 0 for those that are closed.
    """

    load: Floats
    unserved: Floats
    free: Floats


def network_of(model: Model) -> Network:
    """Return a model with its pairs by target."""
    order = np.argsort(model.target, kind="stable")
    start = np.searchsorted(model.target[order], np.arange(len(model.weight) + 1))
    return Network(model, site_of_pair(model), start.astype(np.int64), order.astype(np.int64))


@compiled
def flow_of(network: Network, chosen: Integers) -> Flow:
    """Return the largest flow from some sites."""
    flow = Flow(
        np.zeros(len(network.model.target)),
        network.model.weight.copy(),
        np.zeros(len(network.model.capacity)),
    )
    for site in chosen:
        open_site(network, flow, site)
    return flow


@compiled
def served(network: Network, flow: Flow) -> float:
    """Return the demand that is served."""
    return float(np.sum(network.model.weight) - np.sum(flow.unserved))


@compiled
def copied(flow: Flow) -> Flow:
    """Return a flow that can be changed by itself."""
    return Flow(flow.load.copy(), flow.unserved.copy(), flow.free.copy())


@compiled
def open_site(network: Network, flow: Flow, site: int) -> None:
    """Open a site and make the flow as large as it can be again."""
    flow.free[site] = network.model.capacity[site]
    for pair in range(network.model.start[site], network.model.start[site + 1]):
        target = network.model.target[pair]
        amount = min(flow.free[site], flow.unserved[target])
        flow.load[pair] += amount
        flow.unserved[target] -= amount
        flow.free[site] -= amount
    while flow.free[site] > TRIFLE and _augment(network, flow, site):
        pass


@compiled
def close_site(network: Network, flow: Flow, is_open: Booleans, site: int) -> None:
    """Close an open site, and let the others serve as much as they can again."""
    is_open[site], flow.free[site] = False, 0.0
    for pair in range(network.model.start[site], network.model.start[site + 1]):
        flow.unserved[network.model.target[pair]] += flow.load[pair]
        flow.load[pair] = 0.0
    for other in range(len(is_open)):
        while is_open[other] and flow.free[other] > TRIFLE and _augment(network, flow, other):
            pass


@compiled
def wanting(network: Network, flow: Flow, is_open: Booleans) -> Booleans:
    """Tell from which targets a further site could take over so that more is served: shape (n,).

    They are those with demand left, and those served by a site that could turn to one of these.
    """
    found, seen = flow.unserved > TRIFLE, np.zeros(len(is_open), np.bool_)
    queue, head, tail = np.empty(len(found), np.int64), 0, int(found.sum())
    queue[:tail] = np.flatnonzero(found)
    while head < tail:
        target, head = queue[head], head + 1
        for at in range(network.start[target], network.start[target + 1]):
            site = network.site[network.pair[at]]
            if not is_open[site] or seen[site]:
                continue
            seen[site] = True
            for pair in range(network.model.start[site], network.model.start[site + 1]):
                other = network.model.target[pair]
                if flow.load[pair] > TRIFLE and not found[other]:
                    found[other], queue[tail], tail = True, other, tail + 1
    return found


class _Ways(NamedTuple):
    """How a search came to each target, by which pair (shape (n,), -1: not yet), and to each site, likewise."""

    target: Integers
    site: Integers


@compiled
def _augment(network: Network, flow: Flow, root: int) -> bool:
    """Serve more from one site along the shortest way there is; False if there is none."""
    into = _Ways(np.full(len(network.model.weight), -1), np.full(len(network.model.capacity), -1))
    queue, head, tail = np.empty(len(network.model.capacity), np.int64), 0, 1
    queue[0], into.site[root] = root, -2
    while head < tail:
        site, head = queue[head], head + 1
        for pair in range(network.model.start[site], network.model.start[site + 1]):
            target = network.model.target[pair]
            if into.target[target] >= 0:
                continue
            into.target[target] = pair
            if flow.unserved[target] > TRIFLE:
                _shift(network, flow, root, target, into)
                return True
            for at in range(network.start[target], network.start[target + 1]):
                other = network.pair[at]
                if flow.load[other] > TRIFLE and into.site[network.site[other]] == -1:
                    into.site[network.site[other]] = other
                    queue[tail], tail = network.site[other], tail + 1
    return False


@compiled
def _shift(
    network: Network,
    flow: Flow,
    root: int,
    end: int,
    into: _Ways,
) -> None:
    """Send as much along a way as it can carry."""
    amount, target = min(flow.free[root], flow.unserved[end]), end
    while network.site[into.target[target]] != root:
        given = into.site[network.site[into.target[target]]]
        amount, target = min(amount, flow.load[given]), network.model.target[given]
    flow.free[root] -= amount
    flow.unserved[end] -= amount
    target = end
    while network.site[into.target[target]] != root:
        flow.load[into.target[target]] += amount
        given = into.site[network.site[into.target[target]]]
        flow.load[given] -= amount
        target = network.model.target[given]
    flow.load[into.target[target]] += amount
