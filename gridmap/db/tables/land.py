"""地: places, roads and other lines, and small areas imported with their household counts."""

from sqlalchemy import Boolean, Column, Float, Integer, SmallInteger, Table, Text

from gridmap.core.model import Cover, LineClass
from gridmap.db.tables.base import (
    TILES,
    attachment,
    geometry,
    identity,
    metadata,
    not_negative,
    one_of,
    provenance,
    spatial_index,
)

cell = Table(
    "cell",
    metadata,
    identity(),
    Column("households", Integer, comment="Null: the source gave no count"),
    Column("residents", Integer, comment="Null: the source gave no count"),
    *geometry("POLYGON", "MULTIPOLYGON"),
    *provenance(),
    *attachment(),
    *not_negative("households", "residents"),
    spatial_index("geom_3857", reason=TILES),
    spatial_index("geom", reason="a new community or grid asks which cells it covers"),
    comment="Imported small area that is never split; where a community has cells, they carry its households",
)

place = Table(
    "place",
    metadata,
    identity(),
    Column("kind", Text, nullable=False, comment="parcel, compound (小区), public_space, gate (出入口) …"),
    Column("name", Text),
    Column(
        "dedicated",
        Boolean,
        nullable=False,
        server_default="false",
        comment="专属: the ground is a grid of its own, outside the band. Decided by a planner",
    ),
    Column("hours", Text, comment="When a gate is open, as the source wrote it; null: always"),
    Column("residents_only", Boolean, comment="Whether a gate lets residents in only; null: not known"),
    Column("floor_area_m2", Float, comment="Of a room or plot that could take a facility; null: not known"),
    Column("capacity", Integer, comment="People that a facility here could serve; null: not known"),
    Column("cost", Float, comment="Of opening a facility here, in one unit for all; null: not known"),
    *geometry("POINT", "LINESTRING", "POLYGON", "MULTIPOLYGON"),
    *provenance(),
    *attachment(),
    *not_negative("floor_area_m2", "capacity", "cost"),
    spatial_index("geom_3857", reason=TILES),
    spatial_index("geom", reason="a new community or grid asks which places it covers"),
    comment="Parcel, compound, public space or gate; attached by a point on its surface",
)

road = Table(
    "road",
    metadata,
    identity(),
    Column("class", Text, nullable=False),
    Column("name", Text),
    Column("level", SmallInteger, comment="0 ground, 1 above it, -1 below; null: as the cover says"),
    Column("covered", Text, comment="indoor, bridge or tunnel; null: open ground"),
    Column("walkable", Boolean, comment="Whether people may walk here; null: as its class says"),
    *geometry("LINESTRING", "MULTILINESTRING"),
    *provenance(),
    one_of("class", LineClass),
    one_of("covered", Cover),
    spatial_index("geom", reason="a division asks for the lines near a community"),
    spatial_index("geom_3857", reason=TILES),
    comment="Roads and the other lines people take as borders: rivers, railways, walls",
)
