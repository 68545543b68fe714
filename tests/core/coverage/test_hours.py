"""Opening hours of an ordinary week."""

from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.coverage.hours import DAY, WEEK, is_open, weekly

MINUTES = st.integers(0, WEEK - 1)
SPANS = st.lists(st.tuples(MINUTES, st.integers(1, DAY)).map(lambda pair: (pair[0], sum(pair))), max_size=9)


def test_something_is_open_from_its_first_minute_until_just_before_its_last() -> None:
    hours = weekly([(8 * 60, 18 * 60)])
    assert [is_open(hours, 0, minute) for minute in (479, 480, 1079, 1080)] == [False, True, True, False]
    assert is_open(hours, 1, 480) is False


def test_what_is_not_known_is_neither_open_nor_closed() -> None:
    assert is_open(None, 5, 19 * 60) is None


def test_a_night_that_begins_on_sunday_ends_on_monday() -> None:
    hours = weekly([(6 * DAY + 22 * 60, 7 * DAY + 6 * 60)])
    assert is_open(hours, 6, 23 * 60)
    assert is_open(hours, 0, 5 * 60)
    assert not is_open(hours, 0, 6 * 60)


@given(SPANS)
def test_joined_spans_are_open_at_the_same_minutes_as_the_spans(spans: list[tuple[int, int]]) -> None:
    hours = weekly(spans)
    edges = {edge % WEEK for span in spans for edge in span} | {0, WEEK - 1}
    for now in edges | {(edge - 1) % WEEK for edge in edges}:
        meant = any(start <= now < end or start <= now + WEEK < end for start, end in spans)
        assert is_open(hours, now // DAY, now % DAY) is meant


@given(SPANS)
def test_joined_spans_are_sorted_apart_and_within_the_week(spans: list[tuple[int, int]]) -> None:
    flat = [edge for span in weekly(spans).spans for edge in span]
    assert flat == sorted(set(flat))
    assert all(0 <= edge <= WEEK for edge in flat)
