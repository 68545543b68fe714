"""What could be opened, and siting as numbers: who would be near enough to each room, plot or gate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection

from gridmap.core.coverage.answers import TOLERANCE_M, Pairs
from gridmap.core.coverage.norms import Norm, TargetGroup
from gridmap.core.coverage.siting.problem import Problem, Sites
from gridmap.core.coverage.situation import Homes
from gridmap.core.coverage.snapping import snap
from gridmap.core.topology import Floats
from gridmap.db.frames import read_frame
from gridmap.errors import Infeasible, Text
from gridmap.services.covering import Situation, facilities_of

CANDIDATE_KINDS = ("vacant_room", "shared_room", "plot")
"""Kinds of place where a facility could be opened: vacant rooms, rooms that organisations would share, plots."""


@dataclass(frozen=True)
class Candidates:
    """What could be done.

    Attributes
    ----------
    table : a row for each: ``id`` (of the place), ``kind`` (also ``open_gate``), ``name``, ``floor_area_m2``, ``cost``,
        ``reason`` (why it is not linked to the ways; empty if it is), ``geometry``.
    pairs : which homes each of them reaches.
    """

    table: gpd.GeoDataFrame
    pairs: Pairs


def read_rooms(connection: Connection, situation: Situation) -> gpd.GeoDataFrame:
    """Return rooms and plots of the communities, in their metric CRS."""
    ground = situation.ground
    found = read_frame(
        connection,
        "candidates_within_reach",
        candidate_kinds=list(CANDIDATE_KINDS),
        community_ids=ground.community_ids,
    )
    return found.to_crs(ground.homes.crs)


def candidates_of(
    situation: Situation, norm: Norm, rooms: gpd.GeoDataFrame, reach_m: Floats, *, with_gates: bool
) -> Candidates:
    """Return rooms and plots with the homes they reach, and gates with the homes that a standing facility then reaches.

    Parameters
    ----------
    reach_m : shape (n,), metres within which a home is reached; NaN: nowhere.

    Raises
    ------
    Infeasible : the norm sets no radius, or there is nothing to choose from.
    """
    if np.isnan(reach_m).all():
        raise _no_radius(norm)
    placed = snap(situation.walk.network, rooms.geometry.to_numpy(), barriers=situation.walk.barriers)
    near = _near(situation.reach.pairs(placed, float(np.nanmax(reach_m))), reach_m)
    rows = rooms.assign(reason=placed.reason)
    gates, gate_pairs = _gates(situation, norm, reach_m) if with_gates else (rows.iloc[:0], [])
    table = gpd.GeoDataFrame(pd.concat([rows, gates], ignore_index=True), crs=rooms.crs)
    if table.empty:
        raise _no_candidates()
    parts = [near, *(_moved(pairs, len(rows) + place) for place, pairs in enumerate(gate_pairs))]
    return Candidates(table, _stacked(parts))


def problem_of(
    situation: Situation, norm: Norm, candidates: Candidates, reach_m: Floats, *, in_places: bool
) -> Problem:
    """Return the question as numbers; whose number is not known counts nothing.

    Parameters
    ----------
    reach_m : as of `candidates_of`.
    in_places : count the places that people need by the norm instead of the people.
    """
    homes, ground = situation.homes, situation.ground
    people = homes.weights(counted(norm, homes))
    weight = np.nan_to_num(homes.households if people is None else people)
    rows = np.flatnonzero(ground.facilities["kind"].isin(norm.kinds or ()).to_numpy())
    standing = situation.walk.pairs(situation.reach, rows, float(np.nanmax(reach_m)))
    frame = ground.facilities.iloc[rows]
    return Problem(
        weight * places_each(norm) if in_places else weight,
        _sites(candidates.table["name"], candidates.table["cost"], _capacity(candidates.table)),
        candidates.pairs,
        _sites(frame["name"], None, facilities_of(ground, rows).places),
        _near(standing, reach_m),
        homes.grid,
    )


def counted(norm: Norm, homes: Homes) -> TargetGroup:
    """Return who is counted: the people that a norm is for, or households where those are not known."""
    group = norm.group or TargetGroup.HOUSEHOLDS
    return TargetGroup.HOUSEHOLDS if homes.weights(group) is None else group


def within(problem: Problem, radius_m: Floats) -> Problem:
    """Return the problem with the pairs that are within a radius, shape (n,), only."""
    return replace(
        problem,
        pairs=_near(problem.pairs, radius_m),
        existing_pairs=_near(problem.existing_pairs, radius_m),
    )


def places_each(norm: Norm) -> float:
    """Return the places that the norm asks for each person.

    Raises
    ------
    Infeasible : it asks for none.
    """
    if norm.places_per_hundred is None:
        raise Infeasible(
            Text(
                en=f"{norm.title.en}: the standard sets no places for each hundred people.",
                zh=f"{norm.title.zh}：标准未规定每百人的容量。",
            ),
            hint=Text(en="Leave --capacitated out.", zh="请去掉 --capacitated。"),
        )
    return norm.places_per_hundred.amount / 100.0


def _gates(situation: Situation, norm: Norm, reach_m: Floats) -> tuple[gpd.GeoDataFrame, list[Pairs]]:
    """Return gates that do not let everybody through and, for each, the homes that a standing facility reaches once it does."""
    ground, walk, gates = situation.ground, situation.walk, situation.walk.network.gates
    is_open = situation.reach.parts[0].is_open
    passed = np.isin(np.arange(len(gates)), walk.network.gate)
    shut = np.flatnonzero(~is_open & passed)
    rows = np.flatnonzero(ground.facilities["kind"].isin(norm.kinds or ()).to_numpy())
    standing = walk.facilities.where(np.isin(walk.facility, rows))
    found, pairs = [], []
    for gate in shut.tolist():
        nearest = situation.reach.opened(gate).nearest(standing, float(np.nanmax(reach_m)))
        near = np.flatnonzero(nearest.metres <= reach_m + TOLERANCE_M)
        if len(near):
            found.append(gate)
            pairs.append(Pairs(np.zeros(len(near), dtype=np.int64), near, nearest.metres[near]))
    table = gpd.GeoDataFrame(
        ground.gates.iloc[found][["id", "source_id", "name", "geometry"]].assign(
            kind="open_gate", floor_area_m2=None, capacity=None, cost=None, reason=""
        ),
        crs=ground.gates.crs,
    )
    return table, pairs


def _capacity(table: pd.DataFrame) -> Floats:
    """Return how many people each candidate could serve; NaN where that is not known."""
    return pd.to_numeric(table["capacity"]).to_numpy(dtype=np.float64, na_value=np.nan)


def _sites(names: Sequence[Any] | pd.Series, cost: pd.Series | None, capacity: Floats) -> Sites:
    labels = np.array([str(name) for name in names], dtype=object)
    if cost is None:
        costs = np.ones(len(labels))
    else:
        costs = pd.to_numeric(cost).to_numpy(dtype=np.float64, na_value=np.nan)
    return Sites(labels, np.where(costs > 0, costs, np.nan), capacity)


def _near(ways: Pairs, reach_m: Floats) -> Pairs:
    chosen = ways.metres <= reach_m[ways.target] + TOLERANCE_M
    return Pairs(
        ways.source[chosen].astype(np.int64), ways.target[chosen].astype(np.int64), ways.metres[chosen]
    )


def _moved(pairs: Pairs, by: int) -> Pairs:
    return pairs._replace(source=pairs.source + by)


def _stacked(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _no_candidates() -> Infeasible:
    return Infeasible(
        Text(
            en="There is nothing to choose from: no rooms, plots or gates that would help.",
            zh="没有可选的候选点：既无闲置房屋、可共享用房或地块，也没有可以打开的出入口。",
        ),
        hint=Text(
            en="Import places of the kinds vacant_room, shared_room or plot.",
            zh="请导入 vacant_room、shared_room 或 plot 类的地点。",
        ),
    )


def _no_radius(norm: Norm) -> Infeasible:
    return Infeasible(
        Text(
            en=f"{norm.title.en}: the standard sets no service radius.",
            zh=f"{norm.title.zh}：标准未规定服务半径。",
        ),
        hint=Text(en="Say how far is near enough with --minutes.", zh="请用 --minutes 指定步行时间。"),
    )
