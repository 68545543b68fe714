"""Opening hours as offices and OpenStreetMap write them.

Chinese wording is put into the words of OSM's ``opening_hours`` first, so that one grammar reads both. A text that
can be read in two ways, or in none, is a `Problem` and its hours stay unknown.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from gridmap.core.coverage.hours import DAY, Hours, Moment, Span, weekly
from gridmap.core.values import Problem, is_null
from gridmap.errors import Invalid, Text

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")

_ENGLISH = ("mon(day)?s?", "tue(s|sday)?s?", "wed(nesday)?s?", "thu(r|rs|rsday)?s?", "fri(day)?s?", "sat(urday)?s?", "sun(day)?s?")  # fmt: skip
_WORDS = (
    ("教学日|上学日|上课日", " term mo-fr "),
    ("工作日|平日", " mo-fr "),
    ("周末|双休日", " sa,su "),
    ("每天|每日|天天|全年无休", " mo-su "),
    ("(法定)?(节假日|假日|节日)", " ph "),
    (r"24\s*小时(营业|开放|服务)?|24/7|全天候?(开放|营业)?|昼夜", " 00:00-24:00 "),
    ("休息|休馆|闭馆|关闭|不开放|不营业|closed", " off "),
    *((f"(周|星期|礼拜){character}", f" {day} ") for character, day in zip("一二三四五六日", DAYS, strict=True)),
    ("(周|星期|礼拜)天", " su "),
    *((rf"\b{name}\b", day) for name, day in zip(_ENGLISH, DAYS, strict=True)),
    ("上午|早上|早晨|早", " am"),
    ("下午|中午", " pm"),
    ("晚上|傍晚|晚", " eve"),
    (r"(\d{1,2})\s*[点时]半", r"\1:30"),
    (r"(\d{1,2})\s*[点时]\s*(\d{1,2})\s*分?", r"\1:\2"),
    (r"(\d{1,2})\s*[点时]整?", r"\1:00"),
    (r"(am|pm|eve)\s*(?=\d)", r"\1"),
    ("[至到~–—−]", "-"),
    ("[、和及]", ","),
    ("[()]", ";"),
    (r"\s+", " "),
    (r" ?([-,;:]) ?", r"\1"),
)  # fmt: skip
"""Patterns and what replaces them, in this order."""

_DAY = f"(?:{'|'.join(DAYS)})"
_DAYS = rf"(?:{_DAY}(?:-{_DAY})?|ph|sh)"
_TIME = r"(?:am|pm|eve)?\d{1,2}:\d{2}"
_RULE = re.compile(
    rf"(?P<term>term )?(?P<days>{_DAYS}(?:[, ]+{_DAYS})*)?[: ]*"
    rf"(?:(?P<spans>{_TIME}-{_TIME}(?:[, ]+{_TIME}-{_TIME})*)|(?P<off>off))(?P<end>[;, ]+|$)"
)
_MOMENT = re.compile(rf"(?P<day>{_DAY}) ?(?P<time>{_TIME})")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text of opening hours means: `hours`, or None with the `problem`; both None where nothing is said."""

    hours: Hours | None
    problem: Problem | None = None


def opening_hours(text: str | None) -> Hours | None:
    """Return what a text of opening hours means, None where that is not known; `read_hours` tells why."""
    return read_hours(text).hours


def read_hours(text: str | None) -> Reading:
    """Read Chinese opening hours (``周一至周六 08:30-18:00``) or those of OSM (``Mo-Fr 08:00-18:00; Sa off``).

    As in OSM a rule after a semicolon replaces earlier ones on its days, hours may run past midnight, and days
    without a rule are closed. Rules for public and school holidays are read and left aside.
    """
    if text is None or is_null(text):
        return Reading(None)
    try:
        return Reading(_week(_plain(text)))
    except ValueError as nonsense:
        return Reading(None, _problem(text, str(nonsense)))


