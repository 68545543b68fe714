"""Chain the audit trail, protect grid codes, and check a plan when it is published."""

from gridmap.db.migrations.scripts import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0003_records.sql")


def downgrade() -> None:
    run_script("0003_records_undo.sql")
