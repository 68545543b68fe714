"""Salt the hashes that receipts show, so that nobody guesses counts by them; count the rows that a study keeps.

Answers kept before are forgotten: their hashes were not salted, they tell less than is told now, and asking again finds all
of them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "receipt_salt",
        sa.Column("salt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("salt", name="receipt_salt_key"),
        schema="gridmap",
        comment="What is mixed into the hashes of receipts, drawn once; one row",
    )
    op.execute("INSERT INTO gridmap.receipt_salt (salt) VALUES (gen_random_uuid()::text)")
    op.execute("GRANT SELECT ON gridmap.receipt_salt TO gridmap_app")
    op.add_column(
        "study",
        sa.Column(
            "homes_kept",
            sa.BigInteger(),
            nullable=False,
            server_default="0",
            comment="Rows of study_home that belong to it",
        ),
        schema="gridmap",
    )
    op.execute("DELETE FROM gridmap.study")


def downgrade() -> None:
    op.drop_column("study", "homes_kept", schema="gridmap")
    op.drop_table("receipt_salt", schema="gridmap")
