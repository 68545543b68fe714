"""A city made in SQL: square communities of 25 grids and 1,000 buildings, some 10,000 households each.

The same size gives the same city. Outlines have a corner every 10 m, as drawn ones have, so that no query is answered
by the short cut for rectangles; footprints are turned L-shapes of six corners. Nothing here exists: 165° E 30° N is
open ocean.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, text

from benchmarks.division.proofs import Proofs
from benchmarks.measuring import seconds_of
from gridmap.db.embedded import Cluster
from gridmap.db.engine import connect, transaction
from gridmap.db.migrations import migrate
from gridmap.services.publishing import publish

WEST, SOUTH = 165.0, 30.0
BUILDINGS_OF_A_COMMUNITY = 1000
COMMUNITY_WIDTH, COMMUNITY_HEIGHT = 0.012, 0.00625
ACTOR = "benchmark"
PATIENCE = 60.0
"""Seconds after which a statement is stopped, which is a failure."""
PLANS_AT_ONCE = 2
"""Plans published over what is there already."""

SEED = """
CREATE SCHEMA seed;

CREATE TABLE seed.building AS
SELECT number, community, grid, 4 + number * 7919::bigint % 13 AS households, 1 + number % 30 AS floors,
    ST_Translate(
        ST_Rotate(
            'SRID=4326;POLYGON((-9e-5 -7e-5,9e-5 -7e-5,9e-5 0,0 0,0 7e-5,-9e-5 7e-5,-9e-5 -7e-5))'::geometry,
            radians(number * 137.508)
        ),
        165 + (community % :side) * 0.012 + (grid % 5) * 0.0024 + (place % 8 + 0.5) * 0.0003,
        30 + (community / :side) * 0.00625 + (grid / 5) * 0.00125 + (place / 8 + 0.5) * 0.00025
    ) AS geom
FROM (
    SELECT number, number / 1000 AS community, number % 1000 / 40 AS grid, number % 40 AS place
    FROM generate_series(0, :side * :side * 1000 - 1) AS number
) AS numbered;

CREATE TABLE seed.resident AS
SELECT person, building.number AS building, 1930 + person % 90 AS birth_year,
    ST_PointOnSurface(building.geom) AS geom
FROM generate_series(0, :residents - 1) AS person
JOIN seed.building ON building.number = person % (:side * :side * 1000);

INSERT INTO gridmap.area (code, name, level, geom)
SELECT '999902001' || lpad(community::text, 3, '0'), 'Community ' || community, 'community',
    ST_Multi(ST_Segmentize(ST_MakeEnvelope(west, south, west + 0.012, south + 0.00625, 4326), 0.0001))
FROM (
    SELECT community, 165 + (community % :side) * 0.012 AS west, 30 + (community / :side) * 0.00625 AS south
    FROM generate_series(0, :side * :side - 1) AS community
) AS placed;

INSERT INTO gridmap.plan (community_id, verdict, author, band_minimum, band_maximum, inputs_hash)
SELECT id, 'divided', 'benchmark', 300, 500, 'seed' FROM gridmap.area ORDER BY code;

INSERT INTO gridmap.grid (plan_id, community_id, sequence, planned_households, geom)
SELECT plan.id, area.id, place + 1,
    (SELECT sum(households) FROM seed.building
     WHERE community = right(area.code, 3)::integer AND building.grid = place),
    ST_Segmentize(ST_MakeEnvelope(
        ST_XMin(area.geom) + (place % 5) * 0.0024, ST_YMin(area.geom) + (place / 5) * 0.00125,
        ST_XMin(area.geom) + (place % 5 + 1) * 0.0024, ST_YMin(area.geom) + (place / 5 + 1) * 0.00125, 4326
    ), 0.0001)
