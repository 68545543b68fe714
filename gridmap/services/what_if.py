"""What if: facilities opened, moved or closed and gates opened or closed on the ground of a study, answered at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection

from gridmap.core.coverage.altering import Service
from gridmap.core.coverage.situation import CLOSED
from gridmap.core.coverage.snapping import LIMIT_M, Positions, Unlinked, snap
from gridmap.core.crs import WGS84, transformer
from gridmap.errors import Conflict, Invalid, NotFound, Text
from gridmap.services.covering import Coverage
from gridmap.services.ready import Present, Ready, ReadyStudies, make_ready
from gridmap.services.what_if_tables import difference

MOST_CHANGES = 50

Key = int | str
"""A facility or gate: by its id, or by what people call it, which is its key in its source or its name."""


class Action(StrEnum):
    """What can be tried."""

    OPEN_FACILITY = "open_facility"
    MOVE_FACILITY = "move_facility"
    CLOSE_FACILITY = "close_facility"
    OPEN_GATE = "open_gate"
    CLOSE_GATE = "close_gate"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is tried.

    Attributes
    ----------
    key : of the facility or gate; None for a facility that is opened.
    lon, lat : where a facility is opened or moved to, in degrees (WGS 84); None where it stays.
    """

    action: Action
    key: Key | None = None
    lon: float | None = None
    lat: float | None = None

    @classmethod
    def from_dict(cls, asked: Mapping[str, Any]) -> "Change":
        """Read a change as it is sent."""
        key = asked.get("facility", asked.get("gate"))
        return cls(Action(asked["action"]), key, asked.get("lon"), asked.get("lat"))


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a change; the problem says why it alters nothing, or not what was meant."""

    action: Action
    name: str
    problem: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is told."""
        problem = None if self.problem is None else self.problem.as_dict()
        return {"action": self.action.value, "name": self.name, "problem": problem}


def what_if(
    connection: Connection, ready: ReadyStudies, study_id: int, norm: str, changes: Sequence[Change]
) -> dict[str, Any]:
    """Answer for anyone: counts follow the k-rule, and small homes count with the mean of those around them.

    Raises
    ------
    NotFound : no such study, norm, facility or gate.
    Invalid : no change, too many, a point far outside the area, or a key that several have.
    Conflict : nothing would change.
    """
    return answer(ready.get(connection, study_id), norm, changes)


def try_on(coverage: Coverage, changes: Sequence[Change]) -> dict[str, Any]:
    """Answer from a study that was just made, of its first norm, for whoever holds the database: exact and complete.

    Raises
    ------
    NotFound, Invalid, Conflict : as of `what_if`.
    """
    study = coverage.study
    norms = study.result["norms"]
    ready = make_ready(study.id, coverage.situation, norms, is_stale=False, is_public=False)
    return answer(ready, norms[0]["norm"], changes)


def answer(ready: Ready, norm: str, changes: Sequence[Change]) -> dict[str, Any]:
    """Answer from a study that is ready. Errors as of `what_if`."""
    present = ready.present(norm)
    if not 0 < len(changes) <= MOST_CHANGES:
        raise _wrong_number(len(changes))
    service, tried = present.service, []
    for change in changes:
        service, one = _TRY[change.action](ready, present, service, change)
        tried.append(one)
    if service is present.service:
        raise _nothing_changes(tried)
    after = service.distances(present.radius_m, ready.situation.walk.homes.reason)
    return {
        "study": ready.study_id,
        "norm": norm,
        "stale": ready.is_stale,
        "changes": [one.as_dict() for one in tried],
        **difference(ready.situation, ready.shapes, present.baseline, after),
    }


def _open_facility(ready: Ready, present: Present, service: Service, change: Change) -> tuple[Service, Tried]:
    del present
    position, problem = _placed(ready, change)
    return service.add(position), Tried(change.action, f"{change.lon:.5f}, {change.lat:.5f}", problem)


def _move_facility(ready: Ready, present: Present, service: Service, change: Change) -> tuple[Service, Tried]:
    facility, name, problem = _facility(ready, present, change)
    position, unplaced = _placed(ready, change)
    return service.move(facility, position), Tried(change.action, name, problem or unplaced)


def _close_facility(
    ready: Ready, present: Present, service: Service, change: Change
) -> tuple[Service, Tried]:
    facility, name, problem = _facility(ready, present, change)
    return service.close(facility), Tried(change.action, name, problem)


def _set_gate(ready: Ready, present: Present, service: Service, change: Change) -> tuple[Service, Tried]:
    del present
    gates, is_open = ready.situation.ground.gates, change.action is Action.OPEN_GATE
    gate = _row(gates, change.key, Text(en="gate", zh="出入口"))
    name = str(gates["name"].iloc[gate])
    if gate not in ready.situation.walk.network.gate:
        return service, Tried(change.action, name, OFF_THE_WAYS)
    if all(lets is is_open for lets in service.lets_through(gate)):
        return service, Tried(change.action, name, OPEN_ALREADY if is_open else SHUT_ALREADY)
    return service.set_gate(gate, is_open=is_open), Tried(change.action, name)


