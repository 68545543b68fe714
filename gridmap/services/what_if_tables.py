"""What a change makes of a service, before and after: counts by outcome, who gains and who loses, home by home."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import shapely

from gridmap.core.coverage.altering import Distances
from gridmap.core.coverage.k_rule import LEAST_HOUSEHOLDS, is_tellable
from gridmap.core.coverage.tallies import tally
from gridmap.core.topology import Booleans, Floats, Geometries, Integers
from gridmap.services.coverage_public import COUNTS, HIDDEN
from gridmap.services.coverage_tables import plain
from gridmap.services.covering import Situation

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A service before anything is tried, and how its homes are counted.

    Attributes
    ----------
    weights : shape (n,), households, as anyone may know them if `is_public`; NaN where not counted.
    units : by level (area, community, grid) the unit of each home, -1: none, and the counts of each unit.
    is_public : leave out what stands for few households.
    """

    distances: Distances
    weights: Floats
    units: Mapping[str, tuple[Integers, pd.DataFrame]]
    is_public: bool

    @classmethod
    def of(cls, situation: Situation, distances: Distances, *, is_public: bool) -> Self:
        """Count homes as they stand."""
        homes = situation.homes
        weights = (situation.public if is_public else situation).homes.households
        units = {
            "area": (np.where(homes.community >= 0, 0, -1), 1),
            "community": (homes.community, len(homes.rural)),
            "grid": (homes.grid, len(situation.grids)),
        }
        counts = {
            level: (unit, _counts(distances, weights, unit, size)) for level, (unit, size) in units.items()
        }
        return cls(distances, weights, counts, is_public)


def difference(situation: Situation, shapes: Geometries, baseline: Baseline, after: Distances) -> Row:
    """Return what differs, as plain values; None where it is not known or stands for few households.

    Parameters
    ----------
    shapes : of the homes, in WGS 84.
    """
    communities = situation.ground.communities
    named = [
        {"code": code, "name": name}
        for code, name in zip(communities["code"], communities["name"], strict=True)
    ]
    (area,) = _before_and_after(baseline, after, "area", np.zeros(1, dtype=np.int64))
    effects = _effects(baseline, after)
    return {
        "households": float(np.nansum(baseline.weights)),
        **area,
        **{name: _people(baseline, who) for name, who in effects.items()},
        "communities": _changed(baseline, after, "community", named),
        "grids": _changed(baseline, after, "grid", [{"code": code} for code in situation.grids]),
        "homes": _features(situation, shapes, baseline, after, effects),
    }


def _counts(distances: Distances, weights: Floats, unit: Integers, units: int) -> pd.DataFrame:
    return tally(distances.outcome, weights, unit, units, is_within=distances.is_within)


def _changed(baseline: Baseline, after: Distances, level: str, names: Sequence[Row]) -> list[Row]:
    """Return counts before and after of the units in which what is said of a home differs."""
    before, (unit, _) = baseline.distances, baseline.units[level]
    differs = (before.outcome != after.outcome) | (before.is_within != after.is_within)
    chosen = np.unique(unit[differs & (unit >= 0)])
    rows = _before_and_after(baseline, after, level, chosen) if len(chosen) else []
    return [names[one] | row for one, row in zip(chosen.tolist(), rows, strict=True)]


def _before_and_after(baseline: Baseline, after: Distances, level: str, chosen: Integers) -> list[Row]:
    """Return counts before and after for chosen units of a level."""
    unit, whole = baseline.units[level]
    was = whole.iloc[chosen]
    becomes = _counts(after, baseline.weights, unit, len(whole)).iloc[chosen]
    told, told_after = _told(was, becomes) if baseline.is_public else (np.ones(len(was), dtype=bool),) * 2
    return [
        {"before": one if is_told else _hidden(one), "after": other if is_told_after else _hidden(other)}
        for one, other, is_told, is_told_after in zip(
            plain(was), plain(becomes), told, told_after, strict=True
        )
    ]


def _told(was: pd.DataFrame, becomes: pd.DataFrame) -> tuple[Booleans, Booleans]:
    """Tell of which units the counts before, and those after, stand for enough households; so must their difference."""
    before, after = (table[list(COUNTS)].to_numpy(dtype=np.float64) for table in (was, becomes))
    told, told_after, told_between = (
        np.asarray(is_tellable(counts).all(axis=1)) for counts in (before, after, after - before)
    )
    return told, told_after & told_between


def _hidden(counts: Row) -> Row:
    return {**counts, **dict.fromkeys(HIDDEN)}


def _effects(baseline: Baseline, after: Distances) -> dict[str, Booleans]:
    """Tell who comes near enough, who does not stay so, and whose way is else shorter or longer."""
    before = baseline.distances
    stays = before.is_within == after.is_within
    return {
        "gained": ~before.is_within & after.is_within,
        "lost": before.is_within & ~after.is_within,
        "nearer": stays & (after.metres < before.metres),
        "farther": stays & (after.metres > before.metres),
    }


def _people(baseline: Baseline, who: Booleans) -> Row:
    households = float(np.nansum(baseline.weights[who]))
    is_told = not baseline.is_public or bool(is_tellable(np.array([households])).all())
    return {"households": households if is_told else None, "homes": int(who.sum())}


def _features(
    situation: Situation,
    shapes: Geometries,
    baseline: Baseline,
    after: Distances,
    effects: Mapping[str, Booleans],
) -> Row:
    """Return the homes that differ as GeoJSON."""
    before = baseline.distances
    rows = np.flatnonzero((before.metres != after.metres) | (before.outcome != after.outcome))
    frame, households = situation.ground.homes.iloc[rows], situation.homes.households[rows]
    told = np.where(households >= (LEAST_HOUSEHOLDS if baseline.is_public else 0), households, np.nan)
    properties = pd.DataFrame(
        {
            "name": frame["name"].to_numpy(),
            "households": told,
            "outcome_before": before.outcome[rows],
            "outcome_after": after.outcome[rows],
            "metres_before": before.metres[rows].round(1),
            "metres_after": after.metres[rows].round(1),
            "effect": np.select([who[rows] for who in effects.values()], list(effects), default=""),
        }
    )
    features = [
        {"type": "Feature", "id": key, "geometry": json.loads(shape), "properties": values}
        for key, shape, values in zip(
            _keys(frame), shapely.to_geojson(shapes[rows]), plain(properties), strict=True
        )
    ]
    return {"type": "FeatureCollection", "features": features}


def _keys(homes: pd.DataFrame) -> list[str]:
    kinds = np.where(homes["is_cell"].astype(bool), "cell", "building")
    return [f"{kind}/{key}" for kind, key in zip(kinds, homes["id"], strict=True)]
