"""Tell how a layer is drawn: what from which zoom, the query for one of its tiles, and how the database answers it."""

from dataclasses import dataclass

from sqlalchemy import Engine

from gridmap.core.tiling import WEB_MERCATOR_QUAD, TileAddress
from gridmap.db.collections import Collection
from gridmap.db.published import reading
from gridmap.db.tiles import LAYERS, tile_statement
from gridmap.services.extents import read_extents
from gridmap.services.metrics import TILES

DEFAULT_ZOOM = 14


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a layer is drawn at a zoom.

    Parameters
    ----------
    tile : ``zoom/row/column`` of the tile that is explained: the one over the middle of the collection.
    layers : names of the layers within the tile.
    columns : what a feature carries.
    statement : the query, with ``%(name)s`` for its parameters.
    plan : lines of the plan of the database, with its estimates; nothing is executed.
    served : source → tiles of this layer that this process served from it, at any zoom.
    """

    layer: str
    zoom: int
    tile: str
    layers: tuple[str, ...]
    columns: tuple[str, ...]
    statement: str
    plan: tuple[str, ...]
    served: dict[str, int]


def explain(engine: Engine, collection: Collection, *, zoom: int = DEFAULT_ZOOM) -> Explanation:
    """Explain how a collection is drawn at a zoom of WebMercatorQuad."""
    [extent] = read_extents(engine, collection)
    lon, lat = (
        (0.0, 0.0) if extent is None else ((extent.west + extent.east) / 2, (extent.south + extent.north) / 2)
    )
    address = TileAddress(WEB_MERCATOR_QUAD, zoom, *WEB_MERCATOR_QUAD.over(zoom, lon, lat))
    statement = tile_statement(collection, address)
    with reading(engine) as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {statement.text}", statement.values).scalars().all()
    layer = LAYERS[collection.id]
    return Explanation(
        collection.id,
        zoom,
        f"{zoom}/{address.row}/{address.column}",
        layer.layers_at(zoom, collection.id),
        layer.columns,
        "\n".join(line.strip() for line in statement.text.splitlines() if line.strip()),
        tuple(plan),
        _served(collection.id),
    )


def _served(layer: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for family in TILES.collect():
        for sample in family.samples:
            if sample.labels.get("layer") == layer and sample.name.endswith("_total"):
                source = sample.labels["source"]
                counts[source] = counts.get(source, 0) + int(sample.value)
    return counts
