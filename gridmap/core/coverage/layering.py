"""National → province → city → project: narrower standards change single values of wider ones; origins are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any, TypeVar

from gridmap.core.coverage.norms import FloorRule, Local, Norm, Scope, Standard
from gridmap.errors import Invalid, NotFound, Text

Part = TypeVar("Part")

_RANK = {scope: rank for rank, scope in enumerate(Scope)}


def resolved(name: str, standards: Iterable[Standard]) -> Standard:
    """Return a standard with everything it overrides beneath it.

    Raises
    ------
    NotFound : there is no such standard, or none of the name it overrides.
    Invalid : overrides go round in a circle, or a wider standard overrides a narrower one.
    """
    known = {one.id: one for one in standards}
    chain = [_found(name, known)]
    while (below := chain[-1].overrides) is not None:
        if below in [one.id for one in chain]:
            raise _circle([*(one.id for one in chain), below])
        chain.append(_found(below, known))
    return layered(chain[::-1])


def layered(standards: Sequence[Standard]) -> Standard:
    """Lay standards over one another, the widest first; each value keeps the evidence of where it was set.

    A norm of the same id is changed value by value; a norm with a new id is added. Id, title and edition are those
    of the last.

    Raises
    ------
    Invalid : a wider standard follows a narrower one, or the result has a norm without name or kinds.
    """
    norms: dict[str, Norm] = {}
    for wider, narrower in pairwise(standards):
        if _RANK[wider.scope] > _RANK[narrower.scope]:
            raise _upside_down(wider, narrower)
    for standard in standards:
        for norm in standard.norms:
            norms[norm.id] = _over(norms[norm.id], norm) if norm.id in norms else norm
    for norm in norms.values():
        if norm.name is None or norm.kinds is None:
            raise _unnamed(norm, standards[-1])
    return replace(standards[-1], norms=tuple(norms.values()))


def _over(below: Part, above: Part) -> Part:
    """Lay one part over another: what is None above stays as it is below."""
    if above is None:
        return below
    if below is not None and isinstance(above, Norm | FloorRule | Local):
        laid: dict[str, Any] = {
            one.name: _over(getattr(below, one.name), getattr(above, one.name)) for one in fields(above)
        }
        return replace(above, **laid)
    return above


def _found(name: str, known: Mapping[str, Standard]) -> Standard:
    if name in known:
        return known[name]
    raise NotFound(
        Text(en=f"There is no standard “{name}”.", zh=f"没有“{name}”这一标准。"),
        hint=Text(en=f"Standards: {', '.join(sorted(known))}.", zh=f"可用标准：{'、'.join(sorted(known))}。"),
        standard=name,
    )


def _circle(names: Sequence[str]) -> Invalid:
    way = " → ".join(names)
    return Invalid(
        Text(en=f"Standards override one another in a circle: {way}.", zh=f"标准之间循环覆盖：{way}。"),
        hint=Text(
            en="Remove `overrides` from the widest of them.", zh="请删去其中适用范围最广者的 overrides。"
        ),
        standards=list(names),
    )


def _upside_down(wider: Standard, narrower: Standard) -> Invalid:
    return Invalid(
        Text(
            en=f"{narrower.id} ({narrower.scope}) cannot override {wider.id} ({wider.scope}).",
            zh=f"{narrower.id}（{narrower.scope}）不能覆盖 {wider.id}（{wider.scope}）。",
        ),
        hint=Text(
            en="A standard may override one of the same or a wider scope: national, province, city, project.",
            zh="只能覆盖同级或更广的标准：国家、省、市、项目。",
        ),
        standard=narrower.id,
    )


def _unnamed(norm: Norm, standard: Standard) -> Invalid:
    return Invalid(
        Text(
            en=f"The norm “{norm.id}” of {standard.id} changes nothing that exists and lacks a name or kinds.",
            zh=f"{standard.id} 的“{norm.id}”没有可覆盖的标准，且缺少名称或设施种类。",
        ),
        hint=Text(en="Correct its id, or give name and kinds.", zh="请更正 id，或补充 name 和 kinds。"),
        norm=norm.id,
    )
