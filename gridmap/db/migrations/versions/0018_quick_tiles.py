"""Keep with each building how far its corners and sides are apart, and let a tile be made and kept by one query."""

import sqlalchemy as sa
from alembic import op

from gridmap.db.migrations.scripts import run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "building",
        sa.Column(
            "clearance",
            sa.Double(),
            sa.Computed("ST_MinimumClearance(geom)", persisted=True),
            comment="Degrees between corners and sides; drawing needs no check of shapes that have enough",
        ),
        schema="gridmap",
    )
    run_script("0018_quick_tiles.sql")


def downgrade() -> None:
    run_script("0018_quick_tiles_undo.sql")
    op.drop_column("building", "clearance", schema="gridmap")
