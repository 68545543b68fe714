"""Keep what plans are drawn on, a journal of their edits, and names for moments in it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from gridmap.db.migrations.scripts import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "layout",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=False, comment="Metric system of the corners"),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            sa.LargeBinary(),
            nullable=False,
            comment="See gridmap.db.layouts; stored uncompressed",
        ),
        sa.CheckConstraint("cells >= 0", name="layout_cells_not_negative"),
        sa.ForeignKeyConstraint(["community_id"], ["gridmap.area.id"], name="layout_community_id_of_area"),
        sa.PrimaryKeyConstraint("id", name="layout_key"),
        schema="gridmap",
        comment="The cells of a community as one division cut them; shared by a plan and its branches",
    )
    op.create_index("layout_community_id", "layout", ["community_id"], schema="gridmap")
    op.create_table(
        "drawing",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("layout_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "grid_of_cell",
            sa.LargeBinary(),
            nullable=False,
            comment="Sequence of the grid of each cell: int32, little-endian",
        ),
        sa.Column(
            "locked",
            postgresql.ARRAY(sa.Integer()),
            nullable=False,
            server_default="{}",
            comment="Sequences of locked grids",
        ),
        sa.Column(
            "last_number", sa.Integer(), nullable=False, comment="Highest sequence ever given in this plan"
        ),
        sa.Column(
            "position", sa.Integer(), nullable=False, server_default="0", comment="Last line of its journal"
        ),
        sa.Column(
            "parent_position",
            sa.Integer(),
            comment="Line of the parent's journal at which it branched off",
        ),
        sa.Column(
            "by_hand",
            sa.Boolean(),
            nullable=False,
            server_default="false",
            comment="Not as the engine drew it",
        ),
        sa.CheckConstraint("last_number >= 0", name="drawing_last_number_not_negative"),
        sa.CheckConstraint("position >= 0", name="drawing_position_not_negative"),
        sa.CheckConstraint("parent_position >= 0", name="drawing_parent_position_not_negative"),
        sa.CheckConstraint("octet_length(grid_of_cell) % 4 = 0", name="drawing_grid_of_cell_whole"),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["gridmap.plan.id"], name="drawing_plan_id_of_plan", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["layout_id"], ["gridmap.layout.id"], name="drawing_layout_id_of_layout"),
        sa.PrimaryKeyConstraint("plan_id", name="drawing_key"),
        schema="gridmap",
        comment="Which grid each cell of a plan is in, as of the last line of its journal",
    )
    op.create_table(
        "plan_edit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False, comment="Line of the plan's journal, from 1"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("edit", postgresql.JSONB(), nullable=False, comment="See gridmap.core.editing.edits"),
        sa.Column(
            "inverse", postgresql.JSONB(), nullable=False, comment="The edit that takes it back, exactly"
        ),
        sa.Column("merged_plan_id", sa.BigInteger(), comment="The plan it merged"),
        sa.Column("merged_position", sa.Integer(), comment="Line of that plan's journal up to which it did"),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.CheckConstraint("kind IN ('do', 'undo', 'redo')", name="plan_edit_kind_known"),
        sa.CheckConstraint("sequence >= 1", name="plan_edit_sequence_from_one"),
        sa.CheckConstraint(
            "(merged_plan_id IS NULL) = (merged_position IS NULL)", name="plan_edit_merged_whole"
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["gridmap.plan.id"], name="plan_edit_plan_id_of_plan"),
        sa.ForeignKeyConstraint(
            ["merged_plan_id"], ["gridmap.plan.id"], name="plan_edit_merged_plan_id_of_plan"
        ),
        sa.PrimaryKeyConstraint("id", name="plan_edit_key"),
        sa.UniqueConstraint("plan_id", "sequence", name="plan_edit_plan_id_sequence_once"),
        schema="gridmap",
        comment="Journal of the edits of plans. Append-only: an undo is a line of its own",
    )
    op.create_table(
        "plan_snapshot",
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "position",
            sa.Integer(),
            nullable=False,
            comment="Line of the journal it names; 0: before the first",
        ),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            nullable=False,
            server_default=sa.text("clock_timestamp()"),
        ),
        sa.CheckConstraint("position >= 0", name="plan_snapshot_position_not_negative"),
        sa.CheckConstraint("name <> ''", name="plan_snapshot_name_not_empty"),
        sa.ForeignKeyConstraint(["plan_id"], ["gridmap.plan.id"], name="plan_snapshot_plan_id_of_plan"),
        sa.PrimaryKeyConstraint("plan_id", "name", name="plan_snapshot_key"),
        schema="gridmap",
        comment="Names for moments in the journal of a plan",
    )
    run_script("0007_editing.sql")


def downgrade() -> None:
    for table in ("plan_snapshot", "plan_edit", "drawing", "layout"):
        op.drop_table(table, schema="gridmap")
