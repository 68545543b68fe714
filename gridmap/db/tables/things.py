"""物: buildings with their household counts, and facilities."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)

from gridmap.core.model import FacilityTier, HouseholdSource
from gridmap.db.names import WGS84
from gridmap.db.tables.base import (
    TILES,
    attachment,
    clearance,
    geometry,
    identity,
    metadata,
    not_negative,
    one_of,
    provenance,
    spatial_index,
)

building = Table(
    "building",
    metadata,
    identity(),
    Column("name", Text),
    Column("use", Text, comment="residential, retail, school …; null: not known"),
    Column("floors", Integer, comment="Above ground; null: not known"),
    Column("house_number", Text),
    Column("street", Text),
    Column("households", Integer, comment="Null: not known, which is not 0"),
    Column("household_source", Text, comment="declared by the file, counted from a table, or estimated"),
    Column(
        "stand_in",
        Boolean,
        nullable=False,
        server_default="false",
        comment="A square of 12 m put where a household table has an address and no footprint is known",
    ),
    Column("stairwells", Integer, comment="单元: stairs with an entrance of their own; null: not known"),
    Column(
        "part_of",
        BigInteger,
        ForeignKey("gridmap.building.id"),
        index=True,
        comment="The first part of the building this one was split from",
    ),
    *geometry("POINT", "POLYGON", "MULTIPOLYGON"),
    clearance(),
    *provenance(),
    *attachment(),
    *not_negative("floors", "households", "stairwells"),
    one_of("household_source", HouseholdSource),
    CheckConstraint("(households IS NULL) = (household_source IS NULL)", name="households_have_a_source"),
    spatial_index("geom", reason="a new community or grid asks which buildings it covers"),
    spatial_index("geom_3857", reason=TILES),
    Index(None, "street", "house_number", info={"reason": "residents ask for the grid of their address"}),
    comment="楼栋: a footprint with its household count and where that count comes from",
)

whole_building = Table(
    "whole_building",
    metadata,
    Column(
        "building_id", BigInteger, ForeignKey("gridmap.building.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("name", Text),
    Column(
        "geom",
        Geometry("GEOMETRY", WGS84, spatial_index=False),
        nullable=False,
        comment="WGS 84, lon/lat",
    ),
    comment="What a building was before it was split by stairwell; its row is the first part",
)

facility = Table(
    "facility",
    metadata,
    identity(),
    Column("name", Text),
    Column("kind", Text, nullable=False, comment="clinic, preschool, community_centre …"),
    Column("tier", Text, comment="main 主体, special 配套, supplementary 补充; null: not classed"),
    Column("floor_area_m2", Float, comment="Null: not known, which is not 0"),
    Column("capacity", Integer, comment="Places, beds or seats by kind; null: not known"),
    Column("hours", Text, comment="Opening hours as the source wrote them"),
    Column("address", Text),
    Column("owner_id", BigInteger, ForeignKey("gridmap.organisation.id", ondelete="SET NULL"), index=True),
    *geometry("POINT", "LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON"),
    *provenance(),
    *attachment(),
    *not_negative("floor_area_m2", "capacity"),
    one_of("tier", FacilityTier),
    spatial_index("geom_3857", reason=TILES),
    spatial_index("geom", reason="a new community or grid asks which facilities it covers"),
    comment="设施: attached by a point on its surface",
)
