"""A bound no choice can beat, and candidates that are in no better choice.

That no target is served more than it has is taken out of the model at a price for each target. What is left falls apart:
each site takes the targets with the largest gain above their price, as far as its capacity goes; then the sites worth
most for what they take of a limit are opened, the last one in part. Any prices give a bound (Galvão and ReVelle, "A
Lagrangean heuristic for the maximal covering location problem", European Journal of Operational Research 88, 1996); steps
along the mean of all slopes so far, the newest weighing most, lower it (Barahona and Anbil, "The volume algorithm: producing
primal solutions with a subgradient method", Mathematical Programming 87, 2000). A site
that a choice better than one at hand cannot have, or cannot lack, is ruled out or in by its reduced cost.
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.compiled import compiled
from gridmap.core.coverage.siting.greedy import Rules, best_gains
from gridmap.core.coverage.siting.model import Model
from gridmap.core.topology import Booleans, Floats, Integers

MEMORY = 0.1
"""Weight of the newest slope in the mean of all, along which the prices move."""
FIRST_LENGTH, SHORTEST = 0.5, 1e-3
"""Length of the first step, and that at which it ends, as a share of what the bound is above the sum that is known."""
PATIENCE = 8
"""Steps without a lower bound before they are made shorter."""
SHORTER, LONGER = 0.66, 1.1


class Bound(NamedTuple):
    """A bound and what follows from it.

    Attributes
    ----------
    value : no choice has a larger sum of gains.
    price : shape (n,), of the targets, that prove it.
    worth : shape (s,), sum of gains above these prices.
    is_out, is_in : shape (s,), sites that are in none, or in every choice whose sum of gains is more than `known`.
    """

    value: float
    price: Floats
    worth: Floats
    is_out: Booleans
    is_in: Booleans


def bounded(
    model: Model,
    rules: Rules,
    chosen: Integers,
    known: float,
    *,
    steps: int = 400,
    price: Floats | None = None,
) -> Bound:
    """Return a bound on the sum of gains.

    Parameters
    ----------
    chosen : a good choice; the prices begin at half of what it gives to each target.
    known : sum of gains that a choice must exceed to be of interest.
    steps : at most.
    price : shape (n,), to begin with, as from a bound of a similar question.
    """
    begun = best_gains(model, chosen) / 2 if price is None else price
    return Bound(*_descend(model, rules, begun.copy(), known, steps))


@compiled
def _descend(
    model: Model, rules: Rules, price: Floats, known: float, steps: int
) -> tuple[float, Floats, Floats, Booleans, Booleans]:
    """Take steps from the best prices so far; what is ruled out or in by any bound on the way stays so."""
    load, order = np.zeros(len(model.target)), np.arange(len(model.target))
    share, mean = np.zeros(model.start.size - 1), np.zeros(len(price))
    is_out, is_in = np.zeros(len(share), np.bool_), np.zeros(len(share), np.bool_)
    least, best, worth, length, idle = np.inf, price.copy(), share.copy(), FIRST_LENGTH, 0
    for number in range(steps + 1):
        values = _worths(model, price, load, order)
        bound, margin = _opened(rules, values, share)
        bound += np.dot(price, model.weight)
        _rule(bound - known, margin, is_out, is_in)
        is_onward = _remember(mean, model, load, share, MEMORY if number else 1.0)
        if bound < least:
            idle = 0 if bound < least - 1e-6 * abs(least) or not number else idle
            length = min(2.0, length * LONGER) if is_onward and number else length
            least, best, worth = bound, price.copy(), values
        else:
            idle += 1
        if idle == PATIENCE:
            length, idle = length * SHORTER, 0
        if (
            least <= known
            or length < SHORTEST
            or not _step(model, price, best, mean, length * (bound - known))
        ):
            break
    return least, best, worth, is_out, is_in


@compiled
def _worths(model: Model, price: Floats, load: Floats, order: Integers) -> Floats:
    """Return the gains above the prices that each site can take, and write what it takes of each target.

    Parameters
    ----------
    order : shape (p,), pairs of each site, the largest gain above the price first as it was before; it is set right.
    """
    worth = np.zeros(model.start.size - 1)
    for site in range(len(worth)):
        wanted = 0.0
        for pair in range(model.start[site], model.start[site + 1]):
            above, demand = model.gain[pair] - price[model.target[pair]], model.weight[model.target[pair]]
            load[pair] = demand if above > 0.0 else 0.0
            worth[site] += above * load[pair]
            wanted += load[pair]
        if wanted > model.capacity[site]:
            worth[site] = _fill(model, price, load, order, site)
    return worth


@compiled
def _fill(model: Model, price: Floats, load: Floats, order: Integers, site: int) -> float:
    """Fill a site up to its capacity, the largest gains above the price first, and return their sum."""
    _sort(model, price, order, site)
    left, worth = model.capacity[site], 0.0
    for pair in order[model.start[site] : model.start[site + 1]]:
        load[pair] = min(load[pair], left)
        left -= load[pair]
        worth += load[pair] * (model.gain[pair] - price[model.target[pair]])
    return worth


@compiled
def _sort(model: Model, price: Floats, order: Integers, site: int) -> None:
    """Sort the pairs of a site by insertion: prices change little from step to step, and so does the order."""
    first = model.start[site]
    for place in range(first + 1, model.start[site + 1]):
        pair, at = order[place], place
        above = model.gain[pair] - price[model.target[pair]]
        while at > first and model.gain[order[at - 1]] - price[model.target[order[at - 1]]] < above:
            order[at], at = order[at - 1], at - 1
        order[at] = pair


@compiled
def _opened(rules: Rules, worth: Floats, share: Floats) -> tuple[float, Floats]:
    """Open sites under the limit that binds most.

    Returns
    -------
    the sum of what is opened, and by how much it falls if a site is shut that was open, or opened that was shut: positive
    for those that were shut, negative for those that were open. Which part of each is open is written to `share`.
    """
    least, margin, tried = np.inf, np.zeros(len(worth)), np.zeros(len(worth))
    for row in range(len(rules.most)):
        total, found = _opened_by(rules.taken[row], rules.most[row], worth, tried)
        if total < least:
            least, margin = total, found
            share[:] = tried
    return least, margin


@compiled
def _opened_by(taken: Floats, most: float, worth: Floats, share: Floats) -> tuple[float, Floats]:
    """Open sites under one limit, the last in part (Dantzig); see `_opened`."""
    ratio = np.where(taken > 0.0, worth / np.maximum(taken, 1e-300), np.inf)
    order, left, total, last, after = np.argsort(-ratio), most, 0.0, np.inf, 0.0
    share[:] = 0.0
    for site in order:
        if worth[site] <= 0.0:
            break
        part = 1.0 if taken[site] <= left else max(0.0, left / taken[site])
        if part < 1.0:
            after = ratio[site]
            last = after if part > 0.0 else last
        else:
            last = ratio[site]
        share[site] = part
        left, total = left - part * taken[site], total + part * worth[site]
        if part < 1.0:
            break
    if after == 0.0 and left > 0.0:
        last = 0.0
    return total, _margins(taken, worth, share, last, after)


@compiled
def _margins(taken: Floats, worth: Floats, share: Floats, last: float, after: float) -> Floats:
    """Return the reduced costs at the ratios of the last site opened and the first one not opened."""
    margin = np.zeros(len(worth))
    for site in range(len(worth)):
        if share[site] == 0.0 and taken[site] > 0.0:
            margin[site] = max(0.0, last * taken[site] - worth[site]) if last < np.inf else np.inf
        elif share[site] == 1.0:
            margin[site] = -max(0.0, worth[site] - after * taken[site])
    return margin


@compiled
def _rule(slack: float, margin: Floats, is_out: Booleans, is_in: Booleans) -> None:
    """Rule out, or in, the sites whose reduced cost uses up what a bound is above the sum that is known."""
    for site in range(len(margin)):
        if margin[site] >= slack:
            is_out[site] = True
        elif -margin[site] >= slack:
            is_in[site] = True


@compiled
def _remember(mean: Floats, model: Model, load: Floats, share: Floats, newest: float) -> bool:
    """Mix the newest slope, as a share of each demand, into the mean of all; True if it points the same way."""
    slope = model.weight.copy()
    for site in range(len(share)):
        if share[site] > 0.0:
            for pair in range(model.start[site], model.start[site + 1]):
                slope[model.target[pair]] -= share[site] * load[pair]
    onward = 0.0
    for target in range(len(slope)):
        if model.weight[target] > 0.0:
            mean[target] += newest * (slope[target] / model.weight[target] - mean[target])
            onward += slope[target] * mean[target]
    return onward > 0.0


@compiled
def _step(model: Model, price: Floats, best: Floats, mean: Floats, excess: float) -> bool:
    """Raise the best prices of targets that are served too much, lower those of the others; False if none are."""
    norm = 0.0
    for target in range(len(mean)):
        if mean[target] < 0.0 or best[target] > 0.0:
            norm += mean[target] ** 2 * model.weight[target]
    if norm <= 1e-12:
        return False
    for target in range(len(mean)):
        price[target] = max(0.0, best[target] - excess / norm * mean[target])
    return True
