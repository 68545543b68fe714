"""组织: organisations, and public roles with their published contact."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table, Text, UniqueConstraint

from gridmap.db.tables.base import TILES, attachment, geometry, identity, metadata, provenance, spatial_index

organisation = Table(
    "organisation",
    metadata,
    identity(),
    Column("name", Text, nullable=False),
    Column(
        "kind",
        Text,
        nullable=False,
        comment="social_organisation, enterprise, resident_unit, owners_committee …",
    ),
    Column("contact", Text, comment="Published contact of the organisation itself"),
    *geometry("POINT", "POLYGON", "MULTIPOLYGON"),
    *provenance(),
    *attachment(),
    spatial_index("geom_3857", reason=TILES),
    spatial_index("geom", reason="a new community or grid asks which organisations it covers"),
    comment="Social organisation, enterprise, 驻区单位, 业委会, 物业, volunteer team",
)

role = Table(
    "role",
    metadata,
    identity(),
    Column("kind", Text, nullable=False, comment="grid_worker, mediator …"),
    Column("holder", Text, nullable=False, comment="Published name of who holds the public role"),
    Column("contact", Text, comment="Published contact"),
    Column(
        "organisation_id", BigInteger, ForeignKey("gridmap.organisation.id", ondelete="SET NULL"), index=True
    ),
    Column("community_id", BigInteger, ForeignKey("gridmap.area.id"), nullable=False, index=True),
    Column(
        "grid_code",
        Text,
        ForeignKey("gridmap.grid_code.code"),
        index=True,
        comment="Null: the whole community",
    ),
    UniqueConstraint("kind", "holder", "community_id", "grid_code", postgresql_nulls_not_distinct=True),
    CheckConstraint("holder <> ''", name="holder_given"),
    comment="Public roles only, published by duty; residents are not in this table",
)
