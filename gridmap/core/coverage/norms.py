"""Norms as values: what a standard asks of facilities, where it says so, and who has read it there."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from gridmap.core.model import FacilityTier
from gridmap.errors import Invalid, NotFound, Text


class Level(StrEnum):
    """居住街坊, and the five-, ten- and fifteen-minute life circles of GB 50180-2018."""

    BLOCK = "block"
    FIVE_MINUTES = "five_minutes"
    TEN_MINUTES = "ten_minutes"
    FIFTEEN_MINUTES = "fifteen_minutes"

    @property
    def minutes(self) -> int | None:
        """Return the minutes on foot that name the circle; None for 居住街坊."""
        return {"five_minutes": 5, "ten_minutes": 10, "fifteen_minutes": 15}.get(self.value)


class Duty(StrEnum):
    """Required (▲ 应配建), or as conditions ask (△ 根据实际情况按需配建)."""

    REQUIRED = "required"
    AS_NEEDED = "as_needed"


class Scope(StrEnum):
    """Who sets a standard, from the widest: a narrower one may override a wider one."""

    NATIONAL = "national"
    PROVINCE = "province"
    CITY = "city"
    PROJECT = "project"


class Measured(StrEnum):
    """How the standard itself measures its radius; verdicts are always given on the walking network."""

    STRAIGHT = "straight"
    NETWORK = "network"


class TargetGroup(StrEnum):
    """Whom a facility serves. Groups of people are known as counts only, under the k-rule."""

    HOUSEHOLDS = "households"
    AGED_60 = "aged_60"
    AGED_80 = "aged_80"
    AGED_0_TO_3 = "aged_0_to_3"
    AGED_3_TO_6 = "aged_3_to_6"
    DISABLED = "disabled"


class Combine(StrEnum):
    """Whether the larger or the smaller of two terms is asked for."""

    MAX = "max"
    MIN = "min"


class FloorUnit(StrEnum):
    """Whether each facility must be large enough, or all those of a community together."""

    FACILITY = "facility"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value comes from.

    Parameters
    ----------
    standard : id of the standard that set it: its origin, kept through every override.
    clause : where in the standard.
    text : what the clause says, quoted; None where the wording is not at hand.
    source : where it was read, or that it is recalled.
    is_verified : somebody read the value in a source text.
    """

    standard: str
    clause: str
    text: str | None
    source: str
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Value:
    """A positive number with its evidence. What a standard does not set is None, never 0.

    Raises
    ------
    Invalid : the amount is not above zero.
    """

    amount: float
    evidence: Evidence

    def __post_init__(self) -> None:
        if not (math.isfinite(self.amount) and self.amount > 0):
            raise Invalid(
                Text(
                    en=f"A norm cannot ask for {self.amount:g} ({self.evidence.standard}, {self.evidence.clause}).",
                    zh=f"标准数值不能为 {self.amount:g}（{self.evidence.standard}，{self.evidence.clause}）。",
                ),
                hint=Text(
                    en="Give a number above 0, or leave it out where the standard sets none.",
                    zh="请填大于 0 的数；标准未作规定的，请留空。",
                ),
                standard=self.evidence.standard,
            )


@dataclass(frozen=True, slots=True)
class Local:
    """A value for urban and one for rural communities; None where the standard sets none."""

    urban: Value | None = None
    rural: Value | None = None

    def at(self, *, is_rural: bool) -> Value | None:
        """Return the value for a community of that kind."""
        return self.rural if is_rural else self.urban


@dataclass(frozen=True, slots=True)
class FloorRule:
    """How much floor area is asked for, in m².

    Parameters
    ----------
    minimum_m2 : the least, whatever the households.
    guide_m2 : upper end of the range a standard names; told, not judged.
    per_household_low_m2, per_household_high_m2 : the two readings of a clause such as 每10户到20户1平方米.
    combine : how minimum and households' share go together; None counts as the larger of both.
    unit : whose area is meant; None counts as each facility.
    """

    minimum_m2: Local | None = None
    guide_m2: Local | None = None
    per_household_low_m2: Local | None = None
    per_household_high_m2: Local | None = None
    combine: Combine | None = None
    unit: FloorUnit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """What is asked of one service.

    Every part but `id` may be None: in a layer, «as below»; in a whole standard, «not set».

    Parameters
    ----------
    kinds : kinds of facilities that give the service (`FACILITY_KINDS`).
    radius_m : service radius in metres.
    places_per_hundred : places for each hundred people of the target group.
    """

    id: str
    name: Text | None = None
    kinds: tuple[str, ...] | None = None
    level: Level | None = None
    tier: FacilityTier | None = None
    duty: Duty | None = None
    group: TargetGroup | None = None
    measured: Measured | None = None
    radius_m: Local | None = None
    floor_area: FloorRule | None = None
    places_per_hundred: Value | None = None

    @property
    def title(self) -> Text:
        """The name; the id where none is given."""
        return self.name or Text(en=self.id, zh=self.id)

    def values(self) -> Iterator[tuple[str, Value]]:
        """Yield every number with its path, such as ``radius_m.urban``."""
        return _values(self, "")


@dataclass(frozen=True, slots=True)
class Standard:
    """A set of norms.

    Parameters
    ----------
    overrides : id of the wider standard whose values this one changes; None: it stands by itself.
    """

    id: str
    title: Text
    edition: str
    scope: Scope
    overrides: str | None
    norms: tuple[Norm, ...]

    def norm(self, name: str) -> Norm:
        """Return the norm of that id, or the only one for that kind of facility.

        Raises
        ------
        NotFound : there is none, or several for the kind.
        """
        found = [one for one in self.norms if one.id == name] or [
            one for one in self.norms if name in (one.kinds or ())
        ]
        if len(found) == 1:
            return found[0]
        choice = ", ".join(one.id for one in found or self.norms)
        raise NotFound(
            Text(
                en=f"{self.id} has {'several norms' if found else 'no norm'} for “{name}”.",
                zh=f"{self.id} 中{'有多条' if found else '没有'}关于“{name}”的标准。",
            ),
            hint=Text(en=f"Choose from: {choice}.", zh=f"可选：{choice}。"),
            norm=name,
        )


def unverified(norm: Norm) -> tuple[Text, ...]:
    """Warn of each number of a norm that nobody has read in a source text, one line a standard."""
    doubtful: dict[str, list[str]] = {}
    for path, value in norm.values():
        if not value.evidence.is_verified:
            doubtful.setdefault(value.evidence.standard, []).append(f"{path} {value.amount:g}")
    return tuple(_warning(norm, standard, numbers) for standard, numbers in doubtful.items())


def _warning(norm: Norm, standard: str, numbers: list[str]) -> Text:
    listed = ", ".join(numbers)
    return Text(
        en=f"{norm.title.en}: not checked against the text of {standard}: {listed}.",
        zh=f"{norm.title.zh}：下列数值尚未与 {standard} 原文核对：{listed}。",
    )


def _values(part: Any, path: str) -> Iterator[tuple[str, Value]]:
    if isinstance(part, Value):
        yield path, part
    elif is_dataclass(part) and not isinstance(part, Text):
        for one in fields(part):
            yield from _values(getattr(part, one.name), f"{path}.{one.name}".lstrip("."))
