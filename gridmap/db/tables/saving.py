"""Questions that somebody keeps under a name: a shape, a filter, or both."""

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, DateTime, Index, Table, Text, func, text

from gridmap.db.names import WGS84
from gridmap.db.tables.base import identity, metadata

saved_query = Table(
    "saved_query",
    metadata,
    identity(),
    Column("name", Text, nullable=False),
    Column("collection", Text, comment="What the filter is about; null: no filter"),
    Column("filter", Text, comment="CQL2; null: all features"),
    Column("filter_language", Text, comment="cql2-text or cql2-json"),
    Column(
        "geom",
        Geometry("GEOMETRY", WGS84, spatial_index=False),
        comment="WGS 84, lon/lat; null: no shape",
    ),
    Column("note", Text, nullable=False, server_default=""),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("deleted_at", DateTime(timezone=True), comment="Null: in use; deleted ones can be restored"),
    CheckConstraint("name <> ''", name="name_given"),
    CheckConstraint("geom IS NOT NULL OR filter IS NOT NULL", name="asks_something"),
    CheckConstraint(
        "(filter IS NULL) = (collection IS NULL) AND (filter IS NULL) = (filter_language IS NULL)",
        name="filter_is_about_something",
    ),
    CheckConstraint("GeometryType(geom) IN ('POLYGON', 'MULTIPOLYGON')", name="geom_kind"),
    CheckConstraint("ST_IsValid(geom) AND NOT ST_IsEmpty(geom)", name="geom_valid"),
    comment="Shapes and filters by name; questions can name them",
)
Index(
    "saved_query_name_in_use",
    saved_query.c.name,
    unique=True,
    postgresql_where=text("deleted_at IS NULL"),
)
