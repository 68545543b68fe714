"""Who depends on one facility only, and whether main stations, special facilities and outlets make a network."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.norms import Duty, Norm
from gridmap.core.coverage.outcomes import Outcome
from gridmap.core.model import FacilityTier
from gridmap.core.topology import Booleans, Floats, Integers


def depending(serving: Pairs, households: Floats, sources: int) -> Floats:
    """Return for each facility the households that no other one serves, shape (sources,): its closure would leave them.

    Parameters
    ----------
    serving : facilities and homes, see `situation.serving`.
    households : shape (targets,); NaN adds nothing.
    """
    how_many = np.bincount(serving.target, minlength=len(households))
    single = how_many[serving.target] == 1
    lost = np.nan_to_num(households)[serving.target[single]]
    return np.bincount(serving.source[single], lost, minlength=sources).astype(np.float64)


def network_check(
    norms: Sequence[Norm],
    is_served: Mapping[str, Booleans],
    households: Floats,
    unit: Integers,
    units: int,
    *,
    share: float = 1.0,
) -> pd.DataFrame:
    """Check in each unit that 主体, 配套 and 补充 are there: who is asked for, given, given to a part, missing.

    Parameters
    ----------
    norms : those without a tier are left out.
    is_served : by id of norm, shape (n,), whether some facility serves the home.
    unit : shape (n,), row of the unit of each home; -1: none.
    share : of a unit's households that must be served for a service to count as given.

    Returns
    -------
    A row for each unit and tier, from main to supplementary: ``unit``, ``tier``, ``asked``, ``given``; ids in
    ``partly`` and ``missing``; ``outcome``, which goes by required services alone; unknown for a unit without
    households.
    """
    weights = np.nan_to_num(households)
    inside = unit >= 0
    whole = np.bincount(unit[inside], weights[inside], minlength=units).astype(np.float64)
    shares = {
        norm.id: _share(is_served[norm.id] & inside, weights, unit, whole)
        for norm in norms
        if norm.tier is not None
    }
    tiers = [tier for tier in FacilityTier if any(norm.tier is tier for norm in norms)]
    return pd.DataFrame(
        [
            {
                "unit": row,
                "tier": tier.value,
                **_tier([norm for norm in norms if norm.tier is tier], shares, row, share),
            }
            for row in range(units)
            for tier in tiers
        ],
        columns=["unit", "tier", "asked", "given", "partly", "missing", "outcome"],
    )


def _share(served: Booleans, weights: Floats, unit: Integers, whole: Floats) -> Floats:
    reached = np.bincount(unit[served], weights[served], minlength=len(whole))
    return np.asarray(np.divide(reached, whole, out=np.full(len(whole), np.nan), where=whole > 0))


def _tier(norms: Sequence[Norm], shares: Mapping[str, Floats], row: int, share: float) -> dict[str, object]:
    reached = {norm.id: float(shares[norm.id][row]) for norm in norms}
    given = {name for name, part in reached.items() if part >= share - 1e-9}
    required = {norm.id for norm in norms if norm.duty is not Duty.AS_NEEDED}
    if any(np.isnan(part) for part in reached.values()):
        outcome = Outcome.UNKNOWN
    else:
        outcome = Outcome.MET if required <= given else Outcome.UNMET
    return {
        "asked": len(norms),
        "given": len(given),
        "partly": tuple(name for name, part in reached.items() if part > 0 and name not in given),
        "missing": tuple(name for name, part in reached.items() if part == 0),
        "outcome": outcome.value,
    }
