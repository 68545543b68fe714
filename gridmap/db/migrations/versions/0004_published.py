"""Show the public what it may see: the ``published`` schema of views, and the rights of the roles."""

from gridmap.db.migrations.scripts import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0004_published.sql")


def downgrade() -> None:
    run_script("0004_published_undo.sql")
