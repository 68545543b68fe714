"""What is judged: homes, the facilities of one service, and the walks between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridmap.core.coverage.answers import TOLERANCE_M, Pairs
from gridmap.core.coverage.hours import Hours, Moment, is_open
from gridmap.core.coverage.norms import Local, TargetGroup
from gridmap.core.topology import Booleans, Floats, Integers

OPEN, CLOSED, UNSURE = 1, 0, -1


@dataclass(frozen=True, slots=True)
class Homes:
    """Buildings with homes.

    Parameters
    ----------
    households : shape (n,); NaN where not counted, which is not 0.
    grid, community : shape (n,), rows of the units they lie in; -1: none.
    rural : shape (c,), which communities are rural; homes in none count as urban.
    people : people of target groups, each of shape (n,), NaN where not counted; they leave as sums under the k-rule only.
    kept_back : shape (n,), counts that are no small ones and yet are not told, lest the total of a grid tells a small one.
    """

    households: Floats
    grid: Integers
    community: Integers
    rural: Booleans
    people: Mapping[TargetGroup, Floats] = field(default_factory=dict)
    kept_back: Booleans | np.bool_ = np.False_

    def __len__(self) -> int:
        return len(self.households)

    @property
    def is_rural(self) -> Booleans:
        """Tell which homes are in rural communities, shape (n,)."""
        return np.append(self.rural, False)[self.community]

    def weights(self, group: TargetGroup) -> Floats | None:
        """Return who counts for a norm in each building: households, or the people of its group; None: not known."""
        return self.households if group is TargetGroup.HOUSEHOLDS else self.people.get(group)

    def local(self, values: Local | None) -> Floats:
        """Return the urban or rural value for each building, shape (n,); NaN where none is set."""
        if values is None:
            return np.full(len(self), np.nan)
        urban, rural = (np.nan if value is None else value.amount for value in (values.urban, values.rural))
        return np.where(self.is_rural, rural, urban)


@dataclass(frozen=True, slots=True)
class Facilities:
    """The facilities that give one service.

    Parameters
    ----------
    floor_area_m2, places : shape (k,); NaN where not known. An area of 0 is not known either.
    hours : k opening hours, None where not known.
    community : shape (k,), rows of the communities they stand in; -1: none.
    """

    floor_area_m2: Floats
    places: Floats
    hours: Sequence[Hours | None]
    community: Integers

    def __len__(self) -> int:
        return len(self.floor_area_m2)

    def opened(self, moment: Moment | None) -> NDArray[np.int8]:
        """Tell which are `OPEN`, `CLOSED` or `UNSURE` at a moment, shape (k,); all open where none is asked."""
        if moment is None:
            return np.full(len(self), OPEN, dtype=np.int8)
        states = (is_open(each, moment.weekday, moment.minute) for each in self.hours)
        return np.array([UNSURE if state is None else int(state) for state in states], dtype=np.int8)


@dataclass(frozen=True, slots=True)
class Walks:
    """How homes and facilities lie to one another.

    Parameters
    ----------
    pairs : facilities (sources) and homes (targets) on foot, through the gates that are open, whatever the
        facilities' own hours; they reach at least the radius and the uncertain band.
    straight_m : shape (n,), straight to the nearest facility; inf where there is none.
    through_gates_m : shape (n,), on foot to the nearest facility if every gate were open; inf beyond the search.
    unlinked : shape (n,), why a home is not linked to the network; empty where it is.
    has_way : shape (n,), whether any way leads to any facility, however long.
    """

    pairs: Pairs
    straight_m: Floats
    through_gates_m: Floats
    unlinked: NDArray[np.object_]
    has_way: Booleans

    def of(self, chosen: Booleans) -> Pairs:
        """Return the pairs of chosen facilities, shape (k,)."""
        return kept(self.pairs, chosen[self.pairs.source])


def kept(pairs: Pairs, chosen: Booleans) -> Pairs:
    """Return the pairs a mask chooses, in their order."""
    return Pairs(pairs.source[chosen], pairs.target[chosen], pairs.metres[chosen])


def serving(pairs: Pairs, radius_m: Floats, homes: Homes, facilities: Facilities) -> Pairs:
    """Return which facilities serve which homes: those within the radius, or of the same community where none is set.

    Parameters
    ----------
    radius_m : shape (n,); NaN where the norm sets none. There the metres of a pair are NaN.
    """
    near = kept(pairs, pairs.metres <= radius_m[pairs.target] + TOLERANCE_M)
    unset = np.flatnonzero(np.isnan(radius_m) & (homes.community >= 0))
    if not len(unset):
        return near
    target, source = _same(homes.community[unset], facilities.community)
    return Pairs(
        np.concatenate([near.source, source]).astype(np.int32),
        np.concatenate([near.target, unset[target]]).astype(np.int32),
        np.concatenate([near.metres, np.full(len(source), np.nan)]),
    )


def nth_nearest(pairs: Pairs, targets: int, count: int) -> Floats:
    """Return the metres to the first, second … facility, shape (targets, count); inf where there are fewer.

    Parameters
    ----------
    pairs : sorted by target, then metres.
    """
    metres = np.full((targets, count), np.inf)
    first = np.searchsorted(pairs.target, pairs.target)
    rank = np.arange(len(pairs.target)) - first
    near = rank < count
    metres[pairs.target[near], rank[near]] = pairs.metres[near]
    return metres


def _same(left: Integers, right: Integers) -> tuple[Integers, Integers]:
    """Return the rows of all pairs of equal values."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, side="left")
    count = np.searchsorted(right[order], left, side="right") - first
    rows = np.repeat(np.arange(len(left)), count)
    step = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    return rows, order[first[rows] + step]
