"""Several things at once, results in order."""

import time
from contextlib import closing

import numpy as np
import pytest

from gridmap.core.threads import RUN, at_once, in_runs, in_threads


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_results_come_in_the_order_of_the_items(threads: int | None) -> None:
    def work(item: int) -> int:
        time.sleep(0.01 * (3 - item))
        return item * item

    assert list(in_threads(work, range(4), threads=threads)) == [0, 1, 4, 9]


def test_what_has_not_begun_when_the_iterator_is_closed_never_begins() -> None:
    begun = []

    def work(item: int) -> int:
        begun.append(item)
        time.sleep(0.02)
        return item

    with closing(in_threads(work, range(50), threads=2)) as results:
        assert next(results) == 0
    assert len(begun) < 10


def test_an_error_comes_out_where_its_result_would() -> None:
    results = in_threads(lambda item: 1 // item, [1, 0, 1], threads=2)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        next(results)


@pytest.mark.parametrize("count", [0, 1, RUN, 3 * RUN + 1])
def test_runs_are_all_rows_in_order(count: int) -> None:
    assert np.concatenate(in_runs(lambda run: run, count)).tolist() == list(range(count))


def test_an_error_of_either_of_two_things_comes_out() -> None:
    assert at_once(lambda: 1, lambda: "two") == (1, "two")
    for works in ((lambda: 1 // 0, lambda: 1), (lambda: 1, lambda: 1 // 0)):
        with pytest.raises(ZeroDivisionError):
            at_once(*works)
