"""Write a map of an area's grids as one file that opens without a network."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Connection, Engine

from gridmap.core.model import Band
from gridmap.db.collections import COLLECTIONS
from gridmap.db.engine import transaction
from gridmap.db.features import Selection, row_query
from gridmap.db.names import WGS84
from gridmap.db.queries import sql
from gridmap.errors import Conflict, Text
from gridmap.maps import area_map, save
from gridmap.services.areas import find_area
from gridmap.services.exporting import communities_under

DRAWN = ("buildings", "facilities", "roads", "places")


def write_map(engine: Engine, wanted: str, target: Path, *, language: str, actor: str) -> int:
    """Write the published grids of an area as an HTML map and return how many there are.

    Raises
    ------
    NotFound, Invalid : no such area, an ambiguous name, or a file that cannot be written.
    Conflict : nothing is published there.
    """
    with transaction(engine, actor=actor, role="gridmap_app") as connection:
        area = find_area(connection, wanted)
        codes = communities_under(connection, wanted)
        facts = connection.execute(sql("map_facts"), {"codes": list(codes)}).one()
        frames = {name: drawn_layer(connection, name, codes) for name in ("areas", "grids", *DRAWN)}
    if frames["grids"].empty:
        raise Conflict(
            Text(en=f"No grids of {area.name} are published.", zh=f"{area.name}尚未发布网格。"),
            hint=Text(en=f"gridmap divide {area.code} --publish", zh=f"gridmap divide {area.code} --publish"),
        )
    page = area_map(
        frames["grids"],
        communities=frames["areas"],
        **{name: frames[name] for name in DRAWN},
        title=area.name,
        language=language,
        attribution=facts.attribution or "",
        synthetic=bool(facts.synthetic),
        band=Band(facts.minimum, facts.maximum),
    )
    save(page, target)
    return len(frames["grids"])


def drawn_layer(connection: Connection, name: str, codes: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Return what a layer holds in some communities, in WGS 84, with every count."""
    collection = COLLECTIONS[name]
    rows = connection.execute(*row_query(collection, Selection(communities=codes))).all()
    names = ["id", *(column.name for column in collection.columns)]
    data = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    shapes = shapely.from_wkb(np.array([bytes(row.geometry) for row in rows], dtype=object))
    return gpd.GeoDataFrame(data, geometry=shapes, crs=WGS84)
