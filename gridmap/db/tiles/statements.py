"""The query for a vector tile, composed from the catalogue of layers. Names are quoted, values are bound.

The text depends on the layer, the zoom and the coordinate system, not on the tile, so a server prepares it once. Features
are in order of id, so that the same data give the same bytes and the same tag however PostgreSQL reads them.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy

from gridmap.core.tiling import MARGIN, METRES_OF_A_DEGREE, UNITS, TileAddress
from gridmap.db.collections import Collection
from gridmap.db.conditions import Condition
from gridmap.db.queries import DRIVER, quoted
from gridmap.db.tiles.layers import LAYERS, Counts, Labels, Layer

SQUARES = 64
"""Squares along the side of a tile in which features are counted."""

FREEDOM = 4
"""Units by which a simplified line may leave its course: half a pixel of a tile shown 512 pixels wide."""

ROOM = 2
"""Units between corners and sides of a shape that stays valid when its corners are put on whole units.

A corner moves by half the diagonal of a unit at most, so what is more than √2 units apart stays apart. The rest is for
sides that are straight on the map and not in degrees: of 100 m, less than 0.2 mm.
"""

BOUNDS = ("west", "south", "east", "north")
REACH = tuple(f"{side}_reach" for side in BOUNDS)


class Statement(NamedTuple):
    """The text of a query with ``%(name)s`` for its parameters, and their values."""

    text: str
    values: dict[str, Any]


def tile_statement(
    collection: Collection, address: TileAddress, condition: Condition | None = None
) -> Statement:
    """Return the query for a vector tile of the features that meet a condition; of all for None.

    Its one value is the tile, empty where nothing is drawn.
    """
    text = _text(
        collection.id, address.zoom, address.matrix_set.srid, condition.text if condition else "true"
    )
    sides = dict(zip(BOUNDS, address.bounds, strict=True)) | dict(zip(REACH, address.reach, strict=True))
    return Statement(text, sides | (dict(condition.values) if condition else {}))


@lru_cache(maxsize=2000)
def _text(collection: str, zoom: int, srid: int, condition: str) -> str:
    layer = LAYERS[collection]
    conditions = [condition, *(sql for below, sql in layer.thinned.items() if zoom < below)]
    source = f"(SELECT * FROM published.{quoted(collection)} WHERE {' AND '.join(conditions)}) AS thing"  # noqa: S608
    drawing = _Drawing(source, srid)
    parts = " || ".join(f"({part})" for part in _parts(collection, layer, zoom, drawing))
    return str(sqlalchemy.text(f"SELECT {parts}").compile(dialect=DRIVER))


def _parts(collection: str, layer: Layer, zoom: int, drawing: "_Drawing") -> Iterator[str]:
    if layer.counts is not None and zoom < layer.detail:
        yield drawing.counts(layer.counts)
        return
    yield drawing.features(
        collection,
        layer.columns,
        is_simplified=zoom < layer.simplified,
        has_clearance=layer.has_clearance,
    )
    if layer.labels is not None:
        yield drawing.labels(layer.labels)


class _Drawing(NamedTuple):
    """Features to be drawn in a coordinate system: their source, and the SRID of the tile."""

    source: str
    srid: int

    @property
    def geometry(self) -> str:
        return "geom_3857" if self.srid == 3857 else "geom"

    def envelope(self, sides: tuple[str, ...]) -> str:
        return f"ST_MakeEnvelope({', '.join(f':{side}' for side in sides)}, {self.srid})"

    def features(
        self, name: str, columns: tuple[str, ...], *, is_simplified: bool, has_clearance: bool
    ) -> str:
        """Draw features; what shrinks to nothing has no geometry, and ST_AsMVT leaves it out."""
        shown = ", ".join(quoted(column) for column in columns)
        shape = self.simplified() if is_simplified else self.geometry
        drawn = f"ST_AsMVTGeom({shape}, {self.envelope(BOUNDS)}, {UNITS}, {MARGIN})"
        if has_clearance:
            drawn = f"CASE WHEN {self.is_roomy()} THEN {self.on_units()} ELSE {drawn} END"
        return f"""
            SELECT ST_AsMVT(feature, '{name}', {UNITS}, 'geom', 'id') FROM (
                SELECT id, {shown}, {drawn} AS geom
                FROM {self.source} WHERE {self.geometry} && {self.envelope(REACH)} ORDER BY id
            ) AS feature"""  # noqa: S608

    def simplified(self) -> str:
        """Write the shape of a feature with some freedom."""
        return f"ST_Simplify({self.geometry}, (:east - :west) * {FREEDOM / UNITS}, true)"

    def is_roomy(self) -> str:
        """Ask whether a feature lies on the tile and stays valid on whole units: there is nothing to clip or to mend.

        Nothing is nearer on the map than it is in degrees of the equator.
        """
        in_degrees = METRES_OF_A_DEGREE if self.srid == 3857 else 1
        room = f"(:east - :west) * {ROOM / UNITS / in_degrees!r}"
        return f"clearance > {room} AND {self.geometry} @ {self.envelope(BOUNDS)}"

    def on_units(self) -> str:
        """Write the shape of a feature in units of the tile, outer rings clockwise on the screen."""
        scale = f"{UNITS} / (:east - :west)"
        moved = f"ST_TransScale(ST_ForcePolygonCW({self.geometry}), -:west, -:north, {scale}, -{scale})"
        return f"ST_SnapToGrid({moved}, 1)"

    def labels(self, labels: Labels) -> str:
        """Draw the labels whose place is on the tile."""
        point = labels.point if self.srid == 3857 else f"ST_Transform({labels.point}, {self.srid})"
        tile = self.envelope(BOUNDS)
        return f"""
            SELECT ST_AsMVT(feature, '{labels.name}', {UNITS}, 'geom', 'id') FROM (
                SELECT id, {labels.columns}, ST_AsMVTGeom(point, {tile}, {UNITS}, 0) AS geom
                FROM (SELECT *, {point} AS point FROM {self.source} WHERE {self.geometry} && {tile}) AS labelled
                WHERE point && {tile} ORDER BY id
            ) AS feature"""  # noqa: S608

    def counts(self, counts: Counts) -> str:
        """Draw a point for each square with features, in the middle of them."""
        sums = "".join(f", sum({quoted(column)}) AS {quoted(column)}" for column in counts.sums)
        columns = "".join(f", {quoted(column)}" for column in counts.sums)
        tile, box = self.envelope(BOUNDS), f"box2d({self.geometry})"
        column = f"floor((x - :west) / (:east - :west) * {SQUARES})"
        row = f"floor((y - :south) / (:north - :south) * {SQUARES})"
        return f"""
            SELECT ST_AsMVT(feature, '{counts.name}', {UNITS}, 'geom') FROM (
                SELECT count(*) AS count{sums},
                    ST_AsMVTGeom(ST_Point(avg(x), avg(y), {self.srid}), {tile}, {UNITS}, 0) AS geom
                FROM (
                    SELECT (ST_XMin({box}) + ST_XMax({box})) / 2 AS x, (ST_YMin({box}) + ST_YMax({box})) / 2 AS y
                        {columns}
                    FROM {self.source} WHERE {self.geometry} && {tile}
                ) AS placed
                WHERE x >= :west AND x < :east AND y > :south AND y <= :north
                GROUP BY {column}, {row} ORDER BY {column}, {row}
            ) AS feature"""  # noqa: S608
