"""Let a planner decide that a place is a dedicated site, and split a tower by stairwell."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "place",
        sa.Column(
            "dedicated",
            sa.Boolean(),
            nullable=False,
            server_default="false",
            comment="专属: the ground is a grid of its own, outside the band. Decided by a planner",
        ),
        schema="gridmap",
    )
    op.add_column(
        "building",
        sa.Column(
            "stairwells", sa.Integer(), comment="单元: stairs with an entrance of their own; null: not known"
        ),
        schema="gridmap",
    )
    op.add_column(
        "building",
        sa.Column(
            "part_of", sa.BigInteger(), comment="The first part of the building this one was split from"
        ),
        schema="gridmap",
    )
    op.create_check_constraint(
        op.f("building_stairwells_not_negative"), "building", "stairwells >= 0", schema="gridmap"
    )
    op.create_foreign_key(
        op.f("building_part_of_of_building"),
        "building",
        "building",
        ["part_of"],
        ["id"],
        source_schema="gridmap",
        referent_schema="gridmap",
    )
    op.create_index(op.f("building_part_of"), "building", ["part_of"], schema="gridmap")
    op.create_table(
        "whole_building",
        sa.Column("building_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column(
            "geom", Geometry("GEOMETRY", 4326, spatial_index=False), nullable=False, comment="WGS 84, lon/lat"
        ),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["gridmap.building.id"],
            name=op.f("whole_building_building_id_of_building"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("building_id", name=op.f("whole_building_key")),
        schema="gridmap",
        comment="What a building was before it was split by stairwell; its row is the first part",
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON gridmap.whole_building TO gridmap_app")


def downgrade() -> None:
    op.drop_table("whole_building", schema="gridmap")
    op.drop_column("building", "part_of", schema="gridmap")
    op.drop_column("building", "stairwells", schema="gridmap")
    op.drop_column("place", "dedicated", schema="gridmap")
