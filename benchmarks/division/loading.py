"""Put cities into a database, as if they had been imported."""

from sqlalchemy import Connection, text

from benchmarks.families import Town
from gridmap.core.crs import WGS84
from gridmap.db.rows import stage
from gridmap.db.tables.areas import area
from gridmap.db.tables.land import road
from gridmap.db.tables.things import building

AREAS = """
INSERT INTO gridmap.area (code, name, level, synthetic, geom)
SELECT :city, :city, 'city', true, ST_Multi(ST_Union(geom)) FROM new_area;

INSERT INTO gridmap.area (code, name, level, synthetic, parent_id, geom)
SELECT code, name, 'community', true, (SELECT id FROM gridmap.area WHERE code = :city), ST_Multi(geom)
FROM new_area ORDER BY code;

INSERT INTO gridmap.building (dataset, source_id, households, household_source, geom)
SELECT :city, source_id, households, CASE WHEN households IS NOT NULL THEN 'declared' END, geom FROM new_building;

INSERT INTO gridmap.road (dataset, source_id, class, geom)
SELECT :city, row_number() OVER (), class, geom FROM new_road;

DROP TABLE new_area, new_building, new_road
"""


def load(connection: Connection, town: Town, *, city: str) -> None:
    """Put a city into the database, all in the transaction of the connection.

    Parameters
    ----------
    city : code of the area that holds its communities.
    """
    stage(connection, town.communities.to_crs(WGS84), area, name="new_area")
    stage(connection, town.buildings.to_crs(WGS84), building, name="new_building")
    stage(connection, town.lines.to_crs(WGS84), road, name="new_road")
    for statement in AREAS.split(";\n\n"):
        connection.execute(text(statement), {"city": city})
