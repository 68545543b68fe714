"""One norm judged in one situation: three verdicts for each home, never merged, and what they come to by unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridmap.core.coverage.answers import Pairs
from gridmap.core.coverage.capacity import Served, judge_capacity, two_step
from gridmap.core.coverage.distances import UNCERTAIN_M, judge_distances
from gridmap.core.coverage.floor_areas import judge_communities, judge_facilities, judge_floor_areas
from gridmap.core.coverage.hours import Moment
from gridmap.core.coverage.norms import FloorUnit, Norm, TargetGroup, unverified
from gridmap.core.coverage.outcomes import Outcome, Question, Reason
from gridmap.core.coverage.resilience import depending
from gridmap.core.coverage.situation import OPEN, Facilities, Homes, Walks, nth_nearest, serving
from gridmap.core.coverage.tallies import tally
from gridmap.core.topology import Booleans, Floats, Integers
from gridmap.errors import Text


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging one norm.

    Parameters
    ----------
    homes : a row for each home: the columns of `judge_distances` with ``distance`` for its outcome; ``second_m``, walk
        to the second nearest; ``floor_area``, ``capacity`` (outcomes); ``access``, places for each person of the
        group; ``is_served``, whether some facility, open or not, is near enough or, without a radius, in the community.
    facilities : a row for each facility: ``opened`` (1, 0, −1 unknown), ``floor_area`` (outcome by itself),
        ``load``, people for each place, ``depending``, households that no other one serves.
    floor_sheet : floor area by community, see `judge_communities`; None where the norm has no such clause.
    imbalance : of the conservation check of capacity, see `Served`.
    warnings : numbers of the norm that nobody has read in a source text.
    """

    norm: Norm
    homes: pd.DataFrame
    facilities: pd.DataFrame
    floor_sheet: pd.DataFrame | None
    imbalance: float
    warnings: tuple[Text, ...]

    def outcome(self, question: Question) -> pd.Series:
        """Return the outcomes of one question for each home."""
        return self.homes[question.value]


def judge(
    norm: Norm,
    homes: Homes,
    facilities: Facilities,
    walks: Walks,
    *,
    moment: Moment | None = None,
    radius_m: float | None = None,
    band_m: float = UNCERTAIN_M,
) -> Judgement:
    """Judge a norm by distance, floor area and capacity.

    Distance is judged at the moment; floor area and capacity by all facilities near enough, open then or not.

    Parameters
    ----------
    moment : None: opening hours are left aside.
    radius_m : metres instead of the norm's own radius, as a planner may ask.
    """
    (judgement,) = judge_alike(
        norm, [homes], facilities, walks, moment=moment, radius_m=radius_m, band_m=band_m
    )
    return judgement


def judge_alike(
    norm: Norm,
    counts: Sequence[Homes],
    facilities: Facilities,
    walks: Walks,
    *,
    moment: Moment | None = None,
    radius_m: float | None = None,
    band_m: float = UNCERTAIN_M,
) -> list[Judgement]:
    """Judge a norm for the same homes counted in several ways; see `judge`. Walks are judged once.

    Parameters
    ----------
    counts : at least one; they differ in households and people only.
    """
    homes = counts[0]
    radius = homes.local(norm.radius_m) if radius_m is None else np.full(len(homes), radius_m)
    opened = facilities.opened(moment)
    near = serving(walks.pairs, radius, homes, facilities)
    table = judge_distances(walks, radius, opened, band_m=band_m).rename(columns={"outcome": "distance"})
    table["second_m"] = nth_nearest(walks.of(opened == OPEN), len(homes), 2)[:, 1]
    return [_counted(norm, each, facilities, near, opened=opened, table=table.copy()) for each in counts]


def _counted(
    norm: Norm,
    homes: Homes,
    facilities: Facilities,
    near: Pairs,
    *,
    opened: NDArray[np.int8],
    table: pd.DataFrame,
) -> Judgement:
    """Judge floor area and capacity, which go by who lives in the homes.

    Parameters
    ----------
    opened : of each facility at the moment, shape (k,).
    table : of the walks, to which the other columns are added.
    """
    reached = np.bincount(near.target, minlength=len(homes)) > 0
    served = _served(norm, homes, facilities, near)
    table["floor_area"] = judge_floor_areas(norm.floor_area, facilities, homes, near)
    table["capacity"] = _capacity(norm, homes, served, reached)
    table["access"] = np.where(_group_known(norm, homes), served.access, np.nan)
    table["is_served"] = reached
    return Judgement(
        norm=norm,
        homes=table,
        facilities=_facility_table(norm, homes, facilities, near, served).assign(opened=opened),
        floor_sheet=_floor_sheet(norm, homes, facilities),
        imbalance=served.imbalance,
        warnings=unverified(norm),
    )


