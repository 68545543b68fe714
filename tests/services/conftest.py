"""A town of two communities.

330102001001 甲社区: 4 × 3 buildings of 100 households, a road between the second and the third column
330102001002 乙社区: one building of 556 households, which no number of grids can hold
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction

WEST, SOUTH, STEP = 120.0, 30.0, 0.001


def _boxes() -> Iterator[tuple[str, float, float, int]]:
    for column in range(4):
        for row in range(3):
            yield f"a{column}{row}", WEST + column * STEP, SOUTH + row * STEP, 100
    for row, households in enumerate((200, 200, 156)):
        yield f"b{row}", WEST + 4 * STEP, SOUTH + row * STEP, households


@pytest.fixture
def town(engine: Engine) -> Engine:
    """Fill the database with the town; nothing is divided."""
    return fill(engine)


def fill(engine: Engine) -> Engine:
    """Put the town into an empty database."""
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        for code, name, level, west, east, parent in (
            ("330102001000", "示意街道", "street", 0, 5, None),
            ("330102001001", "甲社区", "community", 0, 4, "330102001000"),
            ("330102001002", "乙社区", "community", 4, 5, "330102001000"),
        ):
            connection.execute(
                text(
                    "INSERT INTO gridmap.area (code, name, level, parent_id, geom) VALUES (:code, :name, :level, "
                    "(SELECT id FROM gridmap.area WHERE code = :parent), "
                    "ST_Multi(ST_MakeEnvelope(:west, :south, :east, :north, 4326)))"
                ),
                {
                    "code": code,
                    "name": name,
                    "level": level,
                    "parent": parent,
                    "west": WEST + west * STEP,
                    "east": WEST + east * STEP,
                    "south": SOUTH,
                    "north": SOUTH + 3 * STEP,
                },
            )
        connection.execute(
            text(
                "INSERT INTO gridmap.building (dataset, source_id, households, household_source, geom) "
                "SELECT 'town', :name, :households, 'declared', ST_MakeEnvelope(:west + 0.0002, :south + 0.0002, "
                ":west + 0.0008, :south + 0.0008, 4326)"
            ),
            [
                {"name": name, "west": west, "south": south, "households": households}
                for name, west, south, households in _boxes()
            ],
        )
        connection.execute(
            text(
                "INSERT INTO gridmap.road (dataset, source_id, class, geom) VALUES ('town', 'r', 'residential', "
                "ST_SetSRID(ST_MakeLine(ST_Point(120.002, 29.999), ST_Point(120.002, 30.004)), 4326))"
            )
        )
    return engine
