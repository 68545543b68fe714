"""What the map's own interface answers. Boxes and points are WGS 84 degrees, longitude first."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from gridmap.core.model import GridKind, Verdict

Box = tuple[float, float, float, float]
Point = tuple[float, float]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The database is there and its schema is the newest."""

    status: Literal["ready"] = "ready"
    revision: str


class Change(BaseModel):
    """Features of a collection changed within a box."""

    layer: str
    bbox: Box


class Changes(BaseModel):
    """What changed in a moment, a box for each collection."""

    changes: list[Change]


class LayerExplained(BaseModel):
    """How a layer is drawn at a zoom."""

    layer: str
    zoom: int
    tile: str = Field(description="zoom/row/column of the tile that is explained")
    layers: list[str] = Field(description="Layers within the tile")
    columns: list[str] = Field(description="Properties of a feature")
    statement: str = Field(description="The query for the tile")
    plan: list[str] = Field(description="How the database would answer it; nothing is run")
    served: dict[str, int] = Field(description="Source → tiles that this process served: memory, kept, made")


class BothLanguages(BaseModel):
    """The same sentence in both languages."""

    en: str
    zh: str


class Problem(BaseModel):
    """An error (RFC 9457): what was wrong in the reader's language, and in both."""

    type: str
    title: str
    status: int
    detail: str
    messages: BothLanguages
    hint: BothLanguages | None = Field(description="What to do about it")
    facts: dict[str, object] = Field(description="Values that programs may read")


class BandOfHouseholds(BaseModel):
    """Households a general grid may hold, both ends included."""

    minimum: int
    maximum: int


class CommunitySummary(BaseModel):
    """One community of a district."""

    code: str
    name: str
    bbox: Box
    households: int = Field(description="Imported for it, whether divided or not")
    grids: int = Field(description="In force")
    verdict: Verdict = Field(description="unknown: not divided yet")
    reason: BothLanguages | None = Field(description="Why it cannot be divided")


class BandCounts(BaseModel):
    """Grids in force by where their households lie against the band."""

    model_config = {"serialize_by_alias": True, "validate_by_name": True}

    under: int
    within: int = Field(alias="in")
    over: int
    dedicated: int


class District(BaseModel):
    """A parent of communities, or an area that stands alone."""

    code: str
    name: str
    name_en: str | None
    synthetic: bool = Field(description="Fictitious: to be shown as 示意")
    attribution: str = Field(description="Who must be named; empty: nobody")
    bbox: Box
    communities: int
    grids: int
    households: int
    bands: BandCounts
    communities_list: list[CommunitySummary]


class Overview(BaseModel):
    """All districts."""

    band: BandOfHouseholds
    districts: list[District]


class NamedCommunity(BaseModel):
    """The community of a grid."""

    code: str
    name: str


class PlanInForce(BaseModel):
    """The plan a grid belongs to."""

    id: int
    published_at: datetime
    author: str
    reason: str


class HouseholdSize(BaseModel):
    """Households of one size; null where there are too few to tell."""

    label: str
    count: int | None


class People(BaseModel):
    """Counts; residents are told where at least 10 households and 5 people stand behind the number."""

    households: int | None = Field(description="Null: 1 to 9")
    households_estimated_count: int | None = Field(
        description="Of these, estimated; null: so few are estimated, or not, that it is not told"
    )
    residents: int | None = Field(description="Null: not counted, or suppressed")
    suppressed: bool = Field(description="Residents were counted, but are too few to tell")
    buildings_with_households: int
    household_sizes: list[HouseholdSize]


class PlaceSummary(BaseModel):
    """A compound, parcel, public space or gate."""

    id: int
    name: str | None
    kind: str
    point: Point


class UseCount(BaseModel):
    """Buildings of one use; null: not known."""

    use: str | None
    count: int


class Buildings(BaseModel):
    """Buildings of a grid."""

    count: int
    floors_max: int | None
    by_use: list[UseCount]


class FacilitySummary(BaseModel):
    """A facility; null is not known."""

    id: int
    name: str | None
    kind: str
    tier: str | None
    floor_area_m2: float | None
    hours: str | None
    point: Point


class Things(BaseModel):
    """Buildings and facilities."""

    buildings: Buildings
    facilities: list[FacilitySummary]


class MatterCount(BaseModel):
    """Matters of one kind."""

    kind: str
    name: BothLanguages
    open: int
    closed: int


class Matters(BaseModel):
    """Matters by kind and state."""

    open: int
    closed: int
    by_kind: list[MatterCount]


class OrganisationSummary(BaseModel):
    """An organisation."""

    id: int
    name: str
    kind: str


class Role(BaseModel):
    """A public role and its published contact."""

    kind: str
    name: str
    phone: str | None


class GridCard(BaseModel):
    """A grid in force with its five elements: 人、地、物、事、组织."""

    code: str
    name: str
    kind: GridKind
    community: NamedCommunity
    plan: PlanInForce
    band: BandOfHouseholds
    in_band: bool | None = Field(description="Null for dedicated grids")
    area_m2: float
    bbox: Box
    synthetic: bool
    vintage: date | None = Field(description="Day of the newest count behind it")
    people: People
    places: list[PlaceSummary]
    things: Things
    matters: Matters
    organisations: list[OrganisationSummary]
    roles: list[Role]


class SearchResult(BaseModel):
    """Something found; ``code`` is the id where the thing has no code."""

    type: Literal["grid", "area", "building", "facility", "organisation", "place", "road"]
    code: str
    name: str
    context: str | None = Field(description="What it lies in")
    bbox: Box
    point: Point


class SearchResults(BaseModel):
    """What was found, best first."""

    results: list[SearchResult]
