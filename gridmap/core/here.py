"""A point that somebody asks about."""

import math
from dataclasses import dataclass

from gridmap.errors import Invalid, Text


@dataclass(frozen=True, slots=True)
class Here:
    """A point in degrees.

    Raises
    ------
    Invalid : it is none.
    """

    lon: float
    lat: float

    def __post_init__(self) -> None:
        inside = math.isfinite(self.lon) and math.isfinite(self.lat)
        if not (inside and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise Invalid(
                Text(
                    en=f"{self.lon:g}, {self.lat:g} is no longitude and latitude.",
                    zh=f"{self.lon:g}, {self.lat:g} 不是有效的经纬度。",
                ),
                hint=Text(
                    en="Give degrees, longitude first: lon within ±180, lat within ±90.",
                    zh="单位为度，经度在前：lon 在 ±180 之内，lat 在 ±90 之内。",
                ),
                parameter="lon",
            )
