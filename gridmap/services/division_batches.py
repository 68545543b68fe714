"""Which communities are divided together, so that a province fits into memory."""

import threading
from collections.abc import Iterator
from typing import Self

import geopandas as gpd
import numpy as np
import shapely

from gridmap.core.division.parts import components
from gridmap.core.model import Progress
from gridmap.core.topology import Geometries, Integers

MOST_AT_ONCE = 600
"""Communities divided together; at some 200 buildings each, a gigabyte."""


def batches(communities: gpd.GeoDataFrame, *, most: int = MOST_AT_ONCE) -> Iterator[gpd.GeoDataFrame]:
    """Share communities out to batches of `most`, those that touch into one batch where they fit.

    Touching communities that are more than `most` are parted by their parents in the administrative tree. One parent
    with more than `most` communities is a batch of its own.

    Parameters
    ----------
    communities : sorted by ``code``; ``parent_id``.
    """
    if len(communities) <= most:
        yield communities
        return
    group = _groups(communities, most)
    chosen: list[Integers] = []
    for number in range(int(group.max()) + 1):
        rows = np.flatnonzero(group == number)
        if chosen and sum(map(len, chosen)) + len(rows) > most:
            yield communities.iloc[np.sort(np.concatenate(chosen))].reset_index(drop=True)
            chosen = []
        chosen.append(rows)
    yield communities.iloc[np.sort(np.concatenate(chosen))].reset_index(drop=True)


def _groups(communities: gpd.GeoDataFrame, most: int) -> Integers:
    """Return the number of the group of each community, in the order of their first codes."""
    cluster = _touching(communities.geometry.to_numpy())
    too_many = np.bincount(cluster)[cluster] > most
    parent = communities["parent_id"].fillna(-1).to_numpy(dtype=np.int64)
    keys = np.column_stack([cluster, np.where(too_many, parent, -1)])
    _, first, nth = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[nth.ravel()], dtype=np.int64)


def _touching(shapes: Geometries) -> Integers:
    """Return the number of the cluster of each shape; shapes of different clusters do not touch."""
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return components(len(shapes), one, two)


class StoppedError(Exception):
    """Another batch ended in an error or was cancelled."""


class Together:
    """Tells of several batches that are worked on at once as if they were one; an error stops all of them."""

    def __init__(self, progress: Progress, **totals: int) -> None:
        self._progress, self._totals = progress, totals
        self._done = dict.fromkeys(totals, 0)
        self._lock = threading.Lock()
        self._is_stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._is_stopped = kind is not None

    def of_one(self) -> Progress:
        """Return the progress of one batch."""
        before = dict.fromkeys(self._totals, 0)

        def report(stage: str, done: int, total: int) -> None:  # noqa: ARG001 (its own total is a part only)
            with self._lock:
                if self._is_stopped:
                    raise StoppedError
                self._done[stage] += done - before[stage]
                before[stage] = done
                self._progress(stage, self._done[stage], self._totals[stage])

        return report
