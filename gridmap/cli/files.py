"""Tables and maps that commands write, by the suffix of the file."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.errors import Invalid, Text
from gridmap.io.writing.files import write_text
from gridmap.io.writing.frames import write_geopackage


def check_suffix(out: Path | None, *more: str) -> None:
    """Refuse a file of no known format before anything is worked out.

    Raises
    ------
    Invalid
    """
    known = (".json", ".csv", ".geojson", ".gpkg", *more)
    if out is not None and out.suffix not in known:
        raise Invalid(
            Text(en=f"{out.name} is of no format that is known here.", zh=f"不支持 {out.name} 的格式。"),
            hint=Text(
                en=f"End it with one of {', '.join(known)}.",
                zh=f"请以 {'、'.join(known)} 之一结尾。",
            ),
        )


def write_table(table: pd.DataFrame, out: Path) -> None:
    """Write a table for spreadsheets: UTF-8 with a byte order mark."""
    write_text(["\ufeff", table.to_csv(index=False)], out)


def write_features(frame: gpd.GeoDataFrame, out: Path, layer: str) -> None:
    """Write features as GeoJSON or GeoPackage."""
    if out.suffix == ".geojson":
        write_text([frame.to_json(ensure_ascii=False, drop_id=True, to_wgs84=True), "\n"], out)
    else:
        write_geopackage(frame, out, layer=layer)
