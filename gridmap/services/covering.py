"""Check who is served: every norm of a standard judged for every home of an area, on the walking network."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection, Engine

from gridmap.core.coverage.access import straight_metres
from gridmap.core.coverage.distances import UNCERTAIN_M
from gridmap.core.coverage.home_reach import HomeReach
from gridmap.core.coverage.hours import Hours
from gridmap.core.coverage.hours_reading import opening_hours
from gridmap.core.coverage.norms import Norm, TargetGroup
from gridmap.core.coverage.profiles import gates_open, passable, walked
from gridmap.core.coverage.public_homes import public_homes
from gridmap.core.coverage.reach import Reach
from gridmap.core.coverage.residents import residents_of
from gridmap.core.coverage.situation import Facilities, Homes, Walks
from gridmap.core.coverage.verdicts import Judgement, judge_alike
from gridmap.core.model import Progress, silent
from gridmap.core.topology import Floats, Integers
from gridmap.db.engine import transaction
from gridmap.db.queries import sql
from gridmap.db.rows import append_rows
from gridmap.db.tables import study_home
from gridmap.db.tables.studies import StudyKind
from gridmap.services import coverage_tables as tables
from gridmap.services import studies
from gridmap.services.coverage_public import withheld
from gridmap.services.questions import Walking
from gridmap.services.standards import read_rules
from gridmap.services.studies import Study
from gridmap.services.walking import Ground, Walk, read_ground, walk_of

SEARCH_M = 1_000.0
"""Walks are searched at least so far, and to twice the radius, so that a home too far away is told how far."""


@dataclass(frozen=True)
class Situation:
    """An area ready to be judged.

    Attributes
    ----------
    grids : codes of the grids of its homes, the rows that `homes.grid` names.
    """

    ground: Ground
    walk: Walk
    homes: Homes
    grids: tuple[str, ...]
    asked: Walking
    reach: HomeReach
    all_gates: Reach

    @cached_property
    def public(self) -> "Situation":
        """The same with the homes as anyone may know them."""
        return replace(self, homes=public_homes(self.homes))


@dataclass(frozen=True)
class Coverage:
    """An answer as it was kept, and what it was told from."""

    study: Study
    situation: "Situation"
    judged: tuple["Judged", ...]

    def homes(self) -> gpd.GeoDataFrame:
        """Return homes with the outcome of every norm, in WGS 84, complete: for whoever holds the database."""
        return home_features(self.situation, self.judged)


@dataclass(frozen=True)
class Judged:
    """A norm judged.

    Attributes
    ----------
    public : the same for the homes as anyone may know them.
    facilities : rows of the facilities that give its service.
    """

    judgement: Judgement
    public: Judgement
    facilities: Integers
    search_m: float


def cover(
    engine: Engine,
    wanted: str,
    asked: Walking,
    *,
    standards: Path,
    actor: str,
    progress: Progress = silent,
) -> Coverage:
    """Judge the homes of an area by the norms of a standard and keep the answer.

    Parameters
    ----------
    wanted : code or name of an area.
    standards : folder of the standards.

    Raises
    ------
    NotFound, Invalid : no such area, standard or norm, an ambiguous name, or facilities in shifted coordinates.
    Conflict : there are no ways to walk on.
    """
    progress("read", 0, 1)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        rules = read_rules(connection, standards, asked.standard)
        norms = rules.norms(asked.norms)
        ground = read_ground(connection, wanted, _kinds(norms), reach_of(norms, asked))
        situation = situation_of(connection, ground, asked)
    progress("read", 1, 1)
    judged = []
    for number, norm in enumerate(norms):
        progress("judge", number, len(norms))
        judged.append(judge_norm(situation, norm))
    progress("judge", len(norms), len(norms))
    result = tables.document(situation, rules, judged)
    told = [replace(one, judgement=one.public) for one in judged]
    known = {name: result[name] for name in ("warnings", "homes_uncounted")}
    public = withheld(tables.document(situation.public, rules, told) | known)
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        study = studies.keep(
            connection,
            StudyKind.COVERAGE,
            ground,
            question=asked.as_dict(),
            norm_version=rules.version,
            result=result,
            public=public,
            author=actor,
            homes_kept=len(situation.homes) * len(judged),
        )
        for one in judged:
            append_rows(connection, _home_rows(study.id, situation, one), study_home)
        studies.note(connection, study)
    return Coverage(study, situation, tuple(judged))


def situation_of(
    connection: Connection, ground: Ground, asked: Walking, *, with_people: bool = True
) -> Situation:
    """Put an area on its walking network and count who lives where.

    Parameters
    ----------
    with_people : read the people of target groups as well.
    """
    walk = walk_of(ground)
    homes, grids = _homes(ground, _people(connection, ground) if with_people else {})
    network, walker = walk.network, asked.walker
    usable = passable(network, walker, asked.moment, is_resident=True)
    could_use = walked(network, walker)
    residents = residents_of(
        network.gates,
        ground.compounds.geometry.to_numpy(),
        np.asarray(shapely.point_on_surface(ground.homes.geometry.to_numpy())),
    )
    reach = HomeReach.of(network, walk.homes, usable, residents, walked=could_use)
    is_open = gates_open(network, walker, asked.moment)
    all_gates = reach.reach if is_open.all() else Reach.of(network, walk.homes, could_use)
    return Situation(ground, walk, homes, grids, asked, reach, all_gates)


def judge_norm(situation: Situation, norm: Norm) -> Judged:
    """Judge one norm for the homes as they are, and as anyone may know them."""
    ground, asked = situation.ground, situation.asked
    rows = np.flatnonzero(ground.facilities["kind"].isin(norm.kinds or ()).to_numpy())
    search_m = search_of(_radii(norm, asked))
    given = (facilities_of(ground, rows), walks_of(situation, rows, search_m))
    counts = (situation.homes, situation.public.homes)
    judgement, public = judge_alike(norm, counts, *given, moment=asked.moment, radius_m=asked.radius_m)
    return Judged(judgement, public, rows, search_m)


def facilities_of(ground: Ground, rows: Integers) -> Facilities:
    """Return facilities as they are judged; an area of 0 is one that nobody knows."""
    frame = ground.facilities.iloc[rows]
    area = pd.to_numeric(frame["floor_area_m2"]).to_numpy(dtype=np.float64, na_value=np.nan)
    places = pd.to_numeric(frame["capacity"]).to_numpy(dtype=np.float64, na_value=np.nan)
    return Facilities(np.where(area > 0, area, np.nan), places, _hours(frame), frame["community"].to_numpy())


def walks_of(situation: Situation, rows: Integers, search_m: float) -> Walks:
    """Return how homes lie to some facilities."""
    walk, reach = situation.walk, situation.reach
    chosen = np.isin(walk.facility, rows)
    positions = walk.facilities.where(chosen)
    return Walks(
        pairs=walk.pairs(reach, rows, search_m),
        straight_m=straight_metres(situation.ground.homes.geometry.to_numpy(), walk.points[chosen]),
        through_gates_m=situation.all_gates.nearest(positions, search_m).metres,
        unlinked=walk.homes.reason,
        has_way=reach.has_way(walk.homes, positions),
    )


def _kinds(norms: Sequence[Norm]) -> list[str]:
    return sorted({kind for norm in norms for kind in norm.kinds or ()})


def radii_of(situation: Situation, norm: Norm) -> Floats:
    """Return how far is near enough for each home, shape (n,): as asked, else as the norm says; NaN where it says nothing."""
    asked_m = situation.asked.radius_m
    homes = situation.homes
    return homes.local(norm.radius_m) if asked_m is None else np.full(len(homes), asked_m)


def reach_of(norms: Sequence[Norm], asked: Walking) -> float:
    """Return how far beyond the border facilities and ways are read, in metres."""
    return max((search_of(_radii(norm, asked)) for norm in norms), default=SEARCH_M)


def search_of(radii: Iterable[float]) -> float:
    """Return how far walks are searched for a service with some radii, in metres."""
    largest = max(radii, default=0.0)
    return max(2.0 * largest, largest + UNCERTAIN_M, SEARCH_M)


def _radii(norm: Norm, asked: Walking) -> list[float]:
    """Return the radii of a norm that are set, or the one that was asked for."""
    if asked.radius_m is not None:
        return [asked.radius_m]
    if norm.radius_m is None:
        return []
    return [value.amount for value in (norm.radius_m.urban, norm.radius_m.rural) if value is not None]


def _homes(ground: Ground, people: dict[TargetGroup, Floats]) -> tuple[Homes, tuple[str, ...]]:
    frame = ground.homes
    grids = tuple(sorted(set(frame["grid"]) - {""}))
    row = {code: place for place, code in enumerate(grids)} | {"": -1}
    homes = Homes(
        pd.to_numeric(frame["households"]).to_numpy(dtype=np.float64, na_value=np.nan),
        np.array([row[code] for code in frame["grid"]], dtype=np.int64),
        frame["community"].to_numpy(),
        ground.communities["is_rural"].to_numpy(dtype=bool),
        people,
        frame["is_kept_back"].to_numpy(dtype=bool),
    )
    return homes, grids


def _people(connection: Connection, ground: Ground) -> dict[TargetGroup, Floats]:
    """Return people of target groups by home; no group where no resident is recorded in the area."""
    year = int(connection.execute(sql("this_year")).scalar_one())
    asked = {"community_ids": ground.community_ids, "year": year}
    rows = {row["building_id"]: row for row in connection.execute(sql("ages_of_homes"), asked).mappings()}
    if not rows:
        return {}
    ids = [
        None if is_cell else one
        for one, is_cell in zip(ground.homes["id"], ground.homes["is_cell"], strict=True)
    ]
    aged = (group for group in TargetGroup if group.value.startswith("aged_"))
    return {
        group: np.array(
            [float(rows[one][group.value]) if one in rows else 0.0 for one in ids], dtype=np.float64
        )
        for group in aged
    }


def _hours(frame: gpd.GeoDataFrame) -> list[Hours | None]:
    return [opening_hours(text) if isinstance(text, str) else None for text in frame["hours"]]


def _home_rows(study_id: int, situation: Situation, judged: Judged) -> pd.DataFrame:
    """Return what the database keeps of each home."""
    homes, found = situation.ground.homes, judged.judgement.homes
    ids, is_cell = homes["id"].astype("Int64"), homes["is_cell"].astype(bool)
    facility = situation.ground.facilities["id"].to_numpy(dtype=np.int64)[judged.facilities]
    source = found["facility"].to_numpy()
    has_one = source >= 0
    nearest = pd.array(facility[np.where(has_one, source, 0)] if len(facility) else source, dtype="Int64")
    nearest[~has_one] = pd.NA
    return pd.DataFrame(
        {
            "study_id": study_id,
            "norm": judged.judgement.norm.id,
            "building_id": ids.where(~is_cell),
            "cell_id": ids.where(is_cell),
            "facility_id": nearest,
            "metres": found["metres"].replace(np.inf, np.nan),
            "verdict": found["distance"],
            "reason": found["reason"].replace("", None),
        }
    )


def home_features(situation: Situation, judged: Sequence[Judged]) -> gpd.GeoDataFrame:
    """Return homes with distance and reason of every norm, in WGS 84."""
    frame = situation.ground.homes[["name", "households", "grid", "geometry"]]
    columns: dict[str, Any] = {}
    for one in judged:
        name, found = one.judgement.norm.id, one.judgement.homes
        columns[f"{name}_m"] = found["metres"].replace(np.inf, np.nan).round(1).to_numpy()
        columns[f"{name}_distance"] = found["distance"].to_numpy()
        columns[f"{name}_reason"] = found["reason"].replace("", None).to_numpy()
    return frame.assign(**columns).to_crs("EPSG:4326")
