"""What is asked of and answered by the addresses of queries. Degrees are WGS 84, longitude first."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gridmap.api.plan_schemas import Sent
from gridmap.api.schemas import BothLanguages, Box
from gridmap.core.coverage.profiles import ProfileName
from gridmap.core.filters import FilterLanguage
from gridmap.db.spatial import Relation, Unit
from gridmap.services.querying import FARTHEST_M, MOST_NEAR, By
from gridmap.services.shapes import Asked
from gridmap.services.walks import FARTHEST_WALK_M


def _without_zero_bytes(text: str) -> str:
    if "\0" in text:
        raise ValueError("it holds a zero byte")
    return text


Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_without_zero_bytes)]
Longitude = Annotated[float, Field(description="Degrees, within ±180")]
Latitude = Annotated[float, Field(description="Degrees, within ±90")]
Note = Annotated[str, Field(max_length=1000), AfterValidator(_without_zero_bytes)]
GeoJson = Annotated[dict[str, Any], Field(description="GeoJSON polygon, multipolygon, or feature with one")]


class Asking(Sent):
    """Which features of a collection, and where; what is given must hold all together."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    collection: Word = Field(description="As in /ogc/collections")
    place: Word | None = Field(
        default=None, description="Code or name of an area, grid or place, or place/ID"
    )
    saved: Word | None = Field(default=None, description="Name of a saved question")
    filter: str | None = Field(default=None, description="What must be true of a feature, CQL2")
    filter_lang: FilterLanguage = Field(default="cql2-text", alias="filter-lang")

    def asked(self) -> Asked:
        """Return it as the services know it."""
        return Asked(None, self.place, self.saved, self.filter, self.filter_lang)


class ShapeAsking(Asking):
    """The same, with a shape that was drawn; a filter may be an object of CQL2 JSON."""

    shape: GeoJson | None = None
    filter: str | dict[str, Any] | None = None  # type: ignore[assignment]

    def asked(self) -> Asked:
        """Return it as the services know it."""
        filtered, language = written(self.filter, self.filter_lang)
        return Asked(self.shape, self.place, self.saved, filtered, language)


def written(
    filtered: str | dict[str, Any] | None, language: FilterLanguage
) -> tuple[str | None, FilterLanguage]:
    """Return a filter as text, and its language."""
    if isinstance(filtered, dict):
        return json.dumps(filtered, ensure_ascii=False), "cql2-json"
    return filtered, language


class _Spoken(BaseModel):
    lang: Literal["zh", "en"] | None = Field(default=None, description="Language of refusals")


class _Paged(BaseModel):
    relation: Relation = Field(
        default=Relation.INTERSECTS,
        description="Touch the shape, lie wholly in it, or stand in it: a point on the surface does",
    )
    limit: int = Field(default=100, ge=1, le=10_000)
    token: str | None = Field(default=None, description="Where the page begins: next of the page before")


class WithinAsking(_Paged, _Spoken, Asking):
    """Features in a shape that has a name."""


class WithinShape(_Paged, ShapeAsking):
    """Features in a shape that was drawn, or has a name."""


class _Around(_Spoken, Asking):
    lon: Longitude
    lat: Latitude
    by: By = Field(default=By.GROUND, description="Straight on the ground, or on foot along the network")
    walker: ProfileName = Field(default=ProfileName.ADULT, description="Who walks, for by=network")


class NearAsking(_Around):
    """Features within a distance of a point."""

    metres: float = Field(
        description=f"More than 0, at most {FARTHEST_M:,.0f} on the ground and {FARTHEST_WALK_M:,.0f} on foot"
    )
    limit: int = Field(default=100, ge=1, le=MOST_NEAR)


class NearestAsking(_Around):
    """The nearest features to a point."""

    n: int = Field(default=5, ge=1, le=MOST_NEAR, description="How many")


class _Summing(BaseModel):
    by: Unit = Field(default=Unit.GRID, description="What is counted for")
    size_m: float = Field(default=500.0, description="Side of hexagons, 50 to 50,000 m")


