"""What is sent to and answered by what-if and the gates. Counts are households unless told otherwise."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gridmap.api.coverage_schemas import Counts
from gridmap.api.plan_schemas import Sent
from gridmap.api.schemas import BothLanguages
from gridmap.api.study_schemas import Name
from gridmap.core.coverage.outcomes import Outcome
from gridmap.services.what_if import MOST_CHANGES, Action

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Longitude = Annotated[float, Field(ge=-180, le=180, description="Degrees, WGS 84")]
Latitude = Annotated[float, Field(ge=-90, le=90, description="Degrees, WGS 84")]
Measure = Annotated[float, Field(ge=0)] | None


class OpenFacility(Sent):
    """Open one more, entered at a point, at all hours."""

    action: Literal["open_facility"]
    lon: Longitude
    lat: Latitude
    floor_area_m2: Measure = Field(default=None, description="Distance does not depend on it")
    capacity: Measure = Field(default=None, description="Distance does not depend on it")


class MoveFacility(Sent):
    """Put a facility elsewhere; it keeps its hours."""

    action: Literal["move_facility"]
    facility: Id
    lon: Longitude
    lat: Latitude


class CloseFacility(Sent):
    """Close a facility for good."""

    action: Literal["close_facility"]
    facility: Id


class OpenGate(Sent):
    """Open a gate to everybody at the time the study asks about."""

    action: Literal["open_gate"]
    gate: Id


class CloseGate(Sent):
    """Shut a gate at that time."""

    action: Literal["close_gate"]
    gate: Id


Changed = Annotated[
    OpenFacility | MoveFacility | CloseFacility | OpenGate | CloseGate, Field(discriminator="action")
]


class WhatIfAsked(Sent):
    """What would become of one service of a study, all changes made together."""

    norm: Name = Field(description="Id of a norm that the study judged")
    changes: list[Changed] = Field(min_length=1, max_length=MOST_CHANGES)


class ChangeTried(BaseModel):
    """A change, and why it alters nothing if so, such as a point too far from any way."""

    action: Action
    name: str
    problem: BothLanguages | None


class HomesTold(BaseModel):
    """Homes, and their households; null where these are few."""

    households: float | None
    homes: int


class CommunityDiffering(BaseModel):
    """A community in which the outcome of a home differs."""

    code: str
    name: str
    before: Counts
    after: Counts


class GridDiffering(BaseModel):
    """A grid in which the outcome of a home differs."""

    code: str
    before: Counts
    after: Counts


class HomeChange(BaseModel):
    """The walk of a home before and after; metres are null beyond the search."""

    name: str | None
    households: int | None = Field(description="Null: not known, or fewer than 10")
    outcome_before: Outcome
    outcome_after: Outcome
    metres_before: float | None
    metres_after: float | None
    effect: Literal["gained", "lost", "nearer", "farther", ""] = Field(
        description="As in the counts; empty: the walk is as long as before"
    )


class HomeChanged(BaseModel):
    """A home whose walk differs."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any]
    properties: HomeChange


class HomesChanged(BaseModel):
    """Homes whose walk differs, as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[HomeChanged]


class WhatIfAnswer(BaseModel):
    """Distance before and after. Homes with fewer than 10 households are counted with the mean of such homes around them."""

    study: int
    norm: str
    stale: bool = Field(
        description="The data are others than those of the study; this answer is by the present ones"
    )
    changes: list[ChangeTried]
    households: float
    before: Counts
    after: Counts = Field(description="Null also where it differs by few households")
    gained: HomesTold = Field(description="Within the radius after, not before")
    lost: HomesTold = Field(description="Within the radius before, not after")
    nearer: HomesTold = Field(description="Within or without as before, by a shorter way")
    farther: HomesTold = Field(description="Within or without as before, by a longer way")
    communities: list[CommunityDiffering]
    grids: list[GridDiffering]
    homes: HomesChanged


class PointAt(BaseModel):
    """A point in WGS 84."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class FacilityStanding(BaseModel):
    """A facility that gives the service."""

    id: int
    name: str | None
    kind: str
    floor_area_m2: float | None
    capacity: int | None
    hours: str | None
    is_open: bool | None = Field(description="At the time the study asks about; null: not known")


class FacilityFeature(BaseModel):
    """A facility on the map."""

    type: Literal["Feature"]
    id: int
    geometry: PointAt
    properties: FacilityStanding


class FacilityFeatures(BaseModel):
    """Facilities as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[FacilityFeature]


class GateStanding(BaseModel):
    """A gate."""

    id: int
    name: str | None
    hours: str | None = Field(description="As the source wrote it; null: always open")
    residents_only: bool | None
    is_open: bool = Field(
        description="To everybody of those whom the study asks about, at the time it asks about"
    )


class GateFeature(BaseModel):
    """A gate on the map."""

    type: Literal["Feature"]
    id: int
    geometry: PointAt
    properties: GateStanding


class GateFeatures(BaseModel):
    """Gates as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[GateFeature]
