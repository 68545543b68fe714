"""A good choice at once: the site that adds most, again and again; then exchanges of one site as long as one helps.

Marginal gains only fall as sites are opened, so a site need not be looked at again while another is known to add more
(Minoux, "Accelerated greedy algorithms for maximizing submodular set functions", 1978). The best exchange is found from
the best and second-best site of each target (Resende and Werneck, "A fast swap-based local search procedure for location
problems", Annals of Operations Research 150, 2007).
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.siting.model import Model
from gridmap.core.coverage.siting.problem import NOTHING
from gridmap.core.topology import Booleans, Floats, Integers

CLOSED = -1


class Rules(NamedTuple):
    """Limits as numbers.

    Attributes
    ----------
    taken : shape (r, s), what each site takes of each limit.
    most : shape (r,).
    """

    taken: Floats
    most: Floats


class _Standing(NamedTuple):
    """What a choice gives: shape (n,) each.

    Attributes
    ----------
    best, second : gains of each target from the best and second-best site.
    slot : place in the choice of the best site; -1 if there is none.
    """

    best: Floats
    second: Floats
    slot: Integers


def greedy_choice(model: Model, rules: Rules) -> Integers:
    """Return sites in the order in which greedy opens them: the better of the largest gains and the largest for their price."""
    price = (rules.taken / np.maximum(rules.most, 1e-9)[:, None]).max(axis=0)
    by_price = added(model, rules, price, NOTHING)
    by_gain = added(model, rules, np.ones(model.sites), NOTHING)
    return by_gain if total_gain(model, by_gain) >= total_gain(model, by_price) else by_price


def improved(model: Model, rules: Rules, chosen: Integers) -> Integers:
    """Return a choice that no exchange of one site, and no further site, makes better; ascending."""
    exchanged = exchange(model, rules, np.sort(chosen))
    return np.sort(added(model, rules, np.ones(model.sites), exchanged))


def total_gain(model: Model, chosen: Integers) -> float:
    """Return the sum of gains, each target served by the best of the sites."""
    return float(best_gains(model, chosen) @ model.weight)


@compiled
def best_gains(model: Model, chosen: Integers) -> Floats:
    """Return the gain of each target from the best of the sites: shape (n,)."""
    best = np.zeros(len(model.weight))
    for site in chosen:
        _raise_to(model, best, site)
    return best


@compiled
def added(model: Model, rules: Rules, price: Floats, chosen: Integers) -> Integers:
    """Return the sites with those added that give most for their price, as long as one fits and gives something."""
    best, left = best_gains(model, chosen), rules.most.copy()
    order, size = np.empty(len(price), np.int64), 0
    promise, fresh = np.full(len(price), np.inf), CLOSED
    for site in chosen:
        order[size], promise[site], size = site, 0.0, size + 1
        left -= rules.taken[:, site]
    while size < len(price):
        site = int(np.argmax(promise))
        if promise[site] <= 0.0:
            break
        if site != fresh:
            fits = np.all(rules.taken[:, site] <= left)
            promise[site] = _marginal(model, best, site) / price[site] if fits else 0.0
            fresh = site
            continue
        order[size], promise[site], size, fresh = site, 0.0, size + 1, CLOSED
        left -= rules.taken[:, site]
        _raise_to(model, best, site)
    return order[:size].copy()


@compiled
def _raise_to(model: Model, best: Floats, site: int) -> None:
    """Raise the best gains to those of a site."""
    for pair in range(model.start[site], model.start[site + 1]):
        best[model.target[pair]] = max(best[model.target[pair]], model.gain[pair])


@compiled
def _marginal(model: Model, best: Floats, site: int) -> float:
    """Return what a site adds to gains there are."""
    more = 0.0
    for pair in range(model.start[site], model.start[site + 1]):
        more += model.weight[model.target[pair]] * max(0.0, model.gain[pair] - best[model.target[pair]])
    return more


@compiled
def exchange(model: Model, rules: Rules, chosen: Integers) -> Integers:
    """Make the best exchange of an open for a closed site until none helps."""
    chosen, left = chosen.copy(), rules.most.copy()
    for site in chosen:
        left -= rules.taken[:, site]
    while True:
        slot, site = _best_exchange(model, rules, chosen, left)
        if slot < 0:
            return chosen
        left += rules.taken[:, chosen[slot]] - rules.taken[:, site]
        chosen[slot] = site


@compiled
def _best_exchange(model: Model, rules: Rules, chosen: Integers, left: Floats) -> tuple[int, int]:
    """Return which place of the choice to fill with which site; -1 if no exchange helps."""
    standing = _two_best(model, chosen)
    loss, extra = _losses(model, standing, len(chosen)), np.empty(len(chosen))
    most, slot, found = 1e-9 * max(1.0, np.dot(standing.best, model.weight)), CLOSED, CLOSED
    is_open = np.zeros(model.start.size - 1, np.bool_)
    is_open[chosen] = True
    for site in range(len(is_open)):
        if is_open[site]:
            continue
        gain = _gain_and_extra(model, standing, site, extra)
        for place in range(len(chosen)):
            profit = gain - loss[place] + extra[place]
            if profit > most and np.all(rules.taken[:, site] <= left + rules.taken[:, chosen[place]]):
                most, slot, found = profit, place, site
    return slot, found


@compiled
def _gain_and_extra(model: Model, standing: _Standing, site: int, extra: Floats) -> float:
    """Return what a site adds; write what it adds besides where the site in a place of the choice is closed."""
    best, second, slot_of = standing
    extra[:] = 0.0
    gain = 0.0
    for pair in range(model.start[site], model.start[site + 1]):
        target, offer = model.target[pair], model.gain[pair]
        gain += model.weight[target] * max(0.0, offer - best[target])
        if slot_of[target] >= 0 and offer > second[target]:
            extra[slot_of[target]] += model.weight[target] * (min(offer, best[target]) - second[target])
    return gain


@compiled
def _two_best(model: Model, chosen: Integers) -> _Standing:
    """Return what a choice gives to each target."""
    best, second = np.zeros(len(model.weight)), np.zeros(len(model.weight))
    slot_of = np.full(len(best), CLOSED)
    for slot in range(len(chosen)):
        for pair in range(model.start[chosen[slot]], model.start[chosen[slot] + 1]):
            target, offer = model.target[pair], model.gain[pair]
            if offer > best[target]:
                second[target], best[target], slot_of[target] = best[target], offer, slot
            elif offer > second[target]:
                second[target] = offer
    return _Standing(best, second, slot_of)


@compiled
def _losses(model: Model, standing: _Standing, places: int) -> Floats:
    """Return what is lost if the site in each place of the choice is closed."""
    best, second, slot_of = standing
    loss = np.zeros(places)
    for target in range(len(best)):
        if slot_of[target] >= 0:
            loss[slot_of[target]] += model.weight[target] * (best[target] - second[target])
    return loss


def as_mask(chosen: Integers, count: int) -> Booleans:
    """Return a choice as one flag for each site."""
    flags = np.zeros(count, dtype=bool)
    flags[chosen] = True
    return flags
