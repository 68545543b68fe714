"""Let jobs make files to be downloaded, and keep what was made; read full counts without a second look-up."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from gridmap.db.migrations.scripts import run_script

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "job",
        sa.Column(
            "file", JSONB(), nullable=True, comment="What was made to be downloaded: name, size, checksum"
        ),
        schema="gridmap",
    )
    _allow("'coverage', 'siting', 'export'")
    run_script("0017_full_counts.sql")


def downgrade() -> None:
    run_script("0017_full_counts_undo.sql")
    op.execute("DELETE FROM gridmap.job WHERE kind = 'export'")
    _allow("'coverage', 'siting'")
    op.drop_column("job", "file", schema="gridmap")


def _allow(kinds: str) -> None:
    op.execute("ALTER TABLE gridmap.job DROP CONSTRAINT job_job_kind_known")
    op.execute(f"ALTER TABLE gridmap.job ADD CONSTRAINT job_job_kind_known CHECK (kind IN ({kinds}))")
