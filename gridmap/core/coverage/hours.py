"""When something is open, in an ordinary week."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

DAY = 24 * 60
WEEK = 7 * DAY

Span = tuple[int, int]
"""Minutes of the week from Monday 00:00: open from the first until just before the second."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of an ordinary week; public holidays are outside it.

    Parameters
    ----------
    spans : sorted, apart from one another, within 0–10,080; empty: never open.
    is_term_only : open on teaching days (教学日) only, taken as Monday to Friday; in the holidays it is closed.
    """

    spans: tuple[Span, ...]
    is_term_only: bool = False


class Moment(NamedTuple):
    """A time of the week: `weekday` 0 Monday … 6 Sunday, `minute` of the day 0–1,439."""

    weekday: int
    minute: int


def weekly(spans: Iterable[Span], *, is_term_only: bool = False) -> Hours:
    """Join spans that touch or overlap; what runs past Sunday midnight goes on on Monday."""
    cut = sorted(piece for start, end in spans for piece in _within_week(start, end))
    joined: list[Span] = []
    for start, end in cut:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return Hours(tuple(joined), is_term_only)


def is_open(hours: Hours | None, weekday: int, minute: int) -> bool | None:
    """Tell whether something is open at a minute of a weekday (0 Monday); None where its hours are not known."""
    if hours is None:
        return None
    now = weekday * DAY + minute
    return any(start <= now < end for start, end in hours.spans)


def _within_week(start: int, end: int) -> Iterable[Span]:
    yield start, min(end, WEEK)
    if end > WEEK:
        yield 0, end - WEEK
