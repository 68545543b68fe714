"""Export buildings as GeoJSON.

Ours: `gridmap.services.exporting.export` to a stream. Peer: `geopandas.read_postgis` of the same columns, then
`to_json`. Each works in a process of its own; imports are not timed, connecting is. Peak memory is the high-water mark
of that process as the kernel keeps it (``VmHWM``; the ``ru_maxrss`` of getrusage also counts the process it was started
from). The first feature comes after the opening of the collection, which is the first byte. What was
written is read again and its features counted, which is not timed.
"""

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.city import ACTOR, Cities
from benchmarks.measuring import Line, against, in_turns, within

TITLE = "GeoJSON export"
LEAST, MOST_MB, MOST_MS = 6.0, 60.0, 100.0
PATIENCE = 180
"""Seconds after which a process is stopped, which is a failure."""


class Sink(io.RawIOBase):
    """Takes bytes, keeps none, and notes when the first two pieces came."""

    def __init__(self) -> None:
        self.moments: list[float] = []
        self.size = 0

    def writable(self) -> bool:
        """Tell that it takes bytes."""
        return True

    def write(self, data: Any, /) -> int:
        """Take bytes."""
        if len(self.moments) < 2:
            self.moments.append(time.perf_counter())
        self.size += len(data)
        return len(data)


def measure(cities: Cities) -> list[Line]:
    """Return the lines of this subject."""
    url = cities.cluster.url("settled")
    runs = in_turns(
        {name: lambda name=name: _in_own_process(name, url) for name in ("ours", "peer")},  # type: ignore[misc]
        rounds=cities.sizes.rounds,
    )
    for run in (*runs["ours"], *runs["peer"]):
        if run["features"] != cities.sizes.buildings:
            raise AssertionError(f"{run['features']} features were exported, not {cities.sizes.buildings}")
    ours, peer = ({key: [run[key] for run in one] for key in one[0]} for one in runs.values())
    what = f"{cities.sizes.buildings:,} buildings"
    return [
        against(f"{what}, time", ours["seconds"], peer["seconds"], figure=LEAST, goal="least"),
        within(f"{what}, peak memory", ours["mb"], MOST_MB, "MB", peer=f"{max(peer['mb']):.0f} MB"),
        within("of which before the export begins", ours["mb_before"], None, "MB"),
        within(f"{what}, first byte", ours["first_byte_ms"], MOST_MS, "ms"),
        within(f"{what}, first feature", ours["first_feature_ms"], MOST_MS, "ms"),
    ]


def _in_own_process(name: str, url: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.export", name, url],
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        cwd=Path(__file__).parent.parent,
    )
    if done.returncode != 0:
        raise AssertionError(f"the export of {name} failed: {done.stderr.decode().strip()[-150:]}")
    result: dict[str, float] = json.loads(done.stdout)
    return result


def export_ours(url: str) -> dict[str, float]:
    """Export as gridmap does."""
    from gridmap.db.engine import connect  # noqa: PLC0415 (each process loads what it needs)
    from gridmap.io.writing.formats import Format  # noqa: PLC0415
    from gridmap.services.exporting import export  # noqa: PLC0415

    before, sink, start = peak_mb(), Sink(), time.perf_counter()
    engine = connect(url)
    export(engine, "buildings", sink, form=Format.GEOJSON, actor=ACTOR)  # type: ignore[arg-type]
    seconds, peak = time.perf_counter() - start, peak_mb()
    again = io.BytesIO()
    export(engine, "buildings", again, form=Format.GEOJSON, actor=ACTOR)
    first_byte, first_feature = ((moment - start) * 1000 for moment in sink.moments)
    return {
        "features": features_in(again.getvalue(), size=sink.size),
        "seconds": seconds,
        "mb": peak,
        "mb_before": before,
        "first_byte_ms": first_byte,
        "first_feature_ms": first_feature,
    }


def export_peer(url: str) -> dict[str, float]:
    """Export as one does with geopandas."""
    import geopandas as gpd  # noqa: PLC0415

    from gridmap.db.collections import COLLECTIONS  # noqa: PLC0415
    from gridmap.db.engine import connect  # noqa: PLC0415

    columns = ", ".join(f'"{column.name}"' for column in COLLECTIONS["buildings"].columns)
    query = f"SELECT id, {columns}, geom FROM gridmap.full_building ORDER BY id"
    sink, start = Sink(), time.perf_counter()
    frame = gpd.read_postgis(query, connect(url), geom_col="geom")
    text = frame.to_json().encode()
    sink.write(text)
    seconds, peak = time.perf_counter() - start, peak_mb()
    return {"features": features_in(text, size=sink.size), "seconds": seconds, "mb": peak}


def features_in(text: bytes, *, size: int) -> int:
    """Count the features of a GeoJSON text, after the clock has stopped; as many bytes must have been written."""
    if len(text) != size:
        raise AssertionError(f"{size} bytes were written, not {len(text)}")
    return len(json.loads(text)["features"])


def peak_mb() -> float:
    """Return the most memory this process has had in RAM so far, in MB (10⁶ bytes)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    print(json.dumps({"ours": export_ours, "peer": export_peer}[sys.argv[1]](sys.argv[2])))
