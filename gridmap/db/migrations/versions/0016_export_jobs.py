"""Let jobs make files to be downloaded, and keep what was made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0013"
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


def downgrade() -> None:
    op.execute("DELETE FROM gridmap.job WHERE kind = 'export'")
    _allow("'coverage', 'siting'")
    op.drop_column("job", "file", schema="gridmap")


def _allow(kinds: str) -> None:
    op.execute("ALTER TABLE gridmap.job DROP CONSTRAINT job_job_kind_known")
    op.execute(f"ALTER TABLE gridmap.job ADD CONSTRAINT job_job_kind_known CHECK (kind IN ({kinds}))")