FROM gridmap.plan JOIN gridmap.area ON area.id = plan.community_id, generate_series(0, 24) AS place;
"""

BUILDINGS = """
INSERT INTO gridmap.building (dataset, source_id, use, floors, house_number, street, households, household_source, geom)
SELECT 'city', number, 'residential', floors, number % 40, 'Street ' || number / 40, households, 'declared', geom
FROM seed.building ORDER BY number
"""

RESIDENTS = """
INSERT INTO gridmap.resident (building_id, birth_year)
SELECT building.id, resident.birth_year
FROM seed.resident JOIN gridmap.building
    ON building.dataset = 'city' AND building.source_id = resident.building::text
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured.

    Parameters
    ----------
    side : the city has ``side × side`` communities.
    communities : of each family of synthetic cities, shared out to cities of several seeds.
    estates : of towers, every other one planted.
    again : communities divided a second time, after a change.
    speed : communities of the city that division is timed on.
    instances : small communities to be divided to the proven optimum.
    province : households of the province, which is divided only when it is asked for.
    tiles : of each zoom.
    pages : of ten features; of a thousand a quarter as many.
    """

    side: int = 10
    residents: int = 300_000
    communities: int = 45
    estates: int = 100
    again: int = 120
    speed: int = 485
    instances: int = 264
    province: int = 30_000_000
    tiles: int = 150
    pages: int = 480
    rounds: int = 3

    @property
    def buildings(self) -> int:
        """Buildings of the city."""
        return self.side**2 * BUILDINGS_OF_A_COMMUNITY


@dataclass(frozen=True, slots=True)
class Cities:
    """Databases on one cluster to make copies of, each with the same city; and the proofs that were checked.

    ``drawn`` has buildings, residents and plans that are not published; ``vacant`` has published plans and neither
    buildings nor residents; ``settled`` has all of it, published.
    """

    cluster: Cluster
    sizes: Sizes
    proofs: Proofs = field(default_factory=Proofs)

    def prepare(self) -> None:
        """Make ``empty``, which is migrated and holds nothing."""
        self.cluster.create_database("empty")
        migrate(self.cluster.url("empty"))

    def build(self) -> None:
        """Make the three databases."""
        self.cluster.create_database("seed", "empty")
        with self.open("seed") as engine, transaction(engine, actor=ACTOR) as connection:
            values = {"side": self.sizes.side, "residents": self.sizes.residents}
            for statement in SEED.split(";\n\n"):
                connection.execute(text(statement), values)
        self._make("vacant", "seed", _publish_vacant)
        self._make("drawn", "seed", _settle)
        self._make("settled", "vacant", _settle)

    def _make(self, name: str, template: str, work: Callable[[Engine], None]) -> None:
        self.cluster.create_database(name, template)
        with self.open(name) as engine:
            work(engine)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))

    @contextmanager
    def open(self, name: str) -> Iterator[Engine]:
        """Give an engine on one of the databases."""
        engine = connect(self.cluster.url(name), statement_timeout_seconds=PATIENCE)
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def copy(self, name: str) -> Iterator[Engine]:
        """Give an engine on a copy of one of the databases, dropped at the end."""
        self.cluster.create_database("copy", name)
        try:
            with self.open("copy") as engine:
                yield engine
        finally:
            self.cluster.drop_database("copy")


def publish_first(engine: Engine, plans: int) -> None:
    """Publish the plans of the first communities, in one transaction."""
    with transaction(engine, actor=ACTOR, role="gridmap_app") as connection:
        chosen = text("SELECT id FROM gridmap.plan ORDER BY id LIMIT :plans")
        for plan in connection.execute(chosen, {"plans": plans}).scalars().all():
            publish(connection, plan)


def _publish_vacant(engine: Engine) -> None:
    """Publish plans that were drawn for no households."""
    with transaction(engine, actor=ACTOR) as connection:
        connection.execute(text("UPDATE gridmap.grid SET planned_households = 0"))
    publish_first(engine, 1000)


def _settle(engine: Engine) -> None:
    for work in (insert_buildings, insert_residents):
        committed(engine, work)


def committed(engine: Engine, work: Callable[[Connection], None]) -> float:
    """Return the seconds of work and its commit; then renew the statistics, as the autovacuum of a server would."""

    def whole() -> None:
        with transaction(engine, actor=ACTOR) as connection:
            work(connection)

    seconds = seconds_of(whole)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE gridmap.building, gridmap.resident, gridmap.grid"))
    return seconds


def insert_buildings(connection: Connection) -> None:
    """Insert all buildings in one statement."""
    connection.execute(text(BUILDINGS))


def insert_residents(connection: Connection) -> None:
    """Insert all residents in one statement."""
    connection.execute(text(RESIDENTS))
