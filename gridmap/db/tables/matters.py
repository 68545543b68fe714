"""事: anything with a state and a clock. Kinds of matter are rows, not code."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, Integer, Table, Text, func
from sqlalchemy.dialects.postgresql import ARRAY

from gridmap.db.tables.base import attachment, geometry, identity, metadata, provenance, spatial_index

matter_kind = Table(
    "matter_kind",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name_en", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("states", ARRAY(Text), nullable=False, comment="In order; the last ones are ends"),
    Column("end_states", ARRAY(Text), nullable=False),
    Column("days_allowed", Integer, comment="From opening to end; null: no limit"),
    CheckConstraint("end_states <@ states", name="ends_are_states"),
    CheckConstraint("cardinality(states) >= 2", name="has_states"),
    comment="Kinds of matter: appeal, repair, mediation, deliberation, purchase, evaluation",
)

matter = Table(
    "matter",
    metadata,
    identity(),
    Column("kind", Text, ForeignKey("gridmap.matter_kind.kind"), nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False, comment="What it is about; never who"),
    Column("opened_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("due_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column(
        "organisation_id", BigInteger, ForeignKey("gridmap.organisation.id", ondelete="SET NULL"), index=True
    ),
    *geometry("POINT", "POLYGON"),
    *provenance(),
    *attachment(),
    CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opened"),
    spatial_index("geom", reason="a new community or grid asks which matters it covers"),
    comment="诉求、维修、调解、协商…: attached by a point on its surface",
)
