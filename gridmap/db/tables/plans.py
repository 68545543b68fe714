"""划分方案与网格: plans, their grids, the codes given out, and what each grid holds."""

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gridmap.core.division.redivision.lookup import Succession
from gridmap.core.model import GridKind, PlanStatus, Verdict
from gridmap.db.names import WEB_MERCATOR, WGS84
from gridmap.db.tables.base import (
    ATTACH,
    TILES,
    identity,
    metadata,
    not_negative,
    one_of,
    spatial_index,
)

plan = Table(
    "plan",
    metadata,
    identity(),
    Column("community_id", BigInteger, ForeignKey("gridmap.area.id"), nullable=False, index=True),
    Column("parent_id", BigInteger, ForeignKey("gridmap.plan.id"), comment="The plan this one was made from"),
    Column("status", Text, nullable=False, server_default=PlanStatus.DRAFT),
    Column("verdict", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("band_minimum", Integer, nullable=False, comment="Households"),
    Column("band_maximum", Integer, nullable=False, comment="Households"),
    Column(
        "parameters",
        JSONB,
        nullable=False,
        server_default="{}",
        comment="Mode, seed and version of the engine",
    ),
    Column("inputs_hash", Text, nullable=False, comment="Same hash: same input, same result"),
    Column("score", JSONB, nullable=False, server_default="{}"),
    Column("certificate", JSONB, comment="Why it is infeasible; null when it is not"),
    Column("findings", JSONB, nullable=False, server_default="[]", comment="What was repaired or tolerated"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_at", DateTime(timezone=True)),
    Column("archived_at", DateTime(timezone=True)),
    one_of("status", PlanStatus),
    one_of("verdict", Verdict),
    CheckConstraint("band_minimum BETWEEN 1 AND band_maximum", name="band_is_a_range"),
    CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="published_when"),
    CheckConstraint("(status = 'archived') = (archived_at IS NOT NULL)", name="archived_when"),
    CheckConstraint("(verdict = 'infeasible') = (certificate IS NOT NULL)", name="infeasible_is_proved"),
    Index("plan_one_published", "community_id", unique=True, postgresql_where=text("status = 'published'")),
    UniqueConstraint("id", "community_id"),
    comment="One division of one community: draft, published, archived",
)

grid_code = Table(
    "grid_code",
    metadata,
    Column("code", Text, primary_key=True),
    Column("community_id", BigInteger, ForeignKey("gridmap.area.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("given_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    UniqueConstraint("community_id", "sequence"),
    CheckConstraint("code ~ '^([0-9]{15}|.+-[0-9]{3,})$'", name="code_well_formed"),
    CheckConstraint("sequence >= 1", name="sequence_from_one"),
    comment="Every code ever given to a grid. Rows are never deleted, so a code is never used again",
)

grid_succession = Table(
    "grid_succession",
    metadata,
    identity(),
    Column(
        "plan_id", BigInteger, ForeignKey("gridmap.plan.id"), nullable=False, comment="The plan put in force"
    ),
    Column(
        "former_plan_id", BigInteger, ForeignKey("gridmap.plan.id"), nullable=False, comment="The plan before"
    ),
    Column(
        "old_code", Text, ForeignKey("gridmap.grid_code.code"), comment="Null: a grid without a predecessor"
    ),
    Column(
        "new_code", Text, ForeignKey("gridmap.grid_code.code"), comment="Null: a grid without a successor"
    ),
    Column("kind", Text, nullable=False, comment="U unchanged, S split, M merged, X irregular"),
    Column("households", Integer, nullable=False, comment="That both have, counted on the day"),
    Column("carriers", Integer, nullable=False, comment="Buildings or small areas that both have"),
    Column("continues", Boolean, nullable=False, comment="The new grid is the one that goes on from the old"),
    UniqueConstraint("plan_id", "old_code", "new_code", postgresql_nulls_not_distinct=True),
    one_of("kind", Succession),
    *not_negative("households", "carriers"),
    CheckConstraint("old_code IS NOT NULL OR new_code IS NOT NULL", name="names_a_grid"),
    CheckConstraint("kind <> 'U' OR old_code = new_code", name="unchanged_keeps_code"),
    comment="How the grids of a plan became those of the next one in force. Rows are never changed",
)

grid = Table(
    "grid",
    metadata,
    identity(),
    Column("plan_id", BigInteger, nullable=False),
    Column("community_id", BigInteger, nullable=False),
    Column("sequence", Integer, nullable=False, comment="West to east, then north to south, within the plan"),
    Column("code", Text, ForeignKey("gridmap.grid_code.code"), comment="Given when the plan is published"),
    Column("name", Text),
    Column("kind", Text, nullable=False, server_default=GridKind.GENERAL),
    Column("planned_households", Integer, nullable=False, comment="When the plan was drawn"),
    Column("valid_from", DateTime(timezone=True), comment="When it was published"),
    Column("valid_to", DateTime(timezone=True), comment="When it was replaced; null: still in force"),
    Column("geom", Geometry("POLYGON", WGS84, spatial_index=False), nullable=False),
    Column(
        "geom_3857",
        Geometry("POLYGON", WEB_MERCATOR, spatial_index=False),
        Computed("ST_Transform(geom, 3857)", persisted=True),
        comment="For tiles only",
    ),
    Column(
        "label_3857",
        Geometry("POINT", WEB_MERCATOR, spatial_index=False),
        Computed("ST_PointOnSurface(ST_Transform(geom, 3857))", persisted=True),
        comment="Where the label stands",
    ),
    Column(
        "area_m2", Float, Computed("ST_Area(geom::geography)", persisted=True), comment="On the ellipsoid"
    ),
    one_of("kind", GridKind),
    *not_negative("planned_households"),
    CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom_valid"),
    CheckConstraint("valid_from IS NULL OR code IS NOT NULL", name="published_has_code"),
    CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_in_order"),
    ForeignKeyConstraint(
        ["plan_id", "community_id"], ["gridmap.plan.id", "gridmap.plan.community_id"], ondelete="CASCADE"
    ),
    UniqueConstraint("plan_id", "sequence"),
    UniqueConstraint("id", "community_id"),
    spatial_index("geom", reason=ATTACH),
    spatial_index("geom_3857", reason=TILES),
    comment="网格: one polygon of a plan. In force while valid_from is set and valid_to is not",
)
Index(
    "grid_code_in_force",
    grid.c.code,
    unique=True,
    postgresql_where=text("valid_from IS NOT NULL AND valid_to IS NULL"),
)

grid_count = Table(
    "grid_count",
    metadata,
    Column("grid_id", BigInteger, ForeignKey("gridmap.grid.id", ondelete="CASCADE"), primary_key=True),
    Column("buildings", Integer, nullable=False, server_default="0"),
    Column("buildings_with_households", Integer, nullable=False, server_default="0"),
    Column("households", Integer, nullable=False, server_default="0"),
    Column(
        "households_estimated", Integer, nullable=False, server_default="0", comment="Of these, estimated"
    ),
    Column("residents", Integer, comment="Null: nobody counted them"),
    Column("places", Integer, nullable=False, server_default="0"),
    Column("facilities", Integer, nullable=False, server_default="0"),
    Column("matters_open", Integer, nullable=False, server_default="0"),
    Column("matters_closed", Integer, nullable=False, server_default="0"),
    Column("organisations", Integer, nullable=False, server_default="0"),
    Column(
        "buildings_kept_back",
        ARRAY(BigInteger),
        nullable=False,
        server_default="{}",
        comment="Ids of buildings whose count is not told, lest the total tells a small one",
    ),
    Column(
        "cells_kept_back",
        ARRAY(BigInteger),
        nullable=False,
        server_default="{}",
        comment="The same of cells",
    ),
    comment="What each grid in force holds; kept by triggers in the transaction that changes it",
)
