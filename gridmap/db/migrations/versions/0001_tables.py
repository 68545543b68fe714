"""The tables of all five elements, plans and records."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INDEX_REASONS = {
    "area_geom": "attaching asks which shapes cover a point",
    "area_geom_3857": "tiles read by their envelope",
    "road_geom": "a division asks for the lines near a community",
    "road_geom_3857": "tiles read by their envelope",
    "grid_geom": "attaching asks which shapes cover a point",
    "grid_geom_3857": "tiles read by their envelope",
    "building_geom": "a new community or grid asks which buildings it covers",
    "building_geom_3857": "tiles read by their envelope",
    "cell_geom": "a new community or grid asks which cells it covers",
    "cell_geom_3857": "tiles read by their envelope",
    "organisation_geom": "a new community or grid asks which organisations it covers",
    "organisation_geom_3857": "tiles read by their envelope",
    "place_geom": "a new community or grid asks which places it covers",
    "place_geom_3857": "tiles read by their envelope",
    "facility_geom": "a new community or grid asks which facilities it covers",
    "facility_geom_3857": "tiles read by their envelope",
    "matter_geom": "a new community or grid asks which matters it covers",
}

NEWEST_FIRST = (
    "resident",
    "role",
    "matter",
    "household",
    "facility",
    "address_count",
    "place",
    "organisation",
    "grid_count",
    "cell",
    "building",
    "grid",
    "plan",
    "grid_code",
    "road",
    "quarantine",
    "area",
    "matter_kind",
    "import_run",
    "audit",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False, comment="import, estimate, divide, publish …"),
        sa.Column("subject", sa.Text(), nullable=False, comment="What it was done to"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True, comment="Set by a trigger"),
        sa.Column(
            "hash", sa.LargeBinary(), nullable=False, comment="SHA-256 over this line and the one before"
        ),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("audit_hash_is_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_key")),
        sa.UniqueConstraint("hash", name=op.f("audit_hash_once")),
        schema="gridmap",
        comment="Append-only: no row can be changed or deleted, and each carries the hash of the one before",
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("crs", sa.Text(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("rows_taken", sa.Integer(), nullable=False),
        sa.Column("rows_quarantined", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("rows_quarantined >= 0", name=op.f("import_run_rows_quarantined_not_negative")),
        sa.CheckConstraint("rows_read >= 0", name=op.f("import_run_rows_read_not_negative")),
        sa.CheckConstraint("rows_taken >= 0", name=op.f("import_run_rows_taken_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("import_run_key")),
        schema="gridmap",
        comment="One file taken in by one transaction",
    )
    op.create_table(
        "matter_kind",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column(
            "states", postgresql.ARRAY(sa.Text()), nullable=False, comment="In order; the last ones are ends"
        ),
        sa.Column("end_states", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("days_allowed", sa.Integer(), nullable=True, comment="From opening to end; null: no limit"),
        sa.CheckConstraint("cardinality(states) >= 2", name=op.f("matter_kind_has_states")),
        sa.CheckConstraint("end_states <@ states", name=op.f("matter_kind_ends_are_states")),
        sa.PrimaryKeyConstraint("kind", name=op.f("matter_kind_key")),
        schema="gridmap",
        comment="Kinds of matter: appeal, repair, mediation, deliberation, purchase, evaluation",
    )
    op.create_table(
        "area",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "code", sa.Text(), nullable=False, comment="12-digit statistical code, or the country's own"
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("urban", sa.Boolean(), nullable=True, comment="Null: not known"),
        sa.Column(
            "types",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Kinds of community; may be several",
        ),
        sa.Column(
            "synthetic",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="Fictitious: shown as 示意",
        ),
        sa.Column(
            "attribution", sa.Text(), nullable=True, comment="Who must be named where this area is shown"
        ),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.CheckConstraint("GeometryType(geom) IN ('MULTIPOLYGON')", name=op.f("area_geom_kind")),
        sa.CheckConstraint("code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'", name=op.f("area_code_well_formed")),
        sa.CheckConstraint(
            "level IN ('province', 'city', 'county', 'street', 'community')", name=op.f("area_level_known")
        ),
        sa.CheckConstraint("name <> ''", name=op.f("area_name_given")),
        sa.CheckConstraint(
            "types <@ ARRAY['old_town', 'unmanaged_estate', 'new', 'resettlement', 'work_unit', 'village_turned_urban', 'rural']",
            name=op.f("area_types_known"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("area_geom_valid")),
        sa.CheckConstraint("parent_id <> id", name=op.f("area_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("area_import_id_of_import_run")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["gridmap.area.id"], name=op.f("area_parent_id_of_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("area_key")),
        sa.UniqueConstraint("code", name=op.f("area_code_once")),
        schema="gridmap",
        comment="Node of the administrative tree: province, city, county, street, community (社区/村)",
    )
    op.create_index(
        op.f("area_geom"), "area", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(
        op.f("area_geom_3857"), "area", ["geom_3857"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(op.f("area_parent_id"), "area", ["parent_id"], unique=False, schema="gridmap")
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False, comment="From 1, headers not counted"),
        sa.Column("column_name", sa.Text(), nullable=True, comment="Null: the row as a whole"),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="Stable code, such as geometry.empty"),
        sa.Column(
            "message", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="In both languages"
        ),
        sa.Column(
            "hint",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="What to do, in both languages",
        ),
        sa.Column(
            "record",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="The row as it came, geometry as WKT",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["gridmap.import_run.id"],
            name=op.f("quarantine_import_id_of_import_run"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("quarantine_key")),
        schema="gridmap",
        comment="Rows an import could not take: nothing is lost, all can be exported, mended and imported again",
    )
    op.create_index(op.f("quarantine_import_id"), "quarantine", ["import_id"], unique=False, schema="gridmap")
    op.create_table(
        "road",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("class", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.CheckConstraint(
            "GeometryType(geom) IN ('LINESTRING', 'MULTILINESTRING')", name=op.f("road_geom_kind")
        ),
        sa.CheckConstraint(
            "class IN ('river', 'railway', 'motorway', 'primary', 'secondary', 'tertiary', 'residential', 'service', 'footway', 'steps', 'wall')",
            name=op.f("road_class_known"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("road_geom_valid")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("road_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("road_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("road_dataset_source_id_once")),
        schema="gridmap",
        comment="Roads and the other lines people take as borders: rivers, railways, walls",
    )
    op.create_index(
        op.f("road_geom"), "road", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(
        op.f("road_geom_3857"), "road", ["geom_3857"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_table(
        "grid_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("code ~ '^([0-9]{15}|.+-[0-9]{3,})$'", name=op.f("grid_code_code_well_formed")),
        sa.CheckConstraint("sequence >= 1", name=op.f("grid_code_sequence_from_one")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["gridmap.area.id"], name=op.f("grid_code_community_id_of_area")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("grid_code_key")),
        sa.UniqueConstraint("community_id", "sequence", name=op.f("grid_code_community_id_sequence_once")),
        schema="gridmap",
        comment="Every code ever given to a grid. Rows are never deleted, so a code is never used again",
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True, comment="The plan this one was made from"),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("band_minimum", sa.Integer(), nullable=False, comment="Households"),
        sa.Column("band_maximum", sa.Integer(), nullable=False, comment="Households"),
        sa.Column(
            "parameters",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="Mode, seed and version of the engine",
        ),
        sa.Column("inputs_hash", sa.Text(), nullable=False, comment="Same hash: same input, same result"),
        sa.Column("score", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column(
            "certificate",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Why it is infeasible; null when it is not",
        ),
        sa.Column(
            "findings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
            comment="What was repaired or tolerated",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'archived') = (archived_at IS NOT NULL)", name=op.f("plan_archived_when")
        ),
        sa.CheckConstraint(
            "(verdict = 'infeasible') = (certificate IS NOT NULL)", name=op.f("plan_infeasible_is_proved")
        ),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name=op.f("plan_published_when")
        ),
        sa.CheckConstraint("status IN ('draft', 'published', 'archived')", name=op.f("plan_status_known")),
        sa.CheckConstraint(
            "verdict IN ('divided', 'infeasible', 'unknown')", name=op.f("plan_verdict_known")
        ),
        sa.CheckConstraint("band_minimum BETWEEN 1 AND band_maximum", name=op.f("plan_band_is_a_range")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["gridmap.area.id"], name=op.f("plan_community_id_of_area")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["gridmap.plan.id"], name=op.f("plan_parent_id_of_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_key")),
        sa.UniqueConstraint("id", "community_id", name=op.f("plan_id_community_id_once")),
        schema="gridmap",
        comment="One division of one community: draft, published, archived",
    )
    op.create_index(op.f("plan_community_id"), "plan", ["community_id"], unique=False, schema="gridmap")
    op.create_index(
        "plan_one_published",
        "plan",
        ["community_id"],
        unique=True,
        schema="gridmap",
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "grid",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "sequence",
            sa.Integer(),
            nullable=False,
            comment="West to east, then north to south, within the plan",
        ),
        sa.Column("code", sa.Text(), nullable=True, comment="Given when the plan is published"),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="general", nullable=False),
        sa.Column("planned_households", sa.Integer(), nullable=False, comment="When the plan was drawn"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True, comment="When it was published"),
        sa.Column(
            "valid_to",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was replaced; null: still in force",
        ),
        sa.Column(
            "geom",
            Geometry(geometry_type="POLYGON", srid=4326, dimension=2, spatial_index=False),
            nullable=False,
        ),
        sa.Column(
            "geom_3857",
            Geometry(geometry_type="POLYGON", srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column(
            "label_3857",
            Geometry(geometry_type="POINT", srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_PointOnSurface(ST_Transform(geom, 3857))", persisted=True),
            nullable=True,
            comment="Where the label stands",
        ),
        sa.Column(
            "area_m2",
            sa.Float(),
            sa.Computed("ST_Area(geom::geography)", persisted=True),
            nullable=True,
            comment="On the ellipsoid",
        ),
        sa.CheckConstraint("kind IN ('general', 'dedicated')", name=op.f("grid_kind_known")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("grid_geom_valid")),
        sa.CheckConstraint("planned_households >= 0", name=op.f("grid_planned_households_not_negative")),
        sa.CheckConstraint("valid_from IS NULL OR code IS NOT NULL", name=op.f("grid_published_has_code")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("grid_valid_in_order")),
        sa.ForeignKeyConstraint(["code"], ["gridmap.grid_code.code"], name=op.f("grid_code_of_grid_code")),
        sa.ForeignKeyConstraint(
            ["plan_id", "community_id"],
            ["gridmap.plan.id", "gridmap.plan.community_id"],
            name=op.f("grid_plan_id_community_id_of_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("grid_key")),
        sa.UniqueConstraint("id", "community_id", name=op.f("grid_id_community_id_once")),
        sa.UniqueConstraint("plan_id", "sequence", name=op.f("grid_plan_id_sequence_once")),
        schema="gridmap",
        comment="网格: one polygon of a plan. In force while valid_from is set and valid_to is not",
    )
    op.create_index(
        "grid_code_in_force",
        "grid",
        ["code"],
        unique=True,
        schema="gridmap",
        postgresql_where=sa.text("valid_from IS NOT NULL AND valid_to IS NULL"),
    )
    op.create_index(
        op.f("grid_geom"), "grid", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(
        op.f("grid_geom_3857"), "grid", ["geom_3857"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_table(
        "building",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("use", sa.Text(), nullable=True, comment="residential, retail, school …; null: not known"),
        sa.Column("floors", sa.Integer(), nullable=True, comment="Above ground; null: not known"),
        sa.Column("house_number", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True, comment="Null: not known, which is not 0"),
        sa.Column(
            "household_source",
            sa.Text(),
            nullable=True,
            comment="declared by the file, counted from a table, or estimated",
        ),
        sa.Column(
            "stand_in",
            sa.Boolean(),
            server_default="false",
            nullable=False,
            comment="A square of 12 m put where a household table has an address and no footprint is known",
        ),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "GeometryType(geom) IN ('POINT', 'POLYGON', 'MULTIPOLYGON')", name=op.f("building_geom_kind")
        ),
        sa.CheckConstraint(
            "household_source IN ('declared', 'counted', 'estimated')",
            name=op.f("building_household_source_known"),
        ),
        sa.CheckConstraint(
            "(households IS NULL) = (household_source IS NULL)",
            name=op.f("building_households_have_a_source"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("building_geom_valid")),
        sa.CheckConstraint("floors >= 0", name=op.f("building_floors_not_negative")),
        sa.CheckConstraint(
            "grid_id IS NULL OR community_id IS NOT NULL", name=op.f("building_grid_has_community")
        ),
        sa.CheckConstraint("households >= 0", name=op.f("building_households_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["gridmap.area.id"],
            name=op.f("building_community_id_of_area"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "community_id"],
            ["gridmap.grid.id", "gridmap.grid.community_id"],
            name=op.f("building_grid_id_community_id_of_grid"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("building_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("building_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("building_dataset_source_id_once")),
        schema="gridmap",
        comment="楼栋: a footprint with its household count and where that count comes from",
    )
    op.create_index(
        op.f("building_community_id"), "building", ["community_id"], unique=False, schema="gridmap"
    )
    op.create_index(
        op.f("building_geom"), "building", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(
        op.f("building_geom_3857"),
        "building",
        ["geom_3857"],
        unique=False,
        schema="gridmap",
        postgresql_using="gist",
    )
    op.create_index(op.f("building_grid_id"), "building", ["grid_id"], unique=False, schema="gridmap")
    op.create_table(
        "cell",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("households", sa.Integer(), nullable=True, comment="Null: the source gave no count"),
        sa.Column("residents", sa.Integer(), nullable=True, comment="Null: the source gave no count"),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("GeometryType(geom) IN ('POLYGON', 'MULTIPOLYGON')", name=op.f("cell_geom_kind")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("cell_geom_valid")),
        sa.CheckConstraint(
            "grid_id IS NULL OR community_id IS NOT NULL", name=op.f("cell_grid_has_community")
        ),
        sa.CheckConstraint("households >= 0", name=op.f("cell_households_not_negative")),
        sa.CheckConstraint("residents >= 0", name=op.f("cell_residents_not_negative")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["gridmap.area.id"], name=op.f("cell_community_id_of_area"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "community_id"],
            ["gridmap.grid.id", "gridmap.grid.community_id"],
            name=op.f("cell_grid_id_community_id_of_grid"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("cell_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cell_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("cell_dataset_source_id_once")),
        schema="gridmap",
        comment="Imported small area that is never split; where a community has cells, they carry its households",
    )
    op.create_index(op.f("cell_community_id"), "cell", ["community_id"], unique=False, schema="gridmap")
    op.create_index(
        op.f("cell_geom"), "cell", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(
        op.f("cell_geom_3857"), "cell", ["geom_3857"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(op.f("cell_grid_id"), "cell", ["grid_id"], unique=False, schema="gridmap")
    op.create_table(
        "grid_count",
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("buildings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("buildings_with_households", sa.Integer(), server_default="0", nullable=False),
        sa.Column("households", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "households_estimated",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Of these, estimated",
        ),
        sa.Column("residents", sa.Integer(), nullable=True, comment="Null: nobody counted them"),
        sa.Column("places", sa.Integer(), server_default="0", nullable=False),
        sa.Column("facilities", sa.Integer(), server_default="0", nullable=False),
        sa.Column("matters_open", sa.Integer(), server_default="0", nullable=False),
        sa.Column("matters_closed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("organisations", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["grid_id"], ["gridmap.grid.id"], name=op.f("grid_count_grid_id_of_grid"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grid_id", name=op.f("grid_count_key")),
        schema="gridmap",
        comment="What each grid in force holds; kept by triggers in the transaction that changes it",
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="social_organisation, enterprise, resident_unit, owners_committee …",
        ),
        sa.Column(
            "contact", sa.Text(), nullable=True, comment="Published contact of the organisation itself"
        ),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "GeometryType(geom) IN ('POINT', 'POLYGON', 'MULTIPOLYGON')", name=op.f("organisation_geom_kind")
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("organisation_geom_valid")),
        sa.CheckConstraint(
            "grid_id IS NULL OR community_id IS NOT NULL", name=op.f("organisation_grid_has_community")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["gridmap.area.id"],
            name=op.f("organisation_community_id_of_area"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "community_id"],
            ["gridmap.grid.id", "gridmap.grid.community_id"],
            name=op.f("organisation_grid_id_community_id_of_grid"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("organisation_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("organisation_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("organisation_dataset_source_id_once")),
        schema="gridmap",
        comment="Social organisation, enterprise, 驻区单位, 业委会, 物业, volunteer team",
    )
    op.create_index(
        op.f("organisation_community_id"), "organisation", ["community_id"], unique=False, schema="gridmap"
    )
    op.create_index(
        op.f("organisation_geom"),
        "organisation",
        ["geom"],
        unique=False,
        schema="gridmap",
        postgresql_using="gist",
    )
    op.create_index(
        op.f("organisation_geom_3857"),
        "organisation",
        ["geom_3857"],
        unique=False,
        schema="gridmap",
        postgresql_using="gist",
    )
    op.create_index(op.f("organisation_grid_id"), "organisation", ["grid_id"], unique=False, schema="gridmap")
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="parcel, compound (小区), public_space, gate (出入口) …",
        ),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "GeometryType(geom) IN ('POINT', 'LINESTRING', 'POLYGON', 'MULTIPOLYGON')",
            name=op.f("place_geom_kind"),
        ),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("place_geom_valid")),
        sa.CheckConstraint(
            "grid_id IS NULL OR community_id IS NOT NULL", name=op.f("place_grid_has_community")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["gridmap.area.id"],
            name=op.f("place_community_id_of_area"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "community_id"],
            ["gridmap.grid.id", "gridmap.grid.community_id"],
            name=op.f("place_grid_id_community_id_of_grid"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("place_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("place_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("place_dataset_source_id_once")),
        schema="gridmap",
        comment="Parcel, compound, public space or gate; attached by a point on its surface",
    )
    op.create_index(op.f("place_community_id"), "place", ["community_id"], unique=False, schema="gridmap")
    op.create_index(
        op.f("place_geom"), "place", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(
        op.f("place_geom_3857"),
        "place",
        ["geom_3857"],
        unique=False,
        schema="gridmap",
        postgresql_using="gist",
    )
    op.create_index(op.f("place_grid_id"), "place", ["grid_id"], unique=False, schema="gridmap")
    op.create_table(
        "address_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("house_number", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column(
            "geom",
            Geometry(geometry_type="POINT", srid=4326, dimension=2, spatial_index=False),
            nullable=True,
            comment="Null: the table gave no position",
        ),
        sa.Column("building_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "match", sa.Text(), server_default="none", nullable=False, comment="joined, ambiguous or none"
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.CheckConstraint(
            "building_id IS NULL OR match = 'joined'", name=op.f("address_count_building_means_joined")
        ),
        sa.CheckConstraint(
            "match IN ('joined', 'ambiguous', 'none')", name=op.f("address_count_match_known")
        ),
        sa.CheckConstraint("households >= 0", name=op.f("address_count_households_not_negative")),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["gridmap.building.id"],
            name=op.f("address_count_building_id_of_building"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("address_count_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("address_count_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("address_count_dataset_source_id_once")),
        schema="gridmap",
        comment="One row of a table of households by address, and the building it was joined to",
    )
    op.create_index(
        op.f("address_count_building_id"), "address_count", ["building_id"], unique=False, schema="gridmap"
    )
    op.create_table(
        "facility",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="clinic, preschool, community_centre …"),
        sa.Column(
            "tier",
            sa.Text(),
            nullable=True,
            comment="main 主体, special 配套, supplementary 补充; null: not classed",
        ),
        sa.Column("floor_area_m2", sa.Float(), nullable=True, comment="Null: not known, which is not 0"),
        sa.Column(
            "capacity", sa.Integer(), nullable=True, comment="Places, beds or seats by kind; null: not known"
        ),
        sa.Column("hours", sa.Text(), nullable=True, comment="Opening hours as the source wrote them"),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "GeometryType(geom) IN ('POINT', 'LINESTRING', 'MULTILINESTRING', 'POLYGON', 'MULTIPOLYGON')",
            name=op.f("facility_geom_kind"),
        ),
        sa.CheckConstraint("tier IN ('main', 'special', 'supplementary')", name=op.f("facility_tier_known")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("facility_geom_valid")),
        sa.CheckConstraint("capacity >= 0", name=op.f("facility_capacity_not_negative")),
        sa.CheckConstraint("floor_area_m2 >= 0", name=op.f("facility_floor_area_m2_not_negative")),
        sa.CheckConstraint(
            "grid_id IS NULL OR community_id IS NOT NULL", name=op.f("facility_grid_has_community")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["gridmap.area.id"],
            name=op.f("facility_community_id_of_area"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "community_id"],
            ["gridmap.grid.id", "gridmap.grid.community_id"],
            name=op.f("facility_grid_id_community_id_of_grid"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("facility_import_id_of_import_run")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["gridmap.organisation.id"],
            name=op.f("facility_owner_id_of_organisation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("facility_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("facility_dataset_source_id_once")),
        schema="gridmap",
        comment="设施: attached by a point on its surface",
    )
    op.create_index(
        op.f("facility_community_id"), "facility", ["community_id"], unique=False, schema="gridmap"
    )
    op.create_index(
        op.f("facility_geom"), "facility", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(
        op.f("facility_geom_3857"),
        "facility",
        ["geom_3857"],
        unique=False,
        schema="gridmap",
        postgresql_using="gist",
    )
    op.create_index(op.f("facility_grid_id"), "facility", ["grid_id"], unique=False, schema="gridmap")
    op.create_index(op.f("facility_owner_id"), "facility", ["owner_id"], unique=False, schema="gridmap")
    op.create_table(
        "household",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True, comment="People; null: not known"),
        sa.Column("tenure", sa.Text(), nullable=True, comment="owner, tenant, public; null: not known"),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.CheckConstraint("size BETWEEN 1 AND 30", name=op.f("household_size_plausible")),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["gridmap.building.id"],
            name=op.f("household_building_id_of_building"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("household_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("household_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("household_dataset_source_id_once")),
        schema="gridmap",
        comment="户: an anonymous stub in a building",
    )
    op.create_index(
        op.f("household_building_id"), "household", ["building_id"], unique=False, schema="gridmap"
    )
    op.create_table(
        "matter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False, comment="What it is about; never who"),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "geom",
            Geometry(srid=4326, dimension=2, spatial_index=False),
            nullable=False,
            comment="WGS 84, lon/lat",
        ),
        sa.Column(
            "geom_3857",
            Geometry(srid=3857, dimension=2, spatial_index=False),
            sa.Computed("ST_Transform(geom, 3857)", persisted=True),
            nullable=True,
            comment="For tiles only",
        ),
        sa.Column("dataset", sa.Text(), nullable=False, comment="Name of the data set the row came with"),
        sa.Column("source_id", sa.Text(), nullable=False, comment="Key of the row in that data set"),
        sa.Column("import_id", sa.BigInteger(), nullable=True, comment="The import that wrote it last"),
        sa.Column("community_id", sa.BigInteger(), nullable=True),
        sa.Column("grid_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("GeometryType(geom) IN ('POINT', 'POLYGON')", name=op.f("matter_geom_kind")),
        sa.CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name=op.f("matter_geom_valid")),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_at >= opened_at", name=op.f("matter_closed_after_opened")
        ),
        sa.CheckConstraint(
            "grid_id IS NULL OR community_id IS NOT NULL", name=op.f("matter_grid_has_community")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"],
            ["gridmap.area.id"],
            name=op.f("matter_community_id_of_area"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "community_id"],
            ["gridmap.grid.id", "gridmap.grid.community_id"],
            name=op.f("matter_grid_id_community_id_of_grid"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("matter_import_id_of_import_run")
        ),
        sa.ForeignKeyConstraint(
            ["kind"], ["gridmap.matter_kind.kind"], name=op.f("matter_kind_of_matter_kind")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["gridmap.organisation.id"],
            name=op.f("matter_organisation_id_of_organisation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("matter_key")),
        sa.UniqueConstraint("dataset", "source_id", name=op.f("matter_dataset_source_id_once")),
        schema="gridmap",
        comment="诉求、维修、调解、协商…: attached by a point on its surface",
    )
    op.create_index(op.f("matter_community_id"), "matter", ["community_id"], unique=False, schema="gridmap")
    op.create_index(
        op.f("matter_geom"), "matter", ["geom"], unique=False, schema="gridmap", postgresql_using="gist"
    )
    op.create_index(op.f("matter_grid_id"), "matter", ["grid_id"], unique=False, schema="gridmap")
    op.create_index(
        op.f("matter_organisation_id"), "matter", ["organisation_id"], unique=False, schema="gridmap"
    )
    op.create_table(
        "role",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="grid_worker, mediator …"),
        sa.Column("holder", sa.Text(), nullable=False, comment="Published name of who holds the public role"),
        sa.Column("contact", sa.Text(), nullable=True, comment="Published contact"),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("grid_code", sa.Text(), nullable=True, comment="Null: the whole community"),
        sa.CheckConstraint("holder <> ''", name=op.f("role_holder_given")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["gridmap.area.id"], name=op.f("role_community_id_of_area")
        ),
        sa.ForeignKeyConstraint(
            ["grid_code"], ["gridmap.grid_code.code"], name=op.f("role_grid_code_of_grid_code")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["gridmap.organisation.id"],
            name=op.f("role_organisation_id_of_organisation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("role_key")),
        sa.UniqueConstraint(
            "kind",
            "holder",
            "community_id",
            "grid_code",
            name=op.f("role_kind_holder_community_id_grid_code_once"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="gridmap",
        comment="Public roles only, published by duty; residents are not in this table",
    )
    op.create_index(op.f("role_community_id"), "role", ["community_id"], unique=False, schema="gridmap")
    op.create_index(op.f("role_grid_code"), "role", ["grid_code"], unique=False, schema="gridmap")
    op.create_index(op.f("role_organisation_id"), "role", ["organisation_id"], unique=False, schema="gridmap")
    op.create_table(
        "resident",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("building_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True, comment="Year only; null: not known"),
        sa.Column("sex", sa.Text(), nullable=True, comment="female or male; null: not known"),
        sa.Column(
            "registration",
            sa.Text(),
            nullable=True,
            comment="registered 户籍 or floating 流动; null: not known",
        ),
        sa.Column(
            "lookup",
            sa.LargeBinary(),
            nullable=True,
            comment="HMAC of the source's key; the secret lives elsewhere",
        ),
        sa.Column("import_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "registration IN ('registered', 'floating')", name=op.f("resident_registration_known")
        ),
        sa.CheckConstraint("sex IN ('female', 'male')", name=op.f("resident_sex_known")),
        sa.CheckConstraint("birth_year BETWEEN 1890 AND 2100", name=op.f("resident_birth_year_plausible")),
        sa.ForeignKeyConstraint(
            ["building_id"],
            ["gridmap.building.id"],
            name=op.f("resident_building_id_of_building"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["household_id"],
            ["gridmap.household.id"],
            name=op.f("resident_household_id_of_household"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["gridmap.import_run.id"], name=op.f("resident_import_id_of_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("resident_key")),
        sa.UniqueConstraint("lookup", name=op.f("resident_lookup_once")),
        schema="gridmap",
        comment="居民: birth year, sex, registration, and nothing by which to know who it is",
    )
    op.create_index(op.f("resident_building_id"), "resident", ["building_id"], unique=False, schema="gridmap")
    op.create_index(
        op.f("resident_household_id"), "resident", ["household_id"], unique=False, schema="gridmap"
    )
    for index, reason in INDEX_REASONS.items():
        op.execute(f"COMMENT ON INDEX gridmap.{index} IS '{reason}'")


def downgrade() -> None:
    for table in NEWEST_FIRST:
        op.drop_table(table, schema="gridmap")
