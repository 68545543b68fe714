"""A small town in the database.

community 330102001001, two halves, four buildings::

    +---------+---------+
    |  a  40  |  b  30  |
    |  c  20  |  d  10  |
    +---------+---------+
"""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from gridmap.db.engine import transaction

COMMUNITY = "330102001001"


@pytest.fixture
def town(engine: Engine) -> Engine:
    """Fill the database with the town; nothing is published."""
    with transaction(engine, actor="test", role="gridmap_app") as connection:
        connection.execute(
            text(
                "INSERT INTO gridmap.area (code, name, level, geom) "
                "VALUES (:code, '甲社区', 'community', ST_Multi(ST_MakeEnvelope(120, 30, 120.01, 30.01, 4326)))"
            ),
            {"code": COMMUNITY},
        )
        for name, west, south, households in (
            ("a", 120.001, 30.007, 40),
            ("b", 120.007, 30.007, 30),
            ("c", 120.001, 30.002, 20),
            ("d", 120.007, 30.002, 10),
        ):
            connection.execute(
                text(
                    "INSERT INTO gridmap.building (dataset, source_id, households, household_source, geom) "
                    "VALUES ('town', :name, :households, 'declared', "
                    "ST_MakeEnvelope(:west, :south, :west + 0.001, :south + 0.001, 4326))"
                ),
                {"name": name, "west": west, "south": south, "households": households},
            )
    return engine


@pytest.fixture
def draft() -> Callable[[Engine], int]:
    """Return a function that keeps a draft of the town with a west and an east grid, and returns its number."""

    def keep(engine: Engine) -> int:
        with transaction(engine, actor="test", role="gridmap_app") as connection:
            plan: int = connection.execute(
                text(
                    "INSERT INTO gridmap.plan (community_id, verdict, author, band_minimum, band_maximum, inputs_hash) "
                    "SELECT id, 'divided', 'test', 30, 60, 'hash' FROM gridmap.area RETURNING id"
                )
            ).scalar_one()
            for sequence, west, households in ((1, 120.0, 60), (2, 120.005, 40)):
                connection.execute(
                    text(
                        "INSERT INTO gridmap.grid (plan_id, community_id, sequence, planned_households, geom) "
                        "SELECT :plan, id, :sequence, :households, "
                        "ST_MakeEnvelope(:west, 30, :west + 0.005, 30.01, 4326) FROM gridmap.area"
                    ),
                    {"plan": plan, "sequence": sequence, "west": west, "households": households},
                )
        return plan

    return keep
