"""What is sent to and answered by the addresses of siting."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gridmap.api.study_schemas import Name, StudyAnswer, WalkingAsked
from gridmap.core.coverage.norms import TargetGroup
from gridmap.services.questions import Objective


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
    counted: TargetGroup = Field(
        description="Who is counted: the target group, or households where it is not known"
    )
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
