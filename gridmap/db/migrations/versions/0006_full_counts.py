"""Let whoever works in the database read buildings and cells with every household count."""

from gridmap.db.migrations.scripts import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0006_full_counts.sql")


def downgrade() -> None:
    run_script("0006_full_counts_undo.sql")
