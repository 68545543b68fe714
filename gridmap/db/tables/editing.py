"""方案编辑: what plans are drawn on, the journal of their edits, and names for moments in it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from gridmap.core.editing.history import EntryKind
from gridmap.db.tables.base import identity, metadata, not_negative, one_of

layout = Table(
    "layout",
    metadata,
    identity(),
    Column("community_id", BigInteger, ForeignKey("gridmap.area.id"), nullable=False, index=True),
    Column("crs", Text, nullable=False, comment="Metric system of the corners"),
    Column("cells", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False, comment="See gridmap.db.layouts; stored uncompressed"),
    *not_negative("cells"),
    comment="The cells of a community as one division cut them; shared by a plan and its branches",
)

drawing = Table(
    "drawing",
    metadata,
    Column("plan_id", BigInteger, ForeignKey("gridmap.plan.id", ondelete="CASCADE"), primary_key=True),
    Column("layout_id", BigInteger, ForeignKey("gridmap.layout.id"), nullable=False),
    Column(
        "grid_of_cell",
        LargeBinary,
        nullable=False,
        comment="Sequence of the grid of each cell: int32, little-endian",
    ),
    Column(
        "locked", ARRAY(Integer), nullable=False, server_default="{}", comment="Sequences of locked grids"
    ),
    Column("last_number", Integer, nullable=False, comment="Highest sequence ever given in this plan"),
    Column("position", Integer, nullable=False, server_default="0", comment="Last line of its journal"),
    Column("parent_position", Integer, comment="Line of the parent's journal at which it branched off"),
    Column("by_hand", Boolean, nullable=False, server_default="false", comment="Not as the engine drew it"),
    *not_negative("last_number", "position", "parent_position"),
    CheckConstraint("octet_length(grid_of_cell) % 4 = 0", name="grid_of_cell_whole"),
    comment="Which grid each cell of a plan is in, as of the last line of its journal",
)

plan_edit = Table(
    "plan_edit",
    metadata,
    identity(),
    Column("plan_id", BigInteger, ForeignKey("gridmap.plan.id"), nullable=False),
    Column("sequence", Integer, nullable=False, comment="Line of the plan's journal, from 1"),
    Column("kind", Text, nullable=False),
    Column("edit", JSONB, nullable=False, comment="See gridmap.core.editing.edits"),
    Column("inverse", JSONB, nullable=False, comment="The edit that takes it back, exactly"),
    Column("merged_plan_id", BigInteger, ForeignKey("gridmap.plan.id"), comment="The plan it merged"),
    Column("merged_position", Integer, comment="Line of that plan's journal up to which it did"),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    one_of("kind", EntryKind),
    CheckConstraint("sequence >= 1", name="sequence_from_one"),
    CheckConstraint("(merged_plan_id IS NULL) = (merged_position IS NULL)", name="merged_whole"),
    UniqueConstraint("plan_id", "sequence"),
    comment="Journal of the edits of plans. Append-only: an undo is a line of its own",
)

plan_snapshot = Table(
    "plan_snapshot",
    metadata,
    Column("plan_id", BigInteger, ForeignKey("gridmap.plan.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False, comment="Line of the journal it names; 0: before the first"),
    Column("author", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    *not_negative("position"),
    CheckConstraint("name <> ''", name="name_not_empty"),
    comment="Names for moments in the journal of a plan",
)
