"""The words of the subject: kinds, states and small values shared by every layer."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gridmap.errors import Invalid, Text


class AreaLevel(StrEnum):
    """Levels of the administrative tree, from the top."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    STREET = "street"
    COMMUNITY = "community"


class CommunityType(StrEnum):
    """Seven kinds of community that policy treats differently."""

    OLD_TOWN = "old_town"
    UNMANAGED_ESTATE = "unmanaged_estate"
    NEW = "new"
    RESETTLEMENT = "resettlement"
    WORK_UNIT = "work_unit"
    VILLAGE_TURNED_URBAN = "village_turned_urban"
    RURAL = "rural"


class GridKind(StrEnum):
    """A general grid (综合) holds households within the band; a dedicated one (专属) is a campus, market or park."""

    GENERAL = "general"
    DEDICATED = "dedicated"


class PlanStatus(StrEnum):
    """A plan is drafted, then published, then archived when the next one is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Verdict(StrEnum):
    """What is known of one community's division."""

    DIVIDED = "divided"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class HouseholdSource(StrEnum):
    """Where a building's household count comes from."""

    DECLARED = "declared"
    COUNTED = "counted"
    ESTIMATED = "estimated"


class FacilityTier(StrEnum):
    """主体 main station, 配套 special facility, 补充 supplementary outlet."""

    MAIN = "main"
    SPECIAL = "special"
    SUPPLEMENTARY = "supplementary"


class LineClass(StrEnum):
    """Classes of lines that people see as borders, best to cut first."""

    RIVER = "river"
    RAILWAY = "railway"
    MOTORWAY = "motorway"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"
    RESIDENTIAL = "residential"
    SERVICE = "service"
    FOOTWAY = "footway"
    STEPS = "steps"
    WALL = "wall"


class Cover(StrEnum):
    """What takes a way off the ground: it meets ways of other levels at its ends only."""

    INDOOR = "indoor"
    BRIDGE = "bridge"
    TUNNEL = "tunnel"


class BandPosition(StrEnum):
    """Where a grid's household count lies against the band; dedicated grids are outside it by rule."""

    UNDER = "under"
    IN = "in"
    OVER = "over"
    DEDICATED = "dedicated"


@dataclass(frozen=True, slots=True)
class Band:
    """Households a general grid may hold, both ends included. 300–500 by the policy on community grids."""

    minimum: int = 300
    maximum: int = 500

    def __post_init__(self) -> None:
        if not 1 <= self.minimum <= self.maximum:
            raise Invalid(
                Text(
                    en=f"The band {self.minimum}–{self.maximum} is not a range of households.",
                    zh=f"户数区间 {self.minimum}–{self.maximum} 不成立。",
                ),
                hint=Text(
                    en="Give a minimum of at least 1 that is not above the maximum.",
                    zh="下限至少为 1，且不大于上限。",
                ),
            )

    def position(self, households: int) -> BandPosition:
        """Tell whether a count is under, in or over the band."""
        if households < self.minimum:
            return BandPosition.UNDER
        return BandPosition.OVER if households > self.maximum else BandPosition.IN


Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) as long work goes on. May raise to cancel."""


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""
