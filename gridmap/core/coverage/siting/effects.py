"""What a choice means for people: why each site, who gains and who loses, and what happens if a facility closes."""

from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.flows import flow_of, network_of, served
from gridmap.core.coverage.siting.model import service_model
from gridmap.core.coverage.siting.problem import NOTHING, Problem
from gridmap.core.topology import Booleans, Floats, Integers


class Reasons(NamedTuple):
    """Why each site of a choice is there: shape (k,) each, in the order of the choice.

    Attributes
    ----------
    reached : demand within its reach.
    gained : demand within its reach that no standing facility reaches.
    alone : demand that no other open site reaches.
    """

    reached: Floats
    gained: Floats
    alone: Floats


class Effect(NamedTuple):
    """What changes for each target: shape (n,) each.

    Attributes
    ----------
    before, after : metres to the nearest open site, infinite where none is reached.
    """

    before: Floats
    after: Floats

    @property
    def gains(self) -> Booleans:
        """Who is reached now and was not."""
        return np.asarray(np.isinf(self.before) & np.isfinite(self.after))

    @property
    def loses(self) -> Booleans:
        """Who was reached and is not any more."""
        return np.asarray(np.isfinite(self.before) & np.isinf(self.after))

    @property
    def nearer(self) -> Booleans:
        """Who is reached as before, by a shorter way."""
        return np.asarray(np.isfinite(self.before) & (self.after < self.before))

    @property
    def farther(self) -> Booleans:
        """Who is reached as before, by a longer way."""
        return np.asarray(np.isfinite(self.after) & (self.after > self.before))


class Closure(NamedTuple):
    """What happens if one standing facility closes.

    Attributes
    ----------
    facility : its row.
    effect : for each target.
    lost : demand that nobody reaches then.
    farther : demand that has a longer way then.
    extra_metres : mean of that, weighted by demand; NaN where nobody has a longer way.
    unserved : demand served now that those left have no capacity for, or do not reach; NaN where a capacity is not known.
    """

    facility: int
    effect: Effect
    lost: float
    farther: float
    extra_metres: float
    unserved: float


def reasons(problem: Problem, chosen: Integers) -> Reasons:
    """Return why each site of a choice is there."""
    standing = problem.covered(NOTHING)
    reached, gained, alone = (np.zeros(len(chosen)) for _ in range(3))
    for place, site in enumerate(chosen):
        own = np.zeros(len(standing), dtype=bool)
        own[problem.pairs.target[problem.pairs.source == site]] = True
        others = problem.covered(chosen[chosen != site])
        for amount, who in ((reached, own), (gained, own & ~standing), (alone, own & ~others)):
            amount[place] = problem.weight[who].sum()
    return Reasons(reached, gained, alone)


def effect(problem: Problem, before: Integers, after: Integers, *, closed: Integers = NOTHING) -> Effect:
    """Return what changes for whom from one choice of candidates to another.

    Parameters
    ----------
    closed : rows of standing facilities that close at the same time.
    """
    return Effect(problem.metres(before), without(problem, closed).metres(after))


def closure_drill(problem: Problem, chosen: Integers = NOTHING) -> list[Closure]:
    """Return what happens if one standing facility closes, for each of them; candidates chosen are open as well."""
    now = problem.metres(chosen)
    served_now = _served(problem, chosen)
    return [_closed(problem, chosen, facility, now, served_now) for facility in range(len(problem.existing))]


def without(problem: Problem, closed: Integers) -> Problem:
    """Return the problem with some standing facilities closed; they keep their rows and reach nobody."""
    kept = ~np.isin(problem.existing_pairs.source, closed)
    source, target, metres = problem.existing_pairs
    pairs = Pairs(source[kept], target[kept], metres[kept])
    return Problem(problem.weight, problem.candidates, problem.pairs, problem.existing, pairs, problem.group)


def _closed(problem: Problem, chosen: Integers, facility: int, now: Floats, served_now: float) -> Closure:
    left = without(problem, np.array([facility]))
    change = Effect(now, left.metres(chosen))
    weight = np.where(change.farther, problem.weight, 0.0)
    more = np.where(change.farther, change.after, 0.0) - np.where(change.farther, now, 0.0)
    mean = float(weight @ more / weight.sum()) if weight.sum() > 0 else np.nan
    lost = float(problem.weight[change.loses].sum())
    return Closure(
        facility,
        change,
        lost,
        float(weight.sum()),
        mean,
        float(np.maximum(0.0, served_now - _served(left, chosen))),
    )


def _served(problem: Problem, chosen: Integers) -> float:
    """Return the demand that open sites can serve within their capacities; NaN where one is not known."""
    network = network_of(service_model(problem))
    count = len(problem.candidates)
    is_open = np.concatenate([chosen, count + np.arange(len(problem.existing))])
    if np.isnan(network.model.capacity[is_open]).any():
        return np.nan
    return served(network, flow_of(network, is_open))
