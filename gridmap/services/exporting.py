"""Give out what is in the database: grids, areas and everything attached to them, as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gridmap.core.filters import read_filter
from gridmap.db.collections import COLLECTIONS, Collection
from gridmap.db.engine import transaction
from gridmap.db.features import Selection, full_count_query, row_query, text_query
from gridmap.db.filters import condition
from gridmap.db.queries import sql
from gridmap.db.tables.base import WGS84
from gridmap.errors import Invalid, NotFound, Text
from gridmap.io.writing import STREAMED, Format, geojson, geojson_sequence, write_frame, write_text
from gridmap.services.areas import find_area
from gridmap.services.audit import record

ROWS_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written."""

    layer: str
    features: int
    format: Format
    target: str


def export(
    engine: Engine,
    layer: str,
    target: Path | BinaryIO,
    *,
    form: Format,
    actor: str,
    wanted: str | None = None,
    filtered: str | None = None,
) -> ExportReport:
    """Write a layer to a file, or as text to a stream. An empty layer gives an empty, valid file.

    The counts of small buildings and cells, which are not published, are included: whoever exports holds the
    database.

    Parameters
    ----------
    layer : a collection: areas, grids, buildings, cells, places, facilities, roads, organisations.
    wanted : code or name of the area whose communities are asked for; None for all.
    filtered : a filter in CQL2 text; None for all features.

    Raises
    ------
    NotFound : no such layer or area.
    Invalid : an ambiguous name, a wrong filter, a target that cannot be written, or a format that needs a file.
    """
    collection = _find_layer(layer)
    if form not in STREAMED and not isinstance(target, Path):
        raise Invalid(
            Text(en=f"The format {form} needs a file.", zh=f"{form} 格式需要写入文件。"),
            hint=Text(en=f"Add `--out {layer}.{form}`.", zh=f"请加上 --out {layer}.{form}。"),
        )
    stated = condition(collection, read_filter(filtered)) if filtered is not None else None
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        communities = communities_under(connection, wanted) if wanted is not None else None
        selection = Selection(communities=communities, condition=stated)
        features = connection.execute(*full_count_query(collection, selection)).scalar_one()
        if form in STREAMED:
            texts = _texts(connection, collection, selection)
            write_text(
                geojson(texts, name=layer) if form is Format.GEOJSON else geojson_sequence(texts), target
            )
        elif isinstance(target, Path):
            write_frame(read_layer(connection, collection, selection), target, form, layer=layer)
        record(
            connection, action="export", subject=layer, details={"features": features, "format": str(form)}
        )
    return ExportReport(layer, features, form, str(target) if isinstance(target, Path) else "stdout")


def read_layer(connection: Connection, collection: Collection, selection: Selection) -> gpd.GeoDataFrame:
    """Return the selected features as a frame in WGS 84, with every count."""
    rows = connection.execute(*row_query(collection, selection)).all()
    names = ["id", *(column.name for column in collection.columns)]
    data = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    shapes = shapely.from_wkb(np.array([bytes(row.geometry) for row in rows], dtype=object))
    return gpd.GeoDataFrame(data, geometry=shapes, crs=WGS84)


def _find_layer(name: str) -> Collection:
    if name not in COLLECTIONS:
        raise NotFound(
            Text(en=f"There is no layer {name!r}.", zh=f"没有图层“{name}”。"),
            hint=Text(en=f"Layers: {', '.join(COLLECTIONS)}.", zh=f"可用图层：{'、'.join(COLLECTIONS)}。"),
        )
    return COLLECTIONS[name]


def communities_under(connection: Connection, wanted: str) -> tuple[str, ...]:
    """Return the codes of the communities of an area.

    Raises
    ------
    NotFound, Invalid : no such area, or an ambiguous name.
    """
    area = find_area(connection, wanted)
    return tuple(row.code for row in connection.execute(sql("communities_under"), {"area_id": area.id}))


def _texts(connection: Connection, collection: Collection, selection: Selection) -> Iterator[str]:
    query, values = text_query(collection, selection)
    streamed = query.execution_options(stream_results=True, yield_per=ROWS_AT_ONCE)
    return iter(connection.execute(streamed, values).scalars())
