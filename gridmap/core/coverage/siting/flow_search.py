"""A good choice of sites that can serve only so much: greedy, then exchanges, each measured by the largest flow.

What sites serve together never falls when one opens, and each adds less the more are open, so greedy may put off looking
again. A site adds no more than the demand within its reach that could be taken over, a minimum cut of the flow: sites that
so cannot be the best are not tried.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.siting.flows import (
    TRIFLE,
    Flow,
    Network,
    close_site,
    copied,
    flow_of,
    open_site,
    served,
    wanting,
)
from gridmap.core.coverage.siting.greedy import Rules
from gridmap.core.topology import Booleans, Floats, Integers


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


class _State(NamedTuple):
    """What is open while sites are exchanged; the arrays change.

    Attributes
    ----------
    chosen : shape (k,).
    is_open : shape (s,).
    left : shape (r,), of each limit.
    """

    chosen: Integers
    is_open: Booleans
    left: Floats


@compiled
def exchanged(network: Network, rules: Rules, chosen: Integers, fixed: Booleans) -> Integers:
    """Exchange one open for a closed site as long as that serves more.

    Parameters
    ----------
    fixed : shape (s,), sites that stay.
    """
    state = _State(chosen.copy(), np.zeros(len(fixed), np.bool_), rules.most.copy())
    for site in chosen:
        state.is_open[site] = True
        state.left[:] -= rules.taken[:, site]
    flow, idle, place = flow_of(network, chosen), 0, 0
    while idle < len(chosen):
        idle += 1
        if not fixed[state.chosen[place]]:
            rest, site = _best_instead(network, rules, state, flow, place)
            if site >= 0:
                _replace(rules, state, place, site)
                open_site(network, rest, site)
                flow, idle = rest, 0
        place = (place + 1) % len(chosen)
    return state.chosen


@compiled
def _best_instead(network: Network, rules: Rules, state: _State, flow: Flow, place: int) -> tuple[Flow, int]:
    """Return the flow without the site in a place, and the closed site that serves most instead; -1 if none serves more."""
    rest, others = copied(flow), state.is_open.copy()
    close_site(network, rest, others, state.chosen[place])
    now = served(network, flow)
    most, found = now - served(network, rest) + 1e-9 * max(1.0, now), -1
    promise = _promises(network, wanting(network, rest, others), state.is_open)
    room = state.left + rules.taken[:, state.chosen[place]]
    for site in np.argsort(-promise):
        if promise[site] <= most:
            break
        if np.all(rules.taken[:, site] <= room):
            more = _marginal(network, rest, site)
            if more > most:
                most, found = more, site
    return rest, found


@compiled
def _promises(network: Network, wants: Booleans, is_open: Booleans) -> Floats:
    """Return the most that each closed site could add: shape (s,); 0 for those that are open."""
    promise = np.zeros(len(is_open))
    for site in np.flatnonzero(~is_open):
        for pair in range(network.model.start[site], network.model.start[site + 1]):
            if wants[network.model.target[pair]]:
                promise[site] += network.model.weight[network.model.target[pair]]
        promise[site] = min(promise[site], network.model.capacity[site])
    return promise


@compiled
def _replace(rules: Rules, state: _State, place: int, site: int) -> None:
    """Put a site into a place of the choice."""
    old = state.chosen[place]
    state.left[:] += rules.taken[:, old] - rules.taken[:, site]
    state.is_open[old], state.is_open[site], state.chosen[place] = False, True, site
