"""Siting as one model: open sites, each of which gives every target it reaches a gain.

Choose candidates within the limits, and of each target as much as it has, so that the sum of gains is greatest. With a
gain of 1 this is maximal covering (Church and ReVelle, "The maximal covering location problem", Papers of the Regional
Science Association 32, 1974); where the gain is the walk that is saved, the p-median (Hakimi, "Optimum locations of
switching centers", Operations Research 12, 1964).
"""

from typing import NamedTuple

import numpy as np

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.siting.problem import NOTHING, Problem
from gridmap.core.topology import Booleans, Floats, Integers


class Model(NamedTuple):
    """What each site gives to whom; what stands already is taken off.

    Attributes
    ----------
    weight : shape (n,), demand of each target.
    start : shape (s + 1,), where the pairs of each site begin.
    target, gain : shape (p,), pairs by site, then target; gain for one unit of demand, positive.
    capacity : shape (s,), demand a site can serve; infinite: no limit.
    """

    weight: Floats
    start: Integers
    target: Integers
    gain: Floats
    capacity: Floats

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.capacity)


def coverage_model(problem: Problem) -> Model:
    """Return the gain of 1 for each target that no standing facility reaches; capacity does not count."""
    is_open = problem.covered(NOTHING)
    gain = np.where(is_open[problem.pairs.target], 0.0, 1.0)
    return _model(problem, problem.pairs, gain, np.full(len(problem.candidates), np.inf))


def savings_model(problem: Problem, beyond: float) -> Model:
    """Return the metres saved against the nearest standing facility, or against `beyond` where that is nearer."""
    now = np.minimum(problem.metres(NOTHING), beyond)
    gain = now[problem.pairs.target] - problem.pairs.metres
    return _model(problem, problem.pairs, gain, np.full(len(problem.candidates), np.inf))


def service_model(problem: Problem) -> Model:
    """Return the gain of 1 for each target, with capacities; the standing facilities come after the candidates."""
    own, standing = problem.pairs, problem.existing_pairs
    pairs = Pairs(
        np.concatenate([own.source, standing.source + len(problem.candidates)]),
        np.concatenate([own.target, standing.target]),
        np.concatenate([own.metres, standing.metres]),
    )
    capacity = np.concatenate([problem.candidates.capacity, problem.existing.capacity])
    return _model(problem, pairs, np.ones(len(pairs.source)), capacity)


def _model(problem: Problem, pairs: Pairs, gain: Floats, capacity: Floats) -> Model:
    """Sort pairs by site and target, each once with its largest gain; leave out those that give nothing."""
    order = np.lexsort((-gain, pairs.target, pairs.source))
    order = order[(gain[order] > 0) & (problem.weight[pairs.target[order]] > 0)]
    source, target = pairs.source[order], pairs.target[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    start = np.searchsorted(source[is_first], np.arange(len(capacity) + 1))
    return Model(
        problem.weight.astype(np.float64),
        start.astype(np.int64),
        target[is_first].astype(np.int64),
        gain[order][is_first].astype(np.float64),
        capacity.astype(np.float64),
    )


def site_of_pair(model: Model) -> Integers:
    """Return the site of each pair: shape (p,)."""
    return np.repeat(np.arange(model.sites), np.diff(model.start))


def limited_to(model: Model, kept: Booleans, weight: Floats) -> Model:
    """Return the model of some sites only, renumbered in their order, with other weights; what weighs nothing is left out."""
    held = kept[site_of_pair(model)] & (weight[model.target] > 0)
    source = (np.cumsum(kept) - 1)[site_of_pair(model)[held]]
    start = np.searchsorted(source, np.arange(int(kept.sum()) + 1)).astype(np.int64)
    return Model(weight, start, model.target[held], model.gain[held], model.capacity[kept])
