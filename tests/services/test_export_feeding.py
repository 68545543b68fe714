"""A feed gives what is made, raises what goes wrong, and stops its work when nobody takes it."""

import threading
import time
from collections.abc import Callable

import pytest

from gridmap.errors import Conflict, Text
from gridmap.services.exporting.feeding import Abandoned, Feed

HandOn = Callable[[bytes], None]


def endless(stopped: threading.Event) -> Callable[[HandOn], None]:
    def work(hand_on: HandOn) -> None:
        try:
            while True:
                hand_on(b"x")
        except Abandoned:
            stopped.set()
            raise

    return work


def test_pieces_come_in_order_and_end() -> None:
    def work(hand_on: HandOn) -> None:
        for number in range(100):
            hand_on(b"%d" % number)

    assert list(Feed(work)) == [b"%d" % number for number in range(100)]
    assert list(Feed(lambda _: None)) == []


def test_what_goes_wrong_before_the_first_piece_is_raised_at_once() -> None:
    def work(_: HandOn) -> None:
        raise Conflict(Text(en="no", zh="否"))

    with pytest.raises(Conflict):
        Feed(work)


def test_what_goes_wrong_later_is_raised_where_it_would_have_come() -> None:
    def work(hand_on: HandOn) -> None:
        hand_on(b"1")
        raise Conflict(Text(en="no", zh="否"))

    feed = Feed(work)
    assert next(feed) == b"1"
    with pytest.raises(Conflict):
        next(feed)


def test_closing_stops_the_work() -> None:
    stopped = threading.Event()
    feed = Feed(endless(stopped))
    assert next(feed) == b"x"
    feed.close()
    assert stopped.wait(5)


def test_whoever_takes_nothing_for_long_gets_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridmap.services.exporting.feeding.SLOW_SECONDS", 0.3)
    stopped = threading.Event()
    feed = Feed(endless(stopped))
    time.sleep(0.1)
    assert stopped.wait(5)
    with pytest.raises(Abandoned):
        list(feed)
