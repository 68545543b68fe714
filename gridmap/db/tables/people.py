"""人: counts by address, anonymous households and residents. No identity of a resident has a column here."""

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, LargeBinary, Table, Text

from gridmap.db.names import WGS84
from gridmap.db.tables.base import identity, metadata, not_negative, provenance

address_count = Table(
    "address_count",
    metadata,
    identity(),
    Column("house_number", Text),
    Column("street", Text),
    Column("households", Integer, nullable=False),
    Column("geom", Geometry("POINT", WGS84, spatial_index=False), comment="Null: the table gave no position"),
    Column("building_id", BigInteger, ForeignKey("gridmap.building.id", ondelete="SET NULL"), index=True),
    Column("match", Text, nullable=False, server_default="none", comment="joined, ambiguous or none"),
    *provenance(),
    *not_negative("households"),
    CheckConstraint("match IN ('joined', 'ambiguous', 'none')", name="match_known"),
    CheckConstraint("building_id IS NULL OR match = 'joined'", name="building_means_joined"),
    comment="One row of a table of households by address, and the building it was joined to",
)

household = Table(
    "household",
    metadata,
    identity(),
    Column(
        "building_id",
        BigInteger,
        ForeignKey("gridmap.building.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("size", Integer, comment="People; null: not known"),
    Column("tenure", Text, comment="owner, tenant, public; null: not known"),
    *provenance(),
    CheckConstraint("size BETWEEN 1 AND 30", name="size_plausible"),
    comment="户: an anonymous stub in a building",
)

resident = Table(
    "resident",
    metadata,
    identity(),
    Column(
        "building_id",
        BigInteger,
        ForeignKey("gridmap.building.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("household_id", BigInteger, ForeignKey("gridmap.household.id", ondelete="SET NULL"), index=True),
    Column("birth_year", Integer, comment="Year only; null: not known"),
    Column("sex", Text, comment="female or male; null: not known"),
    Column("registration", Text, comment="registered 户籍 or floating 流动; null: not known"),
    Column(
        "lookup", LargeBinary, unique=True, comment="HMAC of the source's key; the secret lives elsewhere"
    ),
    Column("import_id", BigInteger, ForeignKey("gridmap.import_run.id")),
    CheckConstraint("birth_year BETWEEN 1890 AND 2100", name="birth_year_plausible"),
    CheckConstraint("sex IN ('female', 'male')", name="sex_known"),
    CheckConstraint("registration IN ('registered', 'floating')", name="registration_known"),
    comment="居民: birth year, sex, registration, and nothing by which to know who it is",
)