class SumsAsking(_Summing, _Spoken, Asking):
    """Features counted and summed, everywhere or in a shape that has a name."""

    sum: str | None = Field(default=None, max_length=200, description="Columns to sum, with commas between")

    @property
    def sums(self) -> list[str]:
        """Columns to sum."""
        return [] if not self.sum else [name.strip() for name in self.sum.split(",")]


class SumsShape(_Summing, ShapeAsking):
    """Features counted and summed in a shape that was drawn, or has a name."""

    sum: list[Word] = Field(default=[], max_length=5, description="Columns to sum")

    @property
    def sums(self) -> list[str]:
        """Columns to sum."""
        return self.sum


class NearFeatures(BaseModel):
    """GeoJSON features, the nearest first, with distance_m and, on foot, minutes among their properties."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[dict[str, Any]]
    numberMatched: int = Field(description="Beyond the limit too")  # noqa: N815  as OGC API Features calls it
    numberReturned: int  # noqa: N815


class SumTold(BaseModel):
    """A column summed over the features whose value is told."""

    total: float | int | None = Field(description="Null: no value is told")
    told: int = Field(description="Features in the total")
    untold: int = Field(description="Features whose value is not known or, of people, too small to tell")


class GroupTold(BaseModel):
    """Features that belong together."""

    code: str | None = Field(
        description="Of the grid or community; of a hexagon its system, side, column and row"
    )
    name: str | None
    count: int
    sums: dict[str, SumTold]
    geometry: dict[str, Any] | None = Field(default=None, description="Of a hexagon, GeoJSON")


class SummaryTold(BaseModel):
    """Features counted and summed. A feature counts whole, where a point on its surface lies."""

    collection: str
    by: Unit
    total: GroupTold
    groups: list[GroupTold]
    srid: int | None = Field(description="EPSG number of the system in which hexagons are regular")
    size_m: float | None


class GridFound(BaseModel):
    """What a resident is told of a grid."""

    code: str
    name: str
    kind: str
    households: int | None = Field(description="Null: too few to tell")
    in_band: bool | None
    area_m2: float
    bbox: Box
    valid_from: datetime


class CommunityFound(BaseModel):
    """The community a point lies in, at a distance of 0, or the nearest one."""

    code: str
    name: str
    distance_m: float


class RoleFound(BaseModel):
    """A public role and its published contact."""

    kind: str
    name: str
    phone: str | None
    is_of_grid: bool = Field(description="For this grid, not for the whole community")


class AddressFound(BaseModel):
    """The building with an address."""

    id: int
    street: str
    house_number: str
    community: str | None
    community_name: str | None
    lon: float
    lat: float


class LocatedHere(BaseModel):
    """Which grid a point or address lies in."""

    said: BothLanguages = Field(description="The answer in one sentence")
    grid: GridFound | None
    community: CommunityFound | None
    roles: list[RoleFound]
    address: AddressFound | None


class SavedWanted(Sent):
    """A shape, a filter, or both, to be kept under a name."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: Word
    shape: GeoJson | None = None
    collection: Word | None = Field(default=None, description="What the filter is about")
    filter: str | dict[str, Any] | None = None
    filter_lang: FilterLanguage = Field(default="cql2-text", alias="filter-lang")
    note: Note = ""


class SavedChange(Sent):
    """What of a saved question is to be changed; what is left out stays."""

    name: Word | None = None
    note: Note | None = None
    deleted: bool | None = Field(default=None, description="True: delete it; false: put it back")


class SavedKept(BaseModel):
    """A saved question as it is kept."""

    id: int
    name: str
    collection: str | None
    filter: str | None
    filter_language: str | None
    shape: dict[str, Any] | None
    note: str
    created_at: datetime
    changed_at: datetime
    deleted_at: datetime | None


class SavedList(BaseModel):
    """Saved questions, by name."""

    saved: list[SavedKept]
