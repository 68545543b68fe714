"""Give jobs keys that nobody guesses, so that only who asked can stop one; keep a first answer beside the progress.

Jobs kept before are forgotten; their answers are not.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM gridmap.job")
    op.execute("ALTER TABLE gridmap.job ALTER COLUMN id DROP IDENTITY")
    op.execute(
        "ALTER TABLE gridmap.job ALTER COLUMN id TYPE uuid USING gen_random_uuid(), "
        "ALTER COLUMN id SET DEFAULT gen_random_uuid()"
    )
    op.execute("COMMENT ON COLUMN gridmap.job.id IS 'Whoever knows it may stop the job'")
    op.add_column(
        "job",
        sa.Column("at_once", JSONB(), nullable=True, comment="A first answer, as anyone may see it"),
        schema="gridmap",
    )
    _index_unfinished("created_at")


def downgrade() -> None:
    op.execute("DELETE FROM gridmap.job")
    op.drop_column("job", "at_once", schema="gridmap")
    op.execute("COMMENT ON COLUMN gridmap.job.id IS NULL")
    op.execute("ALTER TABLE gridmap.job ALTER COLUMN id DROP DEFAULT, ALTER COLUMN id TYPE bigint USING 0")
    op.execute("ALTER TABLE gridmap.job ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY")
    _index_unfinished("id")


def _index_unfinished(column: str) -> None:
    op.drop_index("job_unfinished", table_name="job", schema="gridmap")
    op.create_index(
        "job_unfinished",
        "job",
        [column],
        schema="gridmap",
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
