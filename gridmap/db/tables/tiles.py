"""Vector tiles that were made, and where things changed since."""

from sqlalchemy import BigInteger, Column, DateTime, Double, Index, LargeBinary, Table, Text, func, text

from gridmap.db.tables.base import metadata


def _box(of: str) -> list[Column[float]]:
    sides = {
        "west": "Least longitude",
        "south": "Least latitude",
        "east": "Greatest longitude",
        "north": "Greatest latitude",
    }
    return [
        Column(name, Double, nullable=False, comment=f"{what} of {of}, in degrees")
        for name, what in sides.items()
    ]


kept_tile = Table(
    "kept_tile",
    metadata,
    Column("key", Text, primary_key=True, comment="Scope, layer, tile matrix set, tile and filter"),
    Column("layer", Text, nullable=False, comment="Collection that is drawn"),
    *_box("what is drawn on it"),
    Column("snapshot", Text, nullable=False, comment="Transactions whose changes it shows, as pg_snapshot"),
    Column("body", LargeBinary, nullable=False, comment="Mapbox vector tile; empty where nothing is drawn"),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    comment="Vector tiles that were made; each holds until a change touches it",
    prefixes=["UNLOGGED"],
)

tile_change = Table(
    "tile_change",
    metadata,
    Column("layer", Text, nullable=False, comment="Collection whose features changed"),
    *_box("what changed"),
    Column(
        "transaction",
        BigInteger,
        nullable=False,
        server_default=text("pg_current_xact_id()::text::bigint"),
        comment="Number of the transaction that changed it",
    ),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("tile_change_transaction", "layer", "transaction"),
    comment="Where the features of a layer changed, for as long as tiles made before may be kept",
)
