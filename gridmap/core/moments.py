"""Times as RFC 3339 writes them, and dates as the days in UTC that they are."""

import re
from datetime import UTC, date, datetime, time

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})")


def read_time(text: str) -> datetime:
    """Read a time; its zone must be told.

    Raises
    ------
    ValueError : it is none.
    """
    if not TIME.fullmatch(text):
        raise ValueError(text)
    return datetime.fromisoformat(text.upper())


def read_date(text: str) -> date:
    """Read a date.

    Raises
    ------
    ValueError : it is none.
    """
    if not DATE.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def first_and_last(text: str) -> tuple[datetime, datetime]:
    """Read a date as its first and last moment in UTC, or a time as itself twice.

    Raises
    ------
    ValueError : it is neither.
    """
    if not DATE.fullmatch(text):
        return read_time(text), read_time(text)
    day = date.fromisoformat(text)
    return datetime.combine(day, time.min, UTC), datetime.combine(day, time.max, UTC)
