"""What a study asks, as people and programs say it, checked once at the border."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from gridmap.core.coverage.hours import Moment
from gridmap.core.coverage.hours_reading import read_moment
from gridmap.core.coverage.profiles import PROFILES, Profile, ProfileName
from gridmap.errors import Invalid, Text

LONGEST_MINUTES = 120.0


@dataclass(frozen=True, slots=True)
class Walking:
    """Who walks, when, and how far at most.

    Attributes
    ----------
    profile : name of one of `PROFILES`.
    at : a time of the week such as ``Saturday 19:00``; None: opening hours do not count.
    minutes : walk that counts as near, instead of the radius of the norm.
    norms : ids of norms or kinds of facility; empty: all of the standard.
    """

    standard: str
    norms: tuple[str, ...] = ()
    profile: str = ProfileName.ADULT.value
    at: str | None = None
    minutes: float | None = None

    def __post_init__(self) -> None:
        if self.profile not in set(ProfileName):
            known = ", ".join(ProfileName)
            raise Invalid(
                Text(en=f"There is no profile {self.profile!r}.", zh=f"没有“{self.profile}”这种步行者。"),
                hint=Text(en=f"Profiles: {known}.", zh=f"可用：{known}。"),
            )
        if self.minutes is not None and not 0 < self.minutes <= LONGEST_MINUTES:
            raise Invalid(
                Text(
                    en=f"{self.minutes:g} minutes are no walk to a facility.",
                    zh=f"{self.minutes:g} 分钟不能作为步行时间。",
                ),
                hint=Text(en="Give more than 0, at most 120.", zh="请给出大于 0 且不超过 120 的分钟数。"),
            )
        if self.at is not None:
            read_moment(self.at)

    @property
    def walker(self) -> Profile:
        """The profile."""
        return PROFILES[ProfileName(self.profile)]

    @property
    def moment(self) -> Moment | None:
        """The time of the week by which facilities and gates are open or not."""
        return None if self.at is None else read_moment(self.at)

    @property
    def radius_m(self) -> float | None:
        """How far one walks in the minutes asked for; None: as each norm says."""
        return None if self.minutes is None else self.walker.metres(self.minutes)

    def as_dict(self) -> dict[str, Any]:
        """Return the question as it is kept."""
        return {
            "standard": self.standard,
            "norms": list(self.norms),
            "profile": self.profile,
            "at": self.at,
            "minutes": self.minutes,
        }

    @classmethod
    def from_dict(cls, asked: Mapping[str, Any]) -> Self:
        """Read a question as it is kept."""
        return cls(
            asked["standard"],
            tuple(asked.get("norms") or ()),
            asked.get("profile") or ProfileName.ADULT.value,
            asked.get("at"),
            asked.get("minutes"),
        )


class Objective(StrEnum):
    """What the sites to open shall achieve.

    cover : most people near enough, with so many sites or for so much money (maximal covering).
    all : everybody near enough whom any site can reach, with the fewest sites (location set covering).
    nearest : the shortest walk of all, with so many sites or for so much money (p-median).
    """

    COVER = "cover"
    ALL = "all"
    NEAREST = "nearest"


@dataclass(frozen=True, slots=True)
class SitingQuestion:
    """Where to open more of a kind.

    Attributes
    ----------
    walking : who walks and by which norm (one).
    count : facilities to add at most; None: as many as the budget allows, or as it takes to cover all.
    budget : cost at most, in the unit of the candidates.
    floor : share of the demand of every grid that must be covered at least.
    capacitated : whether a facility serves no more people than it has places for.
    with_gates : whether to open a gate is a candidate too.

    Raises
    ------
    Invalid : there is not one norm, neither count nor budget, or something that the objective does not know.
    """

    walking: Walking
    count: int | None = None
    budget: float | None = None
    floor: float = 0.0
    capacitated: bool = False
    with_gates: bool = True
    objective: Objective = Objective.COVER

    def __post_init__(self) -> None:
        if len(self.walking.norms) != 1:
            raise Invalid(
                Text(en="Siting needs one kind of facility.", zh="选址须指定一种设施。"),
                hint=Text(en="--kind day_care", zh="例如 --kind day_care"),
            )
        self._refuse_strange_limits()
        is_limited = self.budget is not None if self.count is None else self.count >= 1
        if self.objective is not Objective.ALL and not is_limited:
            raise Invalid(
                Text(
                    en="Siting needs a count of at least 1, or a budget.",
                    zh="选址须指定至少 1 处，或给出预算。",
                ),
                hint=Text(
                    en="--count 2; or --objective all for the fewest that reach everybody.",
                    zh="例如 --count 2；若求覆盖所有人的最少处数，请用 --objective all。",
                ),
            )

    def _refuse_strange_limits(self) -> None:
        """Refuse limits that the objective does not know, instead of passing over them."""
        given = {
            "count": self.count is not None,
            "budget": self.budget is not None,
            "floor": self.floor > 0,
            "capacitated": self.capacitated,
        }
        strange = [name for name in _STRANGE[self.objective] if given[name]]
        if strange:
            raise Invalid(
                Text(
                    en=f"The objective “{self.objective}” knows no {' or '.join(strange)}.",
                    zh=f"目标“{self.objective}”不支持 {'、'.join(strange)}。",
                ),
                hint=Text(
                    en=f"Leave out {', '.join(f'--{name}' for name in strange)}, or ask with --objective cover.",
                    zh=f"请去掉 {'、'.join(f'--{name}' for name in strange)}，或改用 --objective cover。",
                ),
                limits=strange,
            )

    def as_dict(self) -> dict[str, Any]:
        """Return the question as it is kept."""
        return self.walking.as_dict() | {
            "objective": self.objective.value,
            "count": self.count,
            "budget": self.budget,
            "floor": self.floor,
            "capacitated": self.capacitated,
            "with_gates": self.with_gates,
        }

    @classmethod
    def from_dict(cls, asked: Mapping[str, Any]) -> Self:
        """Read a question as it is kept."""
        return cls(
            Walking.from_dict(asked),
            asked.get("count"),
            asked.get("budget"),
            float(asked.get("floor") or 0.0),
            bool(asked.get("capacitated")),
            bool(asked.get("with_gates", True)),
            Objective(asked.get("objective") or Objective.COVER),
        )


_STRANGE: Mapping[Objective, tuple[str, ...]] = {
    Objective.COVER: (),
    Objective.ALL: ("count", "budget", "floor", "capacitated"),
    Objective.NEAREST: ("floor", "capacitated"),
}
"""Limits that an objective does not know."""
