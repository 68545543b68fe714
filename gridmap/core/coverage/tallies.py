"""Verdicts counted: households, or people of a group, by grid, community or area."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.coverage.outcomes import Outcome
from gridmap.core.topology import Booleans, Floats, Integers

OUTCOMES = tuple(outcome.value for outcome in Outcome)


def tally(
    outcome: NDArray[np.object_], weights: Floats, unit: Integers, units: int, *, is_within: Booleans
) -> pd.DataFrame:
    """Add up weights by unit and outcome.

    Parameters
    ----------
    outcome : shape (n,), `Outcome` values.
    weights : shape (n,), households or people; NaN where not counted: such buildings are counted as buildings only.
    unit : shape (n,), row of the unit; -1: in none, left out.
    is_within : shape (n,), what the plain comparison says, without band.

    Returns
    -------
    A row for each unit: a column for each outcome; ``within``; ``judged``, all but not_set; ``uncounted`` buildings;
    ``share`` = within ÷ judged, ``share_surely`` = met ÷ judged, ``share_at_most`` = (met + uncertain) ÷ judged. What
    is unknown stays in the denominator. Shares are NaN where nobody is judged.
    """
    inside = unit >= 0
    counted = np.nan_to_num(weights)
    columns = {name: _sums(counted, unit, inside & (outcome == name), units) for name in OUTCOMES}
    is_set = inside & (outcome != Outcome.NOT_SET.value)
    columns["within"] = _sums(counted, unit, is_set & is_within, units)
    columns["judged"] = np.sum([columns[name] for name in OUTCOMES if name != Outcome.NOT_SET.value], axis=0)
    uncounted = _sums(np.ones(len(unit)), unit, inside & np.isnan(weights), units).astype(np.int64)
    judged = np.where(columns["judged"] > 0, columns["judged"], np.nan)
    shares = {
        "share": columns["within"] / judged,
        "share_surely": columns["met"] / judged,
        "share_at_most": (columns["met"] + columns["uncertain"]) / judged,
    }
    return pd.DataFrame({**columns, "uncounted": uncounted, **shares})


def reach_curve(metres: Floats, weights: Floats, at: Floats) -> Floats:
    """Return how many households or people have a facility within each of the distances ``at``, shape (len(at),)."""
    order = np.argsort(metres, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(weights)[order])])
    return np.asarray(total[np.searchsorted(metres[order], at, side="right")])


def _sums(weights: Floats, unit: Integers, chosen: Booleans, units: int) -> Floats:
    return np.bincount(unit[chosen], weights[chosen], minlength=units).astype(np.float64)
