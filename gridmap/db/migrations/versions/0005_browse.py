"""Let the public browse communities that have no plan in force yet, and household sizes under the k-rule."""

from gridmap.db.migrations.scripts import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0005_browse.sql")


def downgrade() -> None:
    run_script("0005_browse_undo.sql")
