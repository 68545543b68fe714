"""Coordinate reference systems: what a name means, the way to WGS 84, and the metres of a place.

Everything inside gridmap is WGS 84 (EPSG:4326) with longitude first. EPSG defines EPSG:4490 as latitude,
longitude and the Chinese projected systems as X = north, Y = east; files nearly always hold east first, so east
first is the rule here and a file that does otherwise is named with ``+yx``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from gridmap.core.offsets import Offset, Points, wgs84_from
from gridmap.errors import Invalid, Text

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

WGS84 = "EPSG:4326"
NORTH_FIRST = "+yx"

_NAMES = {
    "wgs84": WGS84,
    "wgs1984": WGS84,
    "crs84": WGS84,
    "ogccrs84": WGS84,
    "urnogcdefcrsogc13crs84": WGS84,
    "cgcs2000": "EPSG:4490",
    "天地图": "EPSG:4490",
    "gcj02": Offset.GCJ02,
    "火星坐标": Offset.GCJ02,
    "高德": Offset.GCJ02,
    "腾讯": Offset.GCJ02,
    "bd09": Offset.BD09,
    "bd09ll": Offset.BD09,
    "百度": Offset.BD09,
}
_EPSG = re.compile(
    r"(?:epsg:{1,2}|urn:ogc:def:crs:epsg:[^:]*:|https?://www\.opengis\.net/def/crs/epsg/0/)?([0-9]{4,6})"
)
_LEGACY_DATUMS = ("Xian 1980", "Beijing 1954", "New Beijing", "Tokyo", "TWD67", "Hu Tzu Shan")


@dataclass(frozen=True, slots=True)
class SourceCrs:
    """The system a file's coordinates are in.

    Parameters
    ----------
    name : the shortest text that `resolve_crs` reads back to the same system.
    crs : the system, or the one under the disguise.
    offset : GCJ-02 or BD-09, laid over WGS 84; None for honest coordinates.
    north_first : whether the first number of a pair is north (or latitude).
    """

    name: str
    crs: CRS
    offset: Offset | None = None
    north_first: bool = False

    @property
    def caution(self) -> Text | None:
        """Return what a person should know of the accuracy; None if there is nothing to say."""
        datum = self.crs.datum.name if self.crs.datum is not None else ""
        if not any(legacy in datum for legacy in _LEGACY_DATUMS):
            return None
        return Text(
            en=f"{self.name} rests on the old datum {datum}; without local parameters the result may be off "
            "by some 100 m.",
            zh=f"{self.name} 基于旧基准 {datum}，没有当地转换参数时，结果可能偏差约 100 米。",
        )

    def to_wgs84(self, points: Points) -> Points:
        """Bring pairs (n, 2) to longitude and latitude in degrees; what cannot be brought becomes inf."""
        ordered = points[:, ::-1] if self.north_first else points
        if self.offset is not None:
            with np.errstate(over="ignore", invalid="ignore"):
                return wgs84_from(ordered, self.offset)
        if self.crs == CRS(WGS84):
            return np.array(ordered, dtype=np.float64)
        x, y = transformer(self.crs, WGS84).transform(ordered[:, 0], ordered[:, 1])
        return np.column_stack([x, y])


def resolve_crs(text: str) -> SourceCrs:
    """Read the name of a system.

    Accepted: ``EPSG:4547``, ``4547``, OGC URNs, ``wgs84``, ``cgcs2000``, ``gcj02``, ``bd09``, a WKT or PROJ text, and
    each of them with ``+yx`` at its end for north (latitude) first.

    Raises
    ------
    Invalid
        If nothing of that name is known, or it is not a system of the earth's surface.
    """
    name = text.strip()
    north_first = name.lower().endswith(NORTH_FIRST)
    plain = name[: -len(NORTH_FIRST)].strip() if north_first else name
    known = _known(plain)
    suffix = NORTH_FIRST if north_first else ""
    if isinstance(known, Offset):
        return SourceCrs(known.value + suffix, _parse(WGS84), offset=known, north_first=north_first)
    crs = _parse(known)
    if not (crs.is_geographic or crs.is_projected):
        raise _not_on_the_surface(name)
    short = known if _EPSG.fullmatch(known.lower()) else _short_name(crs)
    return SourceCrs(short + suffix, crs, north_first=north_first)


def metric_crs(bounds: Bounds) -> CRS:
    """Return the UTM system (metres, east and north) of the middle of a region.

    Parameters
    ----------
    bounds : west, south, east, north in degrees. Wide regions get the zone of their middle; lengths are then
        off by 0.04 % within the zone and more outside of it.

    Raises
    ------
    Invalid
        If the bounds are not numbers on the earth, or lie beyond UTM (80° S to 84° N).
    """
    west, south, east, north = bounds
    longitude, latitude = (west + east) / 2.0, (south + north) / 2.0
    if not (-180.0 <= longitude <= 180.0 and -80.0 <= latitude <= 84.0):
        raise Invalid(
            Text(
                en=f"No metric system for the bounds {bounds}: they are not degrees of longitude and latitude.",
                zh=f"范围 {bounds} 不是经纬度，无法选取米制坐标系。",
            )
        )
    zone = min(int((longitude + 180.0) // 6.0) + 1, 60)
    return CRS.from_epsg((32600 if latitude >= 0.0 else 32700) + zone)


def transformer(source: CRS | str, target: CRS | str) -> Transformer:
    """Return the way between two systems, east (longitude) first on both sides."""
    return _transformer(CRS(source).to_wkt(), CRS(target).to_wkt())


@lru_cache(maxsize=128)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _known(plain: str) -> str | Offset:
    """Return the EPSG name or the offset that a spelling stands for; the text itself if none."""
    epsg = _EPSG.fullmatch(plain.lower())
    if epsg:
        return f"EPSG:{epsg[1]}"
    return _NAMES.get(re.sub(r"[\s_:.-]", "", plain.lower()), plain)


@lru_cache(maxsize=128)
def _parse(text: str) -> CRS:
    try:
        return CRS.from_user_input(text).to_2d()
    except CRSError as error:
        raise Invalid(
            Text(
                en=f"No coordinate system is known as “{text[:80]}”.",
                zh=f"没有名为“{text[:80]}”的坐标系。",
            ),
            hint=Text(
                en="Give --crs EPSG:n (such as EPSG:4490 or EPSG:4547), gcj02 or bd09.",
                zh="请用 --crs 给出 EPSG:n（如 EPSG:4490、EPSG:4547）、gcj02 或 bd09。",
            ),
            crs=text[:200],
        ) from error


def _short_name(crs: CRS) -> str:
    code = crs.to_epsg(min_confidence=70)
    if code is not None:
        return f"EPSG:{code}"
    return WGS84 if crs.name == "WGS 84 (CRS84)" else str(crs.to_wkt())


def _not_on_the_surface(name: str) -> Invalid:
    return Invalid(
        Text(
            en=f"“{name[:80]}” is not a system of longitude and latitude or of a map projection.",
            zh=f"“{name[:80]}”既不是经纬度坐标系，也不是投影坐标系。",
        ),
        hint=Text(
            en="Convert the file to such a system, for example EPSG:4490.",
            zh="请先把文件转换到此类坐标系，例如 EPSG:4490。",
        ),
    )
