"""What is sent to and answered by the addresses of coverage, siting and jobs. Counts are households unless told otherwise."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gridmap.api.plan_schemas import Sent
from gridmap.api.schemas import BothLanguages
from gridmap.core.coverage.norms import Duty, Level, Measured, TargetGroup
from gridmap.core.coverage.outcomes import Question
from gridmap.core.coverage.profiles import ProfileName
from gridmap.core.model import FacilityTier
from gridmap.db.tables.studies import JobState, StudyKind
from gridmap.services.questions import Objective

Name = Annotated[str, Field(min_length=1, max_length=200)]
StandardId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$")]


class WalkingAsked(Sent):
    """Who walks, when, and what counts as near."""

    area: Name = Field(description="Code, or a name only one area has")
    standard: StandardId
    profile: ProfileName = ProfileName.ADULT
    at: Annotated[str, Field(max_length=60)] | None = Field(
        default=None, description="Time of the week, such as Saturday 19:00; null: hours are left aside"
    )
    minutes: Annotated[float, Field(gt=0, le=120)] | None = Field(
        default=None, description="Walk that counts as near, instead of the norm's radius"
    )


class CoverageAsked(WalkingAsked):
    """Who is served, by which norms; none named: all of the standard."""

    norms: list[Name] = Field(default=[], max_length=200)


class SitingAsked(WalkingAsked):
    """Where to open so many more."""

    kind: Name = Field(description="Kind of facility, or id of a norm")
    objective: Objective = Field(
        default=Objective.COVER,
        description="cover: most people near enough; all: everybody, with the fewest sites; nearest: the shortest walk of all",
    )
    count: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="Sites at most; not for all, needed without a budget else"
    )
    budget: Annotated[float, Field(ge=0)] | None = None
    floor: float = Field(default=0.0, ge=0, le=1, description="Share of every grid to be covered at least")
    capacitated: bool = Field(default=False, description="Serve no more people than there are places for")
    with_gates: bool = Field(default=True, description="Whether to open a gate is a candidate too")


class JobProblem(BaseModel):
    """Why a job failed."""

    message: BothLanguages
    hint: BothLanguages | None


class Job(BaseModel):
    """Long work as it stands; its answer is the study."""

    id: int
    kind: StudyKind
    state: JobState
    stage: str
    done: int
    total: int = Field(description="0: not known")
    study_id: int | None
    problem: JobProblem | None
    created_at: datetime
    finished_at: datetime | None


class NormListed(BaseModel):
    """A norm by name."""

    norm: str
    name: BothLanguages
    kinds: list[str]


class StandardListed(BaseModel):
    """A standard with its norms."""

    id: str
    title: BothLanguages
    edition: str
    norms: list[NormListed]


class StandardList(BaseModel):
    """All standards."""

    standards: list[StandardListed]


class StudyListed(BaseModel):
    """An earlier answer."""

    id: int
    area: str
    area_name: str
    question: dict[str, Any]
    data_dates: dict[str, str]
    norm_version: str
    created_at: datetime


class StudyList(BaseModel):
    """Earlier answers, newest first."""

    studies: list[StudyListed]


class StudyArea(BaseModel):
    """The area an answer is about."""

    code: str
    name: str
    synthetic: bool


class StudyReceipt(BaseModel):
    """What an answer was found from."""

    inputs_hash: str
    data_dates: dict[str, str]
    norm_version: str
    created_at: datetime
    stale: bool = Field(description="The data are others now")


class StandardUsed(BaseModel):
    """The standard of an answer."""

    id: str
    title: BothLanguages
    edition: str


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
    group: dict[str, Any] | None = Field(description="People of the target group, under the k-rule")
    floor_sheet: list[dict[str, Any]] | None
    facility_sheet: list[dict[str, Any]]
    uncovered: list[UncoveredHome]
    distances: Distances


class StudyAnswer(BaseModel):
    """An answer with its question and receipt."""

    study: int
    area: StudyArea
    question: dict[str, Any]
    receipt: StudyReceipt
    standard: StandardUsed
    warnings: list[BothLanguages]


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


class Value(BaseModel):
    """How good a choice is. Value and bound are of what the objective is about: demand, sites, or demand × metres."""

    value: float | None
    covered: float | None
    bound: float | None
    gap: float | None
    proved: bool


class ChosenSite(BaseModel):
    """A candidate to open."""

    id: int
    kind: str
    name: str
    floor_area_m2: float | None
    capacity: float | None
    cost: float | None
    reached: float | None = Field(description="Demand within its reach; null: too few to tell")
    gained: float | None = Field(description="Of that what no standing facility reaches")
    alone: float | None = Field(description="Of that what no other open site reaches")
    lon: float
    lat: float


class Alternative(BaseModel):
    """Another choice that covers nearly as much."""

    names: list[str]
    covered: float | None


class SitesCurve(BaseModel):
    """Demand covered by the best choice of 0, 1, … sites, and the number after which a further one brings little."""

    covered: list[float]
    bound: list[float]
    knee: int


class ClosureTold(BaseModel):
    """What would happen if a standing facility closed."""

    facility: str
    lost: float | None
    farther: float | None
    extra_metres: float | None


class MeanWalk(BaseModel):
    """Mean metres to the nearest facility, before and after; who has farther than `beyond_m` counts as that far."""

    beyond_m: float
    before_m: float | None
    after_m: float | None


class SitingAnswer(StudyAnswer):
    """Where to open more. Counts are people of the target group of the norm; null: too few to tell."""

    kind: Literal["siting"]
    norm: dict[str, Any]
    objective: Objective
    limits: dict[str, Any]
    demand: float | None
    before: float | None
    greedy: Value | None
    answer: Value
    walk: MeanWalk | None = Field(description="By the objective nearest; else null")
    chosen: list[ChosenSite]
    alternatives: list[Alternative]
    curve: SitesCurve | None
    closures: list[ClosureTold]
    gains: list[dict[str, Any]]
    left: float | None
    unreachable: float | None
    candidates: int
    unlinked: list[dict[str, Any]]


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
