"""Work on several things at once, in threads: worth it where the work lets go of the interpreter's lock."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numba

T = TypeVar("T")
Result = TypeVar("Result")


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
