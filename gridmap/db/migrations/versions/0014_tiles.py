"""Keep vector tiles for all processes of a server, and note where things changed since they were made."""

import sqlalchemy as sa
from alembic import op

from gridmap.db.migrations.scripts import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SIDES = {
    "west": "Least longitude",
    "south": "Least latitude",
    "east": "Greatest longitude",
    "north": "Greatest latitude",
}


def upgrade() -> None:
    op.create_table(
        "kept_tile",
        sa.Column(
            "key", sa.Text(), primary_key=True, comment="Scope, layer, tile matrix set, tile and filter"
        ),
        sa.Column("layer", sa.Text(), nullable=False, comment="Collection that is drawn"),
        *_box("what is drawn on it"),
        sa.Column(
            "snapshot",
            sa.Text(),
            nullable=False,
            comment="Transactions whose changes it shows, as pg_snapshot",
        ),
        sa.Column(
            "body",
            sa.LargeBinary(),
            nullable=False,
            comment="Mapbox vector tile; empty where nothing is drawn",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema="gridmap",
        comment="Vector tiles that were made; each holds until a change touches it",
    )
    op.create_table(
        "tile_change",
        sa.Column("layer", sa.Text(), nullable=False, comment="Collection whose features changed"),
        *_box("what changed"),
        sa.Column(
            "transaction",
            sa.BigInteger(),
            nullable=False,
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            comment="Number of the transaction that changed it",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        schema="gridmap",
        comment="Where the features of a layer changed, for as long as tiles made before may be kept",
    )
    op.create_index("tile_change_transaction", "tile_change", ["layer", "transaction"], schema="gridmap")
    run_script("0014_tiles.sql")


def downgrade() -> None:
    run_script("0014_tiles_undo.sql")
    op.drop_table("tile_change", schema="gridmap")
    op.drop_table("kept_tile", schema="gridmap")


def _box(of: str) -> list[sa.Column[float]]:
    return [
        sa.Column(name, sa.Double(), nullable=False, comment=f"{what} of {of}, in degrees")
        for name, what in SIDES.items()
    ]
