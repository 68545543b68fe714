"""Sets of features in memory as files."""

from pathlib import Path

import geopandas as gpd

from gridmap.io.writing.files import replacing


def write_geopackage(frame: gpd.GeoDataFrame, target: Path, *, layer: str) -> None:
    """Write a frame in WGS 84 as one layer. Lists are written as text, joined by semicolons.

    Raises
    ------
    Invalid : the folder of the file does not exist or may not be written to.
    """
    with replacing(target) as draft:
        named = draft.with_suffix(".gpkg")
        _flat(frame).to_file(named, driver="GPKG", layer=layer)
        named.replace(draft)


def _flat(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    lists = [name for name in frame.columns if any(isinstance(value, list) for value in frame[name])]
    return frame.assign(**{name: frame[name].map(";".join) for name in lists})
