"""Measure every subject, or those named, and write ``benchmarks/RESULTS.md``.

What a subject gave is kept in ``benchmarks/results`` until it is measured again; the results are all that is kept. The
province takes long: it is measured only where it is named.
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from benchmarks import attach, export, items, tiles
from benchmarks.city import Cities, Sizes
from benchmarks.coverage import reach, siting
from benchmarks.division import (
    editing,
    estates,
    families,
    optimum,
    proofs,
    province,
    real,
    redivision,
    speed,
)
from benchmarks.machine import describe, load
from benchmarks.writing import Result, as_markdown, failed, section
from gridmap.db.embedded import Cluster

IN_THE_CITY: dict[str, ModuleType] = {
    "export": export,
    "attach": attach,
    "tiles": tiles,
    "items": items,
}
SUBJECTS: dict[str, ModuleType] = {
    "export": export,
    "attach": attach,
    "families": families,
    "estates": estates,
    "real": real,
    "optimum": optimum,
    "redivision": redivision,
    "speed": speed,
    "editing": editing,
    "proofs": proofs,
    "reach": reach,
    "siting": siting,
    "tiles": tiles,
    "items": items,
}
EVERY: dict[str, ModuleType] = SUBJECTS | {"province": province}
RESULTS, KEPT = (Path(__file__).with_name(name) for name in ("RESULTS.md", "results"))


def main() -> int:
    """Return 1 if a subject could not be measured, else 0: a figure that is not reached is a result."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped
    with running_cluster() as cluster:
        cities = Cities(cluster, replace(Sizes(), province=int(asked.households)))
        cities.prepare()
        chosen = asked.subjects or SUBJECTS
        if IN_THE_CITY.keys() & set(chosen):
            cities.build()
        results = [_measured_and_kept(name, cities) for name in chosen]
    return int(any(line.ours.startswith("failed") for result in results for line in result.lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "subjects",
        nargs="*",
        help=", ".join(EVERY),
    )
    parser.add_argument(
        "--households", type=float, default=Sizes().province, help="of the province; 30e6 is a large one"
    )
    asked = parser.parse_args()
    if unknown := [name for name in asked.subjects if name not in EVERY]:
        parser.error(f"no such subject: {', '.join(unknown)}")
    return asked


def _measured_and_kept(name: str, cities: Cities) -> Result:
    load_before = load()
    result = measured(EVERY[name], cities)
    text = section(result, describe(cities, load_before=load_before))
    print(text, flush=True)
    keep(name, text)
    return result


def keep(name: str, text: str) -> None:
    """Keep what a subject gave, and write the results anew."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{name}.md").write_text(text, encoding="utf-8")
    kept = (path for path in (KEPT / f"{name}.md" for name in EVERY) if path.exists())
    RESULTS.write_text(as_markdown(path.read_text(encoding="utf-8") for path in kept), encoding="utf-8")


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
    return Result(subject, lines)


if __name__ == "__main__":
    sys.exit(main())
