"""On what, when and with which versions it was measured."""

import os
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text

from benchmarks.city import Cities
from gridmap.settings import REPOSITORY

PACKAGES = ("numpy", "pandas", "shapely", "geopandas", "sqlalchemy", "psycopg2-binary", "fastapi", "uvicorn")


def load() -> str:
    """Return the load average: processes that ran or waited to run in the last 1, 5 and 15 minutes."""
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def describe(cities: Cities, *, load_before: str) -> Iterator[tuple[str, str]]:
    """Yield what the lines of a subject hold for, name and value."""
    yield "Date", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield "gridmap", f"{version('gridmap')}, commit {_commit()}"
    yield (
        "Machine",
        f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB, {platform.system()} {platform.release()}",
    )
    yield "Load average (1, 5, 15 min)", f"before {load_before}; after {load()}"
    yield "Rounds", f"{cities.sizes.rounds}, in turns; medians, with the least and most in brackets"
    yield "Database", f"{_database(cities)}, embedded cluster without fsync"
    yield "Python", f"{platform.python_version()}; " + ", ".join(f"{it} {version(it)}" for it in PACKAGES)


def _commit() -> str:
    """Return the commit, and whether the package differs from it."""
    commit = _git("rev-parse", "--short", "HEAD")
    return f"{commit} with changes" if _git("status", "--porcelain", "--", "gridmap") else commit or "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _database(cities: Cities) -> str:
    with cities.open("empty") as engine, engine.connect() as connection:
        server = connection.execute(text("SHOW server_version")).scalar_one()
        postgis = connection.execute(text("SELECT postgis_lib_version()")).scalar_one()
        geos = connection.execute(text("SELECT postgis_geos_version()")).scalar_one()
    return f"PostgreSQL {server}, PostGIS {postgis}, GEOS {geos}"
