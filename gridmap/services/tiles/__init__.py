"""Vector tiles as they are served: from the memory of this process, else kept by the database, else made, once for all."""

from gridmap.services.tiles.memory import Tile, TileKey, TileMemory
from gridmap.services.tiles.serving import Tiles, WantedTile

__all__ = ["Tile", "TileKey", "TileMemory", "Tiles", "WantedTile"]
