"""Coordinate systems that features can be asked for in, and boxes and filters given in (OGC API Features Part 2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROUNDING = 0.001
"""In units of a system: a point that comes back from degrees farther off lay outside of it."""

FIRST_ZONE, LAST_ZONE = 25, 45
"""Three-degree zones of China: the middle of zone n is the meridian of 3n degrees east."""


@dataclass(frozen=True, slots=True)
class CoordinateSystem:
    """A coordinate system as the outside names it.

    Parameters
    ----------
    uri : its name.
    srid : its number in PostGIS, where east always comes first.
    north_first : whether its authority writes the latitude before the longitude.
    decimals : how many tell a tenth of a millimetre. With degrees to 7, corners a centimetre apart fall together: a
        polygon may cross itself, and neighbours no longer share each corner.
    """

    uri: str
    srid: int
    north_first: bool = False
    decimals: int = 9

    def written(self, geometry: str) -> str:
        """Return the SQL for a geometry of WGS 84 in this system, in the order of its axes."""
        moved = geometry if self.srid == CRS84.srid else f"ST_Transform({geometry}, {self.srid})"
        return f"ST_FlipCoordinates({moved})" if self.north_first else moved

    def degrees(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points in the order of the axes, shape (n, 2), as longitude and latitude; outside the system: inf."""
        import numpy as np  # noqa: PLC0415 (what only names a system, as an export does, needs neither)

        from gridmap.core.crs import transformer  # noqa: PLC0415

        if self.north_first:
            points = points[:, ::-1]
        if self.srid == CRS84.srid:
            return points
        degrees = np.column_stack(transformer(self.name, CRS84.name).transform(*points.T))
        again = np.column_stack(transformer(CRS84.name, self.name).transform(*degrees.T))
        with np.errstate(invalid="ignore"):
            inside = np.abs(again - points).max(axis=1, keepdims=True, initial=0) <= ROUNDING
        return np.where(inside, degrees, np.inf)

    @property
    def name(self) -> str:
        """Name it as PROJ does."""
        return f"EPSG:{self.srid}"


CRS84 = CoordinateSystem("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326)
"""WGS 84, longitude before latitude."""

WGS84 = CoordinateSystem("http://www.opengis.net/def/crs/EPSG/0/4326", 4326, north_first=True)
"""The same with latitude before longitude; what PostGIS calls the system of everything that is kept."""

WEB_MERCATOR = CoordinateSystem("http://www.opengis.net/def/crs/EPSG/0/3857", 3857, decimals=4)

SYSTEMS: Mapping[str, CoordinateSystem] = MappingProxyType(
    {
        system.uri: system
        for system in (
            CRS84,
            WGS84,
            CoordinateSystem("http://www.opengis.net/def/crs/EPSG/0/4490", 4490, north_first=True),
            WEB_MERCATOR,
        )
    }
)
"""By name. CGCS2000 (4490) and WGS 84 differ by centimetres, which PROJ takes for nothing."""


def zones_of(numbers: Iterable[int]) -> Mapping[str, CoordinateSystem]:
    """Return CGCS2000 in three-degree Gauss-Krüger zones, each as eastings with the zone's number before them and without.

    EPSG has them as 4513 to 4533 and 4534 to 4554, the northing (X) first.
    """
    places = [number - FIRST_ZONE for number in sorted(numbers) if FIRST_ZONE <= number <= LAST_ZONE]
    systems = (
        CoordinateSystem(f"http://www.opengis.net/def/crs/EPSG/0/{srid}", srid, north_first=True, decimals=4)
        for place in places
        for srid in (4513 + place, 4534 + place)
    )
    return {system.uri: system for system in systems}
