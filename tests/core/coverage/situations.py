"""Homes and facilities along one straight street, so that every walk is known by heart.

A home at 120 and a facility at 400 are 280 m apart, on foot as in a straight line, unless a test says otherwise.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from gridmap.core.coverage.answers import sorted_pairs
from gridmap.core.coverage.hours_reading import opening_hours
from gridmap.core.coverage.norms import TargetGroup
from gridmap.core.coverage.situation import Facilities, Homes, Walks

SEARCH_M = 2_000.0


def homes_of(
    households: Sequence[float],
    *,
    grid: Sequence[int] | None = None,
    community: Sequence[int] | None = None,
    rural: Sequence[bool] = (False,),
    people: Mapping[TargetGroup, Sequence[float]] | None = None,
) -> Homes:
    none = [0] * len(households)
    return Homes(
        households=np.array(households, dtype=np.float64),
        grid=np.array(none if grid is None else grid),
        community=np.array(none if community is None else community),
        rural=np.array(rural),
        people={group: np.array(each, dtype=np.float64) for group, each in (people or {}).items()},
    )


def facilities_of(
    count: int,
    *,
    floor_area_m2: Sequence[float] | None = None,
    places: Sequence[float] | None = None,
    hours: Sequence[str | None] | None = None,
    community: Sequence[int] | None = None,
) -> Facilities:
    unknown = [np.nan] * count
    return Facilities(
        floor_area_m2=np.array(unknown if floor_area_m2 is None else floor_area_m2, dtype=np.float64),
        places=np.array(unknown if places is None else places, dtype=np.float64),
        hours=[opening_hours(each) for each in hours or [None] * count],
        community=np.array([0] * count if community is None else community, dtype=np.int64),
    )


def walks_of(
    homes: Sequence[float],
    facilities: Sequence[float],
    *,
    detour_m: Sequence[float] | None = None,
    through_gates_m: Sequence[float] | None = None,
    unlinked: Sequence[str] | None = None,
    has_way: Sequence[bool] | None = None,
) -> Walks:
    """Return the walks of a street; `detour_m` is added to every walk of a home, inf: there is none."""
    straight = np.abs(np.array(homes, dtype=np.float64)[None, :] - np.array(facilities)[:, None])
    metres = straight + np.array([0.0] * len(homes) if detour_m is None else detour_m)[None, :]
    names = np.array([""] * len(homes) if unlinked is None else unlinked, dtype=object)
    source, target = np.nonzero((metres <= SEARCH_M) & (names == "")[None, :])
    pairs = sorted_pairs(source, target, metres[source, target])
    return Walks(
        pairs=pairs,
        straight_m=straight.min(axis=0, initial=np.inf),
        through_gates_m=(
            pairs.nearest(len(homes)).metres if through_gates_m is None else np.array(through_gates_m)
        ),
        unlinked=names,
        has_way=np.array([len(facilities) > 0] * len(homes) if has_way is None else has_way),
    )
