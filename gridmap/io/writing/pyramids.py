"""Vector tiles of many zooms in one file: PMTiles, version 3 (https://github.com/protomaps/PMTiles)."""

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

Tile = tuple[int, int, int]
"""Zoom, column and row of WebMercatorQuad."""


@dataclass(frozen=True, slots=True)
class Pyramid:
    """What is told of the tiles of a file.

    Parameters
    ----------
    box : west, south, east, north in degrees.
    zooms : lowest and highest.
    attribution : whom to name; empty for nobody.
    """

    name: str
    description: str
    attribution: str
    box: tuple[float, float, float, float]
    zooms: tuple[int, int]


def in_order(tiles: Iterable[Tile]) -> list[Tile]:
    """Return tiles in the order of the file: zoom by zoom, along the Hilbert curve."""
    return sorted(tiles, key=lambda tile: zxy_to_tileid(*tile))


def write_pyramid(tiles: Iterable[tuple[Tile, bytes]], draft: Path, pyramid: Pyramid) -> int:
    """Write tiles, which come in order, and return how many there were; ones that are empty are left out.

    A file needs a tile: without any it holds an empty one.
    """
    layers: dict[str, dict[str, Any]] = {}
    written = 0
    with draft.open("wb") as file:
        writer = Writer(file)
        for (z, x, y), data in tiles:
            if data:
                writer.write_tile(zxy_to_tileid(z, x, y), gzip.compress(data, mtime=0))
                written += 1
                for name, fields in read_layers(data):
                    layer = layers.setdefault(name, {"id": name, "fields": {}, "minzoom": z})
                    layer["fields"].update(fields)
                    layer["maxzoom"] = z
        if not written:
            writer.write_tile(zxy_to_tileid(pyramid.zooms[0], 0, 0), gzip.compress(b"", mtime=0))
        writer.finalize(_header(pyramid), _metadata(pyramid, list(layers.values())))
    return written


def _header(pyramid: Pyramid) -> dict[str, Any]:
    west, south, east, north = (round(side * 1e7) for side in pyramid.box)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": pyramid.zooms[0],
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(pyramid: Pyramid, layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "name": pyramid.name,
        "description": pyramid.description,
        "attribution": pyramid.attribution,
        "type": "overlay",
        "vector_layers": layers,
    }


def read_layers(tile: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each layer of a vector tile with its fields, which are ``String``, ``Number`` or ``Boolean``.

    Source: Mapbox, Vector Tile Specification 2.1, ``vector_tile.proto``.
    """
    for number, layer in _parts(tile):
        if number != 3:
            continue
        name, keys, kinds, tags = "", [], [], set()
        for part, value in _parts(layer):
            if part == 1:
                name = value.decode()
            elif part == 3:
                keys.append(value.decode())
            elif part == 4:
                kinds.append(_kind(value))
            elif part == 2:
                tags |= _tags(value)
        yield name, {keys[key]: kinds[value] for key, value in sorted(tags)}


def _kind(value: bytes) -> str:
    return {1: "String", 7: "Boolean"}.get(value[0] >> 3, "Number")


def _tags(feature: bytes) -> set[tuple[int, int]]:
    for number, value in _parts(feature):
        if number == 2:
            numbers = []
            place = 0
            while place < len(value):
                one, place = _number(value, place)
                numbers.append(one)
            return set(zip(numbers[::2], numbers[1::2], strict=True))
    return set()


def _parts(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and content of the parts of a message that have a length; numbers are passed over."""
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        if tag & 7 == 2:
            length, place = _number(message, place)
            yield tag >> 3, message[place : place + length]
            place += length
        else:
            _, place = _number(message, place)


def _number(message: bytes, place: int) -> tuple[int, int]:
    """Return a number in base 128, the least digit first, and the place behind it."""
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
