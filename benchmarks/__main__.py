"""Measure every subject, or those named, and write ``benchmarks/RESULTS.md`` when all were measured.

The province takes long: it is measured only where it is named, and kept in ``benchmarks/PROVINCE.md``, which the results
quote with its date.
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

from benchmarks import attach, export, tiles
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

IN_THE_CITY: dict[str, ModuleType] = {"export": export, "attach": attach, "tiles": tiles}
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
}
ASIDE: dict[str, ModuleType] = {"province": province}
RESULTS, KEPT = (Path(__file__).with_name(name) for name in ("RESULTS.md", "PROVINCE.md"))


def main() -> int:
    """Return 1 if a subject could not be measured, else 0: a figure that is not reached is a result."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is stopped
    load_before = load()
    with running_cluster() as cluster:
        cities = Cities(cluster, replace(Sizes(), province=int(asked.households)))
        cities.prepare()
        chosen = {name: (SUBJECTS | ASIDE)[name] for name in asked.subjects or SUBJECTS}
        if chosen.keys() & IN_THE_CITY.keys():
            cities.build()
        results = [measured(subject, cities) for subject in chosen.values()]
        about = list(describe(cities, load_before=load_before))
    _write(results, about, is_whole=not asked.subjects)
    return int(any(line.ours.startswith("failed") for result in results for line in result.lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "subjects",
        nargs="*",
        help=f"{', '.join(SUBJECTS | ASIDE)}; with any named, RESULTS.md is not written",
    )
    parser.add_argument(
        "--households", type=float, default=Sizes().province, help="of the province; 30e6 is a large one"
    )
    asked = parser.parse_args()
    if unknown := [name for name in asked.subjects if name not in SUBJECTS | ASIDE]:
        parser.error(f"no such subject: {', '.join(unknown)}")
    return asked


def _write(results: list[Result], about: list[tuple[str, str]], *, is_whole: bool) -> None:
    """Print the results; keep all of them if all were measured, and the province if it was."""
    kept = KEPT.read_text(encoding="utf-8") if is_whole and KEPT.exists() else ""
    rounds = f"{Sizes().rounds}, in turns; medians, with the least and most in brackets"
    text = as_markdown([*about, ("Rounds", rounds)], results) + kept
    print(text)
    if is_whole:
        RESULTS.write_text(text, encoding="utf-8")
    for result in results:
        if result.subject is province:
            KEPT.write_text("\n".join(section(result, about)) + "\n", encoding="utf-8")


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
