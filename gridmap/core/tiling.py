"""Tile matrix sets: how the world is cut into tiles, zoom by zoom.

Source: OGC Two Dimensional Tile Matrix Set 2.0 (OGC 17-083r4), clause 6 for what a set is, annex D for two of these.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

PIXEL_METRES = 0.28e-3
"""Side of a pixel in the definition of scale denominators (OGC 17-083r4, 6.1.1)."""

PIXELS = 256
"""Along the side of a tile."""

UNITS = 4096
"""Along the side of a vector tile."""

MARGIN = 64
"""Units around a tile that are drawn as well, so that outlines do not end at its edge."""

RADIUS = 6378137.0
"""Semi-major axis of WGS 84 and of CGCS2000, in metres."""

METRES_OF_A_DEGREE = math.pi * RADIUS / 180

DEEPEST_ZOOM = 22


class Bounds(NamedTuple):
    """Sides of a rectangle, in the unit of its coordinate system; east before north."""

    west: float
    south: float
    east: float
    north: float

    def wider(self, part: float) -> "Bounds":
        """Return the bounds with a part of their width more on every side."""
        more = (self.east - self.west) * part
        return Bounds(self.west - more, self.south - more, self.east + more, self.north + more)

    def around(self, other: "Bounds") -> "Bounds":
        """Return the bounds around both."""
        return Bounds(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    def meets(self, other: "Bounds") -> bool:
        """Tell whether two rectangles have a point in common."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


WORLD = Bounds(-180.0, -90.0, 180.0, 90.0)
"""In degrees."""


