"""Gates (出入口) changed by hand: when they are open and to whom. What was before is told and kept, so that it can be put back."""

from dataclasses import asdict, dataclass
from typing import Any, TypedDict

from sqlalchemy import Connection, Row

from gridmap.core.coverage.hours_reading import read_hours
from gridmap.db.queries import sql
from gridmap.errors import Invalid, NotFound, Text
from gridmap.services.areas import find_area
from gridmap.services.audit import record


class GateValues(TypedDict, total=False):
    """What can be changed; what is left out stays. None: not known, so that the gate counts as open but at night."""

    hours: str | None
    residents_only: bool | None


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate as it is kept.

    Attributes
    ----------
    key : its data set and its key in that.
    hours : as they are written; None: not known.
    """

    id: int
    key: str
    name: str | None
    hours: str | None
    residents_only: bool | None
    community: str | None

    @property
    def values(self) -> GateValues:
        """What can be changed."""
        return {"hours": self.hours, "residents_only": self.residents_only}


@dataclass(frozen=True, slots=True)
class GateEdit:
    """A gate as it is now, and the former values of what was changed: to set these undoes it."""

    gate: Gate
    former: GateValues

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is told."""
        return {"gate": asdict(self.gate), "former": self.former}


def list_gates(connection: Connection, wanted: str) -> list[Gate]:
    """Return the gates of an area by community and name.

    Raises
    ------
    NotFound, Invalid : no such area, or an ambiguous name.
    """
    rows = connection.execute(
        sql("gates_of_communities"), {"community_ids": _communities(connection, wanted)}
    )
    return [_gate(row) for row in rows]


def find_gate(connection: Connection, wanted: int | str, *, area: str | None = None) -> Gate:
    """Return a gate.

    Parameters
    ----------
    wanted : its id, or else its key or name.
    area : where to look for a key or name; None: everywhere.

    Raises
    ------
    NotFound : there is none.
    Invalid : there are several.
    """
    if isinstance(wanted, int):
        found = connection.execute(sql("gate_by_id"), {"id": wanted}).all()
    else:
        communities = None if area is None else _communities(connection, area)
        called = {"wanted": wanted, "community_ids": communities}
        found = connection.execute(sql("gates_called"), called).all()
    if not found:
        raise NotFound(
            Text(en=f"There is no gate {wanted!r}.", zh=f"没有出入口“{wanted}”。"),
            hint=Text(en="`gridmap gate list AREA` lists them.", zh="可用 gridmap gate list 区域 查看。"),
        )
    if len(found) > 1:
        keys = ", ".join(row.key for row in found[:10])
        raise Invalid(
            Text(
                en=f"{len(found)} gates are called {wanted!r}.", zh=f"有 {len(found)} 个出入口叫“{wanted}”。"
            ),
            hint=Text(en=f"Give a key: {keys}.", zh=f"请用标识区分：{keys}。"),
        )
    return _gate(found[0])


def set_gate(
    connection: Connection, wanted: int | str, values: GateValues, *, area: str | None = None
) -> GateEdit:
    """Change when a gate is open, and to whom, in the caller's transaction.

    Parameters
    ----------
    wanted, area : as of `find_gate`.

    Raises
    ------
    NotFound, Invalid : no such gate, several, nothing to change, or hours that make no sense.
    """
    if not values:
        raise Invalid(
            Text(en="Nothing is to be changed.", zh="没有要修改的内容。"),
            hint=Text(
                en="Give hours, or whether it lets residents in only.",
                zh="请给出开放时间，或是否仅供居民通行。",
            ),
        )
    _check_hours(values.get("hours"))
    former = find_gate(connection, wanted, area=area)
    now: GateValues = {**former.values, **values}
    before = GateValues()
    if "hours" in values:
        before["hours"] = former.hours
    if "residents_only" in values:
        before["residents_only"] = former.residents_only
    if now != former.values:
        connection.execute(sql("set_gate"), {"id": former.id, **now})
        record(
            connection,
            action="edit gate",
            subject=f"place {former.key}",
            details={"before": before, "after": values},
        )
    return GateEdit(find_gate(connection, former.id), before)


def _check_hours(hours: str | None) -> None:
    problem = read_hours(hours).problem
    if problem is not None:
        raise Invalid(problem.message, hint=problem.hint, reason=problem.reason)


def _communities(connection: Connection, area: str) -> list[int]:
    rows = connection.execute(sql("communities_under"), {"area_id": find_area(connection, area).id})
    return [row.id for row in rows]


def _gate(row: Row[Any]) -> Gate:
    return Gate(**row._mapping)