_Try = Callable[[Ready, Present, Service, Change], tuple[Service, Tried]]
_TRY: Mapping[Action, _Try] = {
    Action.OPEN_FACILITY: _open_facility,
    Action.MOVE_FACILITY: _move_facility,
    Action.CLOSE_FACILITY: _close_facility,
    Action.OPEN_GATE: _set_gate,
    Action.CLOSE_GATE: _set_gate,
}

OFF_THE_WAYS = Text(en="It stands on no way.", zh="该出入口不在任何步行道路上。")
OPEN_ALREADY = Text(en="It is open to everybody at that time already.", zh="该出入口此时本已对所有人开放。")
SHUT_ALREADY = Text(en="It is shut at that time already.", zh="该出入口此时本已关闭。")
CLOSED_THEN = Text(en="It is closed at that time anyway.", zh="该设施此时本不开放。")
UNPLACED = {
    Unlinked.TOO_FAR: Text(
        en=f"No way within {LIMIT_M:g} m: nobody reaches it.",
        zh=f"{LIMIT_M:g} 米内没有步行道路，无人可达。",
    ),
    Unlinked.BEHIND_BARRIER: Text(
        en="A wall, river or railway lies before every way near it: nobody reaches it.",
        zh="与附近道路之间隔有围墙、河流或铁路，无人可达。",
    ),
    Unlinked.OTHER_LEVEL: Text(
        en="The ways near it are bridges, tunnels or indoors: nobody reaches it.",
        zh="附近道路均为桥梁、隧道或室内通道，无人可达。",
    ),
    Unlinked.ISLAND: Text(
        en="The ways near it lead nowhere else: nobody reaches it.",
        zh="附近道路与其他道路不相连，无人可达。",
    ),
}


def _facility(ready: Ready, present: Present, change: Change) -> tuple[int, str, Text | None]:
    """Return the place of a facility in its service, its name, and what is the matter with it."""
    frame = ready.situation.ground.facilities.iloc[present.rows]
    row = _row(frame, change.key, present.offer.name)
    problem = CLOSED_THEN if present.service.opened[row] == CLOSED else None
    return row, str(frame["name"].iloc[row]), problem


def _row(frame: gpd.GeoDataFrame, key: Key | None, what: Text) -> int:
    """Return the row of a facility or gate.

    Raises
    ------
    NotFound : there is none.
    Invalid : there are several.
    """
    if isinstance(key, int):
        named = frame["id"] == key
    else:
        sources = frame["source_id"]
        named = (sources == key) | (sources.str.partition("/")[2] == key) | (frame["name"] == key)
    rows = np.flatnonzero(named.to_numpy(dtype=bool))
    if not len(rows):
        raise NotFound(
            Text(en=f"No {what.en} {key!r} is within reach.", zh=f"范围内没有{what.zh}“{key}”。"),
            hint=Text(en="Give its id, key or name.", zh="请给出编号、标识或名称。"),
            key=key,
        )
    if len(rows) > 1:
        keys = list(frame["source_id"].iloc[rows[:10]])
        raise Invalid(
            Text(en=f"{len(rows)} are called {key!r}.", zh=f"有 {len(rows)} 处叫“{key}”。"),
            hint=Text(en=f"Give a key: {', '.join(keys)}.", zh=f"请用标识区分：{'、'.join(keys)}。"),
            key=key,
        )
    return int(rows[0])


def _placed(ready: Ready, change: Change) -> tuple[Positions, Text | None]:
    """Put a point on the network, and say why it cannot be reached if so.

    Raises
    ------
    Invalid : the point is so far outside that no walk from the area was read there.
    """
    ground, walk = ready.situation.ground, ready.situation.walk
    x, y = transformer(WGS84, ground.homes.crs).transform(change.lon, change.lat)
    west, south, east, north = ground.communities.total_bounds
    if not (
        west - ground.reach_m <= x <= east + ground.reach_m
        and south - ground.reach_m <= y <= north + ground.reach_m
    ):
        raise _outside(ready, change)
    position = snap(walk.network, np.array([shapely.Point(x, y)]), barriers=walk.barriers)
    return position, UNPLACED.get(position.reason[0])


def _outside(ready: Ready, change: Change) -> Invalid:
    area, reach_m = ready.situation.ground.area.name, ready.situation.ground.reach_m
    return Invalid(
        Text(
            en=f"{change.lon}, {change.lat} lies outside {area} and what is within {reach_m:g} m of it.",
            zh=f"{change.lon}, {change.lat} 不在{area}及其周边 {reach_m:g} 米范围内。",
        ),
        hint=Text(
            en="Longitude comes first, in degrees (WGS 84).", zh="请先写经度，再写纬度（WGS 84，单位为度）。"
        ),
    )


def _wrong_number(count: int) -> Invalid:
    return Invalid(
        Text(en=f"{count} changes cannot be tried at once.", zh=f"无法一次试算 {count} 项改动。"),
        hint=Text(en=f"Name 1 to {MOST_CHANGES}.", zh=f"请给出 1–{MOST_CHANGES} 项。"),
    )


def _nothing_changes(tried: Sequence[Tried]) -> Conflict:
    told = [(one.name, one.problem) for one in tried if one.problem is not None]
    return Conflict(
        Text(
            en=f"Nothing would change. {' '.join(f'{name}: {why.en}' for name, why in told)}",
            zh=f"不会有任何变化。{''.join(f'{name}：{why.zh}' for name, why in told)}",
        ),
        reason="nothing_changes",
    )
