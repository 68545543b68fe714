"""The first verdict: is an open facility near enough on foot, and if not, why not."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.coverage.answers import TOLERANCE_M
from gridmap.core.coverage.outcomes import Outcome, Reason
from gridmap.core.coverage.situation import CLOSED, OPEN, UNSURE, Walks
from gridmap.core.topology import Booleans, Floats

UNCERTAIN_M = 30.0
"""Walks are known to about so many metres: entrances instead of middles move them by 29 m on average (measured)."""
ISLAND = "island"
"""The reason for which a home is not linked, though its own paths are known: no way leads anywhere."""


def judge_distances(
    walks: Walks, radius_m: Floats, opened: NDArray[np.int8], *, band_m: float = UNCERTAIN_M
) -> pd.DataFrame:
    """Judge each home's walk to the nearest facility that is open.

    Parameters
    ----------
    radius_m : shape (n,), NaN where the norm sets none.
    opened : shape (k,), `OPEN`, `CLOSED` or `UNSURE`.
    band_m : within so many metres of the radius, on either side, the outcome is uncertain.

    Returns
    -------
    A row for each home: ``outcome``, ``is_within`` (the plain comparison), ``metres`` and ``facility`` (inf and -1
    beyond the search), ``radius_m``, ``metres_short`` (NaN where within or beyond the search), ``straight_m``,
    ``is_within_straight`` (as a standard's circle would have it) and ``reason`` (empty where within).
    """
    nearest = walks.of(opened == OPEN).nearest(len(radius_m))
    limit = radius_m + TOLERANCE_M
    within = nearest.metres <= limit
    reason = _reasons(walks, limit, opened, within)
    is_unknown = np.isin(reason, [Reason.BAD_SNAP.value, Reason.HOURS_UNKNOWN.value])
    over = nearest.metres - radius_m
    return pd.DataFrame(
        {
            "outcome": outcomes(nearest.metres, radius_m, is_unknown, band_m=band_m),
            "is_within": within,
            "metres": nearest.metres,
            "facility": nearest.source,
            "radius_m": radius_m,
            "metres_short": np.where((over > TOLERANCE_M) & np.isfinite(over), over, np.nan),
            "straight_m": walks.straight_m,
            "is_within_straight": walks.straight_m <= limit,
            "reason": reason,
        }
    )


def outcomes(
    metres: Floats, radius_m: Floats, is_unknown: Booleans, *, band_m: float = UNCERTAIN_M
) -> NDArray[np.object_]:
    """Return the outcome of each home's distance, shape (n,), values of `Outcome`.

    Parameters
    ----------
    metres : shape (n,), to the nearest open facility; inf beyond the search.
    radius_m, band_m : as of `judge_distances`.
    is_unknown : shape (n,), homes that hang on no way, or that only a facility of unknown hours is near enough to.
    """
    outcome = np.where(metres <= radius_m, Outcome.MET.value, Outcome.UNMET.value).astype(object)
    outcome[np.abs(metres - radius_m) <= band_m + TOLERANCE_M] = Outcome.UNCERTAIN.value
    outcome[is_unknown] = Outcome.UNKNOWN.value
    outcome[np.isnan(radius_m)] = Outcome.NOT_SET.value
    return outcome


def is_off_the_ways(unlinked: NDArray[np.object_]) -> Booleans:
    """Tell which homes hang on no way, shape (n,); those on an island do, though it leads nowhere."""
    return np.asarray((unlinked != "") & (unlinked != ISLAND))


def _reasons(walks: Walks, limit: Floats, opened: NDArray[np.int8], within: Booleans) -> NDArray[np.object_]:
    """Name for each home that is not within the limit the first `Reason` that holds."""
    near = {
        state: walks.of(opened == state).nearest(len(limit)).metres <= limit for state in (UNSURE, CLOSED)
    }
    cut_off = walks.unlinked == ISLAND
    reasons = (
        (Reason.BAD_SNAP, is_off_the_ways(walks.unlinked)),
        (Reason.HOURS_UNKNOWN, near[UNSURE]),
        (Reason.CLOSED_THEN, near[CLOSED]),
        (Reason.DETOUR_BY_GATE, walks.through_gates_m <= limit),
        (Reason.NO_FACILITY, walks.straight_m > limit),
        (Reason.UNREACHABLE, cut_off | ~walks.has_way),
    )
    named = np.select(
        [holds for _, holds in reasons],
        [reason.value for reason, _ in reasons],
        default=Reason.DETOUR.value,
    ).astype(object)
    named[within | np.isnan(limit)] = ""
    return named
