"""What a reader of a coverage study must know before trusting it: numbers nobody checked, and data that say too little."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from gridmap.core.coverage.hours_reading import read_hours
from gridmap.core.coverage.norms import Norm
from gridmap.core.values import Problem
from gridmap.errors import Text

if TYPE_CHECKING:
    from gridmap.services.covering import Judged, Situation

MOST_NAMED = 3
"""Facilities or gates that one warning names; the others are counted."""
MOST_TEXTS = 10
"""Different nonsense texts that are warned of one by one."""


def warnings_of(situation: "Situation", judged: Sequence["Judged"]) -> Iterator[Text]:
    """Warn of what makes an answer doubtful, a sentence or two each."""
    yield from unchecked([one.judgement.norm for one in judged])
    yield from _without_facilities(judged)
    yield from unread_hours(situation.ground.facilities)
    yield from unread_hours(situation.ground.gates)
    yield from _households(situation)


def unchecked(norms: Sequence[Norm]) -> Iterator[Text]:
    """Warn, a sentence a standard, of the numbers of norms that nobody has read in its text."""
    doubtful: dict[str, list[tuple[Text, str]]] = {}
    for norm in norms:
        numbers: dict[str, list[str]] = {}
        for path, value in norm.values():
            if not value.evidence.is_verified:
                numbers.setdefault(value.evidence.standard, []).append(f"{path} {value.amount:g}")
        for standard, listed in numbers.items():
            doubtful.setdefault(standard, []).append((norm.title, ", ".join(listed)))
    for standard, found in doubtful.items():
        yield Text(
            en=f"Not checked against the text of {standard}: "
            + "; ".join(f"{name.en} ({listed})" for name, listed in found)
            + ".",
            zh=f"下列数值尚未与 {standard} 原文核对："
            + "；".join(f"{name.zh}（{listed}）" for name, listed in found)
            + "。",
        )


def unread_hours(things: gpd.GeoDataFrame) -> Iterator[Text]:
    """Warn of opening hours that make no sense, a warning for each text, and say how to write them.

    Parameters
    ----------
    things : facilities or gates, with ``name`` (may be empty), ``source_id`` and ``hours`` (text or None).
    """
    names = things["name"].where(things["name"] != "", things["source_id"])
    found = [(text, read_hours(text).problem) for text in things["hours"].dropna().unique()]
    unread = [(text, problem) for text, problem in found if problem is not None]
    for text, problem in unread[:MOST_TEXTS]:
        yield _unread(problem, names[things["hours"] == text].tolist())
    more = len(unread) - MOST_TEXTS
    if more > 0:
        yield Text(
            en=f"{more} other opening hours make no sense either.",
            zh=f"另有 {more} 种开放时间写法无法识别。",
        )


def _unread(problem: Problem, names: list[str]) -> Text:
    named, more = names[:MOST_NAMED], len(names) - MOST_NAMED
    others = Text(en=f" and {more} more", zh=f"等 {len(names)} 处") if more > 0 else Text(en="", zh="")
    return Text(
        en=f"{', '.join(named)}{others.en}: {problem.message.en} They count as unknown. {problem.hint.en}",
        zh=f"{'、'.join(named)}{others.zh}：{problem.message.zh}按未知处理。{problem.hint.zh}",
    )


def _without_facilities(judged: Sequence["Judged"]) -> Iterator[Text]:
    missing = [one.judgement.norm.title for one in judged if not len(one.facilities)]
    if missing:
        yield Text(
            en=f"No facility is known here for: {', '.join(one.en for one in missing)}.",
            zh=f"本地没有登记以下设施：{'、'.join(one.zh for one in missing)}。",
        )


def _households(situation: "Situation") -> Iterator[Text]:
    uncounted = int(np.isnan(situation.homes.households).sum())
    if uncounted:
        yield Text(
            en=f"{uncounted} lived-in buildings have no household count; `gridmap estimate` fills it.",
            zh=f"{uncounted} 栋住宅缺少户数，可用 gridmap estimate 估算。",
        )
    if situation.ground.homes["is_estimated"].any():
        yield Text(en="Some household counts are estimates.", zh="部分户数为估算值。")
