"""The formats that features go out in, and what the outside calls them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gridmap.errors import Text


class Format(StrEnum):
    """Formats of exports."""

    GEOJSON = "geojson"
    GEOJSONSEQ = "geojsonseq"
    CSV = "csv"
    GPKG = "gpkg"
    FGB = "fgb"
    PARQUET = "parquet"
    SHP = "shp"
    XLSX = "xlsx"
    PMTILES = "pmtiles"


class Headers(StrEnum):
    """What stands over the columns of a table: field names, Chinese titles, or both in one cell."""

    EN = "en"
    ZH = "zh"
    BOTH = "both"


STREAMED = (Format.GEOJSON, Format.GEOJSONSEQ, Format.CSV)
"""Formats written feature by feature, so that they can go to a stream; the others need a file."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the outside calls a format.

    Parameters
    ----------
    suffix : of file names, with its dot.
    media_type : IANA's, or else the one its authors name.
    """

    suffix: str
    media_type: str


KINDS: Mapping[Format, Kind] = MappingProxyType(
    {
        Format.GEOJSON: Kind(".geojson", "application/geo+json"),
        Format.GEOJSONSEQ: Kind(".geojsonl", "application/geo+json-seq"),
        Format.CSV: Kind(".csv", "text/csv; charset=utf-8"),
        Format.GPKG: Kind(".gpkg", "application/geopackage+sqlite3"),
        Format.FGB: Kind(".fgb", "application/vnd.flatgeobuf"),
        Format.PARQUET: Kind(".parquet", "application/vnd.apache.parquet"),
        Format.SHP: Kind(".shp.zip", "application/zip"),
        Format.XLSX: Kind(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Format.PMTILES: Kind(".pmtiles", "application/vnd.pmtiles"),
    }
)


@dataclass(frozen=True, slots=True)
class FieldTitle:
    """A field: its name, and its titles in words."""

    name: str
    title: Text

    def heading(self, headers: Headers) -> str:
        """Return what stands over the column. Remarks after the first comma or bracket of a title stay out."""
        short = self.title.zh.replace("（", "；").split("；")[0].split("，")[0].split("：")[0]
        return {Headers.EN: self.name, Headers.ZH: short, Headers.BOTH: f"{short} {self.name}"}[headers]
