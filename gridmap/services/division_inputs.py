"""What a division reads from the database, in one metric system, and the hash that tells it from other input."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import Connection

from gridmap.core.crs import metric_crs
from gridmap.core.model import HouseholdSource
from gridmap.db.frames import read_frame
from gridmap.errors import Invalid, Text
from gridmap.services.areas import find_area


@dataclass(frozen=True)
class Inputs:
    """What one division reads: all frames in one metric CRS, and the hash of them and of the settings."""

    communities: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    fingerprint: str

    def estimated(self) -> dict[str, int]:
        """Return how many households are estimates, by code of a community whose buildings carry them."""
        of_buildings = self.buildings[~self.buildings["community"].isin(set(self.cells["community"]))]
        estimates = of_buildings[of_buildings["household_source"] == HouseholdSource.ESTIMATED]
        return {
            str(code): int(count)
            for code, count in estimates.groupby("community")["households"].sum().items()
        }


def read_inputs(connection: Connection, wanted: Sequence[str], settings: dict[str, Any]) -> Inputs:
    """Read the communities under some areas, what carries their households, and the lines near them.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, or areas without communities.
    """
    communities = _read_communities(connection, wanted)
    ids = communities["id"].tolist()
    frames = [
        communities,
        read_frame(connection, "buildings_to_divide", community_ids=ids),
        read_frame(connection, "cells_to_divide", community_ids=ids),
        read_frame(connection, "lines_near", community_ids=ids),
    ]
    metric = metric_crs(tuple(communities.total_bounds))
    communities, buildings, cells, lines = (frame.to_crs(metric) for frame in frames)
    return Inputs(communities, buildings, cells, lines, _fingerprint(frames, settings))


def _read_communities(connection: Connection, wanted: Sequence[str]) -> gpd.GeoDataFrame:
    areas = [find_area(connection, name) for name in wanted]
    found = pd.concat([read_frame(connection, "communities_under", area_id=area.id) for area in areas])
    if found.empty:
        names = Text(
            en=", ".join(f"{area.name} ({area.code})" for area in areas),
            zh="、".join(f"{area.name}（{area.code}）" for area in areas),
        )
        raise Invalid(
            Text(
                en=f"There are no communities to divide in {names.en}.", zh=f"{names.zh}下没有可划分的社区。"
            ),
            hint=Text(
                en="Import communities with `gridmap import areas FILE --set level=community`.",
                zh="请先用 gridmap import areas 文件 --set level=community 导入社区边界。",
            ),
        )
    return gpd.GeoDataFrame(found.drop_duplicates("code").sort_values("code", ignore_index=True))


def _fingerprint(frames: list[gpd.GeoDataFrame], settings: dict[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for frame in frames:
        plain = frame.drop(columns=["id", "geometry"])
        digest.update(plain.to_csv(index=False).encode())
        for shape in shapely.to_wkb(frame.geometry.to_numpy()):
            digest.update(shape)
    return digest.hexdigest()
