"""Keep back a further count where the total of a grid would tell a small one: complementary suppression."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from gridmap.db.migrations.scripts import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = {
    "buildings_kept_back": "Ids of buildings whose count is not told, lest the total tells a small one",
    "cells_kept_back": "The same of cells",
}


def upgrade() -> None:
    for name, comment in COLUMNS.items():
        op.add_column(
            "grid_count",
            sa.Column(name, ARRAY(sa.BigInteger()), nullable=False, server_default="{}", comment=comment),
            schema="gridmap",
        )
    run_script("0013_kept_back.sql")


def downgrade() -> None:
    run_script("0013_kept_back_undo.sql")
    for name in COLUMNS:
        op.drop_column("grid_count", name, schema="gridmap")
