"""区域: the administrative tree down to communities."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from gridmap.core.model import AreaLevel, CommunityType
from gridmap.db.tables.base import ATTACH, TILES, geometry, identity, metadata, one_of, spatial_index

COMMUNITY_TYPES = ", ".join(f"'{kind}'" for kind in CommunityType)

area = Table(
    "area",
    metadata,
    identity(),
    Column(
        "code", Text, nullable=False, unique=True, comment="12-digit statistical code, or the country's own"
    ),
    Column("name", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent_id", BigInteger, ForeignKey("gridmap.area.id"), index=True),
    Column("urban", Boolean, comment="Null: not known"),
    Column(
        "types",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        comment="Kinds of community; may be several",
    ),
    Column("synthetic", Boolean, nullable=False, server_default="false", comment="Fictitious: shown as 示意"),
    Column("attribution", Text, comment="Who must be named where this area is shown"),
    Column("import_id", BigInteger, ForeignKey("gridmap.import_run.id")),
    *geometry("MULTIPOLYGON"),
    CheckConstraint("code ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$'", name="code_well_formed"),
    CheckConstraint("name <> ''", name="name_given"),
    CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    CheckConstraint(f"types <@ ARRAY[{COMMUNITY_TYPES}]", name="types_known"),
    one_of("level", AreaLevel),
    spatial_index("geom", reason=ATTACH),
    spatial_index("geom_3857", reason=TILES),
    comment="Node of the administrative tree: province, city, county, street, community (社区/村)",
)
