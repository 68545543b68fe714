"""A snapshot of the tiles of a layer as one file, for places without a network."""

from collections.abc import Iterator
from pathlib import Path

from gridmap.core.tiling import MARGIN, UNITS, WEB_MERCATOR_QUAD, TileAddress
from gridmap.db.exporting import Bounds, bounds_of, tiles_with_features
from gridmap.db.features import as_condition
from gridmap.db.tiles import tile_statement
from gridmap.errors import Invalid, Text
from gridmap.io.writing.pyramids import Pyramid, Tile, in_order, write_pyramid
from gridmap.services.exporting.source import Source, Zooms

HIGHEST_ZOOM = 15
"""A unit of such a tile is 0.3 m at the equator: viewers enlarge it beyond."""
MOST_TILES = 500_000
NOWHERE = Bounds(-180.0, -85.0, 180.0, 85.0, None)


def write_layer(source: Source, zooms: Zooms, draft: Path) -> int:
    """Write the tiles of a layer as the server would answer them, and return how many there were.

    Raises
    ------
    Invalid : zooms that cannot be, or too many tiles.
    """
    lowest, highest = _zooms(*zooms)
    condition = as_condition(source.collection, source.selection)
    bounds = bounds_of(source.connection, source.collection, condition)
    tiles = in_order(_find(source, lowest, highest)) if bounds else []
    source.total = len(tiles)
    found = bounds or NOWHERE
    pyramid = Pyramid(
        source.collection.title.zh,
        source.collection.description.zh,
        found.attribution or "",
        (found.west, found.south, found.east, found.north),
        (lowest, highest),
    )
    return write_pyramid(_read(source, tiles), draft, pyramid)


def _find(source: Source, lowest: int, highest: int) -> Iterator[Tile]:
    """Yield the tiles that have features, by going down where there are any."""
    condition = as_condition(source.collection, source.selection)
    present, found = [(0, 0)], 0
    for z in range(highest + 1):
        present = tiles_with_features(
            source.connection, source.collection, condition, z, present, margin=MARGIN / UNITS
        )
        found += len(present) if z >= lowest else 0
        if found > MOST_TILES:
            raise _too_many(z)
        if z >= lowest:
            yield from ((z, x, y) for x, y in present)
        present = [(2 * x + east, 2 * y + south) for x, y in present for east in (0, 1) for south in (0, 1)]


def _read(source: Source, tiles: list[Tile]) -> Iterator[tuple[Tile, bytes]]:
    for tile in tiles:
        yield tile, _tile(source, tile)
        source.tell(1)


def _tile(source: Source, tile: Tile) -> bytes:
    """Read one tile by the query of the server; the one place that asks for it."""
    condition = as_condition(source.collection, source.selection)
    address = TileAddress(WEB_MERCATOR_QUAD, *tile)
    statement = tile_statement(source.collection, address, condition)
    return bytes(source.connection.exec_driver_sql(statement.text, statement.values).scalar_one())


def _zooms(lowest: int | None, highest: int | None) -> tuple[int, int]:
    first = lowest or 0
    deepest = WEB_MERCATOR_QUAD.last
    last = max(HIGHEST_ZOOM, first) if highest is None else highest
    if not 0 <= first <= last <= deepest:
        raise Invalid(
            Text(en=f"Zooms {first} to {last} cannot be.", zh=f"级别 {first} 至 {last} 无效。"),
            hint=Text(
                en=f"Give 0 ≤ lowest ≤ highest ≤ {deepest}.",
                zh=f"应满足 0 ≤ 最低 ≤ 最高 ≤ {deepest}。",
            ),
        )
    return first, last


def _too_many(z: int) -> Invalid:
    return Invalid(
        Text(
            en=f"Up to zoom {z} there are more than {MOST_TILES:,} tiles.",
            zh=f"至 {z} 级已超过 {MOST_TILES:,} 张瓦片。",
        ),
        hint=Text(
            en="Lower --max-zoom, or choose an area or a filter.",
            zh="请降低 --max-zoom，或限定区域、筛选条件。",
        ),
    )
