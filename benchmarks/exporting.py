"""The processes that `benchmarks.export` compares: each exports once, tells what it took as JSON, and loads what it needs."""

# ruff: noqa: PLC0415

import io
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine

ACTOR = "benchmark"


class Sink(io.RawIOBase):
    """Takes bytes, keeps none, and notes when the first piece came."""

    def __init__(self) -> None:
        self.moments: list[float] = []
        self.size = 0

    def writable(self) -> bool:
        """Tell that it takes bytes."""
        return True

    def write(self, data: Any, /) -> int:
        """Take bytes."""
        if not self.moments:
            self.moments.append(time.perf_counter())
        self.size += len(data)
        return len(data)


def export_ours(url: str) -> dict[str, float]:
    """Export as gridmap does."""
    from gridmap.db.engine import connect
    from gridmap.io.writing.formats import Format
    from gridmap.services.exporting import export

    before, sink, start = peak_mb(), Sink(), time.perf_counter()
    engine = connect(url)
    export(engine, "buildings", sink, form=Format.GEOJSON, actor=ACTOR)  # type: ignore[arg-type]
    seconds, peak = time.perf_counter() - start, peak_mb()
    again = io.BytesIO()
    export(engine, "buildings", again, form=Format.GEOJSON, actor=ACTOR)
    [first] = sink.moments
    return {
        "features": features_in(again.getvalue(), size=sink.size),
        "seconds": seconds,
        "mb": peak,
        "mb_before": before,
        "first_byte_ms": (first - start) * 1000,
    }


def export_peer(url: str) -> dict[str, float]:
    """Export as one does with geopandas."""
    import geopandas as gpd

    sink, query, engine = Sink(), _query(), _engine(url)
    start = time.perf_counter()
    frame = gpd.read_postgis(query, engine, geom_col="geom")
    text = frame.to_json().encode()
    sink.write(text)
    seconds, peak = time.perf_counter() - start, peak_mb()
    return {"features": features_in(text, size=sink.size), "seconds": seconds, "mb": peak}


def copy_geometries(url: str) -> dict[str, float]:
    """Copy out nothing but the geometries, as GeoJSON text."""
    engine, sink, start = _engine(url), Sink(), time.perf_counter()
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        statement = "COPY (SELECT ST_AsGeoJSON(geom, 9) FROM gridmap.building) TO STDOUT"
        cursor.copy_expert(statement, sink)  # type: ignore[attr-defined]
        features = cursor.rowcount
    return {"features": features, "seconds": time.perf_counter() - start}


def export_columns(url: str) -> dict[str, float]:
    """Export as gridmap does, to GeoParquet."""
    from gridmap.io.writing.formats import Format
    from gridmap.services.exporting import export

    with tempfile.TemporaryDirectory() as folder:
        file, engine = Path(folder) / "buildings.parquet", _engine(url)
        export(engine, "areas", file, form=Format.PARQUET, actor=ACTOR)
        start = time.perf_counter()
        export(engine, "buildings", file, form=Format.PARQUET, actor=ACTOR)
        return {"seconds": time.perf_counter() - start, "mb": peak_mb(), "features": rows_in(file)}


def export_columns_peer(url: str) -> dict[str, float]:
    """Export as one does with geopandas, to GeoParquet."""
    import geopandas as gpd

    with tempfile.TemporaryDirectory() as folder:
        file, query, engine = Path(folder) / "buildings.parquet", _query(), _engine(url)
        gpd.read_postgis("SELECT id, geom FROM gridmap.area", engine, geom_col="geom").to_parquet(file)
        start = time.perf_counter()
        frame = gpd.read_postgis(query, engine, geom_col="geom")
        frame.to_parquet(file, compression="zstd", write_covering_bbox=True)
        return {"seconds": time.perf_counter() - start, "mb": peak_mb(), "features": rows_in(file)}


CONTENDERS = {
    "ours": export_ours,
    "peer": export_peer,
    "copy": copy_geometries,
    "columns": export_columns,
    "columns_peer": export_columns_peer,
}


def _query() -> str:
    from gridmap.db.collections import COLLECTIONS

    columns = ", ".join(f'"{column.name}"' for column in COLLECTIONS["buildings"].columns)
    return f"SELECT id, {columns}, geom FROM gridmap.full_building ORDER BY id"


def _engine(url: str) -> "Engine":
    from gridmap.db.engine import connect

    return connect(url)


def rows_in(file: Path) -> int:
    """Count the rows of a Parquet file."""
    from pyarrow.parquet import read_metadata

    rows: int = read_metadata(file).num_rows
    return rows


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
    print(json.dumps(CONTENDERS[sys.argv[1]](sys.argv[2])))