@dataclass(frozen=True, slots=True)
class TileMatrixSet:
    """A way to cut the world into square tiles, each matrix twice as fine as the one before.

    Parameters
    ----------
    uri : name of the definition; None for one that nobody but us defines.
    crs : name of its coordinate system.
    srid : of the coordinates in PostGIS, where east comes first.
    axes : in the order of the coordinate system's authority.
    corner : west and north of the world.
    side : of a tile of the coarsest matrix, in the unit of the coordinate system.
    columns, rows : of the coarsest matrix.
    first : number of the coarsest matrix.
    zoom_of_first : zoom of WebMercatorQuad whose tiles have about that scale.
    metres : of a unit.
    """

    id: str
    title: str
    uri: str | None
    well_known: str | None
    crs: str
    srid: int
    axes: tuple[str, str]
    corner: tuple[float, float]
    side: float
    columns: int
    rows: int
    first: int
    zoom_of_first: int
    metres: float

    @property
    def last(self) -> int:
        """Number of the finest matrix."""
        return self.first + DEEPEST_ZOOM - self.zoom_of_first

    def zoom(self, matrix: int) -> int:
        """Return the zoom of WebMercatorQuad whose tiles have about the scale of a matrix."""
        return matrix - self.first + self.zoom_of_first

    def holds(self, matrix: int, column: int, row: int) -> bool:
        """Tell whether there is such a tile."""
        if not self.first <= matrix <= self.last:
            return False
        finer = 1 << (matrix - self.first)
        return 0 <= column < self.columns * finer and 0 <= row < self.rows * finer

    def bounds(self, matrix: int, column: int, row: int) -> Bounds:
        """Return the bounds of a tile in the coordinate system of the set."""
        side = self.side / (1 << (matrix - self.first))
        west, north = self.corner[0] + column * side, self.corner[1] - row * side
        return Bounds(west, north - side, west + side, north)

    def over(self, matrix: int, longitude: float, latitude: float) -> tuple[int, int]:
        """Return column and row of the tile over a point in degrees."""
        east, north = (longitude, latitude) if self.srid != 3857 else _mercator(longitude, latitude)
        side = self.side / (1 << (matrix - self.first))
        return int((east - self.corner[0]) // side), int((self.corner[1] - north) // side)

    def degrees(self, bounds: Bounds) -> Bounds:
        """Return bounds of the set in degrees of longitude and latitude."""
        if self.srid != 3857:
            return bounds
        return Bounds(
            _longitude(bounds.west), _latitude(bounds.south), _longitude(bounds.east), _latitude(bounds.north)
        )

    def cell_size(self, matrix: int) -> float:
        """Return the side of a pixel, in the unit of the coordinate system."""
        return self.side / PIXELS / (1 << (matrix - self.first))

    def scale_denominator(self, matrix: int) -> float:
        """Return the scale denominator of a matrix (OGC 17-083r4, 6.1.1.1)."""
        return self.cell_size(matrix) * self.metres / PIXEL_METRES


def _longitude(easting: float) -> float:
    return math.degrees(easting / RADIUS)


def _latitude(northing: float) -> float:
    """Return the latitude of a northing of Web Mercator (EPSG guidance note 7-2, 3.5.1)."""
    return math.degrees(math.atan(math.sinh(northing / RADIUS)))


def _mercator(longitude: float, latitude: float) -> tuple[float, float]:
    """Return easting and northing of a point in Web Mercator (same source)."""
    return RADIUS * math.radians(longitude), RADIUS * math.asinh(math.tan(math.radians(latitude)))


WEB_MERCATOR_QUAD = TileMatrixSet(
    id="WebMercatorQuad",
    title="Google Maps Compatible for the World",
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
    well_known="http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
    crs="http://www.opengis.net/def/crs/EPSG/0/3857",
    srid=3857,
    axes=("X", "Y"),
    corner=(-math.pi * RADIUS, math.pi * RADIUS),
    side=2 * math.pi * RADIUS,
    columns=1,
    rows=1,
    first=0,
    zoom_of_first=0,
    metres=1.0,
)
"""OGC 17-083r4, annex D.1."""

WORLD_CRS84_QUAD = TileMatrixSet(
    id="WorldCRS84Quad",
    title="CRS84 for the World",
    uri="http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad",
    well_known="http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad",
    crs="http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    srid=4326,
    axes=("Lon", "Lat"),
    corner=(-180.0, 90.0),
    side=180.0,
    columns=2,
    rows=1,
    first=0,
    zoom_of_first=1,
    metres=METRES_OF_A_DEGREE,
)
"""OGC 17-083r4, annex D.2."""

CGCS2000_QUAD = TileMatrixSet(
    id="CGCS2000Quad",
    title="经纬度直投（天地图 c） / Longitude and latitude as on Tianditu",
    uri=None,
    well_known=None,
    crs="http://www.opengis.net/def/crs/EPSG/0/4490",
    srid=4326,
    axes=("Lat", "Lon"),
    corner=(-180.0, 90.0),
    side=180.0,
    columns=2,
    rows=1,
    first=1,
    zoom_of_first=1,
    metres=METRES_OF_A_DEGREE,
)
"""The tiles of 天地图's matrix set ``c``, by its own numbers: matrix 1 has two tiles, each 180° wide.

What is kept in WGS 84 is drawn as it is: the two systems differ by centimetres.
"""

TILE_MATRIX_SETS: Mapping[str, TileMatrixSet] = MappingProxyType(
    {matrix_set.id: matrix_set for matrix_set in (WEB_MERCATOR_QUAD, WORLD_CRS84_QUAD, CGCS2000_QUAD)}
)
"""All of them by id, in the order they are listed."""


class TileAddress(NamedTuple):
    """A tile of a tile matrix set."""

    matrix_set: TileMatrixSet
    matrix: int
    column: int
    row: int

    @property
    def zoom(self) -> int:
        """The zoom of WebMercatorQuad with about its scale."""
        return self.matrix_set.zoom(self.matrix)

    @property
    def bounds(self) -> Bounds:
        """Its bounds in the coordinate system of its set."""
        return self.matrix_set.bounds(self.matrix, self.column, self.row)

    @property
    def reach(self) -> Bounds:
        """The bounds of what is drawn on it, beyond its edge by the margin."""
        return self.bounds.wider(MARGIN / UNITS)
