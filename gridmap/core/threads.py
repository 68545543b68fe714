"""Work on several things at once, in threads: worth it where the work lets go of the interpreter's lock."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numba
import numpy as np

from gridmap.core.topology import Integers

T = TypeVar("T")
Result = TypeVar("Result")
Other = TypeVar("Other")
RUN = 8192
"""Rows worth a thread."""


def in_threads(
    work: Callable[[T], Result], items: Iterable[T], *, threads: int | None = None
) -> Generator[Result]:
    """Yield the result for each item, in their order. What has not begun when the iterator is closed never begins.

    Parameters
    ----------
    threads : None: as many as there are processors to run on.
    """
    with ThreadPoolExecutor(threads or numba.get_num_threads()) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def in_runs(work: Callable[[Integers], Result], count: int) -> list[Result]:
    """Return the results for runs of consecutive rows out of `count`, one after the other, worked on at once."""
    runs = max(1, min(numba.get_num_threads(), count // RUN))
    return list(in_threads(work, np.array_split(np.arange(count), runs)))


def at_once(one: Callable[[], Result], other: Callable[[], Other]) -> tuple[Result, Other]:
    """Do two things at once."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other)
        return one(), waiting.result()
