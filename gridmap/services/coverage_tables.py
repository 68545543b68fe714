"""A coverage study as a document: what it says of the area, its communities and grids, and who is not served and why."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridmap.core.coverage.groups import count_group, why_unknown
from gridmap.core.coverage.norms import Local, Norm, TargetGroup, Value
from gridmap.core.coverage.outcomes import Question
from gridmap.core.coverage.resilience import network_check
from gridmap.core.coverage.tallies import reach_curve
from gridmap.core.coverage.verdicts import counted, uncovered
from gridmap.core.topology import Floats, Integers
from gridmap.services.coverage_warnings import warnings_of
from gridmap.services.standards import Rules

if TYPE_CHECKING:
    from gridmap.services.covering import Judged, Situation

STEP_M = 50.0
"""Of the curve of households by distance."""

Row = dict[str, Any]


def document(situation: "Situation", rules: Rules, judged: Sequence["Judged"]) -> Row:
    """Return the whole answer as plain values; what is not known is None."""
    standard = rules.standard
    return {
        "standard": {"id": standard.id, "title": standard.title.as_dict(), "edition": standard.edition},
        "households": float(np.nansum(situation.homes.households)),
        "homes": len(situation.homes),
        "homes_uncounted": int(np.isnan(situation.homes.households).sum()),
        "warnings": [text.as_dict() for text in warnings_of(situation, judged)],
        "norms": [_norm(situation, one) for one in judged],
        "tiers": _tiers(situation, judged),
        "unlinked": _unlinked(situation),
        "repairs": _repairs(situation),
    }


def plain(table: pd.DataFrame) -> list[Row]:
    """Return rows as plain values; NaN and infinity become None."""
    return [
        {str(name): plain_value(value) for name, value in row.items()} for row in table.to_dict("records")
    ]


def plain_value(value: Any) -> Any:
    """Return a value as JSON has it; NaN and infinity become None."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return list(value) if isinstance(value, tuple) else value


def _norm(situation: "Situation", judged: "Judged") -> Row:
    judgement, homes = judged.judgement, situation.homes
    norm, table = judgement.norm, judgement.homes
    straight = float(np.nansum(homes.households[table["is_within_straight"].to_numpy(dtype=bool)]))
    return {
        **described(norm, situation.asked.radius_m),
        "facilities": len(judged.facilities),
        "area": _by_question(situation, judged, np.where(homes.community >= 0, 0, -1), 1)[0],
        "straight": {"within": straight},
        "communities": _units(situation, judged, "community"),
        "grids": _units(situation, judged, "grid"),
        "group": _group(situation, judged),
        "floor_sheet": None if judgement.floor_sheet is None else _floor_sheet(situation, judged),
        "facility_sheet": _facility_sheet(situation, judged),
        "uncovered": _uncovered(situation, judged),
        "distances": _distances(table["metres"].to_numpy(), homes.households, judged.search_m),
    }


def described(norm: Norm, asked_m: float | None) -> Row:
    """Describe a norm with every value and where it comes from; a radius that was asked for stands in for its own."""
    return {
        "norm": norm.id,
        "name": norm.title.as_dict(),
        "kinds": list(norm.kinds or ()),
        "tier": norm.tier,
        "level": norm.level,
        "duty": norm.duty,
        "target_group": norm.group,
        "measured": norm.measured,
        "radius_m": {"urban": asked_m, "rural": asked_m} if asked_m else _local(norm.radius_m),
        "values": [
            {"value": path, "amount": value.amount, **_evidence(value)} for path, value in norm.values()
        ],
    }


def _local(values: Local | None) -> Row:
    both = (None, None) if values is None else (values.urban, values.rural)
    return dict(zip(("urban", "rural"), (one and one.amount for one in both), strict=True))


def _evidence(value: Value) -> Row:
    evidence = value.evidence
    return {
        "origin": evidence.standard,
        "clause": evidence.clause,
        "text": evidence.text,
        "verified": evidence.is_verified,
    }


def _by_question(situation: "Situation", judged: "Judged", unit: Integers, units: int) -> list[Row]:
    """Return for each unit its households by outcome under each of the three questions."""
    table = counted(judged.judgement, situation.homes.households, unit, units)
    found: list[Row] = [{} for _ in range(units)]
    for row in plain(table):
        question = row.pop("question")
        found[row.pop("unit")][question] = row
    return found


def _units(situation: "Situation", judged: "Judged", level: str) -> list[Row]:
    homes = situation.homes
    if level == "grid":
        names = [{"code": code} for code in situation.grids]
        return _named(names, _by_question(situation, judged, homes.grid, len(names)))
    communities = situation.ground.communities
    names = [
        {"code": code, "name": name}
        for code, name in zip(communities["code"], communities["name"], strict=True)
    ]
    return _named(names, _by_question(situation, judged, homes.community, len(names)))


def _named(names: Iterable[Row], rows: Iterable[Row]) -> list[Row]:
    return [name | row for name, row in zip(names, rows, strict=True)]


