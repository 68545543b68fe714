"""The second verdict: is there floor area enough, by facility or by community, under both readings of the clause."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.needs import FloorNeed, floor_need
from gridmap.core.coverage.norms import FloorRule, FloorUnit
from gridmap.core.coverage.outcomes import Outcome
from gridmap.core.coverage.situation import Facilities, Homes
from gridmap.core.topology import Booleans, Floats

_WORST_TO_BEST = (Outcome.UNMET, Outcome.UNCERTAIN, Outcome.UNKNOWN, Outcome.MET)


def judge_communities(rule: FloorRule, facilities: Facilities, homes: Homes) -> pd.DataFrame:
    """Judge the floor area of all facilities of each community together.

    Area that is not known, or 0, is not added; it leaves the outcome unknown unless the rest is enough already. What
    is asked goes by the households that are counted.

    Returns
    -------
    A row for each community: ``households``, ``buildings_uncounted``, ``have_m2``, ``facilities``, ``facilities_unknown``, ``need_low_m2``,
    ``need_high_m2``, ``binds_low``, ``binds_high`` (minimum or per_household), ``short_low_m2``, ``short_high_m2``,
    ``outcome``: uncertain means met by the lenient reading only.
    """
    areas = known_areas(facilities)
    rows = [
        _community(
            rule,
            areas[facilities.community == row],
            homes.households[homes.community == row],
            is_rural=rural,
        )
        for row, rural in enumerate(homes.rural.tolist())
    ]
    return pd.DataFrame(rows)


def judge_facilities(rule: FloorRule, facilities: Facilities, rural: Booleans) -> NDArray[np.object_]:
    """Judge the floor area of each facility by itself, shape (k,), `Outcome` values.

    Parameters
    ----------
    rural : shape (c,), which communities are rural; facilities outside all communities count as urban.
    """
    is_rural = np.append(rural, False)[facilities.community]
    areas = known_areas(facilities)
    return np.array(
        [
            _outcome(area, floor_need(rule, None, is_rural=here), is_whole=not np.isnan(area))
            for area, here in zip(areas.tolist(), is_rural.tolist(), strict=True)
        ],
        dtype=object,
    )


def judge_floor_areas(
    rule: FloorRule | None, facilities: Facilities, homes: Homes, serving: Pairs
) -> NDArray[np.object_]:
    """Give each home the best outcome among the facilities that serve it, or that of its community.

    Parameters
    ----------
    serving : facilities and homes, see `situation.serving`; a home that none serves is unmet.
    """
    if rule is None:
        return np.full(len(homes), Outcome.NOT_SET.value, dtype=object)
    if rule.unit is FloorUnit.COMMUNITY:
        own = judge_communities(rule, facilities, homes)["outcome"].to_numpy(dtype=object)
        return np.append(own, Outcome.UNKNOWN.value)[homes.community]
    outcome = _best(judge_facilities(rule, facilities, homes.rural), serving, len(homes))
    for rural in (False, True):
        if floor_need(rule, None, is_rural=rural) is None:
            outcome[homes.is_rural == rural] = Outcome.NOT_SET.value
    return outcome


def known_areas(facilities: Facilities) -> Floats:
    """Return floor areas in m², shape (k,), NaN where they are missing or 0."""
    return np.where(facilities.floor_area_m2 > 0, facilities.floor_area_m2, np.nan)


def _best(outcomes: NDArray[np.object_], serving: Pairs, homes: int) -> NDArray[np.object_]:
    rank = {outcome.value: number for number, outcome in enumerate(_WORST_TO_BEST)} | {"not_set": 0}
    ranks = np.array([rank[each] for each in outcomes], dtype=np.int64)
    best = np.zeros(homes, dtype=np.int64)
    np.maximum.at(best, serving.target, ranks[serving.source])
    return np.array([each.value for each in _WORST_TO_BEST], dtype=object)[best]


def _community(rule: FloorRule, areas: Floats, households: Floats, *, is_rural: bool) -> dict[str, object]:
    counted = float(np.nansum(households))
    have = float(np.nansum(areas))
    need = floor_need(rule, counted, is_rural=is_rural)
    return {
        "households": counted,
        "buildings_uncounted": int(np.isnan(households).sum()),
        "have_m2": have,
        "facilities": len(areas),
        "facilities_unknown": int(np.isnan(areas).sum()),
        "need_low_m2": np.nan if need is None else need.low.area_m2,
        "need_high_m2": np.nan if need is None else need.high.area_m2,
        "binds_low": None if need is None else need.low.binds,
        "binds_high": None if need is None else need.high.binds,
        "short_low_m2": np.nan if need is None else max(0.0, need.low.area_m2 - have),
        "short_high_m2": np.nan if need is None else max(0.0, need.high.area_m2 - have),
        "outcome": _outcome(have, need, is_whole=not np.isnan(areas).any()),
    }


def _outcome(have: float, need: FloorNeed | None, *, is_whole: bool) -> str:
    if need is None:
        return Outcome.NOT_SET.value
    if have >= need.high.area_m2:
        return Outcome.MET.value
    if not is_whole:
        return Outcome.UNKNOWN.value
    return Outcome.UNCERTAIN.value if have >= need.low.area_m2 else Outcome.UNMET.value
