"""Measure every subject, or those named, and write ``benchmarks/RESULTS.md`` when all were measured."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from benchmarks import attach, export, tiles
from benchmarks.city import Cities, Sizes
from benchmarks.division import families, optimum, real, speed
from benchmarks.machine import describe, load
from benchmarks.writing import Result, as_markdown, failed
from gridmap.db.embedded import Cluster

SUBJECTS: dict[str, ModuleType] = {
    "export": export,
    "attach": attach,
    "families": families,
    "real": real,
    "optimum": optimum,
    "speed": speed,
    "tiles": tiles,
}
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Return 1 if a subject could not be measured, else 0: a figure that is not reached is a result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "subjects", nargs="*", help=f"{', '.join(SUBJECTS)}; with any named, nothing is written"
    )
    named = parser.parse_args().subjects
    if unknown := [name for name in named if name not in SUBJECTS]:
        parser.error(f"no such subject: {', '.join(unknown)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped
    load_before = load()
    with running_cluster() as cluster:
        cities = Cities(cluster, Sizes())
        cities.build()
        results = [measured(SUBJECTS[name], cities) for name in named or SUBJECTS]
        text = as_markdown(describe(cities, load_before=load_before), results)
    print(text)
    if not named:
        RESULTS.write_text(text, encoding="utf-8")
    return int(any(line.ours.startswith("failed") for result in results for line in result.lines))


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Give a cluster in a folder of its own; both are gone at the end."""
    home = Path(tempfile.mkdtemp(prefix="gridmap-benchmarks-", dir="/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home / "cluster", durable=False)
    try:
        cluster.up()
        yield cluster
    finally:
        cluster.down()
        shutil.rmtree(home)


def measured(subject: ModuleType, cities: Cities) -> Result:
    """Measure one subject. Any error is a failure of that subject, not of the others."""
    start = time.perf_counter()
    try:
        lines = subject.measure(cities)
    except Exception as error:  # noqa: BLE001 (a failure is a result)
        traceback.print_exc()
        lines = [failed(subject, error)]
    seconds = time.perf_counter() - start
    print(f"{subject.TITLE}: {seconds:.0f} s", file=sys.stderr, flush=True)
    return Result(subject, lines, seconds)


if __name__ == "__main__":
    sys.exit(main())
