"""What is sent to and answered by the addresses of coverage. Counts are households unless told otherwise."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from gridmap.api.schemas import BothLanguages
from gridmap.api.study_schemas import Name, StudyAnswer, WalkingAsked
from gridmap.core.coverage.norms import Duty, Level, Measured, TargetGroup
from gridmap.core.coverage.outcomes import Question
from gridmap.core.model import FacilityTier


class CoverageAsked(WalkingAsked):
    """Who is served, by which norms; none named: all of the standard."""

    norms: list[Name] = Field(default=[], max_length=200)


class Counts(BaseModel):
    """Households by outcome; null where a count is too small to be shown."""

    met: float | None
    uncertain: float | None
    unmet: float | None
    unknown: float | None
    not_set: float | None
    within: float | None
    judged: float | None
    share: float | None
    share_surely: float | None
    share_at_most: float | None
    uncounted: int = Field(description="Homes nobody counted")


class ThreeVerdicts(BaseModel):
    """The three verdicts, never merged."""

    distance: Counts
    floor_area: Counts
    capacity: Counts


class UnitVerdicts(ThreeVerdicts):
    """Of a community or grid."""

    code: str
    name: str | None = None


class Radius(BaseModel):
    """Metres that count as near; null: not set."""

    urban: float | None
    rural: float | None


class NormValue(BaseModel):
    """A number of a norm, and where it comes from."""

    value: str
    amount: float
    origin: str
    clause: str
    text: str | None
    verified: bool


class UncoveredHome(BaseModel):
    """A home that is not served, and why."""

    home: str
    question: Question
    reason: str
    name: str | None
    households: float | None = Field(description="Null: not known, or fewer than 10")
    grid: str
    community: str
    metres: float | None
    straight_m: float | None
    metres_short: float | None
    lon: float
    lat: float


class StraightCount(BaseModel):
    """Households within the radius as the crow flies, as a standard's circle would have it; null: fewer than 10."""

    within: float | None


class Distances(BaseModel):
    """Households by distance: quantiles, and a cumulative curve; null: fewer than 10."""

    median_m: float | None
    p90_m: float | None
    metres: list[float]
    households: list[float | None]


class GroupTold(BaseModel):
    """People of a target group by outcome of distance, as far as the k-rule lets them be told."""

    group: TargetGroup
    unknown: BothLanguages | None = Field(description="Why nobody knows them; null: they are known")
    units: list[dict[str, Any]]


class NormAnswer(BaseModel):
    """What a study says of one norm."""

    norm: str
    name: BothLanguages
    kinds: list[str]
    tier: FacilityTier | None
    level: Level | None
    duty: Duty | None
    target_group: TargetGroup | None
    measured: Measured | None
    radius_m: Radius
    values: list[NormValue]
    facilities: int
    area: ThreeVerdicts
    straight: StraightCount
    communities: list[UnitVerdicts]
    grids: list[UnitVerdicts]
    group: GroupTold | None = Field(
        description="People of the target group, under the k-rule; null: households"
    )
    floor_sheet: list[dict[str, Any]] | None
    facility_sheet: list[dict[str, Any]]
    uncovered: list[UncoveredHome]
    distances: Distances


class CoverageAnswer(StudyAnswer):
    """Who is served."""

    kind: Literal["coverage"]
    households: float | None
    homes: int
    homes_uncounted: int
    norms: list[NormAnswer]
    tiers: list[dict[str, Any]]
    unlinked: dict[str, list[dict[str, Any]]]
    repairs: dict[str, Any]


class HomeFeature(BaseModel):
    """A home with what one norm says of its distance."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]


class HomeFeatures(BaseModel):
    """Homes as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[HomeFeature]
