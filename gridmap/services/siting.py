"""Where the next facilities go: rooms, plots and gates to open, chosen so that most people are near enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from gridmap.core.coverage.answers import TOLERANCE_M, Pairs
from gridmap.core.coverage.norms import Norm, TargetGroup
from gridmap.core.coverage.siting.answer import Answer
from gridmap.core.coverage.siting.capacitated import capacitated, greedy_capacitated
from gridmap.core.coverage.siting.exploring import alternatives
from gridmap.core.coverage.siting.exploring import curve as best_curve
from gridmap.core.coverage.siting.maximal import greedy, mclp
from gridmap.core.coverage.siting.problem import Limits, Problem, Sites
from gridmap.core.coverage.siting.verify import verify_siting
from gridmap.core.coverage.snapping import snap
from gridmap.core.model import Progress, silent
from gridmap.core.topology import Floats
from gridmap.db.engine import transaction
from gridmap.db.frames import read_frame
from gridmap.db.tables.studies import StudyKind
from gridmap.errors import Infeasible, Text
from gridmap.services import siting_tables as tables
from gridmap.services import studies
from gridmap.services.covering import Situation, facilities_of, radii_of, reach_of, situation_of
from gridmap.services.questions import SitingQuestion
from gridmap.services.standards import read_rules
from gridmap.services.studies import Study
from gridmap.services.walking import read_ground

CANDIDATE_KINDS = ("vacant_room", "shared_room", "plot")
"""Kinds of place where a facility could be opened: vacant rooms, rooms that organisations would share, plots."""
LONGEST_CURVE = 20
"""Sites up to which the best choice of each number is told."""


@dataclass(frozen=True)
class Candidates:
    """What could be done.

    Attributes
    ----------
    table : a row for each: ``id`` (of the place), ``kind`` (also ``open_gate``), ``name``, ``floor_area_m2``, ``cost``,
        ``reason`` (why it is not linked to the ways; empty if it is), ``geometry``.
    pairs : who is near enough to each.
    """

    table: gpd.GeoDataFrame
    pairs: Pairs


@dataclass(frozen=True)
class Siting:
    """An answer as it was kept, and what it was told from."""

    study: Study
    situation: Situation
    candidates: Candidates
    problem: Problem
    answer: Answer


def site(
    engine: Engine,
    wanted: str,
    asked: SitingQuestion,
    *,
    standards: Path,
    actor: str,
    progress: Progress = silent,
) -> Siting:
    """Choose candidates that bring most people near enough to a facility, with those that stand, and keep the answer.

    Raises
    ------
    NotFound, Invalid : no such area, standard or norm, or a candidate without the cost that a budget asks about.
    Infeasible : there are no candidates, the norm sets no radius, or no choice keeps the least share of every grid.
    Conflict : there are no ways to walk on.
    """
    progress("read", 0, 1)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        rules = read_rules(connection, standards, asked.walking.standard)
        (norm,) = rules.norms(asked.walking.norms)
        ground = read_ground(connection, wanted, norm.kinds or (), reach_of([norm], asked.walking))
        situation = situation_of(connection, ground, asked.walking)
        rooms = _rooms(connection, situation)
    progress("read", 1, 1)
    candidates = _candidates(situation, norm, rooms, with_gates=asked.with_gates and not asked.capacitated)
    problem = _problem(situation, norm, candidates, in_places=asked.capacitated)
    progress("solve", 0, 2)
    limits = Limits(asked.count, asked.budget, asked.floor)
    at_once = (greedy_capacitated if asked.capacitated else greedy)(problem, limits)
    progress("solve", 1, 2)
    answer = (capacitated if asked.capacitated else mclp)(problem, limits)
    others = [] if asked.capacitated else alternatives(problem, limits, answer)
    curve = (
        None
        if asked.capacitated
        else best_curve(problem, min(asked.count, len(candidates.table), LONGEST_CURVE))
    )
    progress("solve", 2, 2)
    _verify(problem, answer, limits, with_capacity=asked.capacitated)
    result = tables.document(
        situation,
        rules,
        norm,
        candidates=candidates,
        problem=problem,
        limits=limits,
        at_once=at_once,
        answer=answer,
        others=others,
        curve=curve,
    )
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        study = studies.keep(
            connection,
            StudyKind.SITING,
            ground,
            question=asked.as_dict(),
            norm_version=rules.version,
            result=result,
            public=tables.public(result),
            author=actor,
        )
        studies.note(connection, study)
    return Siting(study, situation, candidates, problem, answer)


def _verify(problem: Problem, answer: Answer, limits: Limits, *, with_capacity: bool) -> None:
    """Let an independent checker accept an answer before it is told; what it refuses is a fault of ours."""
    wrong = verify_siting(problem, answer, limits, with_capacity=with_capacity)
    if wrong:
        raise AssertionError(f"the checker refuses the answer: {', '.join(wrong)}")


def _rooms(connection: Connection, situation: Situation) -> gpd.GeoDataFrame:
    """Return rooms and plots, and whether they hang on a way."""
    ground = situation.ground
    found = read_frame(
        connection,
        "candidates_within_reach",
        candidate_kinds=list(CANDIDATE_KINDS),
        community_ids=ground.community_ids,
    )
    return found.to_crs(ground.homes.crs)


def _candidates(situation: Situation, norm: Norm, rooms: gpd.GeoDataFrame, *, with_gates: bool) -> Candidates:
    """Return rooms and plots with the homes near enough, and gates with the homes that opening them brings near enough."""
    radius = radii_of(situation, norm)
    if np.isnan(radius).all():
        raise _no_radius(norm)
    placed = snap(situation.walk.network, rooms.geometry.to_numpy(), barriers=situation.walk.barriers)
    found = situation.reach.pairs(placed, float(np.nanmax(radius)))
    near = _near(found, radius)
    rows = rooms.assign(reason=placed.reason)
    gates, gate_pairs = _gates(situation, norm, radius) if with_gates else (rows.iloc[:0], [])
    table = gpd.GeoDataFrame(pd.concat([rows, gates], ignore_index=True), crs=rooms.crs)
    if table.empty:
        raise _no_candidates()
    parts = [near, *(_moved(pairs, len(rows) + place) for place, pairs in enumerate(gate_pairs))]
    return Candidates(table, _stacked(parts))


def _gates(situation: Situation, norm: Norm, radius: Floats) -> tuple[gpd.GeoDataFrame, list[Pairs]]:
    """Return gates that are shut and, for each, the homes that come near enough to a standing facility once it opens."""
    ground, walk, gates = situation.ground, situation.walk, situation.walk.network.gates
    is_open = situation.reach.gates_open
    passed = np.isin(np.arange(len(gates)), walk.network.gate)
    shut = np.flatnonzero(~is_open & passed)
    rows = np.flatnonzero(ground.facilities["kind"].isin(norm.kinds or ()).to_numpy())
    standing = walk.facilities.where(np.isin(walk.facility, rows))
    found, pairs = [], []
    for gate in shut.tolist():
        opened = is_open.copy()
        opened[gate] = True
        nearest = situation.all_gates.nearest(standing, float(np.nanmax(radius)), is_open=opened)
        near = np.flatnonzero(nearest.metres <= radius + TOLERANCE_M)
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


def _problem(situation: Situation, norm: Norm, candidates: Candidates, *, in_places: bool) -> Problem:
    """Return the question as numbers; whose number is not known counts nothing.

    Parameters
    ----------
    in_places : count the places that people need by the norm instead of the people.
    """
    homes, ground = situation.homes, situation.ground
    people = homes.weights(norm.group or TargetGroup.HOUSEHOLDS)
    weight = np.nan_to_num(homes.households if people is None else people)
    if in_places:
        weight = weight * _places_each(norm)
    rows = np.flatnonzero(ground.facilities["kind"].isin(norm.kinds or ()).to_numpy())
    radius = radii_of(situation, norm)
    standing = situation.walk.pairs(situation.reach, rows, float(np.nanmax(radius)))
    frame = ground.facilities.iloc[rows]
    return Problem(
        weight,
        _sites(candidates.table["name"], candidates.table["cost"], _capacity(candidates.table)),
        candidates.pairs,
        _sites(frame["name"], None, facilities_of(ground, rows).places),
        _near(standing, radius),
        homes.grid,
    )


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


def _near(ways: Pairs, radius: Floats) -> Pairs:
    chosen = ways.metres <= radius[ways.target] + TOLERANCE_M
    return Pairs(
        ways.source[chosen].astype(np.int64), ways.target[chosen].astype(np.int64), ways.metres[chosen]
    )


def _moved(pairs: Pairs, by: int) -> Pairs:
    return pairs._replace(source=pairs.source + by)


def _stacked(parts: Sequence[Pairs]) -> Pairs:
    return Pairs(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _places_each(norm: Norm) -> float:
    """Return the places that the norm asks for each person."""
    if norm.places_per_hundred is None:
        raise Infeasible(
            Text(
                en=f"{norm.title.en}: the standard sets no places for each hundred people.",
                zh=f"{norm.title.zh}：标准未规定每百人的容量。",
            ),
            hint=Text(en="Leave --capacitated out.", zh="请去掉 --capacitated。"),
        )
    return norm.places_per_hundred.amount / 100.0


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
