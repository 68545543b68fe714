"""What a division reads from the database, in one metric system, and the hash that tells it from other input."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from gridmap.core.crs import metric_crs
from gridmap.core.threads import in_threads
from gridmap.db.columns import Column, read_columns
from gridmap.db.frames import framed, read_frame
from gridmap.errors import Invalid, Text
from gridmap.services.areas import find_area

LAYERS = {
    "buildings": "buildings_to_divide",
    "cells": "cells_to_divide",
    "lines": "lines_around",
    "compounds": "compounds_around",
    "sites": "sites_around",
}
"""The query that reads each layer."""


@dataclass(frozen=True)
class Inputs:
    """What one division reads: all frames in one metric CRS, and the hash of them and of the settings."""

    communities: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    cells: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    fingerprint: str

    def estimated(self) -> dict[int, int]:
        """Return how many households are estimates, by key of a community whose buildings carry them."""
        carrying = ~self.buildings["community_id"].isin(set(self.cells["community_id"]))
        guessed = self.buildings["is_estimated"].fillna(value=False).astype(bool)
        counted = self.buildings[carrying & guessed].groupby("community_id")["households"].sum()
        return {int(community): int(count) for community, count in counted.items()}


def read_inputs(connection: Connection, communities: gpd.GeoDataFrame, settings: dict[str, Any]) -> Inputs:
    """Read what carries the households of communities, and the lines near them.

    Parameters
    ----------
    communities : as `read_communities` returns them.
    settings : part of the hash.
    """
    metric = metric_crs(tuple(communities.total_bounds))
    digest = _digest(communities, settings)
    ids = communities["id"].tolist()

    def read() -> Iterator[dict[str, Column]]:
        for query in LAYERS.values():
            columns = read_columns(connection, query, order="id", community_ids=ids)
            yield columns
            _digest_columns(digest, columns)

    frames = dict(zip(LAYERS, in_threads(partial(framed, crs=metric), read()), strict=True))
    return Inputs(communities=communities.to_crs(metric), fingerprint=digest.hexdigest(), **frames)


def read_communities(connection: Connection, wanted: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the communities under some areas, sorted by code, in WGS 84.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, or areas without communities.
    """
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


def _digest(communities: gpd.GeoDataFrame, settings: dict[str, Any]) -> "hashlib._Hash":
    """Begin the hash with the settings and the communities."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for code, name, shape in zip(
        communities["code"], communities["name"], communities.geometry.to_wkb(), strict=True
    ):
        digest.update(f"{code}\0{name}\0".encode() + shape)
    return digest


def _digest_columns(digest: "hashlib._Hash", columns: Mapping[str, Column]) -> None:
    """Add columns to the hash, without the keys that the database gave."""
    for name, column in columns.items():
        if name not in ("id", "community_id"):
            digest.update(name.encode())
            digest.update(column.first.tobytes())
            digest.update(column.data.tobytes())
