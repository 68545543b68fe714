"""Times tell their zone; dates are days in UTC."""

from datetime import UTC, date, datetime

import pytest

from gridmap.core.moments import first_and_last, read_date, read_time


def test_a_date_is_its_first_and_last_moment() -> None:
    first, last = first_and_last("2026-05-01")
    assert first == datetime(2026, 5, 1, tzinfo=UTC)
    assert last == datetime(2026, 5, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert read_date("2026-05-01") == date(2026, 5, 1)


def test_a_time_is_itself_twice() -> None:
    moment = datetime(2026, 5, 1, 4, tzinfo=UTC)
    assert first_and_last("2026-05-01t12:00:00+08:00") == (moment, moment)


@pytest.mark.parametrize(
    "text", ["x", "2026", "2026-13-01", "2026-05-01T00:00:00", "2026-05-01 00:00:00Z", "20260501"]
)
def test_what_tells_no_moment_is_refused(text: str) -> None:
    for reader in (first_and_last, read_time, read_date):
        with pytest.raises(ValueError, match=r"."):
            reader(text)
