"""Who is served by whom, when sites can serve only so much: the largest flow from open sites to targets.

A site that opens takes what is not served yet, and then makes room along ways on which others hand over what they serve
(augmenting paths, shortest first: Edmonds and Karp, "Theoretical improvements in algorithmic efficiency for network flow
problems", Journal of the ACM 19, 1972). What sites serve together never falls when one opens, and each adds less the more
are open, so greedy may put off looking again.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.siting.greedy import Rules
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


@compiled
def added_to_flow(network: Network, rules: Rules, price: Floats, chosen: Integers) -> Integers:
    """Return the sites with those added that serve most for their price, as long as one fits and serves more."""
    flow, left = flow_of(network, chosen), rules.most.copy()
    order, size = np.empty(len(price), np.int64), 0
    promise, fresh = np.full(len(price), np.inf), -1
    for site in chosen:
        order[size], promise[site], size = site, 0.0, size + 1
        left -= rules.taken[:, site]
    while size < len(price):
        site = int(np.argmax(promise))
        if promise[site] <= TRIFLE:
            break
        if site != fresh:
            fits = np.all(rules.taken[:, site] <= left)
            promise[site] = _marginal(network, flow, site) / price[site] if fits else 0.0
            fresh = site
            continue
        order[size], promise[site], size, fresh = site, 0.0, size + 1, -1
        left -= rules.taken[:, site]
        open_site(network, flow, site)
    return order[:size].copy()


@compiled
def _marginal(network: Network, flow: Flow, site: int) -> float:
    """Return how much more is served if a site opens."""
    trial = copied(flow)
    open_site(network, trial, site)
    return float(np.sum(flow.unserved) - np.sum(trial.unserved))


@compiled
def exchanged(network: Network, rules: Rules, chosen: Integers, fixed: Booleans) -> Integers:
    """Exchange one open for a closed site as long as that serves more.

    Parameters
    ----------
    fixed : shape (s,), sites that stay.
    """
    chosen, left, idle, place = chosen.copy(), rules.most.copy(), 0, 0
    for site in chosen:
        left -= rules.taken[:, site]
    best = served(network, flow_of(network, chosen))
    while idle < len(chosen):
        idle += 1
        if not fixed[chosen[place]]:
            room = left + rules.taken[:, chosen[place]]
            may = _closed_that_fit(rules, chosen, room)
            rest = flow_of(network, np.concatenate((chosen[:place], chosen[place + 1 :])))
            site, value = _best_besides(network, rest, may, best)
            if site >= 0:
                left = room - rules.taken[:, site]
                chosen[place], best, idle = site, value, 0
        place = (place + 1) % len(chosen)
    return chosen


@compiled
def _closed_that_fit(rules: Rules, chosen: Integers, room: Floats) -> Booleans:
    may = np.ones(rules.taken.shape[1], np.bool_)
    may[chosen] = False
    for site in range(len(may)):
        may[site] = may[site] and np.all(rules.taken[:, site] <= room)
    return may


@compiled
def _best_besides(network: Network, rest: Flow, may: Booleans, best: float) -> tuple[int, float]:
    """Return the site that serves most besides others, and what is served then; -1 if that is not more than the best."""
    without, found = served(network, rest), -1
    best += 1e-9 * max(1.0, best)
    for site in range(len(may)):
        if may[site] and without + network.model.capacity[site] > best:
            value = without + _marginal(network, rest, site)
            if value > best:
                best, found = value, site
    return found, best