def uncovered(judgement: Judgement, homes: Homes) -> pd.DataFrame:
    """List homes that are not near enough, or whose facilities are over capacity, a row for each home and question.

    Returns
    -------
    ``home``, ``question``, ``reason``, ``households``, ``grid``, ``community``, ``metres`` and ``straight_m`` to the nearest
    facility (inf: none in reach of the search), ``metres_short``; the most households first.
    """
    table = judgement.homes
    far = table["reason"] != ""
    full = (table["capacity"] == Outcome.UNMET.value) & table["is_served"]
    lists = [
        _listed(table[far], Question.DISTANCE, table["reason"][far]),
        _listed(
            table[full], Question.CAPACITY, pd.Series(Reason.OVER_CAPACITY.value, index=table.index[full])
        ),
    ]
    listed = pd.concat(lists, ignore_index=True)
    rows = listed["home"].to_numpy()
    listed.insert(3, "households", homes.households[rows])
    listed.insert(4, "grid", homes.grid[rows])
    listed.insert(5, "community", homes.community[rows])
    return listed.sort_values(
        ["households", "home"], ascending=[False, True], kind="stable", ignore_index=True
    )


def counted(judgement: Judgement, weights: Floats, unit: Integers, units: int) -> pd.DataFrame:
    """Count households (or people, before the k-rule) by unit and question; see `tally` for the columns.

    Returns
    -------
    A row for each unit and question: ``unit``, ``question`` and the columns of `tally`. Except for distance, ``within``
    and ``share`` are those of what is surely met.
    """
    tables = []
    for question in Question:
        outcome = judgement.outcome(question).to_numpy(dtype=object)
        within = _within(judgement, question)
        table = tally(outcome, weights, unit, units, is_within=within)
        table.insert(0, "unit", np.arange(units))
        table.insert(1, "question", question.value)
        tables.append(table)
    return pd.concat(tables, ignore_index=True).sort_values("unit", kind="stable", ignore_index=True)


def _within(judgement: Judgement, question: Question) -> Booleans:
    if question is Question.DISTANCE:
        return judgement.homes["is_within"].to_numpy(dtype=bool)
    return (judgement.outcome(question) == Outcome.MET.value).to_numpy(dtype=bool)


def _served(norm: Norm, homes: Homes, facilities: Facilities, near: Pairs) -> Served:
    people = homes.weights(norm.group or TargetGroup.HOUSEHOLDS)
    demand = np.zeros(len(homes)) if people is None else people
    return two_step(near, demand, facilities.places)


def _capacity(norm: Norm, homes: Homes, served: Served, reached: Booleans) -> pd.Series:
    places = norm.places_per_hundred
    needed = np.full(len(homes), np.nan if places is None else places.amount / 100.0)
    outcome = pd.Series(judge_capacity(served, needed, reached))
    if places is not None and not _group_known(norm, homes):
        outcome[reached] = Outcome.UNKNOWN.value
    return outcome


def _group_known(norm: Norm, homes: Homes) -> bool:
    return homes.weights(norm.group or TargetGroup.HOUSEHOLDS) is not None


def _facility_table(
    norm: Norm, homes: Homes, facilities: Facilities, near: Pairs, served: Served
) -> pd.DataFrame:
    by_itself = norm.floor_area is not None and norm.floor_area.unit is not FloorUnit.COMMUNITY
    floor = (
        judge_facilities(norm.floor_area, facilities, homes.rural)
        if norm.floor_area is not None and by_itself
        else Outcome.NOT_SET.value
    )
    return pd.DataFrame(
        {
            "floor_area": floor,
            "load": np.where(_group_known(norm, homes), served.load, np.nan),
            "depending": depending(near, homes.households, len(facilities)),
        },
        index=pd.RangeIndex(len(facilities)),
    )


def _floor_sheet(norm: Norm, homes: Homes, facilities: Facilities) -> pd.DataFrame | None:
    if norm.floor_area is None or norm.floor_area.unit is not FloorUnit.COMMUNITY:
        return None
    return judge_communities(norm.floor_area, facilities, homes)


def _listed(rows: pd.DataFrame, question: Question, reason: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "home": rows.index.to_numpy(),
            "question": question.value,
            "reason": reason.to_numpy(dtype=object),
            "metres": rows["metres"].to_numpy(),
            "straight_m": rows["straight_m"].to_numpy(),
            "metres_short": rows["metres_short"].to_numpy(),
        }
    )
