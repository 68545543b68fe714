"""Vector tiles: what is drawn of each collection, the queries for it, and tiles kept for all processes of a server."""

from gridmap.db.tiles.layers import LAYERS, Layer
from gridmap.db.tiles.statements import Statement, tile_statement

__all__ = ["LAYERS", "Layer", "Statement", "tile_statement"]
