"""Attach everything to its community and grid, and keep the counts of each grid right."""

from gridmap.db.migrations.scripts import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0002_attach.sql")


def downgrade() -> None:
    run_script("0002_attach_undo.sql")
