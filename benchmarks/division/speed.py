"""Divide a city from PostGIS to PostGIS.

Ours: `gridmap.services.dividing.divide_areas` on a fresh copy of the database in each round, compiled beforehand: inputs
read, cells cut, communities divided on all processors, plans with their grids and cells kept as drafts and committed. Peer:
binary COPY of the same buildings out of their table, all columns that a division reads, and of the resulting grids, all
columns that a division writes, into a plain table without indexes, checks or computed columns, on the same database
right after. Then the partition alone, proofs included, in seconds of CPU on one thread against one
call of METIS for each community.
"""

import io
import time
from collections.abc import Callable
from typing import Any

from psycopg2.extensions import connection as DriverConnection  # noqa: N812
from sqlalchemy import Engine

from benchmarks.city import ACTOR, Cities
from benchmarks.division.contest import BAND
from benchmarks.division.loading import load
from benchmarks.division.warming import warm_up
from benchmarks.families import HELD_OUT, SPEED, Town, make_town
from benchmarks.layouts import layouts_of
from benchmarks.measuring import Line, against, in_turns, seconds_of
from benchmarks.peers.metis import metis
from benchmarks.peers.network import by_parts
from gridmap.core.division import Mode
from gridmap.core.division.layout import Layout
from gridmap.core.division.solve import Solution, random_state, solve
from gridmap.core.model import Verdict
from gridmap.db.engine import transaction
from gridmap.services.dividing import divide_areas

TITLE = "Division, end to end"
DATABASE, CITY = "division", "city"
MOST: dict[Mode, float] = {"fast": 20.0, "quality": 50.0}
OUT = """
COPY (
    SELECT id, source_id, name, street, house_number, households, household_source, community_id, geom
    FROM gridmap.building
) TO STDOUT (FORMAT binary)
"""
GRIDS = "plan_id, community_id, sequence, name, kind, planned_households, geom"


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    town = make_town(SPEED, communities=cities.sizes.speed, seed=HELD_OUT[2])
    prepare_database(cities, DATABASE, {CITY: town})
    warm_up_database(cities)
    rounds = in_turns(
        {mode: (lambda mode=mode: _round(cities, mode)) for mode in MOST},  # type: ignore[misc]
        rounds=cities.sizes.rounds,
    )
    lines = []
    for mode, results in rounds.items():
        seconds, copies, told = zip(*results, strict=True)
        what = f"{mode}: {told[0]}, {len(town.buildings):,} buildings"
        lines.append(against(what, list(seconds), list(copies), figure=MOST[mode], goal="most"))
    return [*lines, _partition_line(town, cities)]


def prepare_database(cities: Cities, name: str, towns: dict[str, Town]) -> None:
    """Make a database that holds some cities and nothing else."""
    cities.cluster.create_database(name, "empty")
    with cities.open(name) as engine:
        for city, town in towns.items():
            with transaction(engine, actor=ACTOR) as connection:
                load(connection, town, city=city)
        renew_statistics(engine)


def renew_statistics(engine: Engine) -> None:
    """Do what the autovacuum of a server would have done."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def warm_up_database(cities: Cities) -> None:
    """Compile all that is compiled on the way from the database and back."""
    warm_up()
    prepare_database(cities, "small", {CITY: make_town(SPEED, communities=4, seed=1)})
    with cities.open("small") as engine:
        for mode in MOST:
            divide_areas(engine, [CITY], actor=ACTOR, mode=mode)
    cities.cluster.drop_database("small")


def _round(cities: Cities, mode: Mode) -> tuple[float, float, str]:
    """Return the seconds of a division, those of the two COPY, and what was divided."""
    with cities.copy(DATABASE) as engine:
        start = time.perf_counter()
        report = divide_areas(engine, [CITY], actor=ACTOR, mode=mode)
        seconds = time.perf_counter() - start
        households = sum(one.households for one in report.communities)
        open_ = sum(one.verdict is Verdict.UNKNOWN for one in report.communities)
        told = f"{households:,} households in {len(report.communities)} communities ({open_} undecided)"
        return seconds, _copy_out_and_in(engine), told


def _copy_out_and_in(engine: Engine) -> float:
    """Return the seconds of the two COPY; what is copied in is there before."""
    with transaction(engine, actor=ACTOR) as connection:
        driver: DriverConnection = connection.connection.dbapi_connection  # type: ignore[assignment]
        with driver.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT {GRIDS} FROM gridmap.grid LIMIT 0"
            )
            incoming = io.BytesIO()
            cursor.copy_expert(f"COPY (SELECT {GRIDS} FROM gridmap.grid) TO STDOUT (FORMAT binary)", incoming)
            incoming.seek(0)
            return seconds_of(lambda: cursor.copy_expert(OUT, io.BytesIO())) + seconds_of(
                lambda: cursor.copy_expert("COPY kept FROM STDIN (FORMAT binary)", incoming)
            )


def _partition_line(town: Town, cities: Cities) -> Line:
    """Compare the search for divisions with one call of METIS for each community, in seconds of CPU."""
    parts = layouts_of(town)
    codes = sorted(town.communities["code"])
    for code, one in zip(codes, parts, strict=True):
        if (certificate := _searched(code, one).certificate) is not None:
            cities.proofs.accepts(one.graph, certificate)
    seconds = in_turns(
        {
            "ours": lambda: _cpu(
                lambda: [_searched(code, one) for code, one in zip(codes, parts, strict=True)]
            ),
            "peer": lambda: _cpu(lambda: [by_parts(metis, one.graph, BAND) for one in parts]),
        },
        rounds=cities.sizes.rounds,
    )
    what = f"partition of the {len(parts)} communities alone, fast, with proofs, CPU on one thread"
    return against(what, seconds["ours"], seconds["peer"], figure=1.0, goal="most")


def _searched(code: str, layout: Layout) -> Solution:
    return solve(layout.graph, layout.name_of, BAND, "fast", random_state(code, 0))


def _cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start
