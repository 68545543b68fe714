"""What was done: imports, the rows they could not take, and the audit trail."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from gridmap.db.tables.base import identity, metadata, not_negative

import_run = Table(
    "import_run",
    metadata,
    identity(),
    Column("kind", Text, nullable=False),
    Column("dataset", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("crs", Text),
    Column("encoding", Text),
    Column("rows_read", Integer, nullable=False),
    Column("rows_taken", Integer, nullable=False),
    Column("rows_quarantined", Integer, nullable=False),
    Column("report", JSONB, nullable=False, server_default="{}"),
    Column("imported_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    *not_negative("rows_read", "rows_taken", "rows_quarantined"),
    comment="One file taken in by one transaction",
)

quarantine = Table(
    "quarantine",
    metadata,
    identity(),
    Column(
        "import_id",
        BigInteger,
        ForeignKey("gridmap.import_run.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("row_number", Integer, nullable=False, comment="From 1, headers not counted"),
    Column("column_name", Text, comment="Null: the row as a whole"),
    Column("value", Text),
    Column("reason", Text, nullable=False, comment="Stable code, such as geometry.empty"),
    Column("message", JSONB, nullable=False, comment="In both languages"),
    Column("hint", JSONB, nullable=False, comment="What to do, in both languages"),
    Column("record", JSONB, nullable=False, comment="The row as it came, geometry as WKT"),
    comment="Rows an import could not take: nothing is lost, all can be exported, mended and imported again",
)

audit = Table(
    "audit",
    metadata,
    identity(),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False, comment="import, estimate, divide, publish …"),
    Column("subject", Text, nullable=False, comment="What it was done to"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("details", JSONB, nullable=False, server_default="{}"),
    Column("previous_hash", LargeBinary, comment="Set by a trigger"),
    Column(
        "hash", LargeBinary, nullable=False, unique=True, comment="SHA-256 over this line and the one before"
    ),
    CheckConstraint("octet_length(hash) = 32", name="hash_is_sha256"),
    comment="Append-only: no row can be changed or deleted, and each carries the hash of the one before",
)

secret = Table(
    "secret",
    metadata,
    Column("purpose", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False, comment="32 bytes"),
    comment="Keys to sign by that all servers of this database share, drawn once; nothing is encrypted with them",
)
