"""What opening hours mean as offices and OpenStreetMap write them."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gridmap.core.coverage.hours import WEEK, Hours
from gridmap.core.coverage.hours_reading import opening_hours, read_hours, read_moment
from gridmap.errors import Invalid
from gridmap.settings import REPOSITORY

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def shown(hours: Hours | None) -> str:
    assert hours is not None
    return " ".join(f"{DAYS[start // 1440]}{clock(start % 1440)}-{clock(end - start // 1440 * 1440)}" for start, end in hours.spans)  # fmt: skip


def clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def every(days: str, times: str) -> str:
    return " ".join(f"{day}{times}" for day in re.findall("..", days))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("周一至周六 08:30-18:00", every("MoTuWeThFrSa", "8:30-18:00")),
        ("Mo-Fr 08:00-18:00; Sa off", every("MoTuWeThFr", "8:00-18:00")),
        ("周一至周五 8:30－11:30、14:00－17:30", "Mo8:30-11:30 Mo14:00-17:30 Tu8:30-11:30 Tu14:00-17:30 We8:30-11:30 We14:00-17:30 Th8:30-11:30 Th14:00-17:30 Fr8:30-11:30 Fr14:00-17:30"),
        ("星期六 上午9:00-11:30 下午2:00-5:00", "Sa9:00-11:30 Sa14:00-17:00"),
        ("周一、周三、周五 9:00-11:00", every("MoWeFr", "9:00-11:00")),
        ("周二至周日 09:00-20:30（周一闭馆）", every("TuWeThFrSaSu", "9:00-20:30")),
        ("周末 9点半至17点", every("SaSu", "9:30-17:00")),
        ("周六 晚7点至晚12点", "Sa19:00-24:00"),
        ("Mo-Su 08:00-20:00; We 10:00-12:00", every("MoTu", "8:00-20:00") + " We10:00-12:00 " + every("ThFrSaSu", "8:00-20:00")),
        ("Mo 08:00-12:00, Sa 09:00-12:00; PH off", "Mo8:00-12:00 Sa9:00-12:00"),
        ("Sat-Mon 10:00-12:00", every("MoSaSu", "10:00-12:00")),
        ("周五 22:00-02:00", "Fr22:00-26:00"),
    ],
)  # fmt: skip
def test_hours_are_read(text: str, meant: str) -> None:
    assert shown(opening_hours(text)) == meant


@pytest.mark.parametrize("text", ["24 小时", "24小时营业", "全天", "24/7", "每天 00:00-24:00"])
def test_always_is_always(text: str) -> None:
    assert opening_hours(text) == Hours(((0, WEEK),))


def test_teaching_days_are_monday_to_friday_in_term() -> None:
    hours = opening_hours("教学日 07:40-17:20")
    assert hours is not None
    assert hours.is_term_only
    assert shown(hours) == every("MoTuWeThFr", "7:40-17:20")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("下周再说", "hours.unreadable"),
        ("sunrise-sunset", "hours.unreadable"),
        ("周一至周五", "hours.unreadable"),
        ("Mo-Fr 09:00+", "hours.unreadable"),
        ("周一至周五 25:00-26:00", "hours.no_time_of_day"),
        ("周一 08:70-12:00", "hours.no_time_of_day"),
        ("周一至周六 18:00-18:00", "hours.empty"),
        ("08:00-12:00; 14:00-18:00", "hours.without_days"),
        ("PH off", "hours.holidays_only"),
    ],
)
def test_hours_that_make_no_sense_are_not_known_and_say_why(text: str, reason: str) -> None:
    reading = read_hours(text)
    assert reading.hours is None
    assert reading.problem is not None
    assert reading.problem.reason == reason
    assert text in reading.problem.message.zh


@pytest.mark.parametrize("text", [None, "", "不详", "-"])
def test_no_hours_are_no_problem(text: str | None) -> None:
    reading = read_hours(text)
    assert reading.hours is None
    assert reading.problem is None


def test_every_facility_of_the_sample_district_has_hours_that_can_be_read() -> None:
    plan = yaml.safe_load(Path(REPOSITORY / "data/sample/elements.yaml").read_text(encoding="utf-8"))
    texts = {each["hours"] for each in [*plan["facilities"], *plan["everyday"]]}
    assert {text for text in texts if opening_hours(text) is None} == set()


@given(st.text(alphabet="周一六日至 08:30-;，休息MoSaoff24/小时", max_size=30) | st.text(max_size=30))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    reading = read_hours(text)
    assert reading.hours is None or reading.problem is None


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 1438), st.integers(1, 1440))
def test_what_is_written_is_read_back(first: int, last: int, start: int, length: int) -> None:
    end = min(start + length, 1440)
    chinese = f"周{'一二三四五六日'[first]}至周{'一二三四五六日'[last]} {clock(start)}-{clock(end)}"
    english = f"{DAYS[first]}-{DAYS[last]} {clock(start)}-{clock(end)}"
    assert opening_hours(chinese) == opening_hours(english)
    assert opening_hours(english) is not None


@pytest.mark.parametrize(
    "text", ["Saturday 19:00", "Sat 19:00", "周六 19:00", "周六晚7点", "星期六 下午7:00"]
)
def test_a_moment_is_read(text: str) -> None:
    assert read_moment(text) == (5, 19 * 60)


@pytest.mark.parametrize("text", ["19:00", "Saturday", "周六 24:00", "周六 19:75", "Mo-Fr 19:00", "soon"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_moment(text)
    assert text in refusal.value.message.en
