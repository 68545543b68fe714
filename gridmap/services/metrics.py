"""What is counted while gridmap serves, in the form of Prometheus. Nothing in it is about a person or an address."""

import os
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Variable of the environment with the folder in which the processes of a server keep their counts for each other."""

MILLISECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)

TILES = Counter(
    "gridmap_tiles_total",
    "Tiles served, by where they came from: memory, kept by the database, made",
    ["layer", "zoom", "source"],
)
TILE_SECONDS = Histogram(
    "gridmap_tile_seconds",
    "Time to find a tile that was not in memory",
    ["layer", "source"],
    buckets=MILLISECONDS,
)
TILE_MEMORY = Gauge(
    "gridmap_tile_memory_bytes", "Tiles in the memory of all processes", multiprocess_mode="livesum"
)
LISTENERS = Gauge(
    "gridmap_listeners", "Maps that hear of changes, of all processes", multiprocess_mode="livesum"
)
REQUESTS = Counter("gridmap_requests_total", "Requests answered", ["route", "method", "status"])
REQUEST_SECONDS = Histogram(
    "gridmap_request_seconds", "Time to answer a request", ["route"], buckets=MILLISECONDS
)


@lru_cache(maxsize=1000)
def tiles_served(layer: str, zoom: int, source: str) -> Counter:
    """Return the counter of tiles of a layer and zoom from a source."""
    return TILES.labels(layer, str(zoom), source)


@lru_cache(maxsize=1000)
def requests_answered(route: str, method: str, status: int) -> Counter:
    """Return the counter of requests to a route that were answered with a status."""
    return REQUESTS.labels(route, method, str(status))


@lru_cache(maxsize=1000)
def request_seconds(route: str) -> Histogram:
    """Return the times of requests to a route."""
    return REQUEST_SECONDS.labels(route)


def told() -> bytes:
    """Return what was counted, by all processes of the server where there are several."""
    if not os.environ.get(FOLDER):
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
