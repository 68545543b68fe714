"""Answer questions about places: counts that may be summed, ways, shapes and filters by name, buildings by address."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

from gridmap.db.migrations.scripts import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_query",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "collection", sa.Text(), nullable=True, comment="What the filter is about; null: no filter"
        ),
        sa.Column("filter", sa.Text(), nullable=True, comment="CQL2; null: all features"),
        sa.Column("filter_language", sa.Text(), nullable=True, comment="cql2-text or cql2-json"),
        sa.Column(
            "geom",
            Geometry("GEOMETRY", 4326, spatial_index=False),
            nullable=True,
            comment="WGS 84, lon/lat; null: no shape",
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Null: in use; deleted ones can be restored",
        ),
        sa.CheckConstraint("name <> ''", name="saved_query_name_given"),
        sa.CheckConstraint("geom IS NOT NULL OR filter IS NOT NULL", name="saved_query_asks_something"),
        sa.CheckConstraint(
            "(filter IS NULL) = (collection IS NULL) AND (filter IS NULL) = (filter_language IS NULL)",
            name="saved_query_filter_is_about_something",
        ),
        sa.CheckConstraint("GeometryType(geom) IN ('POLYGON', 'MULTIPOLYGON')", name="saved_query_geom_kind"),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="saved_query_geom_valid"),
        sa.PrimaryKeyConstraint("id", name="saved_query_key"),
        schema="gridmap",
        comment="Shapes and filters by name; questions can name them",
    )
    op.create_index(
        "saved_query_name_in_use",
        "saved_query",
        ["name"],
        unique=True,
        schema="gridmap",
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("building_street_house_number", "building", ["street", "house_number"], schema="gridmap")
    run_script("0015_queries.sql")


def downgrade() -> None:
    run_script("0015_queries_undo.sql")
    op.drop_index("building_street_house_number", table_name="building", schema="gridmap")
    op.drop_table("saved_query", schema="gridmap")
