"""Divide a province that does not exist, from PostGIS to PostGIS, on two processors.

Ours: `gridmap.services.dividing.divide_areas`, fast mode, compiled beforehand: batch by batch, two batches at once, each
kept as drafts and committed at its end. Cities of several hundred communities, each from a seed of its own, are made and
put into the database by another process before. Wall clock, CPU and peak memory (``VmHWM``) are those of the process that
divides, from its start; the database works beside it and is not counted.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from math import ceil
from pathlib import Path
from typing import Any

import geopandas as gpd
from sqlalchemy import text

from benchmarks.city import ACTOR, Cities
from benchmarks.division.loading import load
from benchmarks.division.speed import renew_statistics, warm_up_database
from benchmarks.families import SPEED, Town, make_town
from benchmarks.measuring import Line
from gridmap.core.model import Verdict
from gridmap.db.engine import connect, transaction

TITLE = "A province"
DATABASE, PROVINCE = "province", "province"
HOUSEHOLDS_OF_A_COMMUNITY = 2_400
COMMUNITIES_OF_A_CITY = 485
APART_M, ACROSS = 20_000.0, 6
"""From one city to the next, and how many lie side by side."""
FIRST_SEED = 7001
MOST_GIB = 4.0

WHOLE = """
INSERT INTO gridmap.area (code, name, level, synthetic, geom)
SELECT :province, :province, 'province', true, ST_Multi(ST_Collect(ST_Envelope(geom)))
FROM gridmap.area WHERE level = 'city';

UPDATE gridmap.area SET parent_id = (SELECT id FROM gridmap.area WHERE code = :province) WHERE level = 'city'
"""


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    warm_up_database(cities)
    cities.cluster.create_database(DATABASE, "empty")
    url = cities.cluster.url(DATABASE)
    filled = _in_own_process("fill", url, str(cities.sizes.province))
    found = _in_own_process("divide", url)
    households = found["households"]
    gib = found["peak_bytes"] / 2**30
    told = f" ({', '.join(found['undecided'])})" if found["undecided"] else ""
    return [
        Line(
            f"{households:,} households in {found['communities']:,} communities of {filled['cities']} cities, "
            f"{filled['buildings']:,} buildings, fully in band",
            f"{found['divided']:,}; {found['infeasible']:,} impossible, {found['unknown']:,} undecided{told}",
            "–", "–", "none undecided", found["unknown"] == 0,
        ),
        Line("wall clock", f"{found['wall']:,.0f} s", "–", f"{found['wall'] / households * 1e6:.2f} s a million", "–", None),
        Line("CPU", f"{found['cpu']:,.0f} s", "–", f"{found['cpu'] / found['wall']:.2f} processors", "–", None),
        Line("peak memory", f"{gib:.2f} GiB", "–", f"{gib / MOST_GIB:.2f} (ours ÷ limit)", f"≤ {MOST_GIB:g} GiB", gib <= MOST_GIB),
    ]  # fmt: skip


def _in_own_process(what: str, *arguments: str) -> dict[str, Any]:
    """Run a part of this module by itself; what it says on the way goes to the terminal."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, what, *arguments],
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def towns(households: int) -> Iterator[Town]:
    """Yield cities, side by side, until they hold about so many households."""
    left = ceil(households / HOUSEHOLDS_OF_A_COMMUNITY)
    for nth in range(ceil(left / COMMUNITIES_OF_A_CITY)):
        town = make_town(SPEED, communities=min(left, COMMUNITIES_OF_A_CITY), seed=FIRST_SEED + nth)
        yield _moved(town, nth % ACROSS * APART_M, nth // ACROSS * APART_M)
        left -= COMMUNITIES_OF_A_CITY


def _moved(town: Town, east: float, north: float) -> Town:
    def moved(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return table.set_geometry(table.geometry.translate(east, north))

    return Town(moved(town.communities), moved(town.buildings), moved(town.lines))


def fill(url: str, households: str) -> dict[str, float]:
    """Put the cities into the database one after the other, and the province above them."""
    engine, cities, buildings = connect(url), 0, 0
    for town in towns(int(households)):
        code = str(town.communities["code"].iloc[0])[:6]
        with transaction(engine, actor=ACTOR) as connection:
            load(connection, town, city=code)
        cities, buildings = cities + 1, buildings + len(town.buildings)
        _say(f"{cities} cities, {buildings:,} buildings")
    with transaction(engine, actor=ACTOR) as connection:
        for statement in WHOLE.split(";\n\n"):
            connection.execute(text(statement), {"province": PROVINCE})
    renew_statistics(engine)
    return {"cities": cities, "buildings": buildings}


def divide(url: str) -> dict[str, Any]:
    """Divide the province."""
    from gridmap.services.dividing import divide_areas  # noqa: PLC0415 (loading it is part of what is measured)

    engine, start = connect(url), time.perf_counter()
    report = divide_areas(engine, [PROVINCE], actor=ACTOR, progress=_Told())
    wall = time.perf_counter() - start
    found = report.communities
    return {
        "households": sum(one.households for one in found),
        "communities": len(found),
        **{str(verdict): sum(one.verdict is verdict for one in found) for verdict in Verdict},
        "undecided": [one.code for one in found if one.verdict is Verdict.UNKNOWN],
        "wall": wall,
        "cpu": time.process_time(),
        "peak_bytes": memory_bytes("VmHWM"),
    }


class _Told:
    """Says every few hundred communities how far the division is, and what memory it takes."""

    def __init__(self, every: int = 500) -> None:
        self.every, self.next = every, every

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage == "search" and done >= self.next:
            self.next += self.every
            now, most = memory_bytes("VmRSS") / 2**30, memory_bytes("VmHWM") / 2**30
            _say(f"{done:,} of {total:,} communities searched; {now:.2f} GiB, at most {most:.2f}")


def memory_bytes(name: str) -> int:
    """Return what the kernel says of the memory of this process: ``VmRSS`` now, ``VmHWM`` at most so far."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(json.dumps({"fill": fill, "divide": divide}[sys.argv[1]](*sys.argv[2:])))
