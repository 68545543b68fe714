"""Export buildings as GeoJSON and as GeoParquet.

Ours: `gridmap.services.exporting.export`, to a stream and to a file. Peer: `geopandas.read_postgis` of the same columns,
then `to_json`, or `to_parquet` with a covering box and zstd as ours. Each works in a process of its own; imports are not
timed, connecting is (libraries that we load only when a format is chosen are timed with it, as its user waits for them;
for GeoParquet a first export of a small layer is not timed, as the peer has loaded its libraries). Peak memory is the
high-water mark of that process as the kernel keeps it (``VmHWM``; the ``ru_maxrss`` of getrusage also counts the process
it was started from). The first feature comes with the opening of the collection, which is the first byte. What was
written is read again and its features counted, which is not timed. Beside it: a bare COPY of the geometries as GeoJSON
text, which nothing can beat.
"""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.city import Cities
from benchmarks.exporting import CONTENDERS
from benchmarks.measuring import Line, against, in_turns, within

TITLE = "Export"
LEAST, MOST_MB, MOST_MS = 6.0, 60.0, 100.0
LEAST_COLUMNAR, MOST_OF_COPY = 5.0, 3.0
PATIENCE = 180
"""Seconds after which a process is stopped, which is a failure."""


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    url = cities.cluster.url("settled")
    runs = in_turns(
        {name: lambda name=name: _in_own_process(name, url) for name in CONTENDERS},  # type: ignore[misc]
        rounds=cities.sizes.rounds,
    )
    for run in (one for found in runs.values() for one in found):
        if run["features"] != cities.sizes.buildings:
            raise AssertionError(f"{run['features']} features were exported, not {cities.sizes.buildings}")
    ours, peer, copy, columnar, columnar_peer = (
        {key: [run[key] for run in runs[name]] for key in runs[name][0]} for name in CONTENDERS
    )
    what = f"{cities.sizes.buildings:,} buildings"
    return [
        against(f"GeoJSON, {what}, time", ours["seconds"], peer["seconds"], figure=LEAST, goal="least"),
        against("the same against COPY", ours["seconds"], copy["seconds"], figure=MOST_OF_COPY, goal="most"),
        within("its peak memory", ours["mb"], MOST_MB, "MB", peer=f"{max(peer['mb']):.0f} MB"),
        within("of which before the export begins", ours["mb_before"], None, "MB"),
        within("its first byte and feature", ours["first_byte_ms"], MOST_MS, "ms"),
        against(
            f"GeoParquet, {what}, time",
            columnar["seconds"],
            columnar_peer["seconds"],
            figure=LEAST_COLUMNAR,
            goal="least",
        ),
        within("its peak memory", columnar["mb"], None, "MB", peer=f"{max(columnar_peer['mb']):.0f} MB"),
    ]


def _in_own_process(name: str, url: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.exporting", name, url],
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode != 0:
        raise AssertionError(f"the export of {name} failed: {done.stderr.decode().strip()[-150:]}")
    result: dict[str, float] = json.loads(done.stdout)
    return result