def _group(situation: "Situation", judged: "Judged") -> Row | None:
    """Return people of the norm's group by outcome of distance, as far as the k-rule lets them be told, or why not."""
    norm = judged.judgement.norm
    if norm.group is None or norm.group is TargetGroup.HOUSEHOLDS:
        return None
    unknown = why_unknown(norm, situation.homes)
    return {
        "group": norm.group.value,
        "unknown": None if unknown is None else unknown.as_dict(),
        "units": [] if unknown else _people(situation, judged, norm.group),
    }


def _people(situation: "Situation", judged: "Judged", group: TargetGroup) -> list[Row]:
    homes = situation.homes
    of_grid = np.full(len(situation.grids), -1, dtype=np.int64)
    inside = homes.grid >= 0
    of_grid[homes.grid[inside]] = homes.community[inside]
    table = count_group(judged.judgement, homes, homes.people[group], Question.DISTANCE, of_grid)
    codes = {
        "area": [situation.ground.area.code],
        "community": list(situation.ground.communities["code"]),
        "grid": list(situation.grids),
    }
    return [{"code": codes[row["level"]][row.pop("unit")], **row} for row in plain(table)]


def _floor_sheet(situation: "Situation", judged: "Judged") -> list[Row]:
    assert judged.judgement.floor_sheet is not None
    names = [{"code": code} for code in situation.ground.communities["code"]]
    return _named(names, plain(judged.judgement.floor_sheet))


def _facility_sheet(situation: "Situation", judged: "Judged") -> list[Row]:
    frame = situation.ground.facilities.iloc[judged.facilities]
    names = frame[["id", "name", "kind", "floor_area_m2", "capacity", "hours"]].reset_index(drop=True)
    return plain(
        pd.concat([names.astype(object), judged.judgement.facilities.reset_index(drop=True)], axis=1)
    )


def _uncovered(situation: "Situation", judged: "Judged") -> list[Row]:
    """List homes that are not served, the most households first."""
    table = uncovered(judged.judgement, situation.homes)
    ground = situation.ground
    home = table.pop("home").to_numpy()
    grid = np.array([*situation.grids, ""], dtype=object)[table["grid"].to_numpy()]
    community = np.array([*ground.communities["code"], ""], dtype=object)[table["community"].to_numpy()]
    points = ground.homes.geometry.iloc[home].representative_point().to_crs("EPSG:4326")
    return plain(
        table.assign(
            home=np.where(ground.homes["is_cell"], "cell/", "building/").astype(object)[home]
            + ground.homes["id"].astype(str).to_numpy(dtype=object)[home],
            name=ground.homes["name"].to_numpy()[home],
            grid=grid,
            community=community,
            lon=points.x.round(7).to_numpy(),
            lat=points.y.round(7).to_numpy(),
        )
    )


def _distances(metres: Floats, households: Floats, search_m: float) -> Row:
    """Return median and 90th percentile of households by distance, None beyond the search, and the curve."""
    at = np.arange(STEP_M, search_m + STEP_M / 2, STEP_M)
    curve = reach_curve(metres, households, at)
    order = np.argsort(metres, kind="stable")
    share = np.cumsum(np.nan_to_num(households)[order])
    quantiles = {}
    for name, part in (("median_m", 0.5), ("p90_m", 0.9)):
        place = int(np.searchsorted(share, part * share[-1])) if len(share) and share[-1] > 0 else -1
        quantiles[name] = plain_value(metres[order[place]]) if place >= 0 else None
    return {**quantiles, "metres": at.tolist(), "households": curve.tolist()}


def _tiers(situation: "Situation", judged: Sequence["Judged"]) -> list[Row]:
    """Return by community whether main stations, special facilities and outlets make a network."""
    communities = situation.ground.communities
    served = {one.judgement.norm.id: one.judgement.homes["is_served"].to_numpy(dtype=bool) for one in judged}
    norms = [one.judgement.norm for one in judged]
    homes = situation.homes
    table = network_check(norms, served, homes.households, homes.community, len(communities))
    codes = list(communities["code"])
    return [{"community": codes[row.pop("unit")], **row} for row in plain(table)]


def _unlinked(situation: "Situation") -> Row:
    """List homes and facilities that hang on no way, and why."""
    walk, ground = situation.walk, situation.ground
    homes = np.flatnonzero(walk.homes.edge < 0)
    facilities = np.flatnonzero(~walk.linked()) if len(walk.facility) else np.zeros(0, dtype=np.int64)
    first = {int(owner): reason for owner, reason in zip(walk.facility, walk.facilities.reason, strict=True)}
    return {
        "homes": [
            {"name": ground.homes["name"].iloc[row], "reason": str(walk.homes.reason[row])} for row in homes
        ],
        "facilities": [
            {
                "id": int(ground.facilities["id"].iloc[row]),
                "name": ground.facilities["name"].iloc[row],
                "kind": ground.facilities["kind"].iloc[row],
                "reason": str(first[int(row)]),
            }
            for row in facilities
        ],
    }


def _repairs(situation: "Situation") -> Row:
    repairs, gates = situation.walk.network.repairs, situation.ground.gates
    return {
        "lines_left_out": len(repairs.left_out),
        "stretches_doubled": repairs.doubled,
        "gates_off_the_ways": [gates["name"].iloc[row] for row in repairs.gates_off],
        "ways_through_barriers": len(repairs.through_barriers),
    }