def read_moment(text: str) -> Moment:
    """Read a time of the week such as ``Saturday 19:00`` or ``周六 19:00``.

    Raises
    ------
    Invalid : it does not name one day and one time.
    """
    found = _MOMENT.fullmatch(_plain(text))
    try:
        minute = _minute(found["time"]) if found else DAY
    except ValueError:
        minute = DAY
    if found is None or minute >= DAY:
        raise Invalid(
            Text(en=f"“{text}” is not a time of the week.", zh=f"“{text}”不是一周中的某一时刻。"),
            hint=Text(en="Write it as Saturday 19:00.", zh="请写成“周六 19:00”。"),
        )
    return Moment(DAYS.index(found["day"]), minute)


def _plain(text: str) -> str:
    words = unicodedata.normalize("NFKC", text).lower()
    for pattern, word in _WORDS:
        words = re.sub(pattern, word, words)
    return words.strip(" ;,")


def _week(words: str) -> Hours:
    """Join the rules of a week; raise ValueError with the code of what is wrong."""
    days: list[list[Span]] = [[] for _ in range(7)]
    told, is_term_only, is_added = False, False, False
    for rule in _rules(words):
        meant = _days(rule["days"], is_first=rule.start() == 0)
        told = told or bool(meant)
        is_term_only = is_term_only or rule["term"] is not None
        spans = [_span(each) for each in re.findall(f"{_TIME}-{_TIME}", rule["spans"] or "")]
        for day in meant:
            days[day] = [*days[day], *spans] if is_added and not rule["off"] else spans
        is_added = ";" not in rule["end"]
    if not told:
        raise ValueError("hours.holidays_only")
    shifted = (
        (day * 1440 + start, day * 1440 + end) for day, spans in enumerate(days) for start, end in spans
    )
    return weekly(shifted, is_term_only=is_term_only)


def _rules(words: str) -> Iterator[re.Match[str]]:
    place = 0
    while place < len(words):
        rule = _RULE.match(words, place)
        if rule is None:
            raise ValueError("hours.unreadable")
        yield rule
        place = rule.end()


def _days(text: str | None, *, is_first: bool) -> list[int]:
    """Return the weekdays of a rule: all for a first rule without days, none for holidays."""
    if text is None:
        if not is_first:
            raise ValueError("hours.without_days")
        return list(range(7))
    ranges = [each.split("-") for each in re.findall(_DAYS, text) if each not in {"ph", "sh"}]
    firsts_and_lasts = [(DAYS.index(each[0]), DAYS.index(each[-1])) for each in ranges]
    return [(first + step) % 7 for first, last in firsts_and_lasts for step in range((last - first) % 7 + 1)]


def _span(text: str) -> Span:
    """Return minutes of the day; an end before the start is on the next day."""
    first, last = text.split("-")
    if first.startswith(("pm", "eve")) and last[0].isdigit() and int(last.split(":")[0]) < 12:
        last = f"pm{last}"
    start, end = _minute(first), _minute(last)
    if start in {end, DAY}:
        raise ValueError("hours.empty")
    return start, end if end > start else end + DAY


def _minute(text: str) -> int:
    found = re.fullmatch(r"(am|pm|eve)?(\d{1,2}):(\d{2})", text)
    assert found is not None, text
    mark, hour, minute = found[1], int(found[2]), int(found[3])
    if (mark == "pm" and hour < 12) or (mark == "eve" and hour <= 12):
        hour += 12
    if minute > 59 or hour * 60 + minute > DAY:
        raise ValueError("hours.no_time_of_day")
    return hour * 60 + minute


_PROBLEMS = {
    "hours.unreadable": Text(en="cannot be read", zh="无法识别"),
    "hours.without_days": Text(en="has a second part that names no day", zh="后一段没有写明星期几"),
    "hours.holidays_only": Text(en="tells of holidays only", zh="只写了节假日"),
    "hours.empty": Text(en="begins and ends at the same time", zh="起止时间相同"),
    "hours.no_time_of_day": Text(en="names a time that no day has", zh="含有不存在的时刻"),
}


def _problem(text: str, reason: str) -> Problem:
    why = _PROBLEMS[reason]
    return Problem(
        reason,
        Text(en=f"Opening hours “{text}” {why.en}.", zh=f"开放时间“{text}”{why.zh}。"),
        Text(
            en="Write them as Mo-Fr 08:30-18:00; Sa 09:00-12:00.",
            zh="请写成“周一至周五 08:30-18:00；周六 09:00-12:00”。",
        ),
    )
