"""What the tables share: naming, geometry columns, provenance, attachment to a grid."""

from collections.abc import Iterable
from enum import StrEnum

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from gridmap.db.names import SCHEMA, WEB_MERCATOR, WGS84

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_once",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_of_%(referred_table_name)s",
        "pk": "%(table_name)s_key",
    },
)


def identity() -> Column[int]:
    """Return the integer key that tiles carry as feature id."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Allow only the words of an enumeration, or null where the column is nullable."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")


def not_negative(*columns: str) -> Iterable[CheckConstraint]:
    """Forbid counts and measures below zero; null means unknown."""
    return (CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative") for column in columns)


def geometry(*kinds: str) -> list[SchemaItem]:
    """Return the stored geometry, its copy for tiles, and the rule that it is valid and of the right kind.

    ``geom`` is WGS 84; ``geom_3857`` is for drawing only, never for measuring.
    """
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    return [
        Column(
            "geom",
            Geometry("GEOMETRY", WGS84, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        Column(
            "geom_3857",
            Geometry("GEOMETRY", WEB_MERCATOR, spatial_index=False),
            Computed("ST_Transform(geom, 3857)", persisted=True),
            comment="For tiles only",
        ),
        CheckConstraint(f"GeometryType(geom) IN ({allowed})", name="geom_kind"),
        CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom_valid"),
    ]


def clearance() -> Column[float]:
    """Return the distance that corners and sides of a shape keep from each other: so far they can move and stay valid.

    In degrees, as PostGIS has it in ``ST_MinimumClearance``; infinite for points.
    """
    return Column(
        "clearance",
        Double,
        Computed("ST_MinimumClearance(geom)", persisted=True),
        comment="Degrees between corners and sides; drawing needs no check of shapes that have enough",
    )


def provenance() -> list[SchemaItem]:
    """Return where a row came from. A second import of the same data set finds it by ``source_id``."""
    return [
        Column("dataset", Text, nullable=False, comment="Name of the data set the row came with"),
        Column("source_id", Text, nullable=False, comment="Key of the row in that data set"),
        Column(
            "import_id",
            BigInteger,
            ForeignKey("gridmap.import_run.id"),
            comment="The import that wrote it last",
        ),
        UniqueConstraint("dataset", "source_id"),
    ]


def attachment() -> list[SchemaItem]:
    """Return the community and the published grid a thing lies in. Kept by triggers, never written by hand.

    The grid is always one of that community: the pair is a foreign key.
    """
    return [
        Column("community_id", BigInteger, ForeignKey("gridmap.area.id", ondelete="SET NULL"), index=True),
        Column("grid_id", BigInteger, index=True),
        CheckConstraint("grid_id IS NULL OR community_id IS NOT NULL", name="grid_has_community"),
        ForeignKeyConstraint(["grid_id", "community_id"], ["gridmap.grid.id", "gridmap.grid.community_id"]),
    ]


def spatial_index(column: str, *, reason: str) -> Index:
    """Return a GiST index that says what it is for."""
    return Index(None, column, postgresql_using="gist", info={"reason": reason})


TILES = "tiles read by their envelope"
ATTACH = "attaching asks which shapes cover a point"
