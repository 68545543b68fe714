"""Rows copied to the end of a table are what was in the frame."""

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import BigInteger, Column, Engine, Integer, MetaData, Table, Text, text

from gridmap.db.rows import append


def test_numbers_texts_nulls_and_shapes_arrive_as_they_were(engine: Engine) -> None:
    table = Table(
        "taken",
        MetaData(),
        Column("key", BigInteger),
        Column("count", Integer),
        Column("name", Text),
        schema="pg_temp",
    )
    frame = gpd.GeoDataFrame(
        {"key": [2**40, -1], "count": np.array([-7, 8]), "name": ["网格 “,”\n", None]},
        geometry=shapely.points([[117, 30], [118.5, 31]]),
        crs=4326,
    )
    with engine.connect() as connection:
        connection.execute(
            text("CREATE TEMP TABLE taken (key bigint, count int, name text, geom geometry(Point, 4326))")
        )
        append(connection, frame, table)
        rows = connection.execute(text("SELECT key, count, name, ST_AsText(geom) FROM taken")).all()
    assert [tuple(row) for row in rows] == [
        (2**40, -7, "网格 “,”\n", "POINT(117 30)"),
        (-1, 8, None, "POINT(118.5 31)"),
    ]
