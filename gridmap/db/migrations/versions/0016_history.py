"""Let the public read former grids, without counts; keep a secret by which the tokens of pages are signed."""

import sqlalchemy as sa
from alembic import op

from gridmap.db.migrations.scripts import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "secret",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False, comment="32 bytes"),
        sa.PrimaryKeyConstraint("purpose", name="secret_key"),
        schema="gridmap",
        comment="Keys to sign by that all servers of this database share, drawn once; nothing is encrypted with them",
    )
    run_script("0016_history.sql")


def downgrade() -> None:
    run_script("0016_history_undo.sql")
    op.drop_table("secret", schema="gridmap")
